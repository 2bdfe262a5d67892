"""Lists of words with further columns: counts, row numbers, or anything that a header names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from embedviz.errors import InputError
from embedviz.vectors.formats.blocks import Counts, clean
from embedviz.vectors.formats.columns import (
    COUNT_NAMES,
    INDEX_NAMES,
    WORD_NAMES,
    are_quoted,
    is_number,
    is_numbered,
    is_whole,
    named_column,
    unquote,
)

_MOST_DIGITS = 19  # of the largest count that fits in 64 bits
_END = "</s>"  # word2vec lists it first, whatever its count


@dataclass(frozen=True, eq=False)
class WordList:
    """The words of a matrix, one for each row.

    Attributes
    ----------
    words : sequence of str or None
        None if a row has no word.
    counts : ndarray of int64, shape (n_words,), optional
    is_padded : bool
        Whether more rows may follow, as transformers pad their embeddings to round numbers.
    """

    words: Sequence[str | None]
    counts: Counts | None = None
    is_padded: bool = False


def parse_count(text: str) -> int | None:
    """Parse a count: digits from 0 to 9 that fit in 64 bits; None if it is anything else."""
    if not (is_whole(text) and len(text) <= _MOST_DIGITS):
        return None
    count = int(text)
    return count if count < 1 << 63 else None


def from_numbers(path: Path, words: Sequence[str], numbers: Sequence[int]) -> WordList:
    """Combine words with the whole number of each: a count, or the number of its row.

    0, 1, 2, … or 1, 2, 3, … in any order are rows, unless they fall as counts do.

    Raises
    ------
    InputError
        If they may be either.
    """
    ordered = sorted(numbers)
    falling = all(a >= b for a, b in pairwise(numbers))
    if len(numbers) > 1 and not falling and ordered in _ranges(len(numbers)):
        if list(numbers) == ordered:
            return WordList(words)
        if ordered[0] == 0:
            return WordList([words[row] for row in np.argsort(numbers).tolist()])
        raise InputError(
            f"{path}: the numbers after the words are 1 to {len(numbers)} in another order, which "
            "may be counts or rows: list the words alone, in the order of the rows."
        )
    return WordList(words, np.array(numbers, dtype=np.int64))


def _ranges(n: int) -> tuple[list[int], list[int]]:
    return list(range(n)), list(range(1, n + 1))


def from_ids(path: Path, ids: Mapping[str, int]) -> WordList:
    """Place words at the rows that a JSON object names; counts in falling order are accepted.

    Raises
    ------
    InputError
        If the numbers are neither.
    """
    numbers = list(ids.values())
    if sorted(numbers) in _ranges(len(numbers)):
        words: list[str | None] = [None] * (max(numbers) + 1)
        for word, row in ids.items():
            words[row] = word
        return WordList(words)
    if all(a >= b for a, b in pairwise(numbers)) and numbers[-1] >= 0:
        return from_numbers(path, list(ids), numbers)
    raise InputError(
        f"{path}: the numbers of the words are neither rows (0, 1, 2, …) nor counts in falling "
        "order: list the words alone, in the order of the rows."
    )


def from_spaced(path: Path, lines: Sequence[str]) -> WordList | None:
    """Parse lines of a word, a space and its count, as GloVe and word2vec write vocabularies.

    Phrases of which some end in a number are left whole: None.

    Raises
    ------
    InputError
        If all lines end in a whole number that is neither a count in falling order nor a row.
    """
    cells = [line.rstrip(" ").rsplit(" ", 1) for line in lines]
    if not lines or not all(len(row) == 2 and row[0].strip() for row in cells):
        return None
    numbers = [parse_count(number) for _, number in cells]
    words = [word for word, _ in cells]
    if None in numbers or len(set(words)) < len(words):
        return None
    given = [number for number in numbers if number is not None]
    after_end = given[1:] if words[0] == _END else given
    if all(a >= b for a, b in pairwise(after_end)):
        return WordList(words, np.array(given, dtype=np.int64))
    if any(" " in word for word in words):
        return None
    if sorted(given) in _ranges(len(given)):
        return from_numbers(path, words, given)
    raise InputError(
        f"{path}: every line ends in a whole number, such as '{clean(lines[0])}', and these are "
        "no counts in falling order: put a tab before each count, or list the words alone."
    )


def from_records(path: Path, records: Sequence[Sequence[str]]) -> WordList:
    """Find the words, and perhaps their counts, in records of several columns.

    A first record that names a column is a header. Otherwise a whole number next to a word is its
    count, or the number of its row.

    Raises
    ------
    InputError
        If the records differ in length, or no column is certain to hold the words.
    """
    first = records[0]
    short = next((i for i, row in enumerate(records) if len(row) != len(first)), None)
    if short is not None:
        raise InputError(
            f"{path}, line {short + 1}: expected {len(first)} columns, as in line 1, found "
            f"{len(records[short])}: correct the line."
        )
    if len(first) == 1:
        known = first[0].strip().casefold() in ("word", "token") and path.suffix == ".csv"
        return WordList([row[0] for row in records[1 if known else 0 :]])
    has_header = named_column(first, WORD_NAMES) is not None and not any(map(is_number, first))
    if has_header and len(records) > 1:
        return from_named(path, first, records[1:])
    texts = [
        column
        for column in range(len(first))
        if not all(is_whole(row[column].strip()) for row in records)
    ]
    if len(first) == 2 and len(texts) != 1:
        # two numbers, or a bad one among them, which is reported
        wholes = [is_whole(cell.strip()) for cell in first]
        texts = [0] if wholes[1] else [1] if wholes[0] else []
    if len(texts) != 1 or len(first) != 2:
        raise InputError(
            f"{path}, line 1: which of {len(first)} columns holds the words is in doubt "
            f"('{clean(' '.join(first))}'): keep the words alone, or begin with a header that "
            "calls one 'word'."
        )
    other = 1 - texts[0]
    words = [row[texts[0]] for row in records]
    return from_numbers(path, words, whole_numbers(path, records, other))


def whole_numbers(path: Path, records: Sequence[Sequence[str]], column: int) -> list[int]:
    """Parse a column of counts; `InputError` for the first that is none."""
    counts = [parse_count(row[column].strip()) for row in records]
    if None in counts:
        bad = counts.index(None)
        raise InputError(
            f"{path}, line {bad + 1}: expected a word, a tab and its count, found "
            f"'{clean(' '.join(records[bad]))}': correct the line."
        )
    return [count for count in counts if count is not None]


def from_named(path: Path, names: Sequence[str], records: Sequence[Sequence[str]]) -> WordList:
    """Take the words, and the counts if any, from columns with names.

    The words are in a column with a usual name, or else in the first one that holds text.
    """
    word = named_column(names, WORD_NAMES)
    if word is None:
        texts = (
            column
            for column in range(len(names))
            if not all(is_number(row[column]) for row in records)
            and names[column].strip().casefold() not in (*INDEX_NAMES, *COUNT_NAMES)
        )
        word = next(texts, 0)
    words = [row[word] for row in records]
    if is_numbered(words) and names[word].strip().casefold() not in WORD_NAMES:
        raise InputError(
            f"{path}: no column holds words, only numbers of rows: add a column called 'word'."
        )
    if are_quoted(words):
        words = [unquote(one) for one in words]
    counts = None
    count = named_column(names, COUNT_NAMES)
    if count is not None:
        numbers = [parse_count(row[count]) for row in records]
        if None not in numbers:
            counts = np.array(numbers, dtype=np.int64)
    return WordList(words, counts)
