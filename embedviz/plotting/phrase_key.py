"""Keys and titles of pictures: marks of kinds of phrases, and the shares beside the controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedviz.evaluation import N_NEAREST
from embedviz.plotting.phrase_plots import PhraseMap
from embedviz.plotting.style import POINTS, Theme, fonts_for
from embedviz.plotting.written_labels import shown_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE_MM = 3.6
"""Distance between lines."""

NOTE_MM = 3.0
"""Distance between lines of notes."""

_N_COLUMNS = 3
_MARK, _EDGE = 3.8, 0.75  # points
_PLAIN: dict[str, Any] = {"va": "center", "parse_math": False}
_SMALL: dict[str, Any] = {**_PLAIN, "fontsize": POINTS - 1.5}
_TITLE: dict[str, Any] = {**_PLAIN, "fontsize": POINTS, "fontweight": "bold"}
# colour of `embedviz.support.palette`, and mark: kinds with a common meaning share the colour
_KINDS = {
    "duration": (0, 0),
    "time": (0, 1),
    "country": (1, 0),
    "region": (1, 1),
    "place": (1, 2),
    "person": (5, 0),
    "kinship": (5, 1),
    "question": (3, 0),
    "negation": (3, 1),
    "infinitive": (4, 0),
    "past": (2, 0),
    "present": (2, 1),
    "future": (2, 2),
}
_MARKS = (("o", True), ("o", False), ("^", True), ("s", False), ("D", True), ("v", False))


@dataclass(frozen=True)
class KindStyle:
    """Colour and mark of a kind; the mark is filled or open."""

    colour: str
    marker: str
    filled: bool

    def draw(self, axes: Axes, places: NDArray[np.floating], size: float, theme: Theme) -> None:
        """Draw marks of that size in points."""
        x, y = places.T
        (marks,) = axes.plot(x, y, self.marker, color=self.colour, zorder=3)
        marks.set(markersize=size - _EDGE, markeredgewidth=_EDGE)
        marks.set_markerfacecolor(self.colour if self.filled else theme.ground)


def kind_styles(kinds: Iterable[str], theme: Theme) -> dict[str, KindStyle]:
    """Return a style for each kind; kinds that are not those of the built-in phrases follow."""
    styles = {}
    further = 0
    n_colours = len(theme.palette.families)
    for kind in kinds:
        if kind in _KINDS:
            colour, mark = _KINDS[kind]
        else:
            colour, mark = further % n_colours, 3 + further // n_colours % 3
            further += 1
        marker, filled = _MARKS[mark]
        styles[kind] = KindStyle(theme.palette.colour(colour), marker, filled)
    return styles


def n_kind_rows(n_kinds: int) -> int:
    """Lines that `write_kinds` needs below its title."""
    return -(-n_kinds // _N_COLUMNS)


def write_kinds(
    figure: Figure,
    counts: Mapping[str, int],
    corner: tuple[float, float],
    width: float,
    styles: Mapping[str, KindStyle],
    theme: Theme,
) -> None:
    """Write the marks and names of the kinds, with their numbers of phrases, in columns.

    The corner is the upper left, in millimetres from the figure's lower left.
    """
    axes = _panel(figure, corner, width)
    axes.text(0, -0.5 * LINE_MM, "Kinds, and numbers of phrases", **_TITLE)
    n_rows = n_kind_rows(len(counts))
    for i, (kind, n) in enumerate(counts.items()):
        column, row = divmod(i, n_rows)
        x, y = 1 + column * width / _N_COLUMNS, -(row + 1.5) * LINE_MM
        styles[kind].draw(axes, np.array([[x, y]]), _MARK, theme)
        name = shown_word(kind)
        text = axes.text(
            x + 2.2, y, name, fontfamily=fonts_for(name), fontsize=POINTS - 1, **_PLAIN
        )
        right = text.get_window_extent().transformed(axes.transData.inverted()).x1
        axes.text(right + 1.2, y, f"{n}", color=theme.faint, **_SMALL)


def write_shares(
    figure: Figure, shown: PhraseMap, corner: tuple[float, float], width: float, theme: Theme
) -> None:
    """Write and draw the shares of the nearest of the same kind; the corner as in `write_kinds`."""
    axes = _panel(figure, corner, width)
    title = f"Of the {N_NEAREST} nearest phrases, share of the same kind"
    axes.text(0, -0.5 * LINE_MM, title, **_TITLE)
    space, plot, begin, end = (share * width for share in (0.55, 0.68, 0.74, 0.985))
    styles = (KindStyle(theme.text, "o", True), KindStyle(theme.text, "o", False))
    for x, name, style in ((space, "all dimensions", styles[0]), (plot, "plot", styles[1])):
        text = axes.text(x, -1.5 * LINE_MM, name, ha="right", color=theme.faint, **_SMALL)
        left = text.get_window_extent().transformed(axes.transData.inverted()).x0
        style.draw(axes, np.array([[left - 1.5, -1.5 * LINE_MM]]), _MARK, theme)
    for share, name in ((0.0, "0"), (1.0, "1")):
        x = begin + share * (end - begin)
        axes.text(x, -1.5 * LINE_MM, name, ha="center", color=theme.faint, **_SMALL)
    for i, one in enumerate(shown.same_kind):
        y = -(i + 2.5) * LINE_MM
        name = shown_word(one.name)
        axes.text(0, y, name, fontfamily=fonts_for(name), fontsize=POINTS - 1, **_PLAIN)
        axes.plot([begin, end], [y, y], color=theme.frame, linewidth=0.5, zorder=1)
        for x, share, style in ((space, one.space, styles[0]), (plot, one.plot, styles[1])):
            axes.text(x, y, f"{share:.2f}", ha="right", fontsize=POINTS - 1, **_PLAIN)
            place = np.array([[begin + share * (end - begin), y]])
            style.draw(axes, place, _MARK, theme)
    y = -(len(shown.same_kind) + 2.5) * LINE_MM
    axes.text(0, y, "by chance", color=theme.faint, fontsize=POINTS - 1, **_PLAIN)
    for x in (space, plot):
        by_chance = axes.text(x, y, f"{shown.chance:.2f}", fontsize=POINTS - 1, **_PLAIN)
        by_chance.set(ha="right", color=theme.faint)
    x = begin + shown.chance * (end - begin)
    axes.plot([x, x], [-2 * LINE_MM, y], color=theme.faint, linewidth=0.6, linestyle=(0, (2, 1.5)))


def write_notes(
    figure: Figure, lines: Sequence[str], corner: tuple[float, float], theme: Theme
) -> None:
    """Write lines of notes; the corner as in `write_kinds`."""
    axes = _panel(figure, corner, figure.get_figwidth() * 25.4 - corner[0])
    for i, line in enumerate(lines):
        axes.text(0, -(i + 0.5) * NOTE_MM, line, color=theme.faint, **_SMALL)


def _panel(figure: Figure, corner: tuple[float, float], width: float) -> Axes:
    """Add axes without frame in millimetres: x from the corner to the right, y downwards from 0."""
    whole = figure.get_size_inches() * 25.4
    box = (corner[0] / whole[0], 0, width / whole[0], corner[1] / whole[1])
    axes = figure.add_axes(box)
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(-corner[1], 0))
    return axes


def write_title(
    figure: Figure, corner: tuple[float, float], title: str, note: str, theme: Theme
) -> None:
    """Write the title of a plot, and below it how to read it; the corner is its upper left."""
    width, height = (inches * 25.4 for inches in figure.get_size_inches())
    x = corner[0] / width
    written = figure.text(x, (corner[1] + 4.2) / height, title, fontsize=POINTS)
    written.set(fontweight="bold", va="baseline")
    below = figure.text(x, (corner[1] + 1.3) / height, note, fontsize=POINTS - 1.5)
    below.set(color=theme.faint, va="baseline")
