"""A contact sheet: pictures with what a model says of them, in a column for each grade."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.plotting.frame import PAGE_MM
from embedviz.plotting.phrase_key import LINE_MM, NOTE_MM, write_notes, write_title
from embedviz.plotting.style import DARK, LIGHT, POINTS, open_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GAP_MM, _TITLE_MM = 4.0, 9.0
_LETTER_MM = 1.36  # mean width of a letter of a caption
_CAPTION_LINES, _TRUTH_LINES = 3, 3
_NOTE_LETTER_MM = 1.15


@dataclass(frozen=True, eq=False)
class CaptionedPicture:
    """A picture, what a model says of it, and what is to be seen.

    Attributes
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
    text, truth : str
    """

    picture: NDArray[np.uint8]
    text: str
    truth: str


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """Pictures whose captions have the same grade.

    Attributes
    ----------
    title, note : str
    pictures : tuple of CaptionedPicture
    """

    title: str
    note: str
    pictures: tuple[CaptionedPicture, ...]


def draw_contact_sheet(
    columns: tuple[SheetColumn, ...],
    notes: tuple[str, ...] = (),
    *,
    width_mm: float = PAGE_MM,
    dark: bool = False,
) -> Figure:
    """Draw pictures in columns; below each what was said, and in grey what is right.

    Parameters
    ----------
    columns : tuple of SheetColumn
    notes : tuple of str
        Sentences below all.
    width_mm : float
    dark : bool
        Draw on a dark background.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    theme = DARK if dark else LIGHT
    n_columns, n_rows = len(columns), max(len(column.pictures) for column in columns)
    each = (width_mm - (n_columns + 1) * _GAP_MM) / n_columns
    text_mm = (_CAPTION_LINES + _TRUTH_LINES) * LINE_MM + _GAP_MM
    lines = wrap(" ".join(notes), int((width_mm - 2 * _GAP_MM) / _NOTE_LETTER_MM))
    below = len(lines) * NOTE_MM + _GAP_MM
    height = _TITLE_MM + _GAP_MM + n_rows * (each + text_mm) + below
    with styled(theme):
        figure = open_figure((width_mm, height), theme)

        def write(left: float, top: float, text: str, n_lines: int, colour: str) -> None:
            shown = wrap(text, int(each / _LETTER_MM))
            if len(shown) > n_lines:
                shown = [*shown[: n_lines - 1], shown[n_lines - 1] + " …"]
            for number, line in enumerate(shown):
                y = (top - (number + 0.5) * LINE_MM) / height
                figure.text(
                    left / width_mm, y, line, va="center", fontsize=POINTS - 0.5, color=colour
                )

        for i, column in enumerate(columns):
            left = _GAP_MM + i * (each + _GAP_MM)
            top = height - _TITLE_MM
            write_title(figure, (left, top), column.title, column.note, theme)
            for row, one in enumerate(column.pictures):
                bottom = top - _GAP_MM / 2 - each - row * (each + text_mm)
                box = (left / width_mm, bottom / height, each / width_mm, each / height)
                axes = figure.add_axes(box)
                axes.set_axis_off()
                axes.imshow(one.picture, interpolation="none")
                under = bottom - 1.0
                write(left, under, one.text, _CAPTION_LINES, theme.text)
                if one.truth != one.text:
                    n = min(_CAPTION_LINES, len(wrap(one.text, int(each / _LETTER_MM))))
                    write(left, under - n * LINE_MM, one.truth, _TRUTH_LINES, theme.faint)
        write_notes(figure, lines, (_GAP_MM, below), theme)
    return figure
