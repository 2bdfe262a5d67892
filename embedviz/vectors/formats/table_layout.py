"""Layout of a table of words and numbers: its separator, its header and the meaning of columns.

Other programs write such tables with commas, semicolons, tabs or spaces, with or without names of
the columns, with quotes around words, and with decimal commas. A header row must never be read as
a word, nor a column of counts or of row numbers as a dimension.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from embedviz.errors import InputError
from embedviz.vectors.formats.blocks import WITH_WORDS, clean
from embedviz.vectors.formats.columns import (
    COUNT_NAMES,
    INDEX_NAMES,
    WORD_NAMES,
    find_series,
    is_number,
    is_numbered,
    is_whole,
    named_column,
)

_SAMPLE = 50  # lines
_SEPARATORS = (",", ";", "\t", " ")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(?:,\d+)?(?:[eE][+-]?\d+)?")
_LARGE_COUNT = 10  # smaller whole numbers are perhaps numbers of a small example


@dataclass(frozen=True)
class Layout:
    """How the rows of a table are read.

    Attributes
    ----------
    separator : str
    n_columns : int
    has_header : bool
    word : int
        Column of the words.
    count : int, optional
        Column of the counts.
    numbers : tuple of int
        Columns of the vector.
    has_commas : bool
        Whether numbers have decimal commas.
    """

    separator: str
    n_columns: int
    has_header: bool
    word: int
    count: int | None
    numbers: tuple[int, ...]
    has_commas: bool = False

    def parse_row(self, record: Sequence[str]) -> list[float]:
        """Parse the numbers of a row; `ValueError` if one is no number."""
        first = self.numbers[0]
        # a slice, since picking columns would take a sixth of the time of reading
        are_last = self.numbers == tuple(range(first, self.n_columns))
        cells = record[first:] if are_last else [record[column] for column in self.numbers]
        if self.has_commas:
            cells = [cell.replace(",", ".") for cell in cells]
        return list(map(float, cells))


def find_layout(path: Path, head: bytes, *, is_whole_file: bool) -> Layout | None:
    """Find the layout from the first bytes of a file; None if it is no such table.

    Lines of a word and numbers with spaces or tabs between are such a table only if they have a
    header row, quotes around all words, or decimal commas; otherwise they are read as text.

    Raises
    ------
    InputError
        If it is one and the meaning of a column is in doubt.
    """
    lines = head.decode("utf-8-sig", errors="replace").split("\n")
    if not is_whole_file and len(lines) > 1:
        lines.pop()  # cut
    while lines and not lines[-1].strip():
        lines.pop()
    lines = [line + "\n" for line in lines[:_SAMPLE]]
    for separator in _SEPARATORS:
        if lines and separator in lines[0]:
            layout = _find_in_rows(path, separator, lines)
            if layout:
                return layout
    return None


def _rows(lines: list[str], separator: str) -> list[list[str]]:
    """Return the rows up to the first that cannot be parsed."""
    rows = []
    with suppress(csv.Error):
        for row in csv.reader(lines, delimiter=separator, strict=True):
            # fastText ends its lines with a space
            rows.append(row[:-1] if separator in " \t" and row[-1:] == [""] else row)
    return rows


def _find_in_rows(path: Path, separator: str, lines: list[str]) -> Layout | None:
    rows = _rows(lines, separator)
    if not rows or (separator == " " and not rows[0][0]):
        return None  # numbers in aligned columns
    first, data = rows[0], rows[1:]
    are_names = is_numbered(first) or not any(map(is_number, first))
    if data and len(data[0]) == len(first) + 1 and are_names:
        first = ["", *first]  # R names no column of row names
    if _is_header(first, data):
        return _from_header(path, separator, first, data)
    cells = [cell for row in rows for cell in row[1:]]
    commas = separator != "," and _have_commas(cells)
    fitting = [row for row in rows if len(row) == len(first) and _are_numbers(row[1:], commas)]
    if len(first) < 2 or 2 * len(fitting) <= len(rows) or all(is_number(r[0]) for r in fitting):
        return None
    if len(first) == 2 and rows[0][1].startswith(" "):
        return None  # perhaps a word that ends in the separator, and one number
    are_quoted = len(rows) == len(lines) and all(line.startswith('"') for line in lines)
    if separator in " \t" and not (commas or are_quoted):
        return None
    refuse_counts(path, fitting)
    return Layout(separator, len(first), False, 0, None, tuple(range(1, len(first))), commas)


def _have_commas(cells: Sequence[str]) -> bool:
    return any("," in cell for cell in cells) and all(map(_DECIMAL_COMMA.fullmatch, cells))


def _are_numbers(cells: Sequence[str], commas: bool = False) -> bool:
    return all(is_number(c.replace(",", ".") if commas else c) for c in cells)


def _is_header(first: Sequence[str], data: Sequence[Sequence[str]]) -> bool:
    """Whether a row names columns; a word followed by its numbers is none."""
    is_named = named_column(first, WORD_NAMES) is not None
    is_named = is_named or named_column(first[:1], INDEX_NAMES) is not None
    others = first[1:]
    if not data or len(data[0]) != len(first):
        numbers = [name for name in others if is_number(name)]
        return is_named and len(first) > 1 and (not numbers or is_numbered(numbers))
    numeric = [is_number(cell.replace(",", ".")) for cell in data[0]]
    if not any(numeric) or not (is_named or (all(numeric[1:]) and not numeric[0])):
        return False
    numbers = [name for name, is_value in zip(first, numeric, strict=True) if is_value]
    if not any(is_number(name.replace(",", ".")) for name in numbers):
        return True  # a name above every number
    if is_numbered([first[column] for column in find_series(first)]):
        written_whole = all(is_whole(cell) for row in data for cell in row[1:])
        return is_named or (len(others) > 2 and is_numbered(others) and not written_whole)
    return False


def _from_header(
    path: Path, separator: str, names: list[str], data: list[list[str]]
) -> Layout | None:
    word = named_column(names, WORD_NAMES)
    row = data[0] if data else []
    texts = [column for column, cell in enumerate(row) if not is_number(cell.replace(",", "."))]
    if word is None:
        word = texts[0] if len(texts) == 1 else named_column(names[:1], INDEX_NAMES)
    if word is None:
        return None
    if names[word].strip().casefold() in INDEX_NAMES and is_numbered([r[word] for r in data if r]):
        raise InputError(
            f"{path} has row numbers but no words: remove the column of row numbers, and "
            f"{WITH_WORDS}."
        )
    count = named_column(names, COUNT_NAMES)
    others = [
        column
        for column, name in enumerate(names)
        if column not in (word, count) and name.strip().casefold() not in INDEX_NAMES
    ]
    series = {others[place] for place in find_series([names[column] for column in others])}
    numbers = [column for column in others if column in series] if len(series) > 1 else others
    extra = [column for column in others if len(series) > 1 and column not in series]
    extra += [column for column in set(texts) & set(numbers) if column not in series]
    if extra:
        listed = ", ".join(f"'{clean(names[column])}'" for column in extra[:5])
        raise InputError(
            f"{path}, line 1: the columns {listed} are neither the word, its count, nor numbers "
            "of the vector: remove them."
        )
    if not numbers:
        return None
    cells = [r[column] for r in data if len(r) == len(names) for column in numbers]
    commas = separator != "," and _have_commas(cells)
    return Layout(separator, len(names), True, word, count, tuple(numbers), commas)


def refuse_counts(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Refuse rows of words whose first numbers look like counts, in falling order.

    Raises
    ------
    InputError
        If all first numbers are whole and no others are.
    """
    if len(rows) < 2 or len(rows[0]) < 3 or not all(is_whole(row[1]) for row in rows):
        return
    counts = [int(row[1]) for row in rows]
    is_falling = all(a >= b for a, b in pairwise(counts)) and counts[0] >= _LARGE_COUNT
    if is_falling and not any(is_whole(cell) for row in rows for cell in row[2:]):
        raise InputError(
            f"{path}: the first number of each line, such as {counts[0]} of "
            f"'{clean(rows[0][0])}', looks like a count: remove it, or save the file as CSV with "
            "the header word,count,1,2 and so on."
        )
