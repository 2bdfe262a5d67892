"""Sets of analogy questions, read a part at a time: Google, MSR, BATS, lists of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import (
    Relation,
    first_line,
    is_question_line,
    question_lines,
    read_lines,
    read_relations,
)

Question = tuple[str, str, str, str]
"""a is to b as c is to d; d is the correct answer."""

MOST_RELATION_PAIRS = 3_000
"""Maximum number of pairs for questions of all ordered pairs: nine million questions."""

_AT_ONCE = 1 << 16
_EXPECTED = (
    "a question file (four words per line below lines such as ': family', or only these), a BATS "
    "file or folder, or a CSV file with the header source,target"
)
_FORM = "four words per line below a line such as ': family'"


@dataclass(frozen=True, eq=False)
class Section:
    """Questions of a section; consecutive sections of the same name are parts of one.

    Parameters
    ----------
    name : str
    pairs : tuple of tuple of str
        Source and correct targets of each pair.
    asked : ndarray of int32, shape (n_questions, 2)
        Indices in `pairs` for each question: the given pair, and the pair whose target is queried.

    Examples
    --------
    >>> family = Section.of("family", [("man", "king", "woman", "queen")])
    >>> family.pairs, family.asked.tolist()
    ((('man', 'king'), ('woman', 'queen')), [[0, 1]])
    """

    name: str
    pairs: tuple[tuple[str, ...], ...]
    asked: NDArray[np.int32]

    @classmethod
    def of(cls, name: str, questions: Sequence[Question]) -> Section:
        """Make a section from questions of four words."""
        places: dict[tuple[str, ...], int] = {}
        asked = [
            places.setdefault(pair, len(places))
            for a, b, c, d in questions
            for pair in ((a, b), (c, d))
        ]
        return cls(name, tuple(places), np.array(asked, dtype=np.int32).reshape(-1, 2))

    @classmethod
    def from_relation(cls, relation: Relation) -> Iterator[Section]:
        """Form questions from every two pairs of a relation, in parts."""
        n = len(relation.pairs)
        if n > MOST_RELATION_PAIRS:
            raise InputError(
                f"Relation '{relation.name}' has {n:,} pairs, too many for questions of every two "
                f"pairs: give at most {MOST_RELATION_PAIRS:,}, or a question file."
            )
        pairs = tuple(
            (source, *targets)
            for (source, _), targets in zip(relation.pairs, relation.targets, strict=True)
        )
        step = max(1, _AT_ONCE // n)
        for begin in range(0, n, step):
            first, second = np.meshgrid(np.arange(begin, min(begin + step, n)), np.arange(n))
            both = np.stack([first.T.ravel(), second.T.ravel()], axis=1).astype(np.int32)
            yield cls(relation.name, pairs, both[both[:, 0] != both[:, 1]])


@dataclass(frozen=True)
class QuestionSet:
    """Questions of a file or folder, re-read at each iteration; lists of pairs are read once.

    At most 65,536 questions are in memory at once.

    Parameters
    ----------
    path : Path
        A question file of Google (``: section`` lines, then four words per line) or of MSR
        (four words per line), or other formats of `embedviz.relations.read_relations`: BATS and
        CSV, with questions from every two pairs of a relation.

    Raises
    ------
    InputError
        During iteration: if it cannot be read as UTF-8, a line is no question, or there
        is none.
    """

    path: Path

    def __iter__(self) -> Iterator[Section]:
        """Yield the sections, long ones in parts."""
        first = None
        if not self.path.is_dir():
            first = first_line(read_lines(self.path, _EXPECTED))
            if first is None:
                raise InputError(f"{self.path} contains 0 questions: give {_EXPECTED}.")
        if first is None or not is_question_line(first[1]):
            for relation in self._relations:
                yield from Section.from_relation(relation)
        else:
            yield from self._parts()

    @cached_property
    def _relations(self) -> tuple[Relation, ...]:
        return read_relations(self.path)  # which warns of lines without a pair

    def _parts(self) -> Iterator[Section]:
        path, section, found = self.path, "", False
        questions: list[Question] = []
        for row in question_lines(read_lines(path, _EXPECTED)):
            if not row.words:
                raise InputError(
                    f"{path}, line {row.number}: expected {_FORM}, found "
                    f"'{row.text.strip()[:60]}': correct it."
                )
            if (row.section != section and questions) or len(questions) == _AT_ONCE:
                yield Section.of(section or path.stem, questions)
                questions = []
            section, found = row.section, True
            a, b, c, d = row.words
            questions.append((a, b, c, d))
        if not found:
            raise InputError(f"{path} contains 0 questions: give {_FORM}.")
        yield Section.of(section or path.stem, questions)


def read_questions(path: Path) -> QuestionSet:
    """Open a question file of Google or MSR, a BATS file or folder, or a CSV file of pairs.

    Raises
    ------
    InputError
        If it does not exist, or its first section is invalid; later ones raise when reached.
    """
    questions = QuestionSet(path)
    next(iter(questions))
    return questions
