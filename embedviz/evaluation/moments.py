"""Relations at a moment of a series: a checkpoint of a run, a seed, or a corpus."""

from __future__ import annotations

from dataclasses import dataclass

from embedviz.relations import Interval, Relation, measure
from embedviz.support import check_numbers
from embedviz.vectors import WordVectors

MOMENT_SHUFFLES = 199
"""Random pairings for a p-value: fewer than in a report, because training waits for it."""


@dataclass(frozen=True)
class RelationMoment:
    """Statistics of a relation at one moment, each beside its control.

    Attributes
    ----------
    name : str
    n_pairs : int
        Pairs with vectors.
    consistency, p_value, hit_rate : float or None
        As in `RelationReport`; the p-value uses `MOMENT_SHUFFLES` random pairings.
    shuffled_consistency : float or None
        Mean consistency of random pairings of the same words: the control of `consistency`.
    nearest_rate : float or None
        Share of pairs whose target is the word nearest to the source: the control of `hit_rate`,
        which needs no offset.
    consistency_interval, hit_rate_interval : (float, float) or None
        95 % intervals over pairs; None below 8 pairs.
    """

    name: str
    n_pairs: int
    consistency: float | None = None
    p_value: float | None = None
    hit_rate: float | None = None
    shuffled_consistency: float | None = None
    nearest_rate: float | None = None
    consistency_interval: Interval | None = None
    hit_rate_interval: Interval | None = None

    def __post_init__(self) -> None:
        """Raise `TypeError` for a value of the wrong type, as a damaged file may hold."""
        rates = (self.hit_rate, self.shuffled_consistency, self.nearest_rate)
        measured = [self.consistency, self.p_value, *rates]
        for interval in (self.consistency_interval, self.hit_rate_interval):
            if interval is not None:
                low, high = interval
                measured += [low, high]
        check_numbers(self.n_pairs, *(one for one in measured if one is not None))
        if not isinstance(self.name, str) or not isinstance(self.n_pairs, int) or self.n_pairs < 0:
            raise TypeError(f"{self.name!r:.60} with {self.n_pairs!r:.60} pairs is no relation")


def measure_moment(vectors: WordVectors, relation: Relation) -> RelationMoment | None:
    """Measure a relation at one moment.

    Parameters
    ----------
    vectors : WordVectors
        All of its words are candidates for hits.
    relation : Relation

    Returns
    -------
    RelationMoment or None
        None if no pair has two words with vectors.

    Examples
    --------
    >>> import numpy as np
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [0.6, 0.8, 0], [1, 0, 1], [0.6, 0.8, 1]], dtype=np.float32),
    ... )
    >>> found = measure_moment(vectors, Relation("x", (("man", "woman"), ("king", "queen"))))
    >>> round(found.consistency, 3), found.hit_rate, found.nearest_rate
    (1.0, 1.0, 0.5)
    """
    known = relation.known_to(vectors)
    if known is None:
        return None
    report = measure(
        vectors, known, n_shuffles=MOMENT_SHUFFLES, with_pairing=False, with_control=False
    )
    return RelationMoment(
        relation.name,
        report.n_pairs,
        report.consistency,
        report.p_value,
        report.hit_rate,
        report.shuffled_consistency,
        report.nearest_rate,
        report.consistency_interval,
        report.hit_rate_interval,
    )
