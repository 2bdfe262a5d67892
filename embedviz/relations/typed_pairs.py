"""Pair lists that people type or paste: the separator is told line by line."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from embedviz.errors import InputError
from embedviz.relations.pair_files import PairCollector, find_header, read_pairs
from embedviz.relations.pairs import Relation
from embedviz.relations.question_lines import first_line, is_question_line

# a quoted cell, between separators or at an end of the line
_QUOTED = re.compile(r'(?:^|(?<=[\s,;:→>]))"(?:[^"]|"")*"(?=$|[\s,;:→]|->)')
_TAB_BESIDE = re.compile(r"\s+(?=→|->|[;,])|(?<=[→;,>])\s+")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_SEPARATORS = tuple(map(re.compile, (r"\t+", "→", "->", ";", ",", r":(?=\s)", r"\s+")))
_OTHER_THAN_SPACE = re.compile(r"→|->|[;,]|:(?=\s)")
_NAME = re.compile(r"\[(?P<bracketed>[^][]+)\]|:(?P<section>[^:]+)|(?P<named>[^:]+):")


@dataclass(frozen=True)
class ParsedPairs:
    """Pairs read from a text.

    Attributes
    ----------
    relations : tuple of Relation
        At least one.
    bad_lines : tuple of int
        Numbers, from 1, of the lines without a pair of two different words.
    """

    relations: tuple[Relation, ...]
    bad_lines: tuple[int, ...]


def parse_pairs(text: str, name: str) -> ParsedPairs:
    r"""Parse typed pairs, or the text of a file that `read_relations` reads.

    Parameters
    ----------
    text : str
        One pair per line, see `split_pair`. Several lists have a line with their name above each:
        ``[name]``, ``name:`` or ``: name``. Text from a ``#`` on, at the start or after a space, is
        a comment.
    name : str
        Name of a relation without one, and of the text in messages.

    Raises
    ------
    InputError
        If it contains no pair.

    Examples
    --------
    >>> found = parse_pairs("king -> queen  # royal\nman\nboy; girl\n[tense]\ngo went", "mine")
    >>> found.relations[0].pairs, found.bad_lines
    ((('king', 'queen'), ('boy', 'girl')), (2,))
    >>> found.relations[1].name, found.relations[1].pairs
    ('tense', (('go', 'went'),))
    """
    found = PairCollector(Path(name))
    lines = list(enumerate(io.StringIO(text, newline=None), 1))
    if _is_file(lines):
        return ParsedPairs(read_pairs(found, iter(lines)), tuple(found.bad))
    relation = name
    for number, line in lines:
        content = _without_comment(line)
        if not content:
            continue
        if title := _NAME.fullmatch(content):
            relation = next(filter(None, title.groups())).strip()
            continue
        pair = split_pair(content)
        found.add(relation, number, *pair) if pair else found.refuse(number)
    if not found.n_pairs:
        raise InputError(
            f"{name} contains 0 pairs: write a source and a target on each line, such as "
            "king, queen; words with spaces need commas or tabs between them."
        )
    return ParsedPairs(found.finish(), tuple(found.bad))


def _is_file(lines: list[tuple[int, str]]) -> bool:
    """Whether the lines are a table with a header, questions of four words, or empty."""
    given = iter(lines)
    first = first_line(given)
    if first is None or find_header(first[1]):
        return True
    for _, line in chain([first], given):
        if line.strip() and not line.lstrip().startswith(":"):
            return is_question_line(line) and not _OTHER_THAN_SPACE.search(_masked(line))
    return False


def _without_comment(line: str) -> str:
    comment = _COMMENT.search(_masked(line.rstrip("\n")))
    return (line[: comment.start()] if comment else line).strip()


def split_pair(line: str) -> tuple[str, ...]:
    r"""Split a line into a source and its targets.

    The first of these that is there separates the two: a tab, ``→``, ``->``, a semicolon, a comma,
    a colon before a space, spaces. A cell in double quotes may contain any of them. After a tab or
    a space, several correct targets may be separated by slashes. Further cells are ignored.

    Returns
    -------
    tuple of str
        Empty if the line has no two cells.

    Examples
    --------
    >>> split_pair("new york → albany"), split_pair('"a, b", c'), split_pair("go\twent/gone")
    (('new york', 'albany'), ('a, b', 'c'), ('go', 'went', 'gone'))
    >>> split_pair("three words here")
    ()
    """
    mask = _masked(line)
    # a tab beside another separator is a space
    mask = _TAB_BESIDE.sub(lambda gap: " " * len(gap[0]), mask)
    separator = next((one for one in _SEPARATORS if one.search(mask)), None)
    if separator is None:
        return ()
    cells, begin = [], 0
    for sign in separator.finditer(mask):
        cells.append(line[begin : sign.start()])
        begin = sign.end()
    cells = [_unquoted(cell.strip()) for cell in (*cells, line[begin:])]
    is_spaced = separator is _SEPARATORS[-1]
    if len(cells) < 2 or (is_spaced and len(cells) > 2):
        return ()
    source, target, *_ = cells
    has_several = separator in (_SEPARATORS[0], _SEPARATORS[-1])
    return (source, *(target.split("/") if has_several else (target,)))


def _masked(line: str) -> str:
    """Replace the characters of quoted cells, so that nothing in them separates."""
    return _QUOTED.sub(lambda cell: "x" * len(cell[0]), line)


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if is_quoted else cell
