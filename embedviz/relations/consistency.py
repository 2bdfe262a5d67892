"""Consistency of offsets: measures on plain arrays, each with a chance level or interval."""

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
"""Confidence level of every interval."""

FEWEST_FOR_P = 3
"""Minimum number of pairs for a permutation test: fewer have at most one other pairing."""

FEWEST_FOR_INTERVAL = 8
"""Minimum number of pairs for an interval with reliable coverage."""

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
        Offsets of length zero are ignored.

    Returns
    -------
    ndarray of float64, shape (…)
        Between -1 and 1; NaN if fewer than two offsets have a direction.

    Examples
    --------
    >>> float(mean_pairwise_cosine(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])).round(3))
    0.333
    """
    norms = np.linalg.norm(offsets, axis=-1, keepdims=True)
    directed = norms > _NO_LENGTH
    unit = np.where(directed, offsets / np.maximum(norms, _NO_LENGTH), 0.0)
    n = directed.sum(axis=(-2, -1), dtype=np.float64)
    # the squared length of the sum contains every cosine twice, and n ones
    total = np.square(unit.sum(axis=-2, dtype=np.float64)).sum(axis=-1)
    return np.where(n > 1, (total - n) / np.maximum(n * (n - 1), 1), np.nan)


def permutation_p(
    sources: Floats, targets: Floats, *, n_shuffles: int = 999, seed: int = 0
) -> float | None:
    """Share of random pairings of the same words whose offsets are at least as consistent.

    p = (1 + pairings with OCS ≥ the true one) / (1 + pairings). The pairings are uniform
    permutations, which include the true one; p is uniform if there is no relation.
    For fewer than seven pairs, all other pairings are enumerated.
    Source: Phipson and Smyth (2010), *Permutation p-values should never be zero*.

    Parameters
    ----------
    sources, targets : ndarray, shape (n_pairs, n_dims)
        Row i of both belongs to pair i.
    n_shuffles : int
        Random pairings, for seven pairs or more.
    seed : int

    Returns
    -------
    float or None
        Above 0, at most 1; None below 3 pairs or if the true OCS is undefined.
    """
    n, n_dims = sources.shape
    true = float(mean_pairwise_cosine(targets - sources))
    if n < FEWEST_FOR_P or math.isnan(true):
        return None
    n_looked_at = n_at_least = 0
    for orders in _orders(n, n_shuffles, np.random.default_rng(seed), n * n_dims):
        # a pairing without directions is NaN, and compares as less consistent
        n_at_least += int((mean_pairwise_cosine(targets[orders] - sources) >= true - _TIE).sum())
        n_looked_at += len(orders)
    return (1 + n_at_least) / (1 + n_looked_at)


def shuffled_consistency(
    sources: Floats, targets: Floats, *, n_shuffles: int = 199, seed: int = 0
) -> float | None:
    """Mean OCS of random pairings of the same words: the part that needs no pairing.

    Between two classes of words, such as men and women, it is above 0, since any word of one minus
    any word of the other is similar. The pairings are those of `permutation_p`.

    Returns
    -------
    float or None
        None below 3 pairs.
    """
    n, n_dims = sources.shape
    if n < FEWEST_FOR_P:
        return None
    found = [
        mean_pairwise_cosine(targets[orders] - sources)
        for orders in _orders(n, n_shuffles, np.random.default_rng(seed), n * n_dims)
    ]
    drawn = np.concatenate(found)
    drawn = drawn[~np.isnan(drawn)]  # pairings without directions
    return float(drawn.mean()) if len(drawn) else None


def _orders(
    n: int, n_draws: int, rng: np.random.Generator, numbers: int
) -> Iterator[NDArray[np.intp]]:
    """Yield random permutations of n in blocks; all but the identity for small n."""
    if n < _FEW:
        yield np.array(list(itertools.permutations(range(n)))[1:], dtype=np.intp)
        return
    step = max(1, _NUMBERS_AT_ONCE // numbers)
    for begin in range(0, n_draws, step):
        rows = np.tile(np.arange(n), (min(step, n_draws - begin), 1))
        yield rng.permuted(rows, axis=1)


def pairing_consistency(sources: Floats, targets: Floats, *, seed: int = 0) -> float | None:
    """Pairing consistency score (PCS): separation of true offsets from shuffled ones.

    The mean, over 50 derangements of the pairs, of the area under the ROC curve that
    separates the cosines between true offsets from those between shuffled ones: 0.5 if the pairing
    is irrelevant, 1 if every true cosine is higher. Up to five pairs have at most 44
    derangements; all are used. For more than 300 pairs, each shuffle uses a random 300.
    Source: Fournier, Dupoux and Dunbar (2020), *Analogies minus analogy test*.

    Parameters
    ----------
    sources, targets : ndarray, shape (n_pairs, n_dims)
    seed : int

    Returns
    -------
    float or None
        Between 0 and 1; None below 3 pairs or if there are no cosines to compare.
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
    """Choose pairs, and return them with a derangement of them."""
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
    """Cosines between every two offsets that have a direction, shape (n_cosines,)."""
    norms = np.linalg.norm(offsets, axis=1)
    unit = offsets[norms > _NO_LENGTH] / norms[norms > _NO_LENGTH, np.newaxis]
    cosines: Floats = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return cosines.round(9)  # so that equal cosines tie


def _area(higher: Floats, lower: Floats) -> float:
    """Probability that a value of the first exceeds one of the second; ties count half."""
    lower = np.sort(lower)
    below = np.searchsorted(lower, higher, "left") + np.searchsorted(lower, higher, "right")
    return float(below.mean() / 2 / len(lower))


def consistency_interval(offsets: NDArray[np.floating], *, seed: int = 0) -> Interval | None:
    """95 % interval of the OCS over a population of pairs.

    BCa bootstrap over pairs with 1,999 draws; a pair drawn twice is not compared with itself,
    as the cosine of 1 would bias every draw. The ends are widened by Student's t with n - 1
    degrees over the normal, times √(n / (n - 1)): a bootstrap of few pairs is too narrow by about
    that factor. ``docs/relations.md`` reports its coverage and the alternatives.
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
    # imported here because it takes longer than the rest of the package
    from scipy.special import stdtrit

    upper = 0.5 + CONFIDENCE / 2
    wider = float(stdtrit(n - 1, upper)) / _NORMAL.inv_cdf(upper) * math.sqrt(n / (n - 1))
    return (
        max(-1.0, estimate - (estimate - float(low)) * wider),
        min(1.0, estimate + (float(high) - estimate) * wider),
    )


def _drawn_consistencies(unit: Floats, rng: np.random.Generator) -> Floats:
    """OCS of draws with replacement, without the cosines of a pair with itself."""
    n = len(unit)
    step = max(1, _NUMBERS_AT_ONCE // n)
    found = []
    for begin in range(0, _N_BOOTSTRAPS, step):
        size = min(step, _N_BOOTSTRAPS - begin)
        times = rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)
        same = np.square(times).sum(axis=1)
        total = np.square(times @ unit).sum(axis=1)
        different = same < n * n  # excludes draws of a single pair
        found.append((total - same)[different] / (n * n - same)[different])
    return np.concatenate(found)


def _bca_levels(drawn: Floats, estimate: float, without: Floats) -> Interval:
    """Quantile levels, corrected for bias and acceleration."""
    # a draw of each pair once equals the estimate, except for rounding
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

    If all or none are hits, a bootstrap draws the same share every time and its interval covers
    nothing; see the comparison in ``docs/relations.md``.
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
