"""Labels of a plot, placed by `embedviz.plotting.labels` and written by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedviz.plotting.labels import Floats, Labels, place
from embedviz.plotting.style import POINTS, Theme, fonts_for
from embedviz.support import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST_WORD = 30
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_NO_LEADER = 5.0  # points between a mark and its label that need no line


def write_labels(
    axes: Axes,
    words: Sequence[str],
    anchors: Floats,
    facing: Floats,
    *,
    marks: Floats,
    radius: float,
    beneath: Floats,
    theme: Theme,
    points: float = POINTS - 1,
    reach: float = 4.0,
    crossing: bool = True,
    colours: Sequence[str] | None = None,
) -> int:
    """Write each word next to its mark, with a line to it if it is not near; all in pixels.

    Parameters
    ----------
    axes : Axes
        Its limits are final.
    words : sequence of str
        The most important first; one without space is not written.
    anchors, facing : ndarray, shape (n_words, 2)
        Places of their marks, and unit vectors to their preferred sides.
    marks, radius, beneath, reach
        See `embedviz.plotting.labels.place`.
    theme : Theme
    points : float
        Text size.
    crossing : bool
        Whether the line to a label may cross another label; if not, its word is not written.
    colours : sequence of str, optional
        Of the words; by default that of text.

    Returns
    -------
    int
        Number of words written.
    """
    from matplotlib.patheffects import withStroke

    dot = axes.get_figure(root=True).dpi / 72  # type: ignore[union-attr]  # pixels per point
    halo = [withStroke(linewidth=1.6, foreground=theme.ground)]
    common: dict[str, Any] = {"fontsize": points, "color": theme.text, "path_effects": halo}
    common |= {"ha": "center", "va": "center", "parse_math": False, "zorder": 4, "gid": "label"}
    from_pixels = axes.transData.inverted().transform
    texts = [
        axes.text(x, y, label, fontfamily=fonts_for(label), **common)
        for (x, y), label in zip(from_pixels(anchors), map(shown_word, words), strict=True)
    ]
    sizes = np.array([text.get_window_extent().size for text in texts]).reshape(-1, 2)
    # two phrases side by side are apart by more than a space
    sizes += dot * np.array([[4 if " " in word else 1, 1] for word in words])
    centres = place(
        Labels(sizes, anchors, facing),
        marks=marks,
        radius=radius,
        beneath=beneath,
        bounds=axes.get_window_extent().get_points() + np.array([[dot], [-dot]]),
        reach=reach,
    )
    for text, colour in zip(texts, colours or (), strict=colours is not None):
        text.set_color(colour)
    ends = np.clip(anchors, centres - sizes / 2, centres + sizes / 2)  # of the lines
    if not crossing:
        centres[_crosses_a_label(anchors, ends, centres, sizes)] = np.nan
    for text, centre, anchor, end in zip(texts, centres, anchors, ends, strict=True):
        if np.isnan(centre).any():
            text.remove()  # no space for the label; its mark is still drawn
            continue
        text.set_position(tuple(from_pixels(centre)))
        if np.hypot(*(end - anchor)) > _NO_LEADER * dot:
            x, y = from_pixels([anchor, end]).T
            axes.plot(x, y, color=theme.faint, linewidth=0.35, zorder=1.5)
    return int(np.isfinite(centres[:, 0]).sum())


def _crosses_a_label(
    begins: Floats, ends: Floats, centres: Floats, sizes: Floats
) -> NDArray[np.bool_]:
    """Whether the line of each label crosses the box of another, shape (n_labels,)."""
    along = np.linspace(0, 1, 50)[:, np.newaxis, np.newaxis]
    points = (begins * (1 - along) + ends * along)[:, :, np.newaxis]
    inside = np.all(np.abs(points - centres) < sizes / 2, axis=3)
    others = ~np.eye(len(centres), dtype=bool)
    crosses: NDArray[np.bool_] = np.any(inside & others, axis=(0, 2))
    return crosses


def shown_word(word: str) -> str:
    r"""Shorten a word to a label, without characters that would change the picture.

    >>> shown_word("new\nline"), len(shown_word("a" * 99))
    ('new↵line', 30)
    """
    plain = "".join(
        sign if sign.isprintable() or sign in _JOINERS else "\N{REPLACEMENT CHARACTER}"
        for sign in visible(word)
    )
    return plain if len(plain) <= _LONGEST_WORD else plain[: _LONGEST_WORD - 1] + "…"
