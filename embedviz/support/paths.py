"""Folders of the package's data, its cache, and the dashboard's runs and texts."""

from __future__ import annotations

import logging
import os
from os import PathLike
from pathlib import Path

logger = logging.getLogger(__name__)

_PACKAGE = Path(__file__).parents[1]

ENGLISH, PHRASES, REVERSE_DICTIONARY = "english", "phrases", "reverse-dictionary"
EXECUTE, DESCRIBE, SCENES = "execute", "describe", "scenes"
"""Names of the models that ship with the package: word vectors, and sequence models."""
CELLS = ("elman", "gru", "lstm", "mingru")
"""Cells of the small language models ``cells/elman`` and so on, which ship too."""
BUNDLED = (
    *(ENGLISH, PHRASES, REVERSE_DICTIONARY, EXECUTE, DESCRIBE, SCENES),
    *(f"cells/{cell}" for cell in CELLS),
)

RUNS, TEXTS = "EMBEDVIZ_RUNS", "EMBEDVIZ_TEXTS"
"""Environment variables of two dashboard folders; ``embedviz app`` sets them from its options."""


def data_folder() -> Path:
    """Folder of the fact tables, the grammar and the recipes.

    In an installed package it is inside; in a checkout it is ``corpora/`` next to the package.
    """
    inside = _PACKAGE / "_corpora"
    return inside if inside.is_dir() else _PACKAGE.parent / "corpora"


def bundled_folder(name: str) -> Path:
    """Folder of a model that is data inside the package."""
    return _PACKAGE / name.replace("-", "_")


def english_folder() -> Path:
    """Folder of the English word vectors."""
    return bundled_folder(ENGLISH)


def model_folder(model: str | PathLike[str]) -> Path:
    """Return the folder of a model by name or path.

    The string ``english`` is always the bundled model, independent of the working directory: a
    command must not change its result because a folder there has this name. Such a folder
    is ``./english``, or a `Path`. So are the other names of `BUNDLED`.

    Examples
    --------
    >>> model_folder("english") == bundled_folder("english")
    True
    >>> model_folder("./english") == model_folder(Path("english")) == Path("english")
    True
    """
    if not isinstance(model, str) or model not in BUNDLED:
        return Path(model)
    if Path(model).is_dir():
        logger.warning("%s is the bundled model; the folder here is ./%s.", model, model)
    return bundled_folder(model)


def cache_folder() -> Path:
    """Folder for files that can be rebuilt: ``EMBEDVIZ_CACHE``, or the user's cache folder."""
    if named := os.environ.get("EMBEDVIZ_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "embedviz"


def runs_folder() -> Path:
    """Folder of the dashboard's training runs: ``EMBEDVIZ_RUNS``, or ``out/runs``."""
    return Path(os.environ.get(RUNS) or "out/runs")


def texts_folder() -> Path | None:
    """Folder of the texts that the dashboard offers to train on: ``EMBEDVIZ_TEXTS``, or none."""
    named = os.environ.get(TEXTS)
    return Path(named) if named else None
