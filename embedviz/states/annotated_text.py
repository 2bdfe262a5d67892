"""Texts word by word, with columns of metadata."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from embedviz.errors import InputError
from embedviz.support import clip

MOST_WORDS = 50_000
"""Maximum number of words of the texts: a state is kept for each."""

_WORD = "word"
_MOST_COLUMNS = 20


@dataclass(frozen=True)
class AnnotatedText:
    """One or several texts, word by word.

    Attributes
    ----------
    words : tuple of str
        Of all texts, one after the other.
    starts : tuple of int
        Place of the first word of each text.
    columns : mapping of str to tuple of str
        Metadata of each word, such as its part of speech or its speaker.

    Raises
    ------
    InputError
        If there are no words, or more than `MOST_WORDS`.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...] = (0,)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the number of words."""
        if not self.words:
            raise InputError("The text has no words: give some.")
        if len(self.words) > MOST_WORDS:
            raise InputError(
                f"The text has {len(self.words):,} words, and the limit is {MOST_WORDS:,}: give a "
                "part of it."
            )

    @property
    def n_texts(self) -> int:
        """Number of texts."""
        return len(self.starts)

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the places of the first word of a text and after its last."""
        is_last = number == len(self.starts) - 1
        return self.starts[number], len(self.words) if is_last else self.starts[number + 1]

    def text_of(self, place: int) -> int:
        """Return the number of the text that a word is in."""
        return bisect_right(self.starts, place) - 1


def parse_text(text: str, split: Callable[[str], Sequence[str]] = str.split) -> AnnotatedText:
    """Parse a table of words, or else plain text; see `parse_table` and `parse_lines`."""
    return parse_table(text) if is_table(text) else parse_lines(text, split)


def is_table(text: str) -> bool:
    """Whether a text is a table of words: its first line has tabs, one column being ``word``."""
    header = text.partition("\n")[0].rstrip("\r")
    return "\t" in header and _WORD in [name.strip().lower() for name in header.split("\t")]


def parse_lines(text: str, split: Callable[[str], Sequence[str]] = str.split) -> AnnotatedText:
    r"""Parse plain text: each line is a text of its own.

    Parameters
    ----------
    text : str
    split : callable
        Divides a line into words; by default at white space.

    Examples
    --------
    >>> parse_lines("the king\n\na queen").starts
    (0, 2)
    """
    words: list[str] = []
    starts: list[int] = []
    for line in text.splitlines():
        if found := split(line):
            starts.append(len(words))
            words += found
    return AnnotatedText(tuple(words), tuple(starts))


def parse_table(text: str) -> AnnotatedText:
    r"""Parse a table with a word in each line and its metadata, columns separated by tabs.

    The first line names the columns, one of which is ``word``. An empty line ends a text.

    Raises
    ------
    InputError
        If a line has another number of columns, with its number.

    Examples
    --------
    >>> found = parse_table("word\tpos\nthe\tDET\nking\tNOUN\n\nrun\tVERB")
    >>> found.words, found.starts, dict(found.columns)
    (('the', 'king', 'run'), (0, 2), {'pos': ('DET', 'NOUN', 'VERB')})
    """
    lines = text.splitlines()
    names = [name.strip() for name in lines[0].split("\t")]
    if len(names) > _MOST_COLUMNS or len(set(names)) < len(names) or not all(names):
        raise InputError(
            f"The table's first line has {len(names)} columns: name up to {_MOST_COLUMNS}, each by "
            "a name of its own."
        )
    at = [name.lower() for name in names].index(_WORD)
    rows: list[list[str]] = []
    starts: list[int] = []
    is_new = True
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            is_new = True
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(names) or not cells[at]:
            raise InputError(
                f"Line {number} of the table has {len(cells)} columns, and the first line names "
                f"{len(names)} ({clip(line, 60)}): give a word and its metadata, separated by tabs."
            )
        if is_new:
            starts.append(len(rows))
        is_new = False
        rows.append(cells)
    columns = {
        name: tuple(row[place] for row in rows) for place, name in enumerate(names) if place != at
    }
    return AnnotatedText(tuple(row[at] for row in rows), tuple(starts), columns)
