"""Words that a format cannot hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedviz.errors import InputError
from embedviz.vectors.formats.blocks import printable


def refuse_words(target: Path, words: Sequence[str], signs: str, what: str) -> None:
    """Refuse to write words that hold one of some characters, for they would be read as others.

    Raises
    ------
    InputError
        It names the first such word, and formats that hold any.
    """
    together = "".join(words)
    if not any(sign in together for sign in signs):
        return
    bad = [word for word in words if any(sign in word for sign in signs)]
    others = "" if len(bad) == 1 else f", nor {len(bad) - 1} more such words"
    raise InputError(
        f"{target} cannot hold the word '{printable(bad[0])}', for it has {what}{others}: remove it, "
        "or write .safetensors, .npz or .parquet, which hold any word."
    )


def refuse_byte_order_mark(target: Path, first: str) -> None:
    """Refuse a first word that begins with the mark by which some programs begin a text file."""
    if first.startswith("\ufeff"):
        raise InputError(
            f"{target} cannot begin with the word '{printable(first)}', whose first character would be "
            "read as a byte order mark: remove it, or write .safetensors, .npz or .parquet."
        )
