"""How pictures look, and how they become files."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from embedviz.errors import InputError
from embedviz.writing import written_aside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg", ".pdf")
"""Endings that `save` can write."""

COLUMN_MM, PAGE_MM = 85.0, 180.0
"""Widths that journals print: one column, and two with what lies between them."""

POINTS = 8.0
"""Size of the text, of which most journals ask for 6 to 8."""

_OKABE_ITO = {
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "blue": "#0072B2",
    "orange": "#E69F00",
    "sky": "#56B4E9",
}
_MARKERS = ("o", "s", "^", "D", "v", "P")
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 1.6),
    (1.4, 1.2),
    (6, 1.5, 1.2, 1.5),
    (9, 2),
    (3, 1.2, 1.2, 1.2, 1.2, 1.2),
)
_LOCK = threading.Lock()  # matplotlib's settings are one for all threads


@dataclass(frozen=True)
class FamilyStyle:
    """What tells a family apart: colour, dash and mark, so that never colour alone does."""

    colour: str
    dashes: tuple[float, ...]
    marker: str


@dataclass(frozen=True)
class Theme:
    """Colours of ground and text.

    Attributes
    ----------
    ground, text, faint, line : str
    families : tuple of str
        Okabe–Ito colours that stand out from the ground.
    """

    ground: str
    text: str
    faint: str
    line: str
    families: tuple[str, ...]

    def family(self, place: int) -> FamilyStyle:
        """Style of the family at that place; six by colour, and dashes move on after that."""
        n = len(self.families)
        turn = place + place // n
        return FamilyStyle(
            self.families[place % n], _DASHES[turn % len(_DASHES)], _MARKERS[turn % len(_MARKERS)]
        )


_ORDER = ("vermilion", "green", "blue", "purple", "orange", "sky")
LIGHT = Theme("#ffffff", "#1b2330", "#5b6470", "#c9ced6", tuple(_OKABE_ITO[n] for n in _ORDER))
DARK = Theme(
    "#0e1117",
    "#eceff4",
    "#a3acb9",
    "#3a4250",
    tuple(_OKABE_ITO[n] for n in ("orange", "green", "sky", "purple", "vermilion", "blue")),
)


@contextmanager
def styled(theme: Theme = LIGHT) -> Iterator[None]:
    """Draw by these settings alone, whatever matplotlibrc says.

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
        "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same places everywhere
        "font.size": POINTS,
        "text.parse_math": False,
        "text.hinting": "none",
        "text.hinting_factor": 1,
        "text.color": theme.text,
        "axes.linewidth": 0.5,
        "figure.dpi": 300,
        "savefig.dpi": 300,
        "pdf.fonttype": 42,
        # as curves: elsewhere other fonts would make labels overlap that do not here
        "svg.fonttype": "path",
        "svg.hashsalt": "embedviz",
    }
    with _LOCK, style.context(["default", settings]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


def fonts_for(text: str) -> list[str]:
    """Names of fonts that have the letters: DejaVu Sans, and installed ones for what it lacks."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    names = ["DejaVu Sans"]
    default = FT2Font(font_manager.findfont("DejaVu Sans"))
    lacking = {ord(sign) for sign in text if not sign.isspace()} - set(default.get_charmap())
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda entry: entry.fname):
        if not lacking:
            break
        there = lacking & set(FT2Font(entry.fname).get_charmap())
        if there:
            names.append(entry.name)
            lacking -= there
    return names


def check_format(path: Path) -> None:
    """Refuse a name that says no format of pictures.

    Raises
    ------
    InputError
        If it ends in none of `FORMATS`.
    """
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path} must end in {', '.join(FORMATS)}: those can be drawn.")


def save(
    figure: Figure, path: Path, *, title: str, provenance: Mapping[str, object] | None = None
) -> None:
    """Write a figure as ``.png`` (300 dots an inch), ``.svg`` or ``.pdf``.

    The same figure gives the same bytes: no time is in them. Title and provenance stand in the
    file's metadata.

    Raises
    ------
    InputError
        If the name says no format, or the file cannot be written.
    """
    check_format(path)
    ending = path.suffix.lower()
    with styled(), written_aside(path) as aside:
        figure.savefig(
            aside,
            format=ending[1:],
            facecolor=figure.get_facecolor(),
            metadata=_metadata(ending, title, provenance or {}),
        )


def _metadata(ending: str, title: str, provenance: Mapping[str, object]) -> dict[str, str | None]:
    from embedviz import __version__

    program = f"embedviz {__version__}"
    kept = json.dumps(dict(provenance), ensure_ascii=ending == ".png", default=str)
    if ending == ".png":
        return {"Title": title, "Software": program, "Description": kept}
    if ending == ".svg":
        return {"Title": title, "Creator": program, "Description": kept, "Date": None}
    return {
        "Title": title,
        "Creator": program,
        "Producer": program,
        "Subject": kept,
        "CreationDate": None,
    }


def millimetres(*lengths: float) -> Sequence[float]:
    """Inches, which is what matplotlib counts in."""
    return cast(Sequence[float], tuple(length / 25.4 for length in lengths))
