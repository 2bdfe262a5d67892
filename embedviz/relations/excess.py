"""Excess of the consistency over that of the same words shuffled: beyond the difference of classes.

Any man minus any woman points in a similar direction, so that shuffled pairs of two classes are
consistent too. What the pairing adds is the difference of the two consistencies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.relations.consistency import (
    CONFIDENCE,
    FEWEST_FOR_INTERVAL,
    Floats,
    Interval,
)

_Any = NDArray[np.floating]

_MOST_PAIRS = 50
_N_DRAWS = 399
_NUMBERS_AT_ONCE = 1 << 20
_NO_LENGTH = 1e-6


@dataclass(frozen=True)
class Excess:
    """Excess of the consistency, with its 95 % interval over pairs."""

    excess: float
    interval: Interval


def measure_excess(
    sources: Floats,
    targets: Floats,
    words: Sequence[tuple[str, str]] | None = None,
    *,
    seed: int = 0,
) -> Excess | None:
    """Measure consistency minus that of the same words shuffled, with a bootstrap over pairs.

    Percentiles of 399 draws with replacement, less the draws' bias: a pair drawn twice meets itself
    in shuffled pairs that share it, source in one and target in the other. The shuffled consistency
    of each draw is its expectation over all pairings in closed form, see `expect_shuffled`. A draw
    costs the square of the number of pairs: of more than 50, a seeded 50 are used.

    Parameters
    ----------
    sources, targets : ndarray of float64, shape (n_pairs, n_dims)
    words : sequence of (source, target), optional
        If several pairs share a word, shuffled pairs that are true ones again are left out.
    seed : int

    Returns
    -------
    Excess or None
        None below 8 pairs, or if the offsets have no direction.
    """
    rng = np.random.default_rng([seed, 4])
    if len(sources) > _MOST_PAIRS:
        chosen = np.sort(rng.permutation(len(sources))[:_MOST_PAIRS])
        sources, targets = sources[chosen], targets[chosen]
        words = None if words is None else [words[i] for i in chosen]
    n = len(sources)
    if n < FEWEST_FOR_INTERVAL:
        return None
    # (n sources, n targets, n_dims); single precision takes half the time
    units = _unit((targets - sources[:, np.newaxis]).astype(np.float32))
    own = units[np.arange(n), np.arange(n)]
    units[_true_pairs(words, n)] = 0
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=_N_DRAWS)
    weights = np.vstack([np.ones(n), drawn]).astype(np.float32)
    same = np.square(weights) @ np.square(own).sum(axis=1)
    total = np.square(weights @ own).sum(axis=1)
    lengths = np.square(weights @ np.linalg.norm(own, axis=1)) - same
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (total - same) / lengths - expect_shuffled(units, weights)
    found[~np.isfinite(found)] = np.nan  # draws without two directions
    if np.isnan(found[0]):
        return None
    low, high = np.nanquantile(found[1:], [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    bias = float(np.nanmean(found[1:])) - float(found[0])
    return Excess(float(found[0]), (float(low) - bias, float(high) - bias))


def _true_pairs(words: Sequence[tuple[str, str]] | None, n: int) -> NDArray[np.bool_]:
    """Mask of the sources and targets that form a pair of the list, shape (n_pairs, n_pairs)."""
    if words is None:
        return np.eye(n, dtype=bool)
    true = set(words)
    return np.array([[(source, target) in true for _, target in words] for source, _ in words])


def expect_shuffled(units: _Any, weights: _Any) -> _Any:
    """Mean cosine between two offsets of shuffled pairs without a common word, for each draw.

    The sum over i ≠ j and k ≠ l of wᵢ wₖ wⱼ wₗ cos(Uᵢₖ, Uⱼₗ), by inclusion and exclusion, over
    the same sum of the products of weights.

    Parameters
    ----------
    units : ndarray, shape (n_pairs, n_pairs, n_dims)
        Target k minus source i, of length 1; zero for the true pairs.
    weights : ndarray, shape (n_draws, n_pairs)

    Returns
    -------
    ndarray, shape (n_draws,)
        NaN if no two offsets have a direction.
    """
    squares = np.square(units).sum(axis=2)
    step = max(1, _NUMBERS_AT_ONCE // units[0].size)
    blocks = range(0, len(weights), step)
    sums = [_sum_pairs(units, squares, weights[begin : begin + step]) for begin in blocks]
    lengths = np.sqrt(squares)[..., np.newaxis]
    counts = _sum_pairs(lengths, squares, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: _Any = np.concatenate(sums) / np.where(counts > _NO_LENGTH, counts, np.nan)
    return found


def _sum_pairs(units: _Any, squares: _Any, weights: _Any) -> _Any:
    """Weighted sum of the products of every two entries in different rows and columns."""
    n, _, n_dims = units.shape
    shape = (len(weights), n, n_dims)
    by_target = (weights @ units.reshape(n, -1)).reshape(shape)
    by_source = (weights @ units.transpose(1, 0, 2).reshape(n, -1)).reshape(shape)
    total = np.matmul(weights[:, np.newaxis], by_target)[:, 0]
    both = np.square(weights)
    found: _Any = np.square(total).sum(axis=1)
    found -= (both * np.square(by_source).sum(axis=2)).sum(axis=1)
    found -= (both * np.square(by_target).sum(axis=2)).sum(axis=1)
    found += ((both @ squares) * both).sum(axis=1)
    return found


def _unit(offsets: _Any) -> _Any:
    norms = np.linalg.norm(offsets, axis=-1, keepdims=True)
    return np.where(norms > _NO_LENGTH, offsets / np.maximum(norms, _NO_LENGTH), 0)
