"""The answering methods: analogies a is to a* as b is to ? as arithmetic on cosines.

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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors import WordVectors

METHODS = ("3cosadd", "3cosmul", "pairdirection", "3cosavg", "lrcos", "only-b", "ignore-a")
"""Names of the answering methods; the last two are baselines."""

EPSILON = 1e-3
"""Keeps 3CosMul from dividing by zero: Levy and Goldberg's; gensim has 1e-6."""

LEARNT = ("3cosavg", "lrcos")
"""Methods that learn from several pairs."""

BASELINES = ("only-b", "ignore-a")
"""Those that make no use of the pair, or of its source."""

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


@dataclass(frozen=True, eq=False)
class QueryDirections:
    """Questions as rows of directions.

    Attributes
    ----------
    directions : ndarray of float32, shape (n_directions, n_dims)
    rows : ndarray of intp, shape (n_questions, 3)
        Which directions stand for a, a* and b.
    shift : ndarray of float32, shape (n_questions, 1)
        pairdirection: (a* - a) b; lrcos: the regression's intercept.
    answerable : ndarray of bool, shape (n_questions,)
        False where the method has nothing to learn from.
    why_not : InputError or None
        What keeps the first of the others from an answer.
    """

    directions: NDArray[np.float32]
    rows: NDArray[np.intp]
    shift: NDArray[np.float32]
    answerable: NDArray[np.bool_]
    why_not: InputError | None = None


def query_part(method: Method, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the part of the method's formula that hangs on b alone, from the cosines with b."""
    if method.name == "3cosmul":
        return 1 + cosines
    if method.name == "pairdirection":
        # |x - b|² = 2 - 2 cos(x, b); where x is b there is no direction, only rounding
        return np.asarray(1 / np.sqrt(np.maximum(2 - 2 * cosines, np.float32(1e-6))))
    return cosines


def scored(
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
        From `query_part`.
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


def directions_of(
    vectors: WordVectors, questions: NDArray[np.intp], pairs: Pairs, method: Method
) -> QueryDirections:
    """Put questions, shape (n_questions, 3), as rows of directions."""
    if method.name in LEARNT:
        return _learnt(vectors, questions[:, 2], pairs, method)
    ids, rows = np.unique(questions, return_inverse=True)
    directions, rows = vectors.unit_rows(ids), rows.reshape(-1, 3)
    a, target, b = directions[rows.T]
    shift = np.einsum("ij,ij->i", target - a, b)[:, np.newaxis]
    return QueryDirections(directions, rows, shift, np.ones(len(rows), dtype=np.bool_))


def _learnt(
    vectors: WordVectors, words: NDArray[np.intp], pairs: Pairs, method: Method
) -> QueryDirections:
    """Directions of 3cosavg and lrcos, which depend on b alone."""
    ids, rows = np.unique(words, return_inverse=True)
    directions = vectors.unit_rows(ids)
    n, shift = len(ids), np.zeros(len(ids), dtype=np.float32)
    learnt, possible = np.zeros_like(directions), np.ones(n, dtype=np.bool_)
    why_not: InputError | None = None
    for place, id_ in enumerate(ids):
        try:
            others = _others(vectors, pairs, id_, method)
            if method.name == "3cosavg":
                sources, targets = vectors.unit_rows(others[:, 0]), vectors.unit_rows(others[:, 1])
                move = (targets - sources).mean(axis=0)
                learnt[place] = unit_length((directions[place] + move)[np.newaxis])[0]
            else:
                learnt[place], shift[place] = regression(vectors, others, method.seed)
        except InputError as error:
            possible[place], why_not = False, why_not or error
    if method.name == "3cosavg":
        directions, places = learnt, np.stack([rows] * 3, axis=1)
    else:
        directions = np.concatenate([directions, learnt])
        places = np.stack([rows + n, rows + n, rows], axis=1)
    return QueryDirections(directions, places, shift[rows, np.newaxis], possible[rows], why_not)


def _others(vectors: WordVectors, pairs: Pairs, id_: np.intp, method: Method) -> Pairs:
    others: Pairs = pairs[pairs[:, 0] != id_]
    if not len(others):
        raise InputError(
            f"{method.name} has no pair to learn from but that of "
            f"'{vectors.words[id_]}': give at least two pairs."
        )
    return others


def regression(
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


def unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows brought to length 1; refused where one is zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (norms > 1e-6).all():
        raise InputError("The words cancel out to a zero vector: ask for different words.")
    return np.asarray(rows / norms, dtype=np.float32)
