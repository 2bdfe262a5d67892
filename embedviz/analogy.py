"""Answers to analogy questions of the form a is to a* as b is to ?.

Every method is a function of the cosines between a word x and a few directions, so a block of
words is multiplied once by the distinct directions of many questions, and the rest is arithmetic
on rows. With unit vectors:

============== =========================================================================
3cosadd        cos(x, b - a + a*). Mikolov, Yih and Zweig (2013)
3cosmul        s(x, b) s(x, a*) / (s(x, a) + epsilon), s = (1 + cos) / 2. Levy and Goldberg (2014)
pairdirection  cos(x - b, a* - a). Mikolov, Yih and Zweig (2013)
3cosavg        cos(x, b + mean of a* - mean of a) over several pairs. Drozd et al. (2016)
lrcos          P(x is a target) cos(x, b), P by logistic regression. Drozd et al. (2016)
only-b         cos(x, b): no use made of the pair. Linzen (2016)
ignore-a       cos(x, a* + b). Linzen (2016)
============== =========================================================================
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.search import Filter, best, products
from embedviz.threads import Threads
from embedviz.vectors import WordVectors

METHODS = ("3cosadd", "3cosmul", "pairdirection", "3cosavg", "lrcos", "only-b", "ignore-a")
"""Names of the answering methods; the last two are baselines."""

EPSILON = 1e-3
"""Keeps 3CosMul from dividing by zero: Levy and Goldberg's; gensim has 1e-6."""

_LEARNT = ("3cosavg", "lrcos")
_QUESTIONS_AT_ONCE = 1024
_MOST_THREADS = 8
_COSINES_AT_ONCE = 1 << 23
_WIDEST = 1 << 14

Pairs = NDArray[np.intp]
"""Ids of sources and targets, shape (n_pairs, 2)."""


@dataclass(frozen=True)
class Method:
    """How analogy questions are answered.

    Parameters
    ----------
    name : str
        One of `METHODS`.
    honest : bool
        The words of the question may be answered too. Source: Nissim, van Noord and van der
        Goot (2020).
    epsilon : float
        Of 3CosMul; positive.
    seed : int
        Draws the words that LRCos learns from as no targets.

    Examples
    --------
    >>> Method("3cosmul").epsilon
    0.001
    """

    name: str = "3cosadd"
    honest: bool = False
    epsilon: float = EPSILON
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse an unknown method."""
        if self.name not in METHODS:
            raise InputError(
                f"'{self.name}' is no answering method: use one of {', '.join(METHODS)}."
            )
        if not self.epsilon > 0:
            raise InputError(f"epsilon={self.epsilon} must be above 0: 0.001 is usual.")


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
    """

    word: str
    score: float
    rank: int


@dataclass(frozen=True, eq=False)
class _Asked:
    """Questions as rows of directions.

    Attributes
    ----------
    directions : ndarray of float32, shape (n_directions, n_dims)
    rows : ndarray of intp, shape (n_questions, 3)
        Which directions stand for a, a* and b.
    shift : ndarray of float32, shape (n_questions, 1)
        pairdirection: (a* - a) b; lrcos: the regression's intercept.
    """

    directions: NDArray[np.float32]
    rows: NDArray[np.intp]
    shift: NDArray[np.float32]


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

    The words of the pairs and the word itself are left out unless the method is honest.

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
    if not pairs or (len(pairs) > 1 and method.name not in _LEARNT):
        raise InputError(
            f"{method.name} cannot learn from {len(pairs)} pairs: give one, "
            f"or use {' or '.join(_LEARNT)}."
        )
    known = np.array([vectors.ids(pair) for pair in pairs], dtype=np.intp)
    id_ = vectors.id(word)
    asked = _asked(vectors, np.array([[*known[0], id_]]), known, method)
    n_words = min(only.max_rank or len(vectors), len(vectors))
    a, target, b = asked.directions[asked.rows[0]]
    if method.name in ("3cosadd", "ignore-a"):
        sum_ = target + b - (a if method.name == "3cosadd" else 0)
        scores = vectors.cosines(_unit(sum_[np.newaxis]), n_words=n_words)
    else:
        cosines = vectors.cosines(np.stack([a, target, b]), n_words=n_words)
        b_part = _query_part(method, cosines[2:])
        scores = _scores(method, cosines[:1], cosines[1:2], b_part, asked.shift)
    if method.name == "pairdirection":
        scores = scores / max(float(np.linalg.norm(target - a)), 1e-12)
    scores[0, ~vectors.allowed(only)] = -np.inf
    if not method.honest:
        named = np.array([*known.ravel(), id_])
        scores[0, named[named < n_words]] = -np.inf
    found = best(scores[0], n)
    return [
        Answer(vectors.words[id_], score, id_ + 1)
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
    keys = (0, 1, 2) if method.name in _LEARNT else (2, 1, 0)
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
    asked = _asked(vectors, questions, pairs, method)
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
        query = _query_part(method, cosines)
        for group in groups:
            a, target, _ = asked.rows[group[0]]
            b = query[asked.rows[group, 2]]  # (n_group, width), a copy
            shift = asked.shift[group]
            scores = _scores(method, cosines[a : a + 1], cosines[target : target + 1], b, shift)
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


def _query_part(method: Method, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the part of the method's formula that hangs on b alone, from the cosines with b."""
    if method.name == "3cosmul":
        return 1 + cosines
    if method.name == "pairdirection":
        # |x - b|² = 2 - 2 cos(x, b); where x is b there is no direction, only rounding
        return np.asarray(1 / np.sqrt(np.maximum(2 - 2 * cosines, np.float32(1e-6))))
    return cosines


def _scores(
    method: Method,
    a: NDArray[np.float32],
    target: NDArray[np.float32],
    b: NDArray[np.float32],
    shift: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Score words for questions about one pair, shape (n_questions, n_words); written over b.

    Parameters
    ----------
    method : Method
    a, target : ndarray of float32, shape (1, n_words)
        Cosines with the pair's words; of lrcos the regression's scores without the intercept.
    b : ndarray of float32, shape (n_questions, n_words)
        From `_query_part`.
    shift : ndarray of float32, shape (n_questions, 1)
    """
    match method.name:
        case "3cosadd":
            b += target - a
        case "ignore-a":
            b += target
        case "3cosmul":
            b *= (1 + target) / (2 * (1 + a) + 4 * np.float32(method.epsilon))
        case "pairdirection":
            b *= (target - a) - shift
        case "lrcos":
            b *= _probability(target + shift[:1])
    return b


def _probability(logit: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * logit), dtype=np.float32)


def _asked(
    vectors: WordVectors, questions: NDArray[np.intp], pairs: Pairs, method: Method
) -> _Asked:
    if method.name in _LEARNT:
        return _learnt(vectors, questions[:, 2], pairs, method)
    ids, rows = np.unique(questions, return_inverse=True)
    directions, rows = vectors.unit_rows(ids), rows.reshape(-1, 3)
    a, target, b = directions[rows.T]
    shift = np.einsum("ij,ij->i", target - a, b)[:, np.newaxis]
    return _Asked(directions, rows, shift)


def _learnt(vectors: WordVectors, words: Pairs, pairs: Pairs, method: Method) -> _Asked:
    """Directions of 3cosavg and lrcos, which depend on b alone."""
    ids, rows = np.unique(words, return_inverse=True)
    directions = vectors.unit_rows(ids)
    n, shift = len(ids), np.zeros(len(ids), dtype=np.float32)
    learnt = np.empty_like(directions)
    for place, id_ in enumerate(ids):
        others = pairs[pairs[:, 0] != id_]
        if not len(others):
            raise InputError(
                f"{method.name} has no pair to learn from but that of "
                f"'{vectors.words[id_]}': give at least two pairs."
            )
        if method.name == "3cosavg":
            sources, targets = vectors.unit_rows(others[:, 0]), vectors.unit_rows(others[:, 1])
            learnt[place] = directions[place] + (targets - sources).mean(axis=0)
        else:
            learnt[place], shift[place] = _regression(vectors, others, method.seed)
    if method.name == "3cosavg":
        return _Asked(_unit(learnt), np.stack([rows] * 3, axis=1), shift[rows, np.newaxis])
    both = np.concatenate([directions, learnt])
    return _Asked(both, np.stack([rows + n, rows + n, rows], axis=1), shift[rows, np.newaxis])


def _regression(
    vectors: WordVectors, pairs: Pairs, seed: int
) -> tuple[NDArray[np.float32], np.float32]:
    """Weights and intercept that tell targets from sources and as many random words."""
    from sklearn.linear_model import LogisticRegression

    targets = np.unique(pairs[:, 1])
    n_drawn = min(len(pairs), len(vectors))
    drawn = np.random.default_rng(seed).choice(len(vectors), n_drawn, replace=False)
    rest = np.setdiff1d(np.concatenate([pairs[:, 0], drawn]), targets)
    if not len(rest):
        raise InputError(
            f"lrcos cannot tell {len(targets)} targets from other words, since there are none: "
            "give other pairs."
        )
    rows = vectors.unit_rows(np.concatenate([targets, rest]))
    is_target = np.arange(len(rows)) < len(targets)
    model = LogisticRegression(random_state=seed).fit(rows, is_target)
    return model.coef_[0].astype(np.float32), np.float32(model.intercept_[0])


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (norms > 1e-6).all():
        raise InputError("The words cancel out to a zero vector: ask for different words.")
    return np.asarray(rows / norms, dtype=np.float32)
