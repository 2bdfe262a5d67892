"""Comparison of two models, with significance of the differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies import Method
from embedviz.evaluation.evaluator import ALL, Evaluator
from embedviz.evaluation.questions import Section
from embedviz.evaluation.rating_files import RatedPair
from embedviz.evaluation.similarity import LookUp, rated_cosines, spearman_of
from embedviz.relations import (
    FEWEST_FOR_INTERVAL,
    N_DRAWS,
    Interval,
    PairMeans,
    PairWeights,
    Relation,
    alphabetical,
    consistency_interval,
    mean_pairwise_cosine,
    offsets,
    percentiles,
)
from embedviz.vectors import WordVectors

_NUMBERS_AT_ONCE = 1 << 21


@dataclass(frozen=True)
class Difference:
    """A measure of two models, and its difference.

    Attributes
    ----------
    name : str
        Name of the section, relation or ratings.
    n_asked, n_covered, n_pairs : int
        Questions (or rated pairs), those whose words both models have, and their pairs.
    first, second : float or None
        Values of the models; None if nothing is covered.
    interval : (float, float) or None
        95 % interval of `difference`; None below 8 pairs.
    left_in : Difference or None
        For analogies: the same with the asked words left in as answers.
    """

    name: str
    n_asked: int
    n_covered: int
    n_pairs: int
    first: float | None
    second: float | None
    interval: Interval | None
    left_in: Difference | None = None

    @property
    def difference(self) -> float | None:
        """First minus second."""
        return None if self.first is None or self.second is None else self.first - self.second

    @property
    def is_significant(self) -> bool:
        """Whether there is an interval and it excludes 0."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)


def compare_answers(
    first: WordVectors,
    second: WordVectors,
    sections: Iterable[Section],
    *,
    method: Method | None = None,
    seed: int = 0,
) -> tuple[Difference, ...]:
    """Compare two models' accuracy on the same questions, by a paired bootstrap over pairs.

    In each draw a pair of words has the same weight for both models, so that the effect of a
    question easy for both cancels out. See `embedviz.relations.pair_bootstrap`.

    Parameters
    ----------
    first, second : WordVectors
        With a shared vocabulary, from `embedviz.evaluation.neighbourhoods.on_shared_words`.
    sections : iterable of Section
        Iterable more than once.
    method : Method, optional
        By default 3cosadd.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    tuple of Difference
        Differences of accuracy: for all covered questions, then for each section. Each holds the
        same with the asked words left in, which may be the other way round.
    """
    evaluators = [Evaluator(one, None, method or Method()) for one in (first, second)]
    weights = PairWeights(seed)
    whole, found = _Paired(weights), []
    for (name, parts), (_, other_parts) in zip(
        evaluators[0].sections(sections), evaluators[1].sections(sections), strict=True
    ):
        tally = _Paired(weights)
        for ours, theirs in zip(parts, other_parts, strict=True):
            both = np.stack([ours.values[:, :2], theirs.values[:, :2]], axis=2)
            for sums in (tally, whole):
                sums.add(ours.n_questions, ours.pairs, both)
        found.append(tally.difference(name))
    return (whole.difference(ALL), *found)


@dataclass(frozen=True)
class Agreement:
    """Consistency of a relation's offsets in a model.

    Attributes
    ----------
    consistency : float or None
        Mean cosine between every two offsets (OCS), between -1 and 1; None below 2 pairs.
    interval : (float, float) or None
        Its 95 % interval; None below 8 pairs.
    """

    consistency: float | None
    interval: Interval | None


@dataclass(frozen=True)
class ComparedRelation:
    """A relation in two models, on the pairs that both have.

    Attributes
    ----------
    name : str
    n_pairs : int
    first, second : Agreement
    answers : Difference
        Difference of accuracy, on the questions formed by every two pairs.
    """

    name: str
    n_pairs: int
    first: Agreement
    second: Agreement
    answers: Difference


def compare_relation(
    first: WordVectors, second: WordVectors, relation: Relation
) -> ComparedRelation | None:
    """Compare the consistency and accuracy of a relation in two models.

    Parameters
    ----------
    first, second : WordVectors
        With a shared vocabulary, from `embedviz.evaluation.neighbourhoods.on_shared_words`.
    relation : Relation
        Pairs without vectors are ignored.

    Returns
    -------
    ComparedRelation or None
        None if no pair has vectors in both.
    """
    known = relation.known_to(first)
    if known is None:
        return None
    known = alphabetical(known)  # the order in which `measure` computes
    return ComparedRelation(
        relation.name,
        len(known.pairs),
        _agreement(offsets(first, known)),
        _agreement(offsets(second, known)),
        compare_answers(first, second, list(Section.from_relation(known)))[1],
    )


def _agreement(moves: NDArray[np.float32]) -> Agreement:
    found = float(mean_pairwise_cosine(moves.astype(np.float64)))
    return Agreement(None if np.isnan(found) else found, consistency_interval(moves))


class _Paired:
    """Correct answers of two models to the same questions, asked words left out and left in."""

    def __init__(self, weights: PairWeights) -> None:
        self._means = PairMeans(weights, 6)  # for each way: first, second, their difference
        self._n_questions = 0

    def add(self, n_questions: int, pairs: NDArray[np.intp], both: NDArray[np.float64]) -> None:
        """Add correct answers, shape (n_covered, 2 ways, 2 models)."""
        self._n_questions += n_questions
        difference = both[..., 0] - both[..., 1]
        of_ways = np.concatenate([both, difference[..., np.newaxis]], axis=2)
        self._means.add(pairs, of_ways.reshape(-1, 6))

    def difference(self, name: str) -> Difference:
        return replace(self._difference(name, 0), left_in=self._difference(name, 3))

    def _difference(self, name: str, begin: int) -> Difference:
        means = self._means
        first, second = (None, None)
        if means.n_questions:
            first, second = means.means[begin : begin + 2].tolist()
        return Difference(
            name,
            self._n_questions,
            means.n_questions,
            means.n_pairs,
            first,
            second,
            means.interval(begin + 2, signed=True),
        )


def compare_similarity(
    first: WordVectors,
    second: WordVectors,
    pairs: Sequence[RatedPair],
    *,
    name: str = "similarity",
    seed: int = 0,
) -> Difference:
    """Compare two models' rank correlations with ratings, by a paired bootstrap over rated pairs.

    Parameters
    ----------
    first, second : WordVectors
        With a shared vocabulary, from `embedviz.evaluation.neighbourhoods.on_shared_words`.
    pairs : sequence of (word, word, rating)
    name : str
    seed : int
        Seed of the bootstrap, with 999 draws.
    """
    cosines, ratings = rated_cosines(LookUp(first, len(first)), pairs)
    others, _ = rated_cosines(LookUp(second, len(second)), pairs)
    ours, theirs = spearman_of(cosines, ratings), spearman_of(others, ratings)
    n, interval = len(cosines), None
    if n >= FEWEST_FOR_INTERVAL and ours is not None and theirs is not None:
        rng, drawn = np.random.default_rng(seed), []
        step = max(1, _NUMBERS_AT_ONCE // n)
        for begin in range(0, N_DRAWS, step):
            chosen = rng.integers(n, size=(min(step, N_DRAWS - begin), n))
            wanted = _ranked(ratings[chosen])
            drawn.append(
                _correlations(_ranked(cosines[chosen]), wanted)
                - _correlations(_ranked(others[chosen]), wanted)
            )
        interval = percentiles(np.concatenate(drawn))
    return Difference(name, len(pairs), n, n, ours, theirs, interval)


def _ranked(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean-centred ranks of each row."""
    from scipy.stats import rankdata

    ranks: NDArray[np.float64] = rankdata(values, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    return ranks


def _correlations(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
    found: NDArray[np.float64] = (a * b).sum(axis=1) / np.where(scale > 0, scale, np.nan)
    return found
