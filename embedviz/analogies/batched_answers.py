"""Answer many analogy questions at once, and rank the correct answers."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies.methods import (
    LEARNT,
    Method,
    Pairs,
    QueryDirections,
    directions_of,
    query_part,
    scored,
)
from embedviz.support import Threads
from embedviz.vectors import WordVectors, dot_products, find_nearest

_QUESTIONS_AT_ONCE = 1024
_MOST_THREADS = 8
_COSINES_AT_ONCE = 1 << 23
_WIDEST = 1 << 14

Ids = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Answers:
    """Best answers to questions; all arrays have shape (n_questions,).

    Attributes
    ----------
    ids : ndarray of intp
        Best words with the query words excluded; -1 if there is none.
    honest_ids : ndarray of intp
        Best words with the query words included. Source: Nissim, van Noord and van der Goot
        (2020).
    ranks : ndarray of intp
        Rank of the best correct answer with the query words excluded, 1 if it is the
        answer; 0 if it is a query word, or no correct answer was given.
    answerable : ndarray of bool
        False if the method has no pair to learn from.
    """

    ids: Ids
    honest_ids: Ids
    ranks: Ids
    answerable: NDArray[np.bool_]


def answer_questions(
    vectors: WordVectors,
    questions: Ids,
    pairs: Pairs,
    *,
    method: Method,
    n_words: int,
    right: Ids | None = None,
) -> Answers:
    """Answer many questions.

    Parameters
    ----------
    vectors : WordVectors
    questions : ndarray of intp, shape (n_questions, 3)
        Ids of a, a* and b.
    pairs : ndarray of intp, shape (n_pairs, 2)
        Training pairs of 3cosavg and lrcos; for each b, pairs with source b are excluded.
    method : Method
    n_words : int
        Answers are restricted to this many of the most frequent words.
    right : ndarray of intp, shape (n_questions, n_right), optional
        Ids of the correct answers, all below `n_words`; padded with -1.
    """
    from threadpoolctl import threadpool_limits

    n = len(questions)
    right = np.full((n, 1), -1, dtype=np.intp) if right is None else right
    found = Answers(
        np.full(n, -1, dtype=np.intp),
        np.full(n, -1, dtype=np.intp),
        np.zeros(n, dtype=np.intp),
        np.ones(n, dtype=np.bool_),
    )
    # sort so that adjacent questions share a pair or a word
    keys = (0, 1, 2) if method.name in LEARNT else (2, 1, 0)
    order = np.lexsort(questions.T[list(keys)])
    n_threads = min(os.cpu_count() or 1, _MOST_THREADS)
    parts = np.array_split(order, max(n_threads, -(-n // _QUESTIONS_AT_ONCE)))
    parts = [part for part in parts if len(part)]

    def one(part: Ids) -> Answers:
        return _answer_block(vectors, questions[part], right[part], pairs, method, n_words)

    # the products are small: one thread per part, single-threaded products
    with Threads(n_threads) as threads, threadpool_limits(1, user_api="blas"):
        for part, answered in zip(parts, threads.map(one, parts), strict=True):
            found.ids[part] = answered.ids
            found.honest_ids[part] = answered.honest_ids
            found.ranks[part] = answered.ranks
            found.answerable[part] = answered.answerable
    return found


def nearest_unasked(vectors: WordVectors, questions: Ids, *, n_words: int) -> Ids:
    """Find the word nearest to b other than a, a* and b, shape (n_questions,); -1 if none.

    These are the answers of ``only-b``; four neighbours of each b suffice.
    """
    words, rows = np.unique(questions[:, 2], return_inverse=True)
    near = np.full((len(words), 4), -1, dtype=np.intp)
    found = find_nearest(
        vectors.matrix[:n_words], vectors.inverse_norms[:n_words], vectors.unit_rows(words), 4
    )
    for row, best in zip(near, found, strict=True):
        row[: len(best.ids)] = best.ids
    candidates = near[rows]  # (n_questions, 4)
    free = (candidates[:, :, np.newaxis] != questions[:, np.newaxis]).all(axis=2)
    place = free.argmax(axis=1)
    chosen: Ids = candidates[np.arange(len(questions)), place]
    return np.where(free.any(axis=1), chosen, -1)


def _answer_block(
    vectors: WordVectors, questions: Ids, right: Ids, pairs: Pairs, method: Method, n_words: int
) -> Answers:
    queries = directions_of(vectors, questions, pairs, method)
    n = len(questions)
    changes = (np.diff(queries.rows[:, :2], axis=0) != 0).any(axis=1)
    groups = np.split(np.arange(n), np.flatnonzero(changes) + 1)
    never = (right[:, :, np.newaxis] == questions[:, np.newaxis]).any(axis=2) | (right < 0)
    needed = _correct_scores(vectors, queries, method, groups, np.where(never, -1, right))
    best = _Best(np.full(n, -1), np.full(n, -np.inf, np.float32))
    honest = _Best(np.full(n, -1), np.full(n, -np.inf, np.float32))
    ahead = np.zeros(n, dtype=np.intp)
    width = min(max(_COSINES_AT_ONCE // len(queries.directions), 256), _WIDEST, n_words)
    buffer = np.empty(len(queries.directions) * width, dtype=np.float32)
    for begin in range(0, n_words, width):
        end = min(begin + width, n_words)
        out = buffer[: len(queries.directions) * (end - begin)].reshape(len(queries.directions), -1)
        cosines = dot_products(vectors.matrix[begin:end], queries.directions, out=out)
        cosines *= vectors.inverse_norms[begin:end]
        query = query_part(method, cosines)
        for group in groups:
            scores = _group_scores(queries, method, cosines, query, group)
            honest.take(group, scores, begin)
            _mask_out(scores, questions[group] - begin)
            best.take(group, scores, begin)
            if np.isfinite(needed[group]).any():
                # the score of a correct word, computed twice, may differ in the last bit
                _mask_out(scores, np.where(right[group] < 0, -1, right[group] - begin))
                ahead[group] += np.count_nonzero(scores > needed[group, np.newaxis], axis=1)
    is_right = (best.ids[:, np.newaxis] == right).any(axis=1) & (best.ids >= 0)
    ranks = np.where(is_right, 1, np.maximum(1 + ahead, 2))
    ranks[~np.isfinite(needed) | ~queries.answerable] = 0
    best.ids[~queries.answerable] = honest.ids[~queries.answerable] = -1
    return Answers(best.ids, honest.ids, ranks, queries.answerable)


@dataclass(frozen=True, eq=False)
class _Best:
    """Best words so far, and their scores."""

    ids: Ids
    scores: NDArray[np.float32]

    def take(self, group: Ids, scores: NDArray[np.float32], begin: int) -> None:
        place = scores.argmax(axis=1)
        highest = scores[np.arange(len(group)), place]
        better = highest > self.scores[group]
        self.scores[group[better]] = highest[better]
        self.ids[group[better]] = begin + place[better]


def _group_scores(
    queries: QueryDirections,
    method: Method,
    cosines: NDArray[np.float32],
    query: NDArray[np.float32],
    group: Ids,
) -> NDArray[np.float32]:
    """Score a block of words for questions about one pair, shape (n_group, n_words)."""
    a, target, _ = queries.rows[group[0]]
    b = query[queries.rows[group, 2]]  # a copy
    return scored(method, cosines[a : a + 1], cosines[target : target + 1], b, queries.shift[group])


def _mask_out(scores: NDArray[np.float32], columns: Ids) -> None:
    row, column = np.nonzero((columns >= 0) & (columns < scores.shape[1]))
    scores[row, columns[row, column]] = -np.inf


def _correct_scores(
    vectors: WordVectors, queries: QueryDirections, method: Method, groups: list[Ids], right: Ids
) -> NDArray[np.float32]:
    """Highest score of each question's correct answers, shape (n_questions,); -inf without any."""
    needed = np.full(len(right), -np.inf, dtype=np.float32)
    words = np.unique(right[right >= 0])
    if not len(words):
        return needed
    cosines = dot_products(vectors.unit_rows(words), queries.directions)
    query = query_part(method, cosines)
    for group in groups:
        scores = _group_scores(queries, method, cosines, query, group)
        place = np.searchsorted(words, right[group]).clip(0, len(words) - 1)
        of_right = np.take_along_axis(scores, place, axis=1)
        needed[group] = np.where(right[group] < 0, -np.inf, of_right).max(axis=1)
    return needed
