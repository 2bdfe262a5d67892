"""Answers to analogy questions of the form a is to a* as b is to ?, by the methods of `methods`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz import methods
from embedviz.errors import InputError
from embedviz.methods import LEARNT, METHODS, Method, Pairs
from embedviz.search import Filter, best, products
from embedviz.threads import Threads
from embedviz.vectors import WordVectors

__all__ = ["METHODS", "Answer", "Method", "answer", "answers"]

_QUESTIONS_AT_ONCE = 1024
_MOST_THREADS = 8
_COSINES_AT_ONCE = 1 << 23
_WIDEST = 1 << 14


@dataclass(frozen=True)
class Answer:
    """A word that answers a question.

    Attributes
    ----------
    word : str
    score : float
        By the method's formula: a cosine, except for 3cosmul and lrcos.
    rank : int
        Place of the word by frequency, 1 for the most frequent.
    count : int or None
        How often it stood in the text, where that is known.
    """

    word: str
    score: float
    rank: int
    count: int | None = None


def answer(
    vectors: WordVectors,
    pairs: Sequence[tuple[str, str]],
    word: str,
    n: int = 10,
    *,
    method: Method | None = None,
    only: Filter | None = None,
) -> list[Answer]:
    """Words that stand to a word as the targets of pairs stand to their sources, best first.

    The word itself and the words of a single pair are left out unless the method is honest. Those
    of several pairs are not: many share a target, as countries do a language.

    Parameters
    ----------
    vectors : WordVectors
    pairs : sequence of (source, target)
        One, or several for ``3cosavg`` and ``lrcos``, which do not learn from a pair whose source
        is the word.
    word : str
    n : int
        How many at most.
    method : Method, optional
        3cosadd unless given.
    only : Filter, optional
        Which words may be answered.

    Examples
    --------
    >>> from embedviz.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32),
    ... )
    >>> answer(vectors, [("man", "king")], "woman", 1, method=Method("3cosmul"))[0].word
    'queen'
    """
    method, only = method or Method(), only or Filter()
    if n < 1:
        raise InputError(f"{n} answers cannot be listed: ask for at least 1.")
    if not pairs or (len(pairs) > 1 and method.name not in LEARNT):
        raise InputError(
            f"{method.name} cannot learn from {len(pairs)} pairs: give one, "
            f"or use {' or '.join(LEARNT)}."
        )
    known = np.array([vectors.ids(pair) for pair in pairs], dtype=np.intp)
    id_ = vectors.id(word)
    asked = methods.asked(vectors, np.array([[*known[0], id_]]), known, method)
    n_words = min(only.max_rank or len(vectors), len(vectors))
    a, target, b = asked.directions[asked.rows[0]]
    if method.name in ("3cosadd", "ignore-a"):
        sum_ = target + b - (a if method.name == "3cosadd" else 0)
        scores = vectors.cosines(methods.of_length_one(sum_[np.newaxis]), n_words=n_words)
    else:
        cosines = vectors.cosines(np.stack([a, target, b]), n_words=n_words)
        b_part = methods.query_part(method, cosines[2:])
        scores = methods.scores(method, cosines[:1], cosines[1:2], b_part, asked.shift)
    if method.name == "pairdirection":
        scores = scores / max(float(np.linalg.norm(target - a)), 1e-12)
    scores[0, ~vectors.allowed(only)] = -np.inf
    if not method.honest:
        named = np.array([*(known[0] if len(known) == 1 else ()), id_])
        scores[0, named[named < n_words]] = -np.inf
    found, counts = best(scores[0], n), vectors.vocabulary.counts
    return [
        Answer(vectors.words[id_], score, id_ + 1, None if counts is None else int(counts[id_]))
        for id_, score in zip(found.ids.tolist(), found.scores.tolist(), strict=True)
    ]


def answers(
    vectors: WordVectors,
    questions: NDArray[np.intp],
    pairs: Pairs,
    *,
    method: Method,
    n_words: int,
) -> NDArray[np.intp]:
    """Best answer to each of many questions, shape (n_questions,); -1 where no word is left.

    Parameters
    ----------
    vectors : WordVectors
    questions : ndarray of intp, shape (n_questions, 3)
        Ids of a, a* and b.
    pairs : ndarray of intp, shape (n_pairs, 2)
        What 3cosavg and lrcos learn from, for each b without the pairs whose source it is.
    method : Method
        The question's three words are left out unless it is honest.
    n_words : int
        Only so many most frequent words are answered.
    """
    from threadpoolctl import threadpool_limits

    found = np.full(len(questions), -1, dtype=np.intp)
    if not len(questions):
        return found
    # side by side stand the questions that share most: about one pair, or about one word
    keys = (0, 1, 2) if method.name in LEARNT else (2, 1, 0)
    order = np.lexsort(questions.T[list(keys)])
    n_threads = min(os.cpu_count() or 1, _MOST_THREADS)
    parts = np.array_split(order, max(n_threads, -(-len(order) // _QUESTIONS_AT_ONCE)))
    parts = [part for part in parts if len(part)]

    def one(part: NDArray[np.intp]) -> NDArray[np.intp]:
        return _best_answers(vectors, questions[part], pairs, method, n_words)

    # the products are small: a thread for each part, none inside a product
    with Threads(n_threads) as threads, threadpool_limits(1, user_api="blas"):
        for part, ids in zip(parts, threads.map(one, parts), strict=True):
            found[part] = ids
    return found


def _best_answers(
    vectors: WordVectors,
    questions: NDArray[np.intp],
    pairs: Pairs,
    method: Method,
    n_words: int,
) -> NDArray[np.intp]:
    asked = methods.asked(vectors, questions, pairs, method)
    best_scores = np.full(len(questions), -np.inf, dtype=np.float32)
    found = np.full(len(questions), -1, dtype=np.intp)
    changes = (np.diff(asked.rows[:, :2], axis=0) != 0).any(axis=1)
    groups = np.split(np.arange(len(questions)), np.flatnonzero(changes) + 1)
    width = min(max(_COSINES_AT_ONCE // len(asked.directions), 256), _WIDEST, n_words)
    buffer = np.empty(len(asked.directions) * width, dtype=np.float32)
    for begin in range(0, n_words, width):
        end = min(begin + width, n_words)
        out = buffer[: len(asked.directions) * (end - begin)].reshape(len(asked.directions), -1)
        cosines = products(vectors.matrix[begin:end], asked.directions, out=out)
        cosines *= vectors.inverse_norms[begin:end]
        query = methods.query_part(method, cosines)
        for group in groups:
            a, target, _ = asked.rows[group[0]]
            b = query[asked.rows[group, 2]]  # (n_group, width), a copy
            shift = asked.shift[group]
            cosine = cosines[a : a + 1], cosines[target : target + 1]
            scores = methods.scores(method, *cosine, b, shift)
            if not method.honest:
                inside = questions[group] - begin
                row, column = np.nonzero((inside >= 0) & (inside < end - begin))
                scores[row, inside[row, column]] = -np.inf
            place = scores.argmax(axis=1)
            highest = scores[np.arange(len(group)), place]
            better = highest > best_scores[group]
            best_scores[group[better]] = highest[better]
            found[group[better]] = begin + place[better]
    return found
