"""Where the package finds its data and keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """Folder of the fact tables, the grammar and the recipes.

    In an installed package it lies inside; in a checkout it is ``corpora/`` beside it.
    """
    inside = Path(__file__).parent / "_corpora"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "corpora"


def cache_folder() -> Path:
    """Folder for what can be made again: ``EMBEDVIZ_CACHE``, or the user's cache folder."""
    if named := os.environ.get("EMBEDVIZ_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "embedviz"
