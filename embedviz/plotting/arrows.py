"""Arrows, marks and labels of one panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.plotting.panel import Panel
from embedviz.plotting.style import MARK, POINTS, FamilyStyle, Theme, fonts_for
from embedviz.plotting.word_group import draw_marks
from embedviz.plotting.written_labels import write_labels
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]

MOST_NAMED = 300
"""Words with names; more could not be read."""

_LABEL_ROOM_MM, _EDGE_MM = (11.0, 4.0), (2.0, 2.0)  # next to labelled words, and others


def draw_panel(
    figure: Figure,
    box: tuple[float, float, float, float],
    vectors: WordVectors,
    shown: Panel,
    styles: Sequence[FamilyStyle],
    theme: Theme,
) -> None:
    """Draw a panel in a box of the figure: left, bottom, width and height as fractions.

    Raises
    ------
    InputError
        If the view is not two-dimensional.
    """
    titles = shown.view.axis_titles
    if len(titles) != 2:
        raise InputError(f"A picture has 2 dimensions, not {len(titles)}: give a flat plane.")
    axes = figure.add_axes(box, facecolor=theme.ground, xticks=[], yticks=[])
    for axis, title in zip((axes.xaxis, axes.yaxis), titles, strict=True):
        axis.set_label_text(title, fontsize=POINTS - 1.5, fontfamily=fonts_for(title))
        axis.label.set(color=theme.faint, parse_math=False)
        axis.labelpad = 2
    for spine in axes.spines.values():
        spine.set_color(theme.frame)
    ends = [
        shown.view.place(vectors, [w for pair in relation.pairs for w in pair]).reshape(-1, 2, 2)
        for relation in shown.relations
    ]  # each (n_pairs, source and target, x and y)
    first = np.concatenate([arrows[: shown.n_labelled] for arrows in ends])
    marked = shown.view.place(vectors, shown.marked).reshape(-1, 2)
    grouped = np.concatenate([np.empty((0, 2)), *(group.places for group in shown.groups)])
    labelled = np.concatenate([first.reshape(-1, 2), marked, grouped])
    every = np.concatenate(ends).reshape(-1, 2) if shown.draws_others else first.reshape(-1, 2)
    set_limits(axes, figure.dpi / 25.4, labelled, np.concatenate([every, marked, grouped]))
    _cloud(axes, vectors, shown, theme)
    words: dict[str, Floats] = {}
    for relation, arrows, style in zip(shown.relations, ends, styles, strict=True):
        if shown.draws_others:
            _faint_lines(axes, arrows[shown.n_labelled :], style)
        _arrows(axes, arrows[: shown.n_labelled], style, theme)
        for pair, arrow in zip(relation.pairs[: shown.n_labelled], arrows, strict=False):
            words.setdefault(pair[0], arrow)
            words.setdefault(pair[1], arrow[::-1])
    _points(axes, shown, words, theme)
    for word, place in zip(shown.marked, marked, strict=True):
        words.setdefault(word, np.stack([place, place - [0, 1e-6]]))
    x, y = marked.T
    rings = axes.plot(x, y, "o", color=theme.text, markersize=2.2 * MARK, zorder=4)
    rings[0].set(markerfacecolor="none", markeredgewidth=0.9)
    _label(
        axes, figure.dpi / 72, words, np.concatenate([first.reshape(-1, 2), grouped]), first, theme
    )


def _points(axes: Axes, shown: Panel, words: dict[str, Floats], theme: Theme) -> None:
    """Draw the words of groups, and add the first to the named ones."""
    for group in shown.groups:
        draw_marks(axes, group, theme)
        for word, place in zip(group.words, group.places, strict=True):
            if len(words) < MOST_NAMED:
                words.setdefault(word, np.stack([place, place - [0, 1e-6]]))


def set_limits(axes: Axes, pixels_a_mm: float, labelled: Floats, every: Floats) -> None:
    """Show all points, with equal scales on both axes and space for labels at the sides."""
    size = np.array(axes.get_window_extent().size) / pixels_a_mm
    low = np.minimum(labelled.min(axis=0), every.min(axis=0))
    high = np.maximum(labelled.max(axis=0), every.max(axis=0))
    scale = max(  # vector units per millimetre
        *((high - low) / (size - 2 * np.array(_EDGE_MM))),
        *(np.ptp(labelled, axis=0) / (size - 2 * np.array(_LABEL_ROOM_MM))),
        1e-9,
    )
    # centre the labelled words, as far as the others stay in the picture
    inside = np.array(_EDGE_MM) * scale
    half = size * scale / 2
    middle = (labelled.min(axis=0) + labelled.max(axis=0)) / 2
    middle = np.clip(middle, high + inside - half, low - inside + half)
    axes.set_xlim(middle[0] - half[0], middle[0] + half[0])
    axes.set_ylim(middle[1] - half[1], middle[1] + half[1])


def _cloud(axes: Axes, vectors: WordVectors, shown: Panel, theme: Theme) -> None:
    """Draw the most frequent words as dots; in a vector format they are an image."""
    if not shown.n_words:
        return
    draw_dots(axes, shown.view.place(vectors, vectors.words[: shown.n_words]), theme)
    axes.autoscale(enable=False)


def draw_dots(axes: Axes, places: Floats, theme: Theme) -> None:
    """Draw words as faint dots, shape (n_words, 2)."""
    x, y = places.T
    axes.scatter(x, y, s=0.8, color=theme.faint, alpha=0.3, linewidths=0, rasterized=True, zorder=0)


def _faint_lines(axes: Axes, arrows: Floats, style: FamilyStyle) -> None:
    from matplotlib.collections import LineCollection

    lines = LineCollection(list(arrows), colors=style.colour, linewidths=0.5, alpha=0.2, zorder=1)
    axes.add_collection(lines, autolim=False)


def _arrows(axes: Axes, arrows: Floats, style: FamilyStyle, theme: Theme) -> None:
    """Draw arrows from open marks to filled ones."""
    from matplotlib.patches import FancyArrowPatch

    for source, target in arrows:
        arrow = FancyArrowPatch(
            source,
            target,
            arrowstyle="-|>,head_length=3.2,head_width=1.5",
            mutation_scale=1,
            shrinkA=MARK / 2,
            shrinkB=MARK / 2,
            color=style.colour,
            linewidth=0.8,
            linestyle=style.line,
            zorder=2,
        )
        axes.add_patch(arrow)
    for end, face in ((0, theme.ground), (1, style.colour)):
        x, y = arrows[:, end].T
        marks = axes.plot(x, y, style.marker, color=style.colour, markersize=MARK, zorder=3)
        marks[0].set(markerfacecolor=face, markeredgewidth=0.8)


def _label(
    axes: Axes,
    dot: float,
    words: Mapping[str, Floats],
    marks: Floats,
    arrows: Floats,
    theme: Theme,
) -> None:
    """Write each word next to its mark, away from the other end; `dot` is pixels per point."""
    to_pixels = axes.transData.transform
    ends = to_pixels(np.array(list(words.values())).reshape(-1, 2)).reshape(-1, 2, 2)
    away = ends[:, 0] - ends[:, 1]
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    along = np.linspace(0, 1, 25)[:, np.newaxis, np.newaxis]
    write_labels(
        axes,
        list(words),
        ends[:, 0],
        away,
        marks=to_pixels(marks),
        radius=MARK * 0.65 * dot,
        beneath=to_pixels((arrows[:, 0] * (1 - along) + arrows[:, 1] * along).reshape(-1, 2)),
        theme=theme,
    )
