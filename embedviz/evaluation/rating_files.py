"""Files of human ratings as they are published: WordSim-353, SimLex-999, SimVerb and others."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embedviz.errors import InputError
from embedviz.relations import find_header, is_comment, read_lines
from embedviz.support import clip

RatedPair = tuple[str, str, float]
"""Two words and their rated similarity."""

MOST_RATED = 1_000_000

_FORM = "two words and a number per line"
_SPACE = " "
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_RATINGS = re.compile(
    r"(?i)(human|mean|average|avg|score|rating|similarity|relatedness|simlex-?999|gold)"
)
_FURTHER = 1
"""Columns between the words and the rating: the part of speech, in SimLex and SimVerb."""

_CLASSES = ("noun", "verb", "adj", "adjective", "adv", "adverb", "NN", "VB", "JJ", "RB")


@dataclass(frozen=True)
class _Layout:
    """Where a file has words and ratings."""

    separator: str
    first: int
    second: int
    rating: int
    n_columns: int

    def read(self, line: str) -> tuple[str, str, str] | None:
        """Return the words and the rating of a line; None if it has none."""
        cells = _split(line, self.separator)
        if max(self.first, self.second, self.rating) >= len(cells):
            return None
        found = cells[self.first], cells[self.second], cells[self.rating]
        return found if all(found) and _number(found[2]) is not None else None


def is_rated_pair(line: str) -> bool:
    r"""Whether a line consists of two words and a number, perhaps among other columns.

    Examples
    --------
    >>> is_rated_pair("tiger,cat,7.35"), is_rated_pair("gem;jewel;3,94")
    (True, True)
    >>> is_rated_pair("take\tremove\tV\t6.81\tSYNONYMS"), is_rated_pair("man king woman queen")
    (True, False)
    """
    return _find_layout(line) is not None


def is_rated_beginning(lines: Sequence[str]) -> bool:
    """Whether the first two lines are those of rated pairs, and not of a table of other pairs."""
    columns = find_header(lines[0]) if lines else None
    if columns and not any(map(_RATINGS.match, columns[1])):
        return False
    return any(map(is_rated_pair, lines))


def read_similarities(path: Path, *, form: str = _FORM) -> tuple[RatedPair, ...]:
    """Read rated pairs: two words and a number per line, as published or written by hand.

    Columns are separated by tabs, semicolons, commas or spaces, which the first pair determines;
    decimals may have a comma. The words are the first two columns that are no numbers. Of further
    columns, the part of speech may come before the rating; what follows the rating is ignored. If
    a header names several columns of numbers, the rating is the one whose name says so. Cells may
    be quoted. Empty lines, comments and a header are skipped.

    Parameters
    ----------
    path : Path
    form : str
        What is expected, for messages.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, a line is no rated pair, it is unclear which column is
        the rating, or there is no pair, or more than a million.
    """
    pairs: list[RatedPair] = []
    layout: _Layout | None = None
    header = ""
    signs: set[str] = set()
    for number, line in read_lines(path, form):
        if not line.strip() or is_comment(line):
            continue
        layout = layout or _find_layout(line)
        if layout is None and not header and len(_split(line, _separator(line))) > 2:
            header = line
            continue
        if layout is not None and not pairs:
            layout = _settle(f"{path}, line {number}", layout, header, line)
        pair = _read(layout, line)
        if layout is None or pair is None:
            raise InputError(
                f"{path}, line {number}: expected {form}, found '{clip(line.strip(), 60)}': "
                "correct it."
            )
        _refuse_fewer_columns(f"{path}, line {number}", layout, line)
        first, second, rating = pair
        pairs.append((first, second, _number(rating) or 0.0))
        signs |= set(rating) & {",", "."}
        if len(signs) > 1:
            raise InputError(
                f"{path}, line {number}: ratings have decimal points above and a decimal comma "
                "here, or the reverse: write all in one way."
            )
        if len(pairs) > MOST_RATED:
            raise InputError(f"{path} contains more than {MOST_RATED:,} pairs: give fewer.")
    if not pairs:
        raise InputError(f"{path} contains 0 pairs: give {form}.")
    return tuple(pairs)


def _find_layout(line: str) -> _Layout | None:
    """Find the columns of a line with a rated pair."""
    separator = _separator(line)
    cells = _split(line, separator)
    if separator == _SPACE and len(cells) != 3 and '"' not in line:
        return None
    numbers = [_number(cell) for cell in cells]
    words = [at for at, number in enumerate(numbers) if number is None][:2]
    if len(words) < 2 or words[0] > 1 or words[1] != words[0] + 1:
        if len(cells) != 3:
            return None
        words = [0, 1]  # which may be numbers
    if words == [0, 1] and numbers[:3] == [None] * 3 and _begins_with_mark(*cells[:3]):
        words = [1, 2]
    rating = next((at for at in range(words[1] + 1, len(cells)) if numbers[at] is not None), None)
    if rating is None or rating > words[1] + 1 + _FURTHER:
        return None
    if any(map(_RATINGS.match, cells[words[1] + 1 : rating])):  # a header: mean, rater 1, rater 2
        return None
    layout = _Layout(separator, words[0], words[1], rating, len(cells))
    return layout if layout.read(line) else None


def _begins_with_mark(mark: str, first: str, second: str) -> bool:
    """Whether a letter for the kind of similarity comes before two words, as in WordSim-353."""
    return len(mark) == 1 and len(first) > 1 and len(second) > 1 and second not in _CLASSES


def _read(layout: _Layout | None, line: str) -> tuple[str, str, str] | None:
    """Read a line, which may be written by hand with other separators than those above."""
    if layout is None:
        return None
    found = layout.read(line)
    other = None if found else _find_layout(line)
    if other and len(_split(line, other.separator)) == 3:
        return other.read(line)
    return found


def _settle(where: str, layout: _Layout, header: str, line: str) -> _Layout:
    """Return the layout of the first pair, with the rating that a header names."""
    cells = _split(line, layout.separator)
    names = _split(header, layout.separator) if header else ()
    further = cells[layout.rating :]
    is_doubtful = layout.separator == "," and len(further) == 2 and all(map(str.isdigit, further))
    if is_doubtful and len(names) < len(cells):
        raise InputError(
            f"{where}: it is unclear whether {clip(','.join(further), 20)} is one number with a "
            "decimal comma: separate the columns by tabs or semicolons, or name them above."
        )
    if not names:
        return layout
    _refuse_fewer_columns(where, replace(layout, n_columns=len(names)), line)
    return _named(where, layout, names, cells)


def _refuse_fewer_columns(where: str, layout: _Layout, line: str) -> None:
    """Refuse a line that lacks a column somewhere: another number may stand for the rating."""
    n = len(_split(line, layout.separator))
    if n < layout.n_columns and n > layout.rating + 1:
        raise InputError(
            f"{where} has {n} columns, and there are {layout.n_columns} above: add the missing one."
        )


def _named(where: str, layout: _Layout, names: Sequence[str], cells: Sequence[str]) -> _Layout:
    """Return the layout with the column that the header calls the rating."""
    shift = len(cells) - len(names)  # R writes no name above the names of rows
    numbers = [
        at
        for at in range(layout.second + 1, len(cells))
        if _number(cells[at]) is not None and 0 <= at - shift < len(names)
    ]
    if len(numbers) < 2:
        return layout
    named = [at for at in numbers if _RATINGS.match(names[at - shift])]
    if not named:
        listed = ", ".join(clip(names[at - shift], 20) for at in numbers[:8])
        raise InputError(
            f"{where}: it is unclear which column is the rating ({listed}): keep only that one, or "
            "call it score."
        )
    return replace(layout, rating=named[0])


def _separator(line: str) -> str:
    if "\t" in line:
        return "\t"
    if line.count(";") >= 2:
        return ";"
    return "," if line.count(",") >= 2 else _SPACE


def _split(line: str, separator: str) -> Sequence[str]:
    if separator == _SPACE and '"' not in line:
        return line.split()
    reader = csv.reader(
        [line.strip("\r\n ")], delimiter=separator, skipinitialspace=True, strict=True
    )
    try:
        return [cell.strip() for cell in next(reader, [])]
    except csv.Error:  # such as a quote that is not closed
        return []


def _number(cell: str) -> float | None:
    """Return a finite number, perhaps with a decimal comma."""
    if _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    try:
        number = float("" if "_" in cell else cell)  # Python has 1_000
    except ValueError:
        return None
    return number if math.isfinite(number) else None
