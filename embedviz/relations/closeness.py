"""Control of the offset gain: what closeness of the partners alone gains in a model.

Two neighbourhoods of words, each word paired with the nearest of the other neighbourhood, are not a
relation. Yet their mean offset moves a source towards the targets' neighbourhood, where its partner
is the nearest word more often than by chance. A relation that answers must gain more than that.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from embedviz.relations.consistency import FEWEST_FOR_INTERVAL
from embedviz.vectors import WordVectors

N_LISTS = 40
"""Number of lists."""

LEVEL = 0.5
"""Quantile of the gains that is the control; ``docs/relations.md`` says how it was chosen."""

_N_PAIRS = 50
_MOST_CANDIDATES = 50_000
_MOST_CENTRES = 20_000
_WORDS_PER_PAIR = 8

_known: WeakKeyDictionary[WordVectors, float | None] = WeakKeyDictionary()


def measure_closeness_gain(vectors: WordVectors) -> float | None:
    """Measure the gain of the median list of close words; once per model.

    Lists and their answers are searched among the 50,000 most frequent words.

    Returns
    -------
    float or None
        None for a vocabulary of fewer than 64 words, which has no separate neighbourhoods.
    """
    if vectors not in _known:
        gains = _list_gains(vectors)
        _known[vectors] = float(np.quantile(gains, LEVEL)) if gains else None
    return _known[vectors]


def pair_closest(
    units: NDArray[np.float32], sources: NDArray[np.intp], targets: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Pair each source with the nearest target that is not used yet, closest sources first.

    Parameters
    ----------
    units : ndarray of float32, shape (n_words, n_dims)
    sources, targets : ndarray of intp
        Rows, at least as many targets as sources.

    Returns
    -------
    ndarray of intp, shape (n_sources, 2)
    """
    cosines = units[sources] @ units[targets].T
    pairs = np.empty((len(sources), 2), dtype=np.intp)
    for place, i in enumerate(np.argsort(-cosines.max(axis=1), kind="stable")):
        best = int(cosines[i].argmax())
        pairs[place] = sources[i], targets[best]
        cosines[:, best] = -np.inf
    return pairs


def gain_of(units: NDArray[np.float32], pairs: NDArray[np.intp]) -> float:
    """Leave-one-out gain of pairs of rows over the nearest word alone, -1 to 1."""
    moves = units[pairs[:, 1]] - units[pairs[:, 0]]
    others = (moves.sum(axis=0) - moves) / (len(pairs) - 1)
    hits = _finds(units, pairs, units[pairs[:, 0]] + others)
    return float(hits.mean() - _finds(units, pairs, units[pairs[:, 0]]).mean())


def _finds(
    units: NDArray[np.float32], pairs: NDArray[np.intp], queries: NDArray[np.float32]
) -> NDArray[np.bool_]:
    cosines = queries @ units.T
    cosines[np.arange(len(pairs)), pairs[:, 0]] = -np.inf
    found: NDArray[np.bool_] = cosines.argmax(axis=1) == pairs[:, 1]
    return found


def _list_gains(vectors: WordVectors) -> list[float]:
    units = vectors.unit_rows(np.arange(min(len(vectors), _MOST_CANDIDATES)))
    n = min(_N_PAIRS, len(units) // _WORDS_PER_PAIR)
    if n < FEWEST_FOR_INTERVAL:
        return []
    rng = np.random.default_rng(0)
    gains = []
    for _ in range(N_LISTS):
        first, second = rng.choice(min(len(units), _MOST_CENTRES), 2, replace=False)
        near, far = (_neighbourhood(units, centre, 2 * n) for centre in (first, second))
        far = np.setdiff1d(far, near)
        if len(far) < n:  # nearly the same neighbourhood
            continue
        gains.append(gain_of(units, pair_closest(units, rng.choice(near, n, replace=False), far)))
    return gains


def _neighbourhood(units: NDArray[np.float32], centre: int, size: int) -> NDArray[np.intp]:
    return np.argpartition(-(units @ units[centre]), size - 1)[:size]
