"""Figures as files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.errors import InputError
from embedviz.plotting.style import styled
from embedviz.support import atomic_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    make labels overlap.

    Raises
    ------
    InputError
        If the extension is unknown, or the file cannot be written.
    """
    check_format(path)
    ending = path.suffix.lower()
    with styled(), atomic_path(path) as aside:
        figure.savefig(
            aside,
            format=ending[1:],
            dpi=figure.dpi,
            facecolor=figure.get_facecolor(),
            metadata=_metadata(ending, title, provenance or {}),
        )


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
