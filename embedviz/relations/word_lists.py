"""Lists of words in groups: typed, or as a table in a file."""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedviz.errors import InputError
from embedviz.support import clip, counted, read_text, spreadsheet_plain
from embedviz.vectors import WordVectors

logger = logging.getLogger(__name__)

OTHER = "other"
"""Group of words without one."""

NUMBER = "number"
"""Name of the words' numbers, unless a column has another."""

MOST_LISTED = 20_000
"""Words of a list that are read."""

MOST_STYLES = 12
"""Groups with a colour and a mark of their own: the largest."""

_FORM = "a table with the header word,group, or lines such as 'animals: cat, dog'"
_MOST_BYTES = 1 << 20
_NAMED_LINES = 5
_NAME = re.compile(r"\[(?P<bracketed>[^][]+)\]|(?P<named>[^:,;]+):\s*(?P<words>.*)")
_BETWEEN = re.compile(r"[,;\t]")
_EQUALS = re.compile(r"(?P<word>.*\S)\s*=\s*(?P<number>[-+−]?\.?\d\S*)|.*\S\s+=\s+\S.*")
_WORD_COLUMNS = ("word", "words")
_GROUP_COLUMNS = ("group", "category", "class", "cluster", "kind")
_NUMBER_COLUMNS = ("number", "value", "score")
_LEAST = 1e-100
_SHARE_OF_NUMBERS = 0.5  # of a column that has no name and holds numbers


@dataclass(frozen=True)
class ListedWord:
    """A word with its group, and its number if it has one."""

    word: str
    group: str = OTHER
    number: float | None = None


@dataclass(frozen=True)
class WordList:
    """Words in order, and what is wrong with a text of words.

    Attributes
    ----------
    words : sequence of ListedWord
        Every word once.
    number_name : str
    repeated : sequence of str
        Words that came again; the first counts.
    bad_lines : sequence of (int, str)
        Number of a line, from 1, and what is wrong with it.
    """

    words: Sequence[ListedWord] = ()
    number_name: str = NUMBER
    repeated: Sequence[str] = ()
    bad_lines: Sequence[tuple[int, str]] = ()

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The words by group, in order of each group's first word."""
        found: dict[str, list[str]] = {}
        for one in self.words:
            found.setdefault(one.group, []).append(one.word)
        return {name: tuple(words) for name, words in found.items()}


@dataclass(frozen=True)
class GroupedWords:
    """Words of a group, which share a colour and a mark.

    Attributes
    ----------
    name : str
    words : tuple of str
    """

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class KnownGroups:
    """Words of groups that have vectors, as the vocabulary spells them.

    Attributes
    ----------
    groups : tuple of GroupedWords
        Those with such a word; every word once.
    missing : tuple of str
        Words without a vector.
    folded : tuple of (str, str)
        Words found only in another case, and what was found.
    """

    groups: tuple[GroupedWords, ...] = ()
    missing: tuple[str, ...] = ()
    folded: tuple[tuple[str, str], ...] = ()


def look_up_groups(groups: Sequence[GroupedWords], vectors: WordVectors) -> KnownGroups:
    """Determine which words of groups have vectors, in another case if need be."""
    found: list[GroupedWords] = []
    missing: dict[str, None] = {}
    folded: dict[str, str] = {}
    seen: set[int] = set()
    for group in groups:
        words = []
        for word in group.words:
            id_ = vectors.find(word)
            if id_ is None:
                missing[word] = None
            elif id_ not in seen:
                seen.add(id_)
                words.append(vectors.words[id_])
                if word not in vectors or vectors.id(word) != id_:
                    folded[word] = vectors.words[id_]
        if words:
            found.append(GroupedWords(group.name, tuple(words)))
    return KnownGroups(tuple(found), tuple(missing), tuple(folded.items()))


def merge_small_groups(groups: Sequence[GroupedWords]) -> list[GroupedWords]:
    """Keep the largest groups, in their order, and put the words of all others together, last.

    >>> many = [GroupedWords(str(n), ("a",) * n) for n in range(1, 15)]
    >>> merged = merge_small_groups(many)
    >>> len(merged), merged[0].name, merged[-1]
    (13, '3', GroupedWords(name='2 smaller groups', words=('a', 'a', 'a')))
    """
    largest = set(
        sorted(range(len(groups)), key=lambda number: -len(groups[number].words))[:MOST_STYLES]
    )
    kept = [group for number, group in enumerate(groups) if number in largest]
    rest = [group for number, group in enumerate(groups) if number not in largest]
    if rest:
        words = tuple(word for group in rest for word in group.words)
        kept.append(GroupedWords(counted(len(rest), "smaller group"), words))
    return kept


@dataclass
class _Collector:
    """Words found so far."""

    words: dict[str, ListedWord] = field(default_factory=dict)
    repeated: dict[str, None] = field(default_factory=dict)
    bad_lines: list[tuple[int, str]] = field(default_factory=list)

    def add(self, one: ListedWord) -> None:
        if one.word in self.words:
            self.repeated[one.word] = None
        else:
            self.words[one.word] = one

    def refuse(self, line: int, reason: str) -> None:
        self.bad_lines.append((line, reason))

    def result(self, number_name: str = NUMBER) -> WordList:
        return WordList(
            tuple(self.words.values()), number_name, tuple(self.repeated), tuple(self.bad_lines)
        )


def read_word_groups(path: Path) -> tuple[GroupedWords, ...]:
    """Read the groups of a file: a table, or a text as it can be typed.

    Lines without a word, and words that come again, are logged and left out.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, or has no word, or more than 20,000.
    """
    found = parse_word_file(path.name, read_text(path, _FORM, most_bytes=_MOST_BYTES), str(path))
    if not found.words:
        raise InputError(f"{path} contains 0 words: give {_FORM}.")
    for line, reason in found.bad_lines[:_NAMED_LINES]:
        logger.warning("%s, line %d: %s; ignored", path, line, reason)
    if len(found.bad_lines) > _NAMED_LINES:
        more = len(found.bad_lines) - _NAMED_LINES
        logger.warning("%s: %s ignored", path, counted(more, "more line"))
    if found.repeated:
        named = ", ".join(clip(word, 30) for word in found.repeated[:_NAMED_LINES])
        logger.warning("%s: given again, and counted once: %s", path, named)
    return tuple(GroupedWords(name, words) for name, words in found.groups.items())


def parse_word_file(name: str, text: str, what: str = "The file") -> WordList:
    """Parse the text of a file: a table if its name or its tabs say so, else as typed.

    Raises
    ------
    InputError
        If a table is malformed, or there are more than 20,000 words.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    is_table = name.lower().endswith((".csv", ".tsv")) or all("\t" in line for line in lines)
    found = parse_word_table(text, what) if is_table else parse_word_list(text)
    if len(found.words) > MOST_LISTED:
        raise InputError(
            f"{what} has {len(found.words):,} words, and the limit is {MOST_LISTED:,}: give some "
            "of them."
        )
    return found


def parse_word_list(text: str) -> WordList:
    r"""Read words in named groups, each with a number after = or without one.

    Words are separated by commas, semicolons, tabs or line ends; a group has its name before a
    colon or, in brackets, on a line above.

    Examples
    --------
    >>> parse_word_list("colours: red, blue\nking\n[animals]\ncat\ndog; king\n# comment").groups
    {'colours': ('red', 'blue'), 'other': ('king',), 'animals': ('cat', 'dog')}
    >>> [(one.word, one.number) for one in parse_word_list("cat = 4.5, dog=3\ncow").words]
    [('cat', 4.5), ('dog', 3.0), ('cow', None)]
    """
    found = _Collector()
    below = OTHER
    for number, line in enumerate(text.splitlines(), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        group = below
        if name := _NAME.fullmatch(content):
            if name["bracketed"]:
                below = name["bracketed"].strip()
                continue
            group, content = name["named"].strip(), name["words"]
            if not content:
                below = group
                continue
        for cell in filter(None, (cell.strip() for cell in _BETWEEN.split(content))):
            _add_cell(found, cell, group, number)
    return found.result()


def write_word_list(words: WordList) -> str:
    r"""Write words as `parse_word_list` reads them, if they contain none of its signs.

    >>> write_word_list(parse_word_list("cat = 4.5, oak, dog\n[trees]\nelm"))
    'other: cat = 4.5, oak, dog\ntrees: elm'
    """
    groups: dict[str, list[str]] = {}
    for one in words.words:
        value = "" if one.number is None else f" = {one.number:g}"
        groups.setdefault(one.group, []).append(f"{one.word}{value}")
    return "\n".join(f"{name}: {', '.join(cells)}" for name, cells in groups.items())


def _add_cell(found: _Collector, cell: str, group: str, line: int) -> None:
    equals = _EQUALS.fullmatch(cell)
    if not equals:
        found.add(ListedWord(cell, group))
        return
    value = _number(equals["number"] or "")
    if value is None:
        found.refuse(line, f"no number after = in “{clip(cell, 60)}”")
    else:
        found.add(ListedWord(equals["word"], group, value))


def parse_word_table(text: str, what: str = "The file") -> WordList:
    r"""Read a table of words, with a column of groups, of numbers, both or neither.

    Cells are separated by commas, semicolons or tabs. With a header, the words are in the column
    ``word``; without, in the first. A column of numbers is recognised by its cells.

    Raises
    ------
    InputError
        If a cell is malformed.

    Examples
    --------
    >>> parse_word_table("word,category\ncat,animals\noak,trees").groups
    {'animals': ('cat',), 'trees': ('oak',)}
    >>> found = parse_word_table("word;concreteness\ncat;4.9\nidea;1.6\ntruth;?")
    >>> found.number_name, [one.number for one in found.words], found.bad_lines
    ('concreteness', [4.9, 1.6], ((4, 'no number in “?”'),))
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [spreadsheet_plain(cell.strip()) for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise InputError(
            f"{what}, line {reader.line_num}: {error}; write one word per line."
        ) from None
    header = [cell.lower() for cell in rows[0][1]] if rows else []
    word = next((header.index(name) for name in _WORD_COLUMNS if name in header), None)
    names = rows.pop(0)[1] if word is not None else []
    columns = _find_columns(rows, names, word or 0)
    found = _Collector()
    for line, cells in rows:
        _add_row(found, line, cells, columns)
    at = columns.number
    return found.result((names[at] if at is not None and at < len(names) else "") or NUMBER)


@dataclass(frozen=True)
class _Columns:
    word: int
    group: int | None
    number: int | None


def _find_columns(rows: Sequence[tuple[int, list[str]]], names: list[str], word: int) -> _Columns:
    """Find the columns by name; else the first with numbers, and the first with anything else."""
    width = max((len(cells) for _, cells in rows), default=0)
    others = [column for column in range(width) if column != word]
    named = {name.lower(): column for column, name in reversed(list(enumerate(names)))}
    group = next((named[name] for name in _GROUP_COLUMNS if name in named), None)
    number = next((named[name] for name in _NUMBER_COLUMNS if name in named), None)
    for column in others:
        if column in (group, number):
            continue
        cells = [row[column] for _, row in rows if column < len(row) and row[column]]
        n_numbers = sum(_number(cell) is not None for cell in cells)
        if not cells:
            continue
        if n_numbers >= _SHARE_OF_NUMBERS * len(cells):
            number = column if number is None else number
        elif group is None:
            group = column
    return _Columns(word, group, number)


def _add_row(found: _Collector, line: int, cells: list[str], columns: _Columns) -> None:
    def cell(column: int | None) -> str:
        return cells[column] if column is not None and column < len(cells) else ""

    word, number = cell(columns.word), cell(columns.number)
    if not word:
        found.refuse(line, "no word")
    elif number and _number(number) is None:
        found.refuse(line, f"no number in “{clip(number, 60)}”")
    else:
        found.add(ListedWord(word, cell(columns.group) or OTHER, _number(number)))


def _number(text: str) -> float | None:
    """Read a number; None if it is none, or too large or small for a scale."""
    try:
        value = float(text.replace("−", "-"))
    except ValueError:
        return None
    return value if value == 0 or _LEAST <= abs(value) <= 1 / _LEAST else None
