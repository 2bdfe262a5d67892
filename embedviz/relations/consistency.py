"""How far offsets agree: measures on plain arrays, each with its chance level or interval."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]
"""Lower and upper end."""

CONFIDENCE = 0.95
"""Of every interval."""

FEWEST_FOR_P = 3
"""Pairs below which there are no random pairings to compare with, or only one."""

FEWEST_FOR_INTERVAL = 8
"""Pairs below which no interval that was tried covers reliably."""

_FEW = 7
_NO_LENGTH = 1e-6
_TIE = 1e-9
_NUMBERS_AT_ONCE = 1 << 21
_N_PCS_SHUFFLES = 50
_ALL_SHUFFLED = 5
_MOST_PCS_PAIRS = 300
_N_BOOTSTRAPS = 1999
_NORMAL = NormalDist()


def mean_pairwise_cosine(offsets: NDArray[np.floating]) -> Floats:
    """Mean cosine between every two offsets (OCS).

    Parameters
    ----------
    offsets : ndarray, shape (…, n_pairs, n_dims)
        An offset of length zero has no direction and no say.

    Returns
    -------
    ndarray of float64, shape (…)
        Between -1 and 1; NaN where fewer than two offsets have a direction.

    Examples
    --------
    >>> float(mean_pairwise_cosine(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])).round(3))
    0.333
    """
    norms = np.linalg.norm(offsets, axis=-1, keepdims=True)
    directed = norms > _NO_LENGTH
    unit = np.where(directed, offsets / np.maximum(norms, _NO_LENGTH), 0.0)
    n = directed.sum(axis=(-2, -1), dtype=np.float64)
    # the squared length of the sum holds every cosine twice, and n ones
    total = np.square(unit.sum(axis=-2, dtype=np.float64)).sum(axis=-1)
    return np.where(n > 1, (total - n) / np.maximum(n * (n - 1), 1), np.nan)


def permutation_p(
    sources: Floats, targets: Floats, *, n_shuffles: int = 999, seed: int = 0
) -> float | None:
    """Share of random pairings of the same words whose offsets agree at least as well.

    p = (1 + pairings with OCS ≥ the true one) / (1 + pairings). The pairings are uniform
    permutations, so that the true one is one of them and p is uniform where there is no relation.
    Fewer than seven pairs have so few pairings that each other one is looked at once.
    Source: Phipson and Smyth (2010), *Permutation p-values should never be zero*.

    Parameters
    ----------
    sources, targets : ndarray, shape (n_pairs, n_dims)
        Row i of one belongs to row i of the other.
    n_shuffles : int
        Pairings drawn, from seven pairs on.
    seed : int

    Returns
    -------
    float or None
        Above 0, at most 1; None below 3 pairs or where the true OCS does not exist.
    """
    n, n_dims = sources.shape
    true = float(mean_pairwise_cosine(targets - sources))
    if n < FEWEST_FOR_P or math.isnan(true):
        return None
    n_looked_at = n_at_least = 0
    for orders in _orders(n, n_shuffles, np.random.default_rng(seed), n * n_dims):
        # a pairing without directions is NaN, and so not as consistent
        n_at_least += int((mean_pairwise_cosine(targets[orders] - sources) >= true - _TIE).sum())
        n_looked_at += len(orders)
    return (1 + n_at_least) / (1 + n_looked_at)


def _orders(
    n: int, n_draws: int, rng: np.random.Generator, numbers: int
) -> Iterator[NDArray[np.intp]]:
    """Random orders of n, a block at a time; every other one than the given if they are few."""
    if n < _FEW:
        yield np.array(list(itertools.permutations(range(n)))[1:], dtype=np.intp)
        return
    step = max(1, _NUMBERS_AT_ONCE // numbers)
    for begin in range(0, n_draws, step):
        rows = np.tile(np.arange(n), (min(step, n_draws - begin), 1))
        yield rng.permuted(rows, axis=1)


def pairing_consistency(sources: Floats, targets: Floats, *, seed: int = 0) -> float | None:
    """How well the true offsets' cosines stand out from those of wrongly paired words (PCS).

    The mean, over 50 shuffles that leave no pair in place, of the area under the ROC curve that
    tells the cosines between true offsets from those between shuffled ones: 0.5 where the pairing
    means nothing, 1 where every true cosine is the higher. Up to five pairs have at most 44 such
    shuffles; all are taken. Of more than 300 pairs each shuffle looks at 300, drawn anew.
    Source: Fournier, Dupoux and Dunbar (2020), *Analogies minus analogy test*.

    Parameters
    ----------
    sources, targets : ndarray, shape (n_pairs, n_dims)
    seed : int

    Returns
    -------
    float or None
        Between 0 and 1; None below 3 pairs or where there are no cosines to compare.
    """
    if len(sources) < FEWEST_FOR_P:
        return None
    areas = []
    for chosen, shuffled in _derangements(len(sources), np.random.default_rng([seed, 1])):
        right = _cosines(targets[chosen] - sources[chosen])
        wrong = _cosines(targets[shuffled] - sources[chosen])
        if len(right) and len(wrong):
            areas.append(_area(right, wrong))
    return float(np.mean(areas)) if areas else None


def _derangements(
    n: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Choose pairs, and give the same in an order that leaves none in place."""
    every = np.arange(n)
    if n <= _ALL_SHUFFLED:
        for order in itertools.permutations(range(n)):
            if all(place != i for i, place in enumerate(order)):
                yield every, np.array(order)
        return
    for _ in range(_N_PCS_SHUFFLES):
        chosen = every if n <= _MOST_PCS_PAIRS else rng.permutation(n)[:_MOST_PCS_PAIRS]
        shuffled = rng.permutation(chosen)
        while (shuffled == chosen).any():  # true of about two in three
            shuffled = rng.permutation(chosen)
        yield chosen, shuffled


def _cosines(offsets: Floats) -> Floats:
    """Cosines of every two offsets that have a direction, shape (n_cosines,)."""
    norms = np.linalg.norm(offsets, axis=1)
    unit = offsets[norms > _NO_LENGTH] / norms[norms > _NO_LENGTH, np.newaxis]
    cosines: Floats = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return cosines.round(9)  # so that equal cosines tie


def _area(higher: Floats, lower: Floats) -> float:
    """Chance that one of the first is above one of the second; a tie counts half."""
    lower = np.sort(lower)
    below = np.searchsorted(lower, higher, "left") + np.searchsorted(lower, higher, "right")
    return float(below.mean() / 2 / len(lower))


def consistency_interval(offsets: NDArray[np.floating], *, seed: int = 0) -> Interval | None:
    """95 % interval of the OCS, as if the pairs were drawn from many of their kind.

    The BCa bootstrap over pairs, 1,999 draws; a pair drawn twice is not compared with itself,
    whose cosine of 1 would lift every draw. Its ends are moved out by Student's t with n - 1
    degrees over the normal, times √(n / (n - 1)): a bootstrap of few pairs is too narrow by about
    that. ``docs/relations.md`` says how often it covers, and what was tried.
    Sources: Efron (1987), *Better bootstrap confidence intervals*; Hesterberg (2015), *What
    teachers should know about the bootstrap*, on narrowness.

    Parameters
    ----------
    offsets : ndarray, shape (n_pairs, n_dims)
    seed : int

    Returns
    -------
    (float, float) or None
        Between -1 and 1; None if fewer than 8 offsets have a direction.
    """
    norms = np.linalg.norm(offsets, axis=1)
    unit = (offsets[norms > _NO_LENGTH] / norms[norms > _NO_LENGTH, np.newaxis]).astype(np.float64)
    n = len(unit)
    if n < FEWEST_FOR_INTERVAL:
        return None
    estimate = float(mean_pairwise_cosine(unit))
    drawn = _drawn_consistencies(unit, np.random.default_rng([seed, 2]))
    without = (np.square(unit.sum(axis=0) - unit).sum(axis=1) - (n - 1)) / ((n - 1) * (n - 2))
    low, high = np.quantile(drawn, _bca_levels(drawn, estimate, without))
    # imported here, for it takes longer than the rest of the package
    from scipy.special import stdtrit

    upper = 0.5 + CONFIDENCE / 2
    wider = float(stdtrit(n - 1, upper)) / _NORMAL.inv_cdf(upper) * math.sqrt(n / (n - 1))
    return (
        max(-1.0, estimate - (estimate - float(low)) * wider),
        min(1.0, estimate + (float(high) - estimate) * wider),
    )


def _drawn_consistencies(unit: Floats, rng: np.random.Generator) -> Floats:
    """OCS of draws with replacement, over all cosines but those of a pair with itself."""
    n = len(unit)
    step = max(1, _NUMBERS_AT_ONCE // n)
    found = []
    for begin in range(0, _N_BOOTSTRAPS, step):
        size = min(step, _N_BOOTSTRAPS - begin)
        times = rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)
        same = np.square(times).sum(axis=1)
        total = np.square(times @ unit).sum(axis=1)
        different = same < n * n  # not one pair drawn every time
        found.append((total - same)[different] / (n * n - same)[different])
    return np.concatenate(found)


def _bca_levels(drawn: Floats, estimate: float, without: Floats) -> Interval:
    """Quantiles to take, corrected for bias and for a spread that grows with the value."""
    # a draw of each pair once is the estimate again, but for rounding
    below = float((drawn < estimate - _TIE).mean() + (drawn <= estimate + _TIE).mean()) / 2
    least = 0.5 / len(drawn)
    bias = _NORMAL.inv_cdf(min(max(below, least), 1 - least))
    differences = without.mean() - without
    spread = float(np.square(differences).sum()) ** 1.5
    acceleration = float((differences**3).sum()) / (6 * spread) if spread > 0 else 0.0

    def level(z: float) -> float:
        scale = 1 - acceleration * (bias + z)
        # beyond scale 0 the transformation has no inverse: take the outermost draw
        return _NORMAL.cdf(bias + (bias + z) / scale) if scale > 0 else float(z > 0)

    z = _NORMAL.inv_cdf(0.5 + CONFIDENCE / 2)
    return level(-z), level(z)


def share_interval(n_hits: int, n: int) -> Interval | None:
    """95 % interval of a share of pairs, by Wilson's score; None below 8 pairs.

    A bootstrap of hits draws the same share every time where all or none are hits, and covers
    nothing; ``docs/relations.md`` has the comparison.
    Source: Wilson (1927), *Probable inference, the law of succession, and statistical inference*.

    Examples
    --------
    >>> tuple(round(end, 2) for end in share_interval(10, 10))
    (0.72, 1.0)
    """
    if n < FEWEST_FOR_INTERVAL:
        return None
    z = _NORMAL.inv_cdf(0.5 + CONFIDENCE / 2)
    share, scale = n_hits / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
