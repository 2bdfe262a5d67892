"""Evaluation of vectors on a set of questions, a part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies import LEARNT, Method, answer_questions, nearest_unasked
from embedviz.errors import InputError
from embedviz.evaluation.questions import Section
from embedviz.evaluation.similarity import LookUp, cut_vocabulary
from embedviz.relations import MOST_PAIRS
from embedviz.vectors import WordVectors

ANALOGY_CUT = 30_000
"""Default vocabulary cut: only this many of the most frequent words are candidates."""

ALL = "all questions"
"""Name of a whole set."""

MOST_SECTIONS = 10_000

VALUES = ("correct", "honest", "gain", "reciprocal rank")
"""Scores of each question: 1 if the answer is correct, else 0; the same with
the query words included; the first minus that of ``only-b``; and 1 / rank, or 0."""


@dataclass(frozen=True, eq=False)
class Results:
    """Scores of the covered questions of a part.

    Attributes
    ----------
    n_questions : int
        Including uncovered ones, but not the dropped ones.
    pairs : ndarray of intp, shape (n_covered, 2)
        Numbers of each question's two pairs, consistent within a set.
    values : ndarray of float64, shape (n_covered, 4)
        See `VALUES`.
    ranks : ndarray of intp, shape (n_covered,)
        Rank of the correct answer; 0 if it has none.
    n_unanswerable : int
        Covered questions that the method could not answer; counted as wrong.
    n_dropped : int
        Questions with a correct answer among their own three words. They are not asked: with these
        words left out the answer is impossible, with them left in it is given.
    """

    n_questions: int
    pairs: NDArray[np.intp]
    values: NDArray[np.float64]
    ranks: NDArray[np.intp]
    n_unanswerable: int
    n_dropped: int = 0


@dataclass(frozen=True, eq=False)
class _CoveredQuestions:
    """The covered questions of a part, as ids."""

    n_questions: int
    pairs: NDArray[np.intp]  # (n_covered, 2)
    ids: NDArray[np.intp]  # (n_covered, 3)
    right: NDArray[np.intp]  # (n_covered, n_right)
    n_dropped: int


class Evaluator:
    """Answers questions with some vectors, and numbers the questions' pairs.

    Parameters
    ----------
    vectors : WordVectors
        In descending frequency.
    n_words : int or None
        The vocabulary cut; None for all words.
    method : Method

    Attributes
    ----------
    missing : dict of str
        Words of the questions outside the vocabulary cut, in order.
    """

    def __init__(self, vectors: WordVectors, n_words: int | None, method: Method) -> None:
        self.vectors = vectors
        self.n_words = cut_vocabulary(vectors, n_words)
        self.method = method
        self._look_up = LookUp(vectors, self.n_words)
        self._numbers: dict[tuple[str, ...], int] = {}
        self._sources: list[int] = []
        self._targets: list[tuple[int, ...]] = []
        self.missing: dict[str, None] = {}

    @property
    def folded(self) -> tuple[tuple[str, str], ...]:
        """Words found only in another case, and their form in the vocabulary."""
        return tuple(self._look_up.folded.items())

    def sections(self, sections: Iterable[Section]) -> Iterator[tuple[str, Iterator[Results]]]:
        """Yield the sections by name, each with an iterator over its parts' results.

        Methods that learn from several pairs iterate over the questions twice.
        """
        learnt = iter(self._training_pairs(sections)) if self.method.name in LEARNT else None
        for count, (name, parts) in enumerate(groupby(sections, key=lambda part: part.name), 1):
            if count > MOST_SECTIONS:
                raise InputError(
                    f"The questions have more than {MOST_SECTIONS:,} sections: give fewer."
                )
            pairs = next(learnt) if learnt else np.empty((0, 2), dtype=np.intp)
            yield name, (self._results(self._covered(part), pairs) for part in parts)

    def _training_pairs(self, sections: Iterable[Section]) -> list[NDArray[np.intp]]:
        """Return the ids of the covered pairs of each section."""
        found = []
        for _, parts in groupby(sections, key=lambda part: part.name):
            numbers = {number for part in parts for number in self._covered(part).pairs.flat}
            ids = [(self._sources[number], self._targets[number][0]) for number in numbers]
            found.append(np.unique(np.array(ids, dtype=np.intp).reshape(-1, 2), axis=0))
        return found

    def _covered(self, part: Section) -> _CoveredQuestions:
        numbers = np.array([self._number(pair) for pair in part.pairs], dtype=np.intp)
        sources = np.array([self._sources[number] for number in numbers], dtype=np.intp)
        width = max((len(self._targets[number]) for number in numbers), default=0)
        targets = np.full((len(numbers), max(width, 1)), -1, dtype=np.intp)
        for row, number in zip(targets, numbers, strict=True):
            row[: len(self._targets[number])] = self._targets[number]
        is_known = (sources >= 0) & (targets[:, 0] >= 0)
        first, second = part.asked[is_known[part.asked].all(axis=1)].T
        ids = np.stack([sources[first], targets[first, 0], sources[second]], axis=1)
        pairs, right = np.stack([numbers[first], numbers[second]], axis=1), targets[second]
        is_open = ~(ids[:, :, np.newaxis] == right[:, np.newaxis]).any(axis=(1, 2))
        n_dropped = int((~is_open).sum())
        n_asked = len(part.asked) - n_dropped
        return _CoveredQuestions(n_asked, pairs[is_open], ids[is_open], right[is_open], n_dropped)

    def _number(self, pair: tuple[str, ...]) -> int:
        if pair not in self._numbers:
            if len(self._numbers) == MOST_PAIRS:
                raise InputError(
                    f"The questions contain more than {MOST_PAIRS:,} different pairs: give fewer."
                )
            ids = [self._look_up.id(word) for word in pair]
            targets = tuple(dict.fromkeys(id_ for id_ in ids[1:] if id_ is not None))
            if ids[0] is None or not targets:
                unknown = (word for word, id_ in zip(pair, ids, strict=True) if id_ is None)
                self.missing.update(dict.fromkeys(unknown))
            self._numbers[pair] = len(self._numbers)
            self._sources.append(-1 if ids[0] is None else ids[0])
            self._targets.append(targets)
        return self._numbers[pair]

    def _results(self, covered: _CoveredQuestions, learnt: NDArray[np.intp]) -> Results:
        if not len(covered.ids):
            nothing = np.empty(0, dtype=np.intp)
            return Results(
                covered.n_questions,
                covered.pairs,
                np.empty((0, 4)),
                nothing,
                0,
                covered.n_dropped,
            )
        found = answer_questions(
            self.vectors,
            covered.ids,
            learnt,
            method=self.method,
            n_words=self.n_words,
            right=covered.right,
        )
        near = nearest_unasked(self.vectors, covered.ids, n_words=self.n_words)

        def is_right(ids: NDArray[np.intp]) -> NDArray[np.float64]:
            hits = (ids[:, np.newaxis] == covered.right) & (ids[:, np.newaxis] >= 0)
            right: NDArray[np.float64] = hits.any(axis=1).astype(np.float64)
            return right

        honest = is_right(found.honest_ids)
        correct = honest if self.method.honest else is_right(found.ids)
        reciprocal = np.where(found.ranks > 0, 1 / np.maximum(found.ranks, 1), 0.0)
        values = np.stack([correct, honest, correct - is_right(near), reciprocal], axis=1)
        n_unanswerable = int((~found.answerable).sum())
        return Results(
            covered.n_questions,
            covered.pairs,
            values,
            found.ranks,
            n_unanswerable,
            covered.n_dropped,
        )
