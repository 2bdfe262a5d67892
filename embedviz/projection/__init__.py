"""Two- and three-dimensional layouts of words: linear planes and neighbour maps.

`fit` and `fit_map` compute a layout, `drawn_offsets` measures how a plane distorts offsets, and a
`View` stores a picture's settings in a session file.
"""

from embedviz.projection import view
from embedviz.projection.axes import (
    AxesPlane,
    Axis,
    relation_axis,
    word_axis,
)
from embedviz.projection.fitting import (
    fit,
    fit_arrows,
    fit_plane,
    fit_relation,
)
from embedviz.projection.neighbour_maps import (
    MAPS,
    MOST_JUDGED,
    NeighbourMap,
    fit_map,
    trustworthiness,
)
from embedviz.projection.planes import (
    Layout,
    Plane,
    drawn_offsets,
    project,
)
from embedviz.projection.regions import (
    Region,
    RegionNames,
    name_regions,
)
from embedviz.projection.vector_hash import fingerprint
from embedviz.projection.view import (
    View,
    read_view,
    write_view,
)

__all__ = [
    "MAPS",
    "MOST_JUDGED",
    "AxesPlane",
    "Axis",
    "Layout",
    "NeighbourMap",
    "Plane",
    "Region",
    "RegionNames",
    "View",
    "drawn_offsets",
    "fingerprint",
    "fit",
    "fit_arrows",
    "fit_map",
    "fit_plane",
    "fit_relation",
    "name_regions",
    "project",
    "read_view",
    "relation_axis",
    "trustworthiness",
    "view",
    "word_axis",
    "write_view",
]
