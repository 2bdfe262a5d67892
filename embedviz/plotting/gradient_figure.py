"""The picture of back-propagation through time: how far back the cost of each word reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.plotting.frame import PAGE_MM
from embedviz.plotting.phrase_key import NOTE_MM, write_notes, write_title
from embedviz.plotting.style import DARK, LIGHT, POINTS, Theme, open_figure, styled
from embedviz.support import clip

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

_GAP_MM, _TITLE_MM, _WORDS_MM, _AXIS_MM = 4.0, 9.0, 15.0, 9.0
_LETTER_MM = 1.15  # mean width of a letter of the notes
_LEAST, _MOST = -4.0, 0.5  # powers of ten of the colour scale and of the curves
_MOST_WORDS = 40  # whose names fit beside a triangle
_TRAINED, _UNTRAINED = 0, 1
_POWERS = ("1", "1/10", "1/100", "1/1,000", "1/10,000")


@dataclass(frozen=True, eq=False)
class GradientRow:
    """A model before and after its training.

    Attributes
    ----------
    title, note : str
    words : tuple of str
    norms : (ndarray, ndarray), each of shape (n_steps, n_steps)
        ‖∂C[t] / ∂h[s]‖ of the untrained and of the trained model, NaN for s > t.
    curves : (ndarray, ndarray), each of shape (n_steps, 3)
        Quartiles over t of the norms at distance k relative to those at 0, likewise.
    truncation : int
        Steps after which training cuts the graph.
    """

    title: str
    note: str
    words: tuple[str, ...]
    norms: tuple[Floats, Floats]
    curves: tuple[Floats, Floats]
    truncation: int


def draw_gradients(
    rows: Sequence[GradientRow],
    notes: Sequence[str],
    *,
    width_mm: float = PAGE_MM,
    dark: bool = False,
) -> Figure:
    """Draw a row for each model: the triangle before and after training, and both curves.

    Parameters
    ----------
    rows : sequence of GradientRow
        At least one.
    notes : sequence of str
        Written below.
    width_mm : float
    dark : bool
        Draw on a dark background.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    theme = DARK if dark else LIGHT
    side = (width_mm - _WORDS_MM - _AXIS_MM - 4 * _GAP_MM) / 3
    row_mm = _TITLE_MM + side + _GAP_MM
    lines = wrap(" ".join(notes), int((width_mm - 2 * _GAP_MM) / _LETTER_MM))
    below = len(lines) * NOTE_MM + _GAP_MM + _AXIS_MM
    height = len(rows) * row_mm + below
    with styled(theme):
        figure = open_figure((width_mm, height), theme)
        for number, row in enumerate(rows):
            bottom = height - (number + 1) * row_mm + _GAP_MM
            lefts = (
                _GAP_MM + _WORDS_MM,
                2 * _GAP_MM + _WORDS_MM + side,
                3 * _GAP_MM + _WORDS_MM + _AXIS_MM + 2 * side,
            )
            boxes = [
                (left / width_mm, bottom / height, side / width_mm, side / height) for left in lefts
            ]
            titles = (
                (row.title, "before training"),
                ("", "after training"),
                ("", f"by distance; {row.note}" if row.note else "by distance"),
            )
            for left, (title, note) in zip(lefts, titles, strict=True):
                write_title(figure, (left, bottom + side), title, note, theme)
            for place in (0, 1):
                axes = figure.add_axes(boxes[place], facecolor=theme.ground)
                _draw_triangle(axes, row, place, theme)
            _draw_curves(figure.add_axes(boxes[2], facecolor=theme.ground), row, theme)
        write_notes(figure, lines, (_GAP_MM, below - _AXIS_MM), theme)
    return figure


def _frame(axes: Axes, theme: Theme) -> None:
    axes.tick_params(length=2, pad=1.5, colors=theme.text, labelsize=POINTS - 2, width=0.4)
    for spine in axes.spines.values():
        spine.set_color(theme.frame)


def _draw_triangle(axes: Axes, row: GradientRow, place: int, theme: Theme) -> None:
    """Draw the norms relative to that of the own step, darker for larger ones."""
    from matplotlib.colors import LinearSegmentedColormap

    norms = row.norms[place]
    own = np.diag(norms)[:, np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore"):
        shown = np.clip(np.log10(norms / own), _LEAST, _MOST)
    colours = LinearSegmentedColormap.from_list(
        "norms", [theme.ground, theme.family(_TRAINED).colour]
    )
    axes.imshow(shown, cmap=colours, vmin=_LEAST, vmax=_MOST, aspect="auto")
    n = len(norms)
    if row.truncation < n:  # beyond this line, training cuts the graph
        axes.plot(
            [-0.5, n - row.truncation - 0.5],
            [row.truncation - 0.5, n - 0.5],
            color=theme.text,
            linewidth=0.8,
            linestyle=(0, (3, 2)),
        )
    axes.set(xticks=[], yticks=[], xlabel="")
    if place == 0 and n <= _MOST_WORDS:
        axes.set_yticks(range(n), [clip(word, 12) for word in row.words[:n]])
    _frame(axes, theme)
    axes.tick_params(labelsize=max(3.4, min(POINTS - 2, 150 / n)))


def _draw_curves(axes: Axes, row: GradientRow, theme: Theme) -> None:
    """Draw the medians over k with bands between the quartiles."""
    for place, style, dashes in ((0, _UNTRAINED, (0, (3, 2))), (1, _TRAINED, "solid")):
        curve = row.curves[place]
        there = np.isfinite(curve[:, 1]) & (curve[:, 1] > 0)
        ks = np.flatnonzero(there)
        colour = theme.family(style).colour
        low, middle, high = np.maximum(curve[there], 10.0 ** (_LEAST - 4)).T
        axes.fill_between(ks, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(ks, middle, color=colour, linewidth=1.2, linestyle=dashes)
    if row.truncation < len(row.curves[0]):
        axes.axvline(row.truncation, color=theme.text, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.set_yscale("log")
    axes.set_ylim(10.0**_LEAST, 10.0**_MOST)
    axes.set_xlim(0, len(row.curves[0]) - 1)
    axes.grid(color=theme.frame, linewidth=0.3)
    axes.minorticks_off()
    axes.set_yticks([10.0**-power for power in range(5)], _POWERS)
    _frame(axes, theme)
