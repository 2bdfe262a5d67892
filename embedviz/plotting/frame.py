"""Size, title and caption of a picture."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedviz.errors import InputError
from embedviz.plotting.key import LINE_MM
from embedviz.plotting.style import POINTS, Theme, fonts_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMN_MM, PAGE_MM = 85.0, 180.0
"""Widths of one column and of a page in journals."""

TITLE_MM = 6.5
"""Height of the title."""

_PAPER_DPI = 300.0
_SLIDE_MM, _SLIDE_PIXELS = (180.0, 101.25), 1920  # 16:9; text is twice as large on a slide
_WIDEST, _NARROWEST = 500.0, 40.0
_LETTERS_A_MM = 0.76  # of a caption
_MOST_LINES = 4


@dataclass(frozen=True)
class Frame:
    """Size, title and caption of a picture.

    Attributes
    ----------
    width_mm : float
        From 40 to 500; the text size is fixed.
    height_mm : float or None
        By default as high as the content needs.
    title, caption : str
        May be empty.
    dpi : float
        Pixels per inch of a PNG.

    Raises
    ------
    InputError
        If the width is out of range.
    """

    width_mm: float = COLUMN_MM
    height_mm: float | None = None
    title: str = ""
    caption: str = ""
    dpi: float = _PAPER_DPI

    def __post_init__(self) -> None:
        """Check the width."""
        if not _NARROWEST <= self.width_mm <= _WIDEST:
            raise InputError(
                f"A picture cannot be {self.width_mm:g} mm wide: give {_NARROWEST:g} to "
                f"{_WIDEST:g} mm."
            )

    @property
    def caption_lines(self) -> list[str]:
        """The caption, broken to the width; at most four lines."""
        n_letters = max(20, int(self.width_mm * _LETTERS_A_MM))
        return textwrap.wrap(self.caption, n_letters, max_lines=_MOST_LINES, placeholder=" …")


COLUMN, PAGE = Frame(), Frame(PAGE_MM)
SLIDE = Frame(*_SLIDE_MM, dpi=_SLIDE_PIXELS / (_SLIDE_MM[0] / 25.4))
"""Of 16:9, 1,920 × 1,080 pixels as a PNG."""

FRAMES = {"page": PAGE, "column": COLUMN, "slide": SLIDE}
"""Frames by name."""


def write_title_and_caption(figure: Figure, frame: Frame, theme: Theme) -> None:
    """Write the title at the top and the caption at the bottom of a figure."""
    width, height = (inches * 25.4 for inches in figure.get_size_inches())
    lines = [(frame.title, height - TITLE_MM / 2, POINTS + 2, "bold", theme.text)]
    n = len(frame.caption_lines)
    lines += [
        (text, (n - i - 0.3) * LINE_MM, POINTS - 1, "normal", theme.faint)
        for i, text in enumerate(frame.caption_lines)
    ]
    for text, y, points, weight, colour in lines:
        if text:
            figure.text(
                2.5 / width,
                y / height,
                text,
                ha="left",
                va="center",
                fontsize=points,
                fontweight=weight,
                color=colour,
                fontfamily=fonts_for(text),
                parse_math=False,
            )
