"""The picture of a model of programs: digits, states along a program, and where it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.plotting.frame import PAGE_MM
from embedviz.plotting.phrase_key import NOTE_MM, write_notes, write_title
from embedviz.plotting.style import DARK, LIGHT, POINTS, Theme, open_figure, styled
from embedviz.vectors import principal_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float32]

_GAP_MM, _TITLE_MM, _PANEL_MM, _CHARACTER_MM = 4.0, 9.0, 40.0, 1.9
_LETTER_MM = 1.15  # mean width of a letter of the notes
_CODE = "DejaVu Sans Mono"
_SHOWN = {"\n": "↵", " ": "·"}


@dataclass(frozen=True, eq=False)
class SmallPlot:
    """Points of a space on its principal plane, joined in order.

    Attributes
    ----------
    title, note : str
    vectors : ndarray of float32, shape (n_points, n_dims)
    labels : mapping of int to str
        Of some of the points.
    """

    title: str
    note: str
    vectors: Floats
    labels: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class ProgramPicture:
    """What to draw of a model of programs.

    Attributes
    ----------
    plots : tuple of tuple of SmallPlot
        Rows: those of the model, and below each its control.
    program, trace : str
    attention : ndarray of float32, shape (n_heads, n_written, n_read), or None
        Weights of what was read at each character that was written.
    notes : tuple of str
    """

    plots: tuple[tuple[SmallPlot, ...], ...]
    program: str
    trace: str
    attention: Floats | None
    notes: tuple[str, ...]


def draw_program(shown: ProgramPicture, *, width_mm: float = PAGE_MM, dark: bool = False) -> Figure:
    """Draw a model of programs.

    Parameters
    ----------
    shown : ProgramPicture
    width_mm : float
        Width of the picture.
    dark : bool
        Draw on a dark background.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    theme = DARK if dark else LIGHT
    n = len(shown.plots[0])
    each = (width_mm - (n + 1) * _GAP_MM) / n
    row_mm = _TITLE_MM + _PANEL_MM
    notes = wrap(" ".join(shown.notes), int((width_mm - 2 * _GAP_MM) / _LETTER_MM))
    below = len(notes) * NOTE_MM + _GAP_MM
    n_read = 0 if shown.attention is None else shown.attention.shape[2]
    map_mm = n_read * _CHARACTER_MM + (_TITLE_MM + _GAP_MM) * bool(n_read)
    height = len(shown.plots) * row_mm + map_mm + below
    with styled(theme):
        figure = open_figure((width_mm, height), theme)
        for (row, plots), i in product(enumerate(shown.plots), range(n)):
            plot = plots[i]
            left, bottom = _GAP_MM + i * (each + _GAP_MM), height - (row + 1) * row_mm
            write_title(figure, (left, bottom + _PANEL_MM), plot.title, plot.note, theme)
            box = left / width_mm, bottom / height, each / width_mm, _PANEL_MM / height
            _draw_plot(figure.add_axes(box, facecolor=theme.ground), plot, theme)
        if shown.attention is not None:
            margin = 2 * _GAP_MM
            bottom = below + _GAP_MM
            top = bottom + n_read * _CHARACTER_MM
            title = "Where it looks in the program while it writes the trace"
            note = "each row a character of the program, each column one of the trace; all heads"
            write_title(figure, (_GAP_MM, top), title, note, theme)
            wide = width_mm - margin - _GAP_MM
            box = (margin / width_mm, bottom / height, wide / width_mm, (top - bottom) / height)
            _draw_attention(figure.add_axes(box, facecolor=theme.ground), shown, theme)
        write_notes(figure, notes, (_GAP_MM, below), theme)
    return figure


def _draw_plot(axes: Axes, plot: SmallPlot, theme: Theme) -> None:
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color(theme.frame)
    axis = principal_axes(plot.vectors.astype(np.float64), 2)
    places = (plot.vectors - axis.centre) @ axis.axes.T
    colour = theme.family(0).colour
    axes.plot(*places.T, color=colour, linewidth=0.6, alpha=0.55, zorder=1)
    unlabelled = [i for i in range(len(places)) if i not in plot.labels]
    axes.plot(*places[unlabelled].T, ".", color=colour, markersize=2, zorder=2)
    for i, label in plot.labels.items():
        x, y = places[i]
        axes.text(
            x,
            y,
            label,
            ha="center",
            va="center",
            fontsize=POINTS,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": theme.ground, "edgecolor": "none"},
        )
    axes.margins(0.12)


def _draw_attention(axes: Axes, shown: ProgramPicture, theme: Theme) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    assert shown.attention is not None
    colours = LinearSegmentedColormap.from_list("attention", [theme.ground, theme.family(0).colour])
    n = len(shown.trace)
    axes.imshow(shown.attention[:, :n].max(axis=0).T, cmap=colours, aspect="auto", vmin=0, vmax=1)
    for ticks, labels, text in (
        (axes.set_xticks, axes.set_xticklabels, shown.trace),
        (axes.set_yticks, axes.set_yticklabels, shown.program),
    ):
        ticks(range(len(text)))
        labels([_SHOWN.get(sign, sign) for sign in text], fontfamily=_CODE, fontsize=4.6)
    axes.tick_params(length=0, pad=1, colors=theme.text)
    for spine in axes.spines.values():
        spine.set_color(theme.frame)
