"""The picture of phrases: all as dots by kind, three zooms with labels, and the controls."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.plotting.arrows import set_limits
from embedviz.plotting.frame import PAGE_MM
from embedviz.plotting.phrase_key import (
    LINE_MM,
    NOTE_MM,
    KindStyle,
    kind_styles,
    n_kind_rows,
    write_kinds,
    write_notes,
    write_shares,
    write_title,
)
from embedviz.plotting.phrase_plots import PhraseMap, PhrasePlot
from embedviz.plotting.style import DARK, LIGHT, POINTS, Theme, open_figure, styled
from embedviz.plotting.written_labels import write_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

_GAP_MM, _TITLE_MM = 3.0, 8.0
_TWO_COLUMNS_MM = 120.0
_SMALL, _LARGE = 2.4, 3.2  # points of a mark, in the whole plot and in a zoom
_ASPECT = 0.74  # height of a plot over its width
_LETTER_MM = 1.2  # mean width of a letter of the notes
_MOST_LABELS = 48
_REACH, _FAR = 1.8, 4.0  # label heights between a mark and its label, in a zoom and the whole


def draw_phrases(shown: PhraseMap, *, width_mm: float = PAGE_MM, dark: bool = False) -> Figure:
    """Draw phrases.

    Parameters
    ----------
    shown : PhraseMap
        From `embedviz.plotting.phrase_map`.
    width_mm : float
        Width of the picture, from 80 to 500 millimetres; below 120 the plots are stacked.
    dark : bool
        Draw on a dark background.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    theme = DARK if dark else LIGHT
    plots = (shown.whole, *shown.zooms)
    n_columns = 2 if width_mm >= _TWO_COLUMNS_MM and len(plots) > 1 else 1
    n_rows = -(-len(plots) // n_columns)
    each = (width_mm - (n_columns + 1) * _GAP_MM) / n_columns
    high = _ASPECT * each
    n_keys = 3 - n_columns
    counts = Counter(phrase.kind for phrase in shown.whole.phrases)
    key = LINE_MM * max(1 + n_kind_rows(len(counts)), 3 + len(shown.same_kind))
    notes = wrap(" ".join(shown.notes), int((width_mm - 2 * _GAP_MM) / _LETTER_MM))
    below = n_keys * (key + _GAP_MM) + len(notes) * NOTE_MM + _GAP_MM
    height = n_rows * (high + _TITLE_MM + _GAP_MM) + below
    with styled(theme):
        figure = open_figure((width_mm, height), theme)
        styles = kind_styles(counts, theme)
        for i, plot in enumerate(plots):
            row, column = divmod(i, n_columns)
            left = _GAP_MM + column * (each + _GAP_MM)
            bottom = height - (row + 1) * (high + _TITLE_MM) - row * _GAP_MM
            write_title(figure, (left, bottom + high), plot.title, plot.note, theme)
            box = (left / width_mm, bottom / height, each / width_mm, high / height)
            axes = figure.add_axes(box, facecolor=theme.ground, xticks=[], yticks=[])
            _draw(axes, plot, styles, theme, is_zoom=i > 0)
        top = height - n_rows * (high + _TITLE_MM + _GAP_MM)
        write_kinds(figure, counts, (_GAP_MM, top), each, styles, theme)
        corner = (width_mm - _GAP_MM - each, top - (n_keys - 1) * (key + _GAP_MM))
        write_shares(figure, shown, corner, each, theme)
        write_notes(figure, notes, (_GAP_MM, below - n_keys * (key + _GAP_MM)), theme)
    return figure


def _draw(
    axes: Axes, plot: PhrasePlot, styles: Mapping[str, KindStyle], theme: Theme, *, is_zoom: bool
) -> None:
    """Draw the marks of a plot, and label phrases of a zoom, or the kinds of the whole."""
    for spine in axes.spines.values():
        spine.set_color(theme.frame)
    dpi = axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    places = plot.coordinates.astype(np.float64)
    # in a zoom every mark may have a label
    set_limits(axes, dpi / 25.4, places if is_zoom else places[:1], places)
    kinds = np.array([phrase.kind for phrase in plot.phrases])
    size = _LARGE if is_zoom else _SMALL
    for kind in dict.fromkeys(kinds):
        styles[kind].draw(axes, places[kinds == kind], size, theme)
    marks = axes.transData.transform(places)
    chosen = _spread(marks, kinds) if is_zoom else _central(marks, kinds)
    outwards = marks[chosen] - marks.mean(axis=0)
    outwards /= np.maximum(np.linalg.norm(outwards, axis=1, keepdims=True), 1e-9)
    write_labels(
        axes,
        [plot.phrases[i].text if is_zoom else kinds[i] for i in chosen],
        marks[chosen],
        outwards,
        marks=marks,
        radius=size * 0.6 * dpi / 72,
        beneath=np.empty((0, 2)),
        theme=theme,
        points=POINTS - 1.5,
        reach=_REACH if is_zoom else _FAR,
        crossing=not is_zoom,
        colours=[styles[kinds[i]].colour for i in chosen],
    )


def _central(places: Floats, kinds: NDArray[np.str_]) -> list[int]:
    """Return the place nearest to the median of each kind."""
    central = []
    for kind in dict.fromkeys(kinds):
        of_kind = np.flatnonzero(kinds == kind)
        beside = places[of_kind] - np.median(places[of_kind], axis=0)
        central.append(int(of_kind[np.square(beside).sum(axis=1).argmin()]))
    return central


def _spread(places: Floats, kinds: NDArray[np.str_]) -> list[int]:
    """Choose places to label, of all kinds in turn, each far from those of its kind before."""
    n = -(-_MOST_LABELS // len(set(kinds)))
    orders = [
        of_kind[_farthest_first(places[of_kind], n)]
        for of_kind in (np.flatnonzero(kinds == kind) for kind in dict.fromkeys(kinds))
    ]
    return [int(order[i]) for i in range(n) for order in orders if i < len(order)]


def _farthest_first(places: Floats, n: int) -> list[int]:
    """Choose n places: the farthest from the middle, then the farthest from those chosen."""
    chosen = [int(np.square(places - places.mean(axis=0)).sum(axis=1).argmax())]
    nearest = np.full(len(places), np.inf)
    while len(chosen) < min(n, len(places)):
        nearest = np.minimum(nearest, np.square(places - places[chosen[-1]]).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    return chosen
