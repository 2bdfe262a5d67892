"""The picture of words in groups, on axes that have a meaning or on principal components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embedviz.errors import InputError
from embedviz.plotting.arrows import MOST_NAMED, draw_dots
from embedviz.plotting.frame import COLUMN, TITLE_MM, Frame, write_title_and_caption
from embedviz.plotting.key import LINE_MM
from embedviz.plotting.style import DARK, LIGHT, MARK, POINTS, Theme, fonts_for, open_figure, styled
from embedviz.plotting.word_group import Floats, WordGroup, draw_marks
from embedviz.plotting.written_labels import write_labels
from embedviz.support import clip

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GAP_MM, _AXIS_MM = 2.5, 5.0
_A_ROW = 3  # entries of the key


def draw_words(
    groups: Sequence[WordGroup],
    *,
    others: Floats | None = None,
    axis_titles: Sequence[str] = (),
    frame: Frame = COLUMN,
    dark: bool = False,
) -> Figure:
    """Draw words as marks, the first 300 with names; a name without room is left out.

    Parameters
    ----------
    groups : sequence of WordGroup
        At least one word in all.
    others : ndarray, shape (n_others, 2), optional
        Places of words that are faint dots behind.
    axis_titles : sequence of str
        Names of the x and y axis, which are then drawn through 0.
    frame : Frame
    dark : bool
        Draw on a dark background.

    Raises
    ------
    InputError
        If there is no word, or matplotlib is missing.
    """
    shown = [group for group in groups if group.words]
    if not shown:
        raise InputError("There is no word to draw: give one of the vocabulary.")
    theme = DARK if dark else LIGHT
    width = frame.width_mm
    n_lines = -(-len(shown) // _A_ROW)
    below = _GAP_MM + LINE_MM * (n_lines + len(frame.caption_lines)) + _AXIS_MM
    above = _GAP_MM + (TITLE_MM if frame.title else 0.0)
    height = frame.height_mm or 0.8 * width + below + above
    with styled(theme):
        figure = open_figure((width, height), theme, frame.dpi)
        left = _GAP_MM + (_AXIS_MM if axis_titles else 0.0)
        wide, high = width - left - _GAP_MM, height - below - above
        box = (left / width, below / height, wide / width, high / height)
        axes = figure.add_axes(box, facecolor=theme.ground)
        if others is not None:
            draw_dots(axes, others, theme)
        _draw(axes, shown, axis_titles, theme)
        _write_key(figure, shown, (width, height), len(frame.caption_lines), theme)
        write_title_and_caption(figure, frame, theme)
    return figure


def _draw(
    axes: Axes, groups: Sequence[WordGroup], axis_titles: Sequence[str], theme: Theme
) -> None:
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color(theme.frame)
    if axis_titles:
        for line in (axes.axvline, axes.axhline):
            line(0, color=theme.frame, linewidth=0.8, zorder=0)
        labels = [clip(title, 60) for title in axis_titles]
        common: dict[str, Any] = {"fontsize": POINTS - 1, "color": theme.faint, "parse_math": False}
        axes.set_xlabel(labels[0], labelpad=3, fontfamily=fonts_for(labels[0]), **common)
        axes.set_ylabel(labels[1], labelpad=3, fontfamily=fonts_for(labels[1]), **common)
    for group in groups:
        draw_marks(axes, group, theme)
    axes.margins(0.1)
    axes.set_aspect("equal", adjustable="datalim")
    axes.apply_aspect()
    places = np.concatenate([group.places for group in groups]).astype(np.float64)
    pixels = axes.transData.transform(places)
    away = pixels - pixels.mean(axis=0)
    facing = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    dot = axes.get_figure(root=True).dpi / 72  # type: ignore[union-attr]  # pixels per point
    write_labels(
        axes,
        [word for group in groups for word in group.words][:MOST_NAMED],
        pixels[:MOST_NAMED],
        facing[:MOST_NAMED],
        marks=pixels,
        radius=dot * (MARK + 1) / 2,
        beneath=np.empty((0, 2)),
        theme=theme,
    )


def _write_key(
    figure: Figure,
    groups: Sequence[WordGroup],
    size: tuple[float, float],
    n_caption_lines: int,
    theme: Theme,
) -> None:
    """Write the names of the groups beside their marks, three in a row."""
    from matplotlib.lines import Line2D

    width, height = size
    each = (width - 2 * _GAP_MM) / _A_ROW
    n_lines = -(-len(groups) // _A_ROW)
    for number, group in enumerate(groups):
        line, place = divmod(number, _A_ROW)
        x = _GAP_MM + place * each
        y = LINE_MM * (n_caption_lines + n_lines - line - 0.4)
        style = theme.family(group.style)
        figure.add_artist(
            Line2D(
                [(x + 1.2) / width],
                [y / height],
                linestyle="none",
                marker=style.marker,
                color=style.colour,
                markersize=MARK + 1,
            )
        )
        name = clip(group.name, 24)
        figure.text(
            (x + 3) / width,
            y / height,
            name,
            va="center",
            fontsize=POINTS - 1,
            fontfamily=fonts_for(name),
            parse_math=False,
        )
