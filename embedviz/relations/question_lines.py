"""Streaming of text lines, and question files of Google and of MSR."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedviz.errors import InputError

Lines = Iterator[tuple[int, str]]
"""Line numbers, from 1, and lines."""

_LONGEST_LINE = 100_000


@dataclass(frozen=True)
class QuestionLine:
    """A line of a question file.

    Attributes
    ----------
    number : int
    text : str
    section : str
        The name of the last ``: section`` line; empty before the first.
    words : tuple of str
        Four, or none if the line is not a question.
    """

    number: int
    text: str
    section: str
    words: tuple[str, ...]


def read_lines(path: Path, expected: str) -> Lines:
    """Yield the lines of a UTF-8 file, with any line ends, one in memory at a time.

    Parameters
    ----------
    path : Path
    expected : str
        Description of the expected file, for the message if it does not exist.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, or a line has 100,000 characters or a zero byte.
    """
    number = 0
    try:
        # surrogates stand for invalid bytes, so that the error names the line
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline=None) as file:
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if not line.isascii():
                    line.encode()  # raises for invalid bytes
                if len(line) >= _LONGEST_LINE:
                    raise InputError(
                        f"{path}, line {number} has {_LONGEST_LINE:,} characters or more: give one "
                        "pair of words per line."
                    )
                if "\x00" in line:
                    raise InputError(
                        f"{path}, line {number} has a zero byte, as no text has: give {expected}, "
                        "saved as UTF-8."
                    )
                yield number, line
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: give {expected}.") from None
    except UnicodeEncodeError as error:
        byte = len(line[: error.start].encode()) + 1
        raise InputError(
            f"{path}, line {number}: byte {byte} is not UTF-8: save the file as UTF-8."
        ) from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): give {expected}."
        ) from None


def is_comment(line: str) -> bool:
    """Whether a line begins as a comment does: with # or //, but not with two hashtags.

    >>> is_comment("# words"), is_comment("//Copyright"), is_comment("#tag #other 5")
    (True, True, False)
    """
    line = line.lstrip()
    if not line.startswith(("#", "//")):
        return False
    words = line.split()
    return words[0] == "#" or sum(word.startswith("#") for word in words) < 2


def first_line(lines: Lines) -> tuple[int, str] | None:
    """Consume lines up to the first that is neither empty nor a comment; None if there is none."""
    return next((row for row in lines if row[1].strip() and not is_comment(row[1])), None)


def split_words(line: str) -> list[str]:
    r"""Split a line at its tabs into two or four words, which may have spaces; else at its spaces.

    >>> split_words("two days\tthree days"), split_words("king queen"), split_words("a\tb c d")
    (['two days', 'three days'], ['king', 'queen'], ['a', 'b c d'])

    Quotes around every word are no part of it.

    >>> split_words('"new york" "usa"'), split_words('"a"\t"b"')
    (['new york', 'usa'], ['a', 'b'])
    """
    cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
    if len(cells) not in (2, 4):
        cells = line.split()
    if not line.startswith('"') or not line.rstrip().endswith('"'):
        return cells
    separator = "\t" if "\t" in line else " "
    quoted = next(csv.reader([line.strip()], delimiter=separator, skipinitialspace=True))
    return quoted if len(quoted) in (2, 4) and all(quoted) else cells


def is_question_line(line: str) -> bool:
    """Whether this first line indicates a question file: a ``: section``, or four words."""
    return line.lstrip().startswith(":") or len(split_words(line)) == 4


def question_lines(lines: Lines) -> Iterator[QuestionLine]:
    r"""Yield the questions of a file, each with its section; see `split_words`.

    Examples
    --------
    >>> rows = [(1, ": royal\n"), (2, "man king woman queen\n")]
    >>> [(row.section, row.words[3]) for row in question_lines(iter(rows))]
    [('royal', 'queen')]
    """
    section = ""
    for number, line in lines:
        if not line.strip() or is_comment(line):
            continue
        if line.lstrip().startswith(":"):
            section = line.strip()[1:].strip()
            continue
        words = tuple(split_words(line))
        yield QuestionLine(number, line, section, words if len(words) == 4 else ())
