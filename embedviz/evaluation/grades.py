"""Grades that people give to texts, without knowing who wrote them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from embedviz.corpora import GRADES
from embedviz.errors import InputError
from embedviz.relations import share_interval
from embedviz.support import atomic_path, clip, parse_json, percent, read_text

FORMAT = "embedviz grades"
MOST_ITEMS = 100_000

_COLUMNS = ("item", "text", "by")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class GradedText:
    """A text to grade.

    Attributes
    ----------
    item : str
        What it is about: a word, a formula, or the file of a picture.
    text : str
    by : str
        Who wrote it, such as a model or a control; never shown to a rater.
    """

    item: str
    text: str
    by: str


def read_texts_to_grade(path: Path) -> tuple[GradedText, ...]:
    """Read a table from a file; see `parse_texts_to_grade`."""
    return parse_texts_to_grade(read_text(path, "a table of texts to grade"), str(path))


def parse_texts_to_grade(content: str, name: str) -> tuple[GradedText, ...]:
    """Read a tab-separated table with the columns item, text and by.

    Parameters
    ----------
    content : str
    name : str
        Of the table, for messages.

    Raises
    ------
    InputError
        If it has other columns, an empty cell, or no row.
    """
    rows = [line.split("\t") for line in content.splitlines()]
    if not rows or tuple(rows[0]) != _COLUMNS:
        raise InputError(
            f"{name} has no header {', '.join(_COLUMNS)} with tabs between them: write such a "
            "table with embedviz describe --table or embedviz caption --table."
        )
    texts = []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(_COLUMNS) or not all(cell.strip() for cell in row):
            raise InputError(
                f"{name}, line {line}: {len(row)} columns or an empty cell; 3 are needed."
            )
        texts.append(GradedText(*row))
    if not texts or len(texts) > MOST_ITEMS:
        raise InputError(f"{name} has {len(texts):,} texts: give 1 to {MOST_ITEMS:,}.")
    return tuple(texts)


def write_texts_to_grade(path: Path, texts: Sequence[GradedText]) -> None:
    """Write a table for `read_texts_to_grade`; see `format_texts_to_grade`."""
    with atomic_path(path) as aside:
        aside.write_text(format_texts_to_grade(texts), encoding="utf-8")


def format_texts_to_grade(texts: Sequence[GradedText]) -> str:
    """Return a table for `parse_texts_to_grade`; white space inside cells becomes single spaces."""
    lines = ["\t".join(_COLUMNS)]
    for one in texts:
        lines.append("\t".join(" ".join(cell.split()) for cell in (one.item, one.text, one.by)))
    return "\n".join(lines) + "\n"


def rater_name(name: str) -> str:
    """Return a rater's name without superfluous white space; `InputError` if it cannot be one."""
    plain = " ".join(name.split())
    if not plain.isprintable() or not 0 < len(plain) <= _LONGEST_NAME:
        raise InputError(
            f"A rater needs a name of 1 to {_LONGEST_NAME} characters, not {clip(name, 20)!r}: "
            "give another one."
        )
    return plain


@dataclass(eq=False)
class GradeBook:
    """Grades of the texts of a table, by rater.

    Attributes
    ----------
    texts : tuple of GradedText
    given : mapping of str to mapping of int to int
        For each rater the grade of each text that was graded: row of the table → place in
        `embedviz.corpora.GRADES`.
    """

    texts: tuple[GradedText, ...]
    given: dict[str, dict[int, int]] = field(default_factory=dict)

    def order(self, rater: str) -> list[int]:
        """Return the rows that a rater has not graded, in an order of the rater's own."""
        rater = rater_name(rater)
        rows = list(range(len(self.texts)))
        Random(f"{self.fingerprint} {rater}").shuffle(rows)
        done = self.given.get(rater, {})
        return [row for row in rows if row not in done]

    def grade(self, rater: str, row: int, grade: int) -> None:
        """Note a grade."""
        self.given.setdefault(rater_name(rater), {})[row] = grade

    @property
    def fingerprint(self) -> str:
        """Of the texts."""
        rows = [[one.item, one.text, one.by] for one in self.texts]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]

    def save(self, path: Path, rater: str) -> None:
        """Write the grades of a rater, without the texts; others' stay as they are there."""
        name = rater_name(rater)
        others = open_grades(self.texts, path).given
        self.given = others | {name: self.given.get(name, {})}
        with atomic_path(path) as aside:
            aside.write_text(self.to_json(), encoding="utf-8")

    def to_json(self) -> str:
        """Return the grades, without the texts, as they are kept in a file."""
        document = {
            "format": FORMAT,
            "version": 1,
            "texts": self.fingerprint,
            "grades": {
                rater: {str(row): grade + 1 for row, grade in sorted(rows.items())}
                for rater, rows in self.given.items()
            },
        }
        return json.dumps(document, indent=1)


def open_grades(texts: tuple[GradedText, ...], path: Path) -> GradeBook:
    """Open the grades of a table of texts; a file that is not there yet has none.

    See `parse_grades` for errors.
    """
    if not path.exists():
        return GradeBook(texts)
    return parse_grades(texts, read_text(path, "grades"), str(path))


def parse_grades(texts: tuple[GradedText, ...], content: str, name: str) -> GradeBook:
    """Read grades of a table of texts, as `GradeBook.to_json` writes them.

    Raises
    ------
    InputError
        If these are no grades, or are of other texts.
    """
    book = GradeBook(texts)
    try:
        document = parse_json(content)
        if document["format"] != FORMAT or document["version"] != 1:
            raise ValueError
        if document["texts"] != book.fingerprint:
            raise InputError(f"{name} has the grades of other texts: give the file of these.")
        book.given = {
            rater_name(rater): {
                int(row): _checked(grade, int(row), texts) for row, grade in one.items()
            }
            for rater, one in document["grades"].items()
        }
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{name} is no file of grades: give another one, or remove it.") from None
    return book


def _checked(grade: object, row: int, texts: Sequence[GradedText]) -> int:
    if type(grade) is not int or not (1 <= grade <= len(GRADES) and 0 <= row < len(texts)):
        raise ValueError
    return grade - 1


def grade_shares(book: GradeBook) -> dict[str, dict[str, Any]]:
    """Share of each grade for each writer, over all raters, with its 95 % interval.

    Returns
    -------
    mapping of str to mapping
        For each writer ``n``, and for each grade ``share`` and ``interval``; Wilson's, None below
        8 grades. Grades of the same text by several raters count each: the interval is then too
        narrow.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for rows in book.given.values():
        for row, grade in rows.items():
            found[book.texts[row].by].append(grade)
    return {
        by: {
            "n": len(grades),
            **{
                name: {
                    "share": grades.count(place) / len(grades),
                    "interval": share_interval(grades.count(place), len(grades)),
                }
                for place, name in enumerate(GRADES)
            },
        }
        for by, grades in sorted(found.items())
    }


def share_text(one: Mapping[str, Any]) -> str:
    """Return a share of `grade_shares` with its interval, in percent.

    >>> share_text({"share": 0.5, "interval": (0.251, 0.749)}).split("\N{NO-BREAK SPACE}")
    ['50', '% (25–75)']
    """
    if one["interval"] is None:
        return percent(one["share"])
    low, high = one["interval"]
    return f"{percent(one['share'])} ({100 * low:.0f}–{100 * high:.0f})"


def agreements(book: GradeBook) -> list[Mapping[str, Any]]:
    """Agreement of each two raters on the texts that both graded.

    Returns
    -------
    list of mapping
        ``raters``, ``n`` texts, ``agreement`` (share of equal grades) and ``kappa``, Cohen's: what
        the agreement is above that by chance, 1 if complete, None if it is not defined. Source:
        Cohen (1960), "A coefficient of agreement for nominal scales".
    """
    from sklearn.metrics import cohen_kappa_score

    found: list[Mapping[str, Any]] = []
    for one, other in combinations(sorted(book.given), 2):
        rows = sorted(book.given[one].keys() & book.given[other].keys())
        if not rows:
            continue
        first, second = ([book.given[rater][row] for row in rows] for rater in (one, other))
        equal = sum(a == b for a, b in zip(first, second, strict=True)) / len(rows)
        is_defined = len({*first, *second}) > 1
        kappa = float(cohen_kappa_score(first, second)) if is_defined else None
        found.append({"raters": [one, other], "n": len(rows), "agreement": equal, "kappa": kappa})
    return found
