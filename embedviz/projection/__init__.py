"""Planes and maps on which words are looked at, and views of them."""

from embedviz.projection import view
from embedviz.projection.fitting import (
    fit,
    fit_arrows,
    fit_plane,
    fit_relation,
)
from embedviz.projection.neighbour_maps import (
    MAPS,
    fit_map,
)
from embedviz.projection.planes import (
    Layout,
    Plane,
    drawn_offsets,
)
from embedviz.projection.view import (
    View,
    fingerprint,
    read_view,
    write_view,
)

__all__ = [
    "MAPS",
    "Layout",
    "Plane",
    "View",
    "drawn_offsets",
    "fingerprint",
    "fit",
    "fit_arrows",
    "fit_map",
    "fit_plane",
    "fit_relation",
    "read_view",
    "view",
    "write_view",
]
