"""Groups of words: the group whose mean vector is nearest to each word, and what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError

N_SHUFFLES = 20
"""Default number of shuffles of the groups."""


@dataclass(frozen=True, eq=False)
class GroupFit:
    """The nearest group of every word.

    Attributes
    ----------
    nearest : ndarray of intp, shape (n_words,)
        Number of the group whose mean vector is nearest; the word itself is left out of the mean.
    n_own : int
        Words nearer to their own group than to any other.
    n_words : int
        Words whose group has another word: only these can be counted.
    by_chance : float
        Mean of `n_own` over shuffles of the groups among the words.
    """

    nearest: NDArray[np.intp]
    n_own: int
    n_words: int
    by_chance: float


def fit_groups(
    rows: NDArray[np.floating],
    groups: Sequence[int],
    *,
    n_shuffles: int = N_SHUFFLES,
    seed: int = 0,
) -> GroupFit:
    """Find the nearest group of every word, by cosine with the group's mean vector.

    Parameters
    ----------
    rows : ndarray, shape (n_words, n_dims)
        Unit vectors.
    groups : sequence of int
        Number of each word's group, from 0.
    n_shuffles : int
    seed : int

    Raises
    ------
    InputError
        For fewer than two groups.

    Examples
    --------
    >>> rows = np.array([[1, 0], [0.8, 0.6], [0, 1], [0.6, 0.8]])
    >>> found = fit_groups(rows, [0, 0, 1, 1])
    >>> found.nearest.tolist(), found.n_own
    ([0, 1, 1, 0], 2)
    """
    of = np.asarray(groups, dtype=np.intp)
    n_groups = len(np.unique(of))
    if n_groups < 2:
        raise InputError(f"{n_groups} group cannot be compared with others: give at least 2.")
    exact = rows.astype(np.float64)
    rng = np.random.default_rng(seed)
    nearest = _nearest(exact, of)
    shuffled = [rng.permutation(of) for _ in range(n_shuffles)]
    by_chance = [_n_own(_nearest(exact, one), one) for one in shuffled]
    return GroupFit(
        nearest,
        _n_own(nearest, of),
        int(_has_others(of).sum()),
        float(np.mean(by_chance)) if by_chance else 0.0,
    )


def _nearest(rows: NDArray[np.float64], of: NDArray[np.intp]) -> NDArray[np.intp]:
    sums = np.zeros((of.max() + 1, rows.shape[1]))
    np.add.at(sums, of, rows)
    squares = np.square(sums).sum(axis=1)
    products = rows @ sums.T  # (n_words, n_groups)
    cosines = products / np.sqrt(np.maximum(squares, 1e-12))
    own = products[np.arange(len(of)), of]
    length = np.square(rows).sum(axis=1)
    # the mean of a group without the word has the direction of the sum less the word
    left = np.sqrt(np.maximum(squares[of] - 2 * own + length, 1e-12))
    cosines[np.arange(len(of)), of] = np.where(_has_others(of), (own - length) / left, -np.inf)
    cosines[:, np.bincount(of) == 0] = -np.inf
    return np.asarray(cosines.argmax(axis=1), dtype=np.intp)


def _n_own(nearest: NDArray[np.intp], of: NDArray[np.intp]) -> int:
    return int((nearest == of).sum())


def _has_others(of: NDArray[np.intp]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.bincount(of)[of] > 1
    return found
