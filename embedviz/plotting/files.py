"""Figures as files."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.errors import InputError
from embedviz.plotting.style import letters_to_shape, letters_without_font, styled
from embedviz.support import atomic_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)

FORMATS = (".png", ".svg", ".pdf")
"""Extensions of the formats of `save`."""


def check_format(path: Path) -> None:
    """Check that the extension is a picture format.

    Raises
    ------
    InputError
        If it ends in none of `FORMATS`.
    """
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path} must end in {', '.join(FORMATS)}: rename the picture.")


def save(
    figure: Figure, path: Path, *, title: str, provenance: Mapping[str, object] | None = None
) -> None:
    """Write a figure as ``.png``, ``.svg`` or ``.pdf``.

    The same figure gives the same bytes, as no time is stored. Title and provenance are in the
    file's metadata. Text is TrueType in a PDF and curves in an SVG, where a substituted font could
    make labels overlap; an SVG with letters that the installed fonts lack, or that must be shaped,
    keeps text, and other formats warn of such letters.

    Raises
    ------
    InputError
        If the extension is unknown, or the file cannot be written.
    """
    check_format(path)
    ending = path.suffix.lower()
    with styled(), atomic_path(path) as aside:
        if _has_difficult_letters(figure, path) and ending == ".svg":
            _keep_text(figure)
        figure.savefig(
            aside,
            format=ending[1:],
            dpi=figure.dpi,
            facecolor=figure.get_facecolor(),
            metadata=_metadata(ending, title, provenance or {}),
        )


def _keep_text(figure: Figure) -> None:
    """Let an SVG contain text; the strokes around labels would make it curves again."""
    from matplotlib import rcParams
    from matplotlib.text import Text

    rcParams["svg.fonttype"] = "none"
    for one in figure.findobj(Text):
        one.set_path_effects([])


def _has_difficult_letters(figure: Figure, path: Path) -> bool:
    """Whether letters cannot be drawn rightly; a warning names them."""
    from matplotlib.text import Text

    text = "".join(one.get_text() for one in figure.findobj(Text))
    lacking, turned = letters_without_font(text), letters_to_shape(text)
    remedy, font = "write .svg, which keeps them as text", ", or install a font such as Noto"
    if path.suffix.lower() == ".svg":
        remedy, font = "the SVG keeps them as text, which the fonts of its viewer draw", ""
    for letters, what, more in (
        (lacking, "are in no installed font", font),
        (turned, "need joining or writing from right to left, which matplotlib does not do", ""),
    ):
        if letters:
            named = f"{', '.join(_scripts(letters))}, such as {letters[:8]}"
            logger.warning("%s: letters (%s) %s; %s%s", path, named, what, remedy, more)
    return bool(lacking or turned)


def _scripts(letters: str) -> list[str]:
    """Name the scripts of letters, as Unicode does.

    >>> _scripts("中एa👑")
    ['CJK', 'Devanagari', 'Latin', 'symbols']
    """
    names = dict.fromkeys(map(_script, letters))
    return list(names)[:5]


def _script(letter: str) -> str:
    if unicodedata.category(letter).startswith("S"):
        return "symbols"
    name = unicodedata.name(letter, "unknown").split()[0]
    return name if name == "CJK" else name.capitalize()


def _metadata(ending: str, title: str, provenance: Mapping[str, object]) -> dict[str, str | None]:
    from embedviz import __version__

    program = f"embedviz {__version__}"
    kept = json.dumps(dict(provenance), default=str)  # ASCII, for all readers
    if ending == ".png":
        return {"Title": title, "Software": program, "Description": kept}
    if ending == ".svg":
        return {"Title": title, "Creator": program, "Description": kept, "Date": None}
    facts = {"Title": title, "Creator": program, "Producer": program, "Subject": kept}
    return {**facts, "CreationDate": None}
