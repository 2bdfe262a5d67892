"""Columns of tables that people have: which one holds words, counts, row numbers or numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

WORD_NAMES = (
    *("word", "words", "token", "tokens", "term", "label", "labels", "phrase", "lemma", "name"),
    *("text", "key", "title", "entity", "vocab", "vocabulary", "string"),
)
"""Names of a column of words, in lower case; of several, the first in this order is taken."""

COUNT_NAMES = ("count", "counts", "freq", "frequency", "occurrences")
INDEX_NAMES = ("", "index", "id", "idx", "rank", "row", "unnamed: 0")
"""Names of columns of row numbers, which are neither words nor counts."""

_NUMBERED = re.compile(r"(.*?)([0-9]{1,7})")


def named_column(names: Sequence[str], known: Sequence[str]) -> int | None:
    """Return the column with the first of the known names that occurs; None if none does."""
    plain = [name.strip().casefold() for name in names]
    return next((plain.index(name) for name in known if name in plain), None)


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a decimal point."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def is_whole(cell: str) -> bool:
    """Whether a cell is a whole number of digits only."""
    return cell.isdecimal() and cell.isascii()


def is_numbered(names: Sequence[str]) -> bool:
    """Whether names are 0, 1, 2, … or 1, 2, 3, …: of columns, not values of a vector.

    >>> is_numbered(["0", "1", "2"]), is_numbered(["1", "3"]), is_numbered([])
    (True, False, False)
    """
    first = names[0] if names else ""
    return first in ("0", "1") and list(names) == [str(int(first) + n) for n in range(len(names))]


def find_series(names: Sequence[str]) -> list[int]:
    """Return the columns of the longest series of names that differ by a number, as dim0 and dim1.

    >>> find_series(["word", "length", "dim_0", "dim_1"])
    [2, 3]
    """
    by_stem: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        found = _NUMBERED.fullmatch(name.strip())
        if found:
            by_stem.setdefault(found[1], []).append(column)
    return max(by_stem.values(), key=len, default=[])


def are_quoted(words: Iterable[str]) -> bool:
    """Whether every word stands in double quotes, as tables of other programs write text."""
    given = list(words)
    return bool(given) and all(len(w) > 1 and w[0] == w[-1] == '"' for w in given)


def unquote(word: str) -> str:
    """Take off the quotes around a word, and halve doubled ones inside."""
    return word[1:-1].replace('""', '"')
