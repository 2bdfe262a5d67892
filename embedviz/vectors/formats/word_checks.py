"""Checks for words that a format cannot store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedviz.errors import InputError
from embedviz.vectors.formats.blocks import clean


def refuse_words(target: Path, words: Sequence[str], signs: str, what: str) -> None:
    """Check that no word contains one of some characters, which would change it when re-read.

    Raises
    ------
    InputError
        If one does; the message names the first such word and formats that can store it.
    """
    together = "".join(words)
    if not any(sign in together for sign in signs):
        return
    bad = [word for word in words if any(sign in word for sign in signs)]
    others = "" if len(bad) == 1 else f", nor {len(bad) - 1} more such words"
    raise InputError(
        f"{target} cannot store the word '{clean(bad[0])}', which has {what}{others}: remove it, "
        "or write .safetensors, .npz or .parquet, which store any word."
    )


def refuse_byte_order_mark(target: Path, first: str) -> None:
    """Check that the first word does not begin with a byte order mark; `InputError` if it does."""
    if first.startswith("\ufeff"):
        raise InputError(
            f"{target} cannot begin with the word '{clean(first)}', whose first character would be "
            "read as a byte order mark: remove it, or write .safetensors, .npz or .parquet."
        )
