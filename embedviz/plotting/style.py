"""Style of figures: colours, dashes, marks, fonts and matplotlib's settings."""

from __future__ import annotations

import threading
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from embedviz.errors import InputError
from embedviz.support import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POINTS = 8.0
"""Text size; most journals require 6 to 8."""

MARK = 3.4
"""Width of a word's mark, in points."""

_FONT = "DejaVu Sans"  # bundled with matplotlib: pictures are the same everywhere
_BOXES = "Last Resort"  # a font of matplotlib that has a box for every script
_VIRAMA = 9  # combining class
_MARKERS = ("o", "s", "^", "D", "v", "P")
_LOCK = threading.RLock()  # matplotlib's settings are shared by all threads


@dataclass(frozen=True)
class FamilyStyle:
    """Colour, dashes and mark of a family; colour is never the only difference."""

    colour: str
    dashes: tuple[float, ...]
    marker: str

    @property
    def line(self) -> Literal["solid"] | tuple[float, tuple[float, ...]]:
        """Line style for matplotlib."""
        return (0, self.dashes) if self.dashes else "solid"


@dataclass(frozen=True)
class Theme:
    """Colours of a figure: those of relations from `embedviz.support.palette`, and greys."""

    palette: palette.Palette
    faint: str
    frame: str

    @property
    def ground(self) -> str:
        """Background colour."""
        return self.palette.ground

    @property
    def text(self) -> str:
        """Colour of words."""
        return self.palette.text

    def family(self, style: int) -> FamilyStyle:
        """Return the style of a style number, see `embedviz.relations.style_number`."""
        number = palette.dash_number(style)
        return FamilyStyle(self.palette.colour(style), palette.DASHES[number], _MARKERS[number])


LIGHT = Theme(palette.LIGHT, faint="#5b6470", frame="#c9ced6")
DARK = Theme(palette.DARK, faint="#a3acb9", frame="#3a4250")


@contextmanager
def styled(theme: Theme = LIGHT) -> Iterator[None]:
    """Use these settings only, independent of any matplotlibrc.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    try:
        from matplotlib import style
    except ImportError:
        raise InputError(
            "Pictures need the package matplotlib: pip install 'embedviz[figures]'."
        ) from None
    settings = {
        "font.family": [_FONT],
        "font.size": POINTS,
        "text.parse_math": False,
        "text.hinting": "none",  # hinting makes the width of labels depend on the resolution
        "text.color": theme.text,
        "axes.linewidth": 0.5,
        "figure.dpi": 300,
        "savefig.dpi": 300,
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "embedviz",
    }
    with _LOCK, style.context(["default", settings]), warnings.catch_warnings():
        # a character missing from all installed fonts is drawn as a box
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


def open_figure(size_mm: tuple[float, float], theme: Theme, dpi: float | None = None) -> Figure:
    """Open an empty figure, width and height in millimetres, that no window shows."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = size_mm
    figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=dpi, facecolor=theme.ground)
    FigureCanvasAgg(figure)
    return figure


@cache
def fonts_for(text: str) -> tuple[str, ...]:
    """Return names of fonts with all characters: the default, then installed fallbacks."""
    return _choose_fonts(text)[0]


def letters_without_font(text: str) -> str:
    """Return the letters of a text that no installed font has, once each."""
    lacking = _choose_fonts(text)[1]
    return "".join(sign for sign in dict.fromkeys(text) if ord(sign) in lacking)


def _choose_fonts(text: str) -> tuple[tuple[str, ...], set[int]]:
    """Return names of fonts, and the code points that none of them has."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager

    names = [_FONT]
    lacking = {ord(sign) for sign in text if sign.isprintable() and not sign.isspace()}
    lacking -= _letters(findfont(FontProperties(family=_FONT)))
    for entry in sorted(fontManager.ttflist, key=lambda entry: entry.fname):
        if not lacking:
            break
        if entry.name.startswith(_BOXES):
            continue
        there = lacking & _letters(entry.fname)
        if there:
            names.append(entry.name)
            lacking -= there
    return tuple(names), lacking


def letters_to_shape(text: str) -> str:
    """Return the letters that are written from right to left, and signs that join others."""
    return "".join(
        sign
        for sign in dict.fromkeys(text)
        if unicodedata.bidirectional(sign) in ("R", "AL") or unicodedata.combining(sign) == _VIRAMA
    )


@cache
def _letters(path: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(path).get_charmap())
