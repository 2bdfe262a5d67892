"""Words of one colour and mark, placed in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.plotting.style import MARK, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class WordGroup:
    """Words of one colour and mark.

    Attributes
    ----------
    name : str
    style : int
        Style number, see `embedviz.relations.style_number`.
    words : tuple of str
    places : ndarray, shape (n_words, 2)
    """

    name: str
    style: int
    words: tuple[str, ...]
    places: Floats


def draw_marks(axes: Axes, group: WordGroup, theme: Theme) -> None:
    """Draw the words of a group as marks without names."""
    style = theme.family(group.style)
    axes.plot(
        *group.places.T,
        linestyle="none",
        marker=style.marker,
        color=style.colour,
        markersize=MARK + 1,
        zorder=2,
    )
