"""Checksums of cached ids, so that a damaged cache is made again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from embedviz.errors import InputError
from embedviz.support import read_json

LONGEST_HEADER = 1 << 31
"""Maximum bytes of a header, with up to 8 million words."""

_CHECKSUMS = "checksums.json"


def sign(folder: Path) -> None:
    """Write the checksums of all files of a folder."""
    (folder / _CHECKSUMS).write_text(json.dumps(_checksums(folder)), encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether an earlier run's files are there as they were written."""
    try:
        return bool(read_json(folder / _CHECKSUMS, "checksums") == _checksums(folder))
    except (OSError, InputError):
        return False


def _checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file: about a second a gigabyte."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name != _CHECKSUMS:
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
