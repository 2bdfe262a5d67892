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

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from embedviz.plotting.arrows import draw_panel
from embedviz.plotting.frame import COLUMN, PAGE, TITLE_MM, Frame, write_title_and_caption
from embedviz.plotting.key import LINE_MM, key, write_key
from embedviz.plotting.panel import Panel, panel
from embedviz.plotting.style import DARK, LIGHT, open_figure, styled
from embedviz.plotting.word_group import WordGroup
from embedviz.projection import Layout
from embedviz.relations import Relation, style_numbers
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PANELS_A_ROW = 3
_GAP_MM, _AXIS_MM = 2.5, 4.5  # between panels; an axis title
_NARROWEST_MM = 55.0  # a panel whose key has room
_LOWEST_MM, _KEY_MM = 20.0, 54.0  # a plot; a key beside it


def draw(
    vectors: WordVectors,
    relations: Sequence[Relation],
    view: Layout,
    *,
    n_pairs: int = 6,
    n_words: int = 0,
    marked: Sequence[str] = (),
    draws_others: bool = True,
    frame: Frame = COLUMN,
    dark: bool = False,
    seed: int = 0,
    styles: Mapping[str, int] | None = None,
    groups: Sequence[WordGroup] = (),
) -> Figure:
    """Draw some relations in one view.

    The most frequent pairs are drawn with marks and labels, the others faintly. The key below shows
    the consistency of the arrows and the share of them that the view retains.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        Pairs without vectors are ignored.
    view : Layout
        Two-dimensional, see `embedviz.projection.fitting.fit`.
    n_pairs : int
        Number of labelled pairs of each relation.
    n_words : int
        The most frequent words are drawn as dots behind the arrows.
    marked : sequence of str
        Words with a ring and a label of their own.
    draws_others : bool
        Whether the other pairs are drawn.
    frame : Frame
    dark : bool
        Draw on a dark background.
    seed : int
        Seed of the statistics.
    styles : mapping of str to int, optional
        Style number of each relation, by name; by default in their order, see
        `embedviz.relations.style_numbers`.
    groups : sequence of WordGroup
        Words with a colour, a mark and a label, placed in the view; named in the key.

    Raises
    ------
    InputError
        If no relation has a pair with vectors, the view is not 2-D, or matplotlib is missing.
    """
    shown = panel(vectors, relations, view, n_labelled=n_pairs, seed=seed)
    shown = replace(
        shown,
        n_words=n_words,
        marked=tuple(marked),
        draws_others=draws_others,
        groups=tuple(groups),
    )
    return _figure(vectors, [shown], frame, 0.85 * frame.width_mm, 1, dark, styles)


def classic(
    vectors: WordVectors,
    shown: Sequence[Panel],
    *,
    frame: Frame = PAGE,
    dark: bool = False,
    styles: Mapping[str, int] | None = None,
) -> Figure:
    """Draw the classic figure: one panel per relation, three in a row if they fit.

    Parameters
    ----------
    vectors : WordVectors
    shown : sequence of Panel
        From `panels`.
    frame, dark, styles
        See `draw`.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    fitting = min(_PANELS_A_ROW, max(1, int(frame.width_mm // _NARROWEST_MM)))
    n_columns = min(fitting, len(shown))
    height = (1.05 if fitting > 1 else 0.7) * frame.width_mm / fitting
    return _figure(vectors, shown, frame, height, n_columns, dark, styles)


def _figure(
    vectors: WordVectors,
    shown: Sequence[Panel],
    frame: Frame,
    height: float,
    n_columns: int,
    dark: bool,
    numbers: Mapping[str, int] | None,
) -> Figure:
    """Lay out panels, in millimetres: each a plot with its key below; the height is a wish."""
    theme, width = DARK if dark else LIGHT, frame.width_mm
    if numbers is None:
        numbers = style_numbers([relation.name for one in shown for relation in one.relations])
    with styled(theme):
        keys = [key(one) for one in shown]
        caption = frame.caption_lines
        above, foot = TITLE_MM if frame.title else 0.0, LINE_MM * len(caption)
        # a picture of a given height is wide: its key stands beside a single plot
        is_beside = frame.height_mm is not None and len(shown) == 1
        n_rows, side = -(-len(shown) // n_columns), _KEY_MM if is_beside else 0.0
        below = _AXIS_MM + (0.0 if is_beside else LINE_MM * max(map(len, keys)))
        around = above + foot + n_rows * (below + _GAP_MM) + _GAP_MM
        if frame.height_mm is not None:
            height = max(_LOWEST_MM, (frame.height_mm - around) / n_rows)
        whole = around + n_rows * height
        figure = open_figure((width, whole), theme, frame.dpi)
        each = (width - side - _GAP_MM) / n_columns - _GAP_MM - _AXIS_MM
        for i, one in enumerate(shown):
            row, column = divmod(i, n_columns)
            left = _GAP_MM + _AXIS_MM + column * (each + _GAP_MM + _AXIS_MM)
            bottom = whole - above - (row + 1) * (height + _GAP_MM) - row * below
            box = (left / width, bottom / whole, each / width, height / whole)
            styles = [theme.family(numbers[relation.name]) for relation in one.relations]
            points = [theme.family(group.style) for group in one.groups]
            draw_panel(figure, box, vectors, one, styles, theme)
            corner = (left, bottom - _AXIS_MM)
            if is_beside:
                corner = (left + each + _GAP_MM, bottom + height)
            write_key(figure, keys[i], corner, (*styles, *points), theme)
        write_title_and_caption(figure, frame, theme)
    return figure
