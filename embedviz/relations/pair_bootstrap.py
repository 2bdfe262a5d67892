"""Intervals for questions that share pairs: a bootstrap over the pairs.

A question uses one or two pairs, and a pair occurs in many questions, so questions are not
independent draws. The bootstrap therefore resamples pairs: in each draw a pair has a weight from
the Poisson distribution with mean 1, and a question the product of the weights of its two pairs.
Poisson weights do not depend on the number of pairs, so questions are counted as they are read,
and a pair in two sections has one weight in both.

Accuracies of question sets, differences of two models and offset gains all use this bootstrap.
Two intervals cannot: that of the consistency (`embedviz.relations.consistency`) is a BCa interval,
which excludes the cosine of a pair with itself, and that of a rank correlation
(`embedviz.evaluation.comparison`) re-ranks every draw, so it is not a weighted mean.

Sources: Snijders and Borgatti (1999), *Non-parametric standard errors and tests for network
statistics*; Davezies, D'Haultfœuille and Guyonvarch (2021), *Empirical process results for
exchangeable arrays*; Hanley and MacGibbon (2006), *Creating non-parametric bootstrap samples using
Poisson frequencies*.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedviz.relations.consistency import (
    CONFIDENCE,
    FEWEST_FOR_INTERVAL,
    Floats,
    Interval,
    share_interval,
)

N_DRAWS = 999
"""Number of bootstrap draws for each interval."""

_N_COUNT_DRAWS = 9999
_WEIGHTS_AT_ONCE = 256
_QUESTIONS_AT_ONCE = 2048


class PairWeights:
    """Weights of pairs in each draw, generated on demand from the seed and the pair's number.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._blocks: list[NDArray[np.uint8]] = []

    def of(self, pairs: NDArray[np.intp]) -> NDArray[np.float32]:
        """Weights of pairs, by their numbers from 0, shape (n, N_DRAWS)."""
        n_blocks = int(pairs.max(initial=0)) // _WEIGHTS_AT_ONCE + 1
        for block in range(len(self._blocks), n_blocks):
            rng = np.random.default_rng([self._seed, block])
            self._blocks.append(rng.poisson(1, (_WEIGHTS_AT_ONCE, N_DRAWS)).astype(np.uint8))
        found = np.empty((len(pairs), N_DRAWS), dtype=np.float32)
        block_of, row = np.divmod(pairs, _WEIGHTS_AT_ONCE)
        for block in np.unique(block_of):
            chosen = block_of == block
            found[chosen] = self._blocks[block][row[chosen]]
        return found


class PairMeans:
    """Means of values over questions, and their means in each draw of pairs.

    Parameters
    ----------
    weights : PairWeights
        Shared by all means that are compared draw by draw.
    n_values : int
        Number of values per question.

    Examples
    --------
    >>> means = PairMeans(PairWeights(), 1)
    >>> pairs = np.arange(10)
    >>> questions = np.array([(i, j) for i in pairs for j in pairs if i != j])
    >>> means.add(questions, (questions[:, 1:] < 7).astype(float))
    >>> float(means.means[0].round(2)), means.n_pairs
    (0.7, 10)
    """

    def __init__(self, weights: PairWeights, n_values: int) -> None:
        self._weights = weights
        self._pairs: set[int] = set()
        self._sums = np.zeros(n_values)
        self._lowest = np.full(n_values, np.inf)
        self._highest = np.full(n_values, -np.inf)
        self.n_questions = 0
        self.drawn_sums: Floats = np.zeros((n_values, N_DRAWS))
        self.drawn_counts: Floats = np.zeros(N_DRAWS)

    def add(self, pairs: NDArray[np.intp], values: Floats) -> None:
        """Add questions to the sums.

        Parameters
        ----------
        pairs : ndarray of intp, shape (n_questions, 2)
            Numbers of each question's two pairs; the same number twice for a single pair.
        values : ndarray of float64, shape (n_questions, n_values)
        """
        if not len(pairs):
            return
        numbers, places = np.unique(pairs, return_inverse=True)
        first, second = places.reshape(-1, 2).T
        self._pairs.update(numbers.tolist())
        self.n_questions += len(pairs)
        self._sums += values.sum(axis=0)
        self._lowest = np.minimum(self._lowest, values.min(axis=0))
        self._highest = np.maximum(self._highest, values.max(axis=0))
        weights = self._weights.of(numbers)
        for begin in range(0, len(pairs), _QUESTIONS_AT_ONCE):
            part = slice(begin, begin + _QUESTIONS_AT_ONCE)
            product = weights[first[part]]
            # a question of a single pair has that pair's weight
            product *= np.where((first == second)[part, np.newaxis], 1, weights[second[part]])
            self.drawn_counts += product.sum(axis=0, dtype=np.float64)
            self.drawn_sums += values[part].T @ product

    @property
    def n_pairs(self) -> int:
        """Number of distinct pairs so far."""
        return len(self._pairs)

    @property
    def means(self) -> Floats:
        """Means over the questions, shape (n_values,); NaN without any."""
        return (
            self._sums / self.n_questions if self.n_questions else np.full_like(self._sums, np.nan)
        )

    @property
    def drawn_means(self) -> Floats:
        """Means in each draw, shape (n_values, N_DRAWS); NaN if no question was drawn."""
        counts = np.where(self.drawn_counts > 0, self.drawn_counts, np.nan)
        return np.asarray(self.drawn_sums / counts)

    def interval(self, value: int, *, signed: bool = False) -> Interval | None:
        """95 % interval of a mean: percentiles of the draws; None below 8 pairs.

        If all values are the same whole number, the draws do not differ. The interval is then
        Wilson's for n / 2 questions of n pairs (at least 8), the number that share no pair; it
        extends to both sides if values can be negative (`signed`).
        """
        if self.n_pairs < FEWEST_FOR_INTERVAL:
            return None
        same = self._lowest[value]
        if same != self._highest[value] or same not in (-1.0, 0.0, 1.0):
            return percentiles(self.drawn_means[value])
        half = max(self.n_pairs // 2, FEWEST_FOR_INTERVAL)
        _, far = share_interval(0, half) or (0.0, 1.0)
        lower = same - far if same > 0 or (signed and same == 0) else same
        upper = same + far if same < 0 or same == 0 else same
        return float(lower), float(upper)


def percentiles(drawn: Floats) -> Interval | None:
    """2.5 % and 97.5 % quantiles of the draws that are not NaN; None without any."""
    there = drawn[~np.isnan(drawn)]
    if not len(there):
        return None
    low, high = np.quantile(there, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def gain_interval(gains: Floats, asked: NDArray[np.bool_], *, seed: int = 0) -> Interval | None:
    """95 % interval of a mean gain over a population of pairs.

    The bootstrap over pairs of `embedviz.relations.pair_bootstrap`. In each draw pair i has the
    Poisson weight wᵢ, both as the queried pair and as the given pair:

        G(w) = Σ wᵢ wⱼ gᵢⱼ / Σ wᵢ wⱼ over the questions, or Σ wᵢ gᵢᵢ / Σ wᵢ

    if each pair is queried once, alone. Two pseudo-pairs, one gained and one lost, have
    the weights m and l:

        (Σ wᵢ G(w) + m - l) / (Σ wᵢ + m + l)

    A gain is a difference of two answers of few pairs, many of which are equal. Without the
    pseudo-pairs the interval is too narrow for 8 to 12 pairs (coverage of 92 % instead of 96 %),
    and has no width if no pair gains, or all do. The sums of question sets do
    not need them: their intervals cover, and are not shrunk towards 0.

    Source of the pseudo-pairs: Bonett and Price (2012), *Adjusted Wald confidence interval for a
    difference of binomial proportions based on paired data*; of wᵢ wⱼ: Owen (2007), *The
    pigeonhole bootstrap*.

    Parameters
    ----------
    gains : ndarray of float64, shape (n_pairs, n_pairs)
        1 if only the method is correct, -1 if only the baseline is, otherwise 0: for pair i,
        given pair j.
    asked : ndarray of bool, shape (n_pairs, n_pairs)
        Mask of the questions: the diagonal only, or without the diagonal.
    seed : int

    Returns
    -------
    (float, float) or None
        Between -1 and 1; None if fewer than 8 pairs have a question.

    Examples
    --------
    >>> alone = np.eye(10, dtype=bool)
    >>> low, high = gain_interval(alone.astype(float), alone)
    >>> 0.3 < low < high <= 1
    True
    """
    if asked.any(axis=1).sum() < FEWEST_FOR_INTERVAL:
        return None
    n, weights = len(gains), PairWeights(seed)
    means = PairMeans(weights, 1)
    means.add(np.argwhere(asked), gains[asked][:, np.newaxis])
    drawn = weights.of(np.arange(n + 2))  # (n_pairs + 2, N_DRAWS)
    own, gained, lost = drawn[:n].sum(axis=0, dtype=np.float64), drawn[n], drawn[n + 1]
    return percentiles((own * means.drawn_means[0] + gained - lost) / (own + gained + lost))


def count_interval(n_gained: int, n_lost: int, n: int, *, seed: int = 0) -> Interval | None:
    """95 % interval of the gain of one question per pair, from the counts of its values.

    The bootstrap of `gain_interval`: sums of Poisson weights over the pairs that gain, that lose
    and the rest are Poisson variables themselves, so that only three are drawn for any number of
    pairs. The two pseudo-pairs add 1 to the first two.

    Returns
    -------
    (float, float) or None
        Between -1 and 1; None below 8 pairs.

    Examples
    --------
    >>> low, high = count_interval(10, 0, 10)
    >>> 0.3 < low < high <= 1
    True
    """
    if n < FEWEST_FOR_INTERVAL:
        return None
    rng = np.random.default_rng([seed, 3])
    gained = rng.poisson(n_gained + 1, _N_COUNT_DRAWS)
    lost = rng.poisson(n_lost + 1, _N_COUNT_DRAWS)
    drawn = gained + lost + rng.poisson(n - n_gained - n_lost, _N_COUNT_DRAWS)
    return percentiles((gained - lost) / np.where(drawn > 0, drawn, np.nan))
