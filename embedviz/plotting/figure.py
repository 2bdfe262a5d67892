"""Pictures for papers: relations as arrows on a plane, as matplotlib figures.

Examples
--------
>>> from pathlib import Path
>>> import embedviz as ev
>>> from embedviz.relations.direction import built_in
>>> vectors = ev.load("english")                                   # doctest: +SKIP
>>> shown = panels(vectors, [built_in("male-female")])             # doctest: +SKIP
>>> save(classic(vectors, shown), Path("a.pdf"), title="Gender")   # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embedviz.plotting.arrows import draw_panel
from embedviz.plotting.key import LINE_MM, key, write_key
from embedviz.plotting.panel import Panel, panel
from embedviz.plotting.style import DARK, LIGHT, styled
from embedviz.projection import Layout
from embedviz.relations import Relation, style_number
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMN_MM, PAGE_MM = 85.0, 180.0
"""Widths of one column and of a page in journals."""

_PANELS_A_ROW = 3
_GAP_MM, _AXIS_MM = 2.5, 4.5  # between panels; an axis title


def draw(
    vectors: WordVectors,
    relations: Sequence[Relation],
    view: Layout,
    *,
    n_pairs: int = 6,
    width_mm: float = COLUMN_MM,
    dark: bool = False,
    seed: int = 0,
) -> Figure:
    """Draw some relations in one view.

    Every pair is drawn: the most frequent with marks and labels, the others faintly. The key below
    shows the consistency of the arrows and the share of them that the view retains.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        Pairs without vectors are ignored.
    view : Layout
        Two-dimensional, see `embedviz.projection.fitting.fit`.
    n_pairs : int
        Number of labelled pairs of each relation.
    width_mm : float
        Width of the picture, from 40 to 500 millimetres; the text size is fixed.
    dark : bool
        Draw on a dark background.
    seed : int
        Seed of the statistics.

    Raises
    ------
    InputError
        If no relation has a pair with vectors, the view is not 2-D, or matplotlib is missing.
    """
    shown = panel(vectors, relations, view, n_labelled=n_pairs, seed=seed)
    return _figure(vectors, [shown], width_mm, 0.85 * width_mm, 1, dark)


def classic(
    vectors: WordVectors,
    shown: Sequence[Panel],
    *,
    width_mm: float = PAGE_MM,
    dark: bool = False,
) -> Figure:
    """Draw the classic figure: one panel per relation, three in a row.

    Parameters
    ----------
    vectors : WordVectors
    shown : sequence of Panel
        From `panels`.
    width_mm, dark
        See `draw`.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    n_columns = min(_PANELS_A_ROW, len(shown))
    return _figure(vectors, shown, width_mm, 1.05 * width_mm / _PANELS_A_ROW, n_columns, dark)


def _figure(
    vectors: WordVectors,
    shown: Sequence[Panel],
    width: float,
    height: float,
    n_columns: int,
    dark: bool,
) -> Figure:
    """Lay out panels, in millimetres: each a plot of that height with its key below."""
    theme = DARK if dark else LIGHT
    with styled(theme):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        keys = [key(one) for one in shown]
        below = _AXIS_MM + LINE_MM * max(len(lines) for lines in keys)
        n_rows = -(-len(shown) // n_columns)
        whole = n_rows * (height + below + _GAP_MM) + _GAP_MM
        figure = Figure(figsize=(width / 25.4, whole / 25.4), facecolor=theme.ground)
        FigureCanvasAgg(figure)
        each = (width - _GAP_MM) / n_columns - _GAP_MM - _AXIS_MM
        for i, one in enumerate(shown):
            row, column = divmod(i, n_columns)
            left = _GAP_MM + _AXIS_MM + column * (each + _GAP_MM + _AXIS_MM)
            bottom = whole - (row + 1) * (height + _GAP_MM) - row * below
            box = (left / width, bottom / whole, each / width, height / whole)
            styles = [
                theme.family(style_number(relation.name, i + j))
                for j, relation in enumerate(one.relations)
            ]
            draw_panel(figure, box, vectors, one, styles, theme)
            write_key(figure, keys[i], (left, bottom - _AXIS_MM), styles, theme)
    return figure
