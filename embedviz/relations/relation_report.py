"""Statistics of a relation, and how each pair fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedviz.relations.consistency import Interval
from embedviz.relations.pairs import Pair
from embedviz.relations.verdicts import Finding, Verdict, judge, list_findings
from embedviz.support import repr_html

FEWEST_FOR_OUTLIERS = 5
"""Minimum number of pairs for outliers."""


@dataclass(frozen=True)
class PairFit:
    """Fit of a pair to the others of its relation.

    Attributes
    ----------
    source, target : str
    cosine : float or None
        Between the pair's offset and the mean offset of the other pairs, -1 to 1. None if
        either is zero or there is no other pair.
    rank : int or None
        Rank of the target among the words nearest to source + mean offset of the other pairs, the
        source excluded; 1 is a hit. Of several correct targets the best counts. None if there
        is no other pair.
    nearest : str or None
        The word at rank 1.
    """

    source: str
    target: str
    cosine: float | None
    rank: int | None
    nearest: str | None


@dataclass(frozen=True)
class RelationReport:
    """Statistics of a relation; ``docs/relations.md`` explains how to read them.

    Attributes
    ----------
    name : str
    n_pairs : int
        Pairs with vectors, on which all statistics are based.
    skipped : tuple of (source, target)
        Pairs with a word that has no vector, or a zero vector.
    consistency : float or None
        Mean pairwise cosine of the offsets (OCS), between -1 and 1. None below 2 pairs.
    p_value : float or None
        Share of random pairings of the same words that are at least as consistent, never 0:
        (1 + those) / (1 + shuffles). None below 3 pairs.
    hit_rate : float or None
        Share of pairs whose target is the word nearest to source + mean offset of the *other*
        pairs (source excluded), between 0 and 1. None below 2 pairs.
    pairing_consistency : float or None
        Separation of the offsets' cosines from those of shuffled pairs (PCS), between 0 and
        1; 0.5 by chance. None below 3 pairs.
    mean_reciprocal_rank : float or None
        Mean of 1 / rank over the pairs, see `PairFit.rank`. None below 2 pairs.
    consistency_interval, hit_rate_interval : (float, float) or None
        95 % intervals, over pairs. None below 8 pairs.
    fits : tuple of PairFit
        One per pair.
    repeated : tuple of (source, target)
        Pairs ignored because, once folded, they are identical words or duplicates.
    missing : tuple of str
        Words without vectors, because of which pairs were skipped.
    case_folded : bool
        A word was found only in another case.
    shuffled_consistency : float or None
        Mean consistency of random pairings of the same words. None below 3 pairs.
    folded : tuple of (word, word)
        Words of the pairs, and the words in another case that stood for them.
    excess : float or None
        Consistency minus that of the same words shuffled so that no word keeps its partner, on all
        pairs up to 50, else on 50 of them. None below 8 pairs.
    excess_interval : (float, float) or None
        Its 95 % interval, over pairs.
    nearest_rate : float or None
        Share of pairs whose target is the word nearest to the source alone. None below 2 pairs.
    gain : float or None
        Offset gain: `hit_rate` minus `nearest_rate`, -1 to 1.
    gain_interval : (float, float) or None
        Its 95 % interval, over pairs. None below 8 pairs.
    closeness_gain : float or None
        Gain that closeness of the partners alone reaches in this model, see
        `embedviz.relations.closeness`. None if it was not measured or the vocabulary is too small.
    """

    name: str
    n_pairs: int
    skipped: tuple[Pair, ...]
    consistency: float | None
    p_value: float | None
    hit_rate: float | None
    pairing_consistency: float | None = None
    mean_reciprocal_rank: float | None = None
    consistency_interval: Interval | None = None
    hit_rate_interval: Interval | None = None
    fits: tuple[PairFit, ...] = ()
    repeated: tuple[Pair, ...] = ()
    missing: tuple[str, ...] = ()
    case_folded: bool = False
    shuffled_consistency: float | None = None
    folded: tuple[tuple[str, str], ...] = ()
    excess: float | None = None
    excess_interval: Interval | None = None
    nearest_rate: float | None = None
    gain: float | None = None
    gain_interval: Interval | None = None
    closeness_gain: float | None = None

    _repr_html_ = repr_html

    @property
    def gain_to_exceed(self) -> float:
        """Gain above which the offset answers: that of closeness alone, at least 0."""
        return max(0.0, self.closeness_gain or 0.0)

    @property
    def verdict(self) -> Verdict:
        """What the statistics allow to conclude; the only rule, see `judge`."""
        return judge(self)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Answers to the three questions on which the verdict is based."""
        return list_findings(self)

    @property
    def outliers(self) -> tuple[PairFit, ...]:
        """Pairs that fit far worse than the others, worst first; none below 5 pairs.

        Their cosine lies below the first quartile by more than 1.5 times the distance between the
        quartiles. Source: Tukey (1977), *Exploratory data analysis*.
        """
        found = {fit: fit.cosine for fit in self.fits if fit.cosine is not None}
        if len(found) < FEWEST_FOR_OUTLIERS:
            return ()
        low, high = np.quantile(list(found.values()), [0.25, 0.75])
        fence = low - 1.5 * (high - low) - 1e-6  # equal fits may differ by rounding
        return tuple(sorted((f for f in found if found[f] < fence), key=found.__getitem__))
