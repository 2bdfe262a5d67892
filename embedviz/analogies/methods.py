"""Analogy methods: "a is to a* as b is to ?" as arithmetic on cosines.

Every method is a function of the cosines between a word x and a few directions. A block of
words is multiplied once by the distinct directions of many questions; the rest is arithmetic
on rows. With unit vectors:

============== =========================================================================
3cosadd        cos(x, b - a + a*). Mikolov, Yih and Zweig (2013)
3cosmul        s(x, b) s(x, a*) / (s(x, a) + epsilon), s = (1 + cos) / 2. Levy and Goldberg (2014)
pairdirection  cos(x - b, a* - a). Mikolov, Yih and Zweig (2013)
3cosavg        cos(x, b + mean of a* - mean of a) over several pairs. Drozd et al. (2016)
lrcos          P(x is a target) cos(x, b), P by logistic regression. Drozd et al. (2016)
only-b         cos(x, b), which ignores the pair. Linzen (2016)
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
"""Names of the methods; the last two are baselines."""

EPSILON = 1e-3
"""Avoids division by zero in 3CosMul: the value of Levy and Goldberg; gensim uses 1e-6."""

LEARNT = ("3cosavg", "lrcos")
"""Methods that learn from several pairs."""

BASELINES = ("only-b", "ignore-a")
"""Methods that ignore the pair, or its source."""

Pairs = NDArray[np.intp]
"""Ids of sources and targets, shape (n_pairs, 2)."""


@dataclass(frozen=True)
class Method:
    """A method of answering analogy questions.

    Parameters
    ----------
    name : str
        One of `METHODS`.
    honest : bool
        Query words may be answers too. Source: Nissim, van Noord and van der
        Goot (2020).
    epsilon : float
        Constant of 3CosMul; positive.
    seed : int
        Seed of the negative examples of LRCos.

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
        """Validate the name and epsilon."""
        if self.name not in METHODS:
            raise InputError(
                f"'{self.name}' is not an analogy method: use one of {', '.join(METHODS)}."
            )
        if not self.epsilon > 0:
            raise InputError(f"epsilon={self.epsilon} must be above 0: 0.001 is usual.")


@dataclass(frozen=True, eq=False)
class QueryDirections:
    """Directions of questions.

    Attributes
    ----------
    directions : ndarray of float32, shape (n_directions, n_dims)
    rows : ndarray of intp, shape (n_questions, 3)
        Directions of a, a* and b.
    shift : ndarray of float32, shape (n_questions, 1)
        pairdirection: (a* - a) b; lrcos: the regression's intercept.
    answerable : ndarray of bool, shape (n_questions,)
        False if the method has no pair to learn from.
    why_not : InputError or None
        Reason why the first of the others has no answer.
    """

    directions: NDArray[np.float32]
    rows: NDArray[np.intp]
    shift: NDArray[np.float32]
    answerable: NDArray[np.bool_]
    why_not: InputError | None = None


def query_part(method: Method, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute the part of the method's formula that depends on b alone, from the cosines with b."""
    if method.name == "3cosmul":
        return 1 + cosines
    if method.name == "pairdirection":
        # |x - b|² = 2 - 2 cos(x, b); if x is b there is no direction, only rounding
        return np.asarray(1 / np.sqrt(np.maximum(2 - 2 * cosines, np.float32(1e-6))))
    return cosines


def scored(
    method: Method,
    a: NDArray[np.float32],
    target: NDArray[np.float32],
    b: NDArray[np.float32],
    shift: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Score words for questions about one pair, shape (n_questions, n_words); overwrites b.

    Parameters
    ----------
    method : Method
    a, target : ndarray of float32, shape (1, n_words)
        Cosines with the pair's words; for lrcos the regression's scores without the intercept.
    b : ndarray of float32, shape (n_questions, n_words)
        Result of `query_part`.
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
    """Convert questions, shape (n_questions, 3), to directions."""
    if method.name in LEARNT:
        return _learned_directions(vectors, questions[:, 2], pairs, method)
    ids, rows = np.unique(questions, return_inverse=True)
    directions, rows = vectors.unit_rows(ids), rows.reshape(-1, 3)
    a, target, b = directions[rows.T]
    shift = np.einsum("ij,ij->i", target - a, b)[:, np.newaxis]
    return QueryDirections(directions, rows, shift, np.ones(len(rows), dtype=np.bool_))


def _learned_directions(
    vectors: WordVectors, words: NDArray[np.intp], pairs: Pairs, method: Method
) -> QueryDirections:
    """Return the directions of 3cosavg and lrcos, which depend on b alone."""
    ids, rows = np.unique(words, return_inverse=True)
    directions = vectors.unit_rows(ids)
    n, shift = len(ids), np.zeros(len(ids), dtype=np.float32)
    learnt, possible = np.zeros_like(directions), np.ones(n, dtype=np.bool_)
    why_not: InputError | None = None
    for place, id_ in enumerate(ids):
        try:
            others = _training_pairs(vectors, pairs, id_, method)
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


def _training_pairs(vectors: WordVectors, pairs: Pairs, id_: np.intp, method: Method) -> Pairs:
    others: Pairs = pairs[pairs[:, 0] != id_]
    if not len(others):
        raise InputError(
            f"{method.name} has no pair to learn from other than that of "
            f"'{vectors.words[id_]}': give at least two pairs."
        )
    return others


def regression(
    vectors: WordVectors, pairs: Pairs, seed: int
) -> tuple[NDArray[np.float32], np.float32]:
    """Fit weights and intercept that separate targets from sources and as many random words."""
    from sklearn.linear_model import LogisticRegression

    targets = np.unique(pairs[:, 1])
    n_drawn = min(len(pairs), len(vectors))
    drawn = np.random.default_rng(seed).choice(len(vectors), n_drawn, replace=False)
    rest = np.setdiff1d(np.concatenate([pairs[:, 0], drawn]), targets)
    if not len(rest):
        raise InputError(
            f"lrcos cannot separate {len(targets)} targets from other words, as there are none: "
            "give other pairs."
        )
    rows = vectors.unit_rows(np.concatenate([targets, rest]))
    is_target = np.arange(len(rows)) < len(targets)
    model = LogisticRegression(random_state=seed).fit(rows, is_target)
    return model.coef_[0].astype(np.float32), np.float32(model.intercept_[0])


def unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Normalise rows to length 1; `InputError` if one is zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (norms > 1e-6).all():
        raise InputError("The words cancel out to a zero vector: use different words.")
    return np.asarray(rows / norms, dtype=np.float32)
