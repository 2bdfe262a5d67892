"""Word similarity compared with human ratings, such as WordSim-353, SimLex-999 and MEN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.evaluation.rating_files import RatedPair
from embedviz.relations import CONFIDENCE, FEWEST_FOR_INTERVAL, Interval
from embedviz.vectors import WordVectors


@dataclass(frozen=True)
class SimilarityReport:
    """Agreement of cosines with human ratings.

    Attributes
    ----------
    n_pairs : int
    n_covered : int
        Pairs whose words are both inside the vocabulary cut.
    spearman : float or None
        Rank correlation of cosine and rating over the covered pairs, -1 to 1; None if there are
        fewer than two, or all cosines or all ratings are equal.
    n_words : int
        The vocabulary cut.
    case_folded : bool
        A word was found only in another case.
    interval : (float, float) or None
        95 % interval of `spearman`; None below 8 pairs.
    folded : tuple of (word, word)
        Words of the pairs, and the words in another case that stood for them.
    """

    n_pairs: int
    n_covered: int
    spearman: float | None
    n_words: int
    case_folded: bool = False
    interval: Interval | None = None
    folded: tuple[tuple[str, str], ...] = ()


def score_similarity(
    vectors: WordVectors, pairs: Sequence[RatedPair], *, n_words: int | None = None
) -> SimilarityReport:
    """Compute the rank correlation of cosines with human ratings.

    The interval is Fisher's, of the correlation's inverse hyperbolic tangent, with the standard
    error of Bonett and Wright (2000), *Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations*: √((1 + ρ²/2) / (n - 3)).

    Parameters
    ----------
    vectors : WordVectors
        In descending frequency.
    pairs : sequence of (word, word, rating)
    n_words : int or None
        The vocabulary cut; None for all words.
    """
    look_up = LookUp(vectors, cut_vocabulary(vectors, n_words))
    cosines, ratings = rated_cosines(look_up, pairs)
    spearman = spearman_of(cosines, ratings)
    return SimilarityReport(
        len(pairs),
        len(cosines),
        spearman,
        look_up.n_words,
        bool(look_up.folded),
        None if spearman is None else spearman_interval(spearman, len(cosines)),
        tuple(look_up.folded.items()),
    )


@dataclass(frozen=True, eq=False)
class LookUp:
    """Looks up words among the most frequent ones, in another case if need be.

    Parameters
    ----------
    vectors : WordVectors
    n_words : int
        The vocabulary cut.

    Attributes
    ----------
    folded : dict of str to str
        Words found so far only in another case, and their form in the vocabulary.
    """

    vectors: WordVectors
    n_words: int
    folded: dict[str, str] = field(default_factory=dict)

    def id(self, word: str) -> int | None:
        """Return the id of a word; None if no form of it is inside the cut."""
        id_ = self.vectors.find(word, self.n_words)
        if id_ is not None and (word not in self.vectors or self.vectors.id(word) != id_):
            self.folded[word] = self.vectors.words[id_]
        return id_


def rated_cosines(
    look_up: LookUp, pairs: Sequence[RatedPair]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines and ratings of the covered pairs, each of shape (n_covered,)."""
    found = [
        (first, second, rating)
        for a, b, rating in pairs
        if (first := look_up.id(a)) is not None and (second := look_up.id(b)) is not None
    ]
    vectors = look_up.vectors
    first_rows = vectors.unit_rows(np.array([row[0] for row in found], dtype=np.intp))
    second_rows = vectors.unit_rows(np.array([row[1] for row in found], dtype=np.intp))
    cosines = (first_rows * second_rows).sum(axis=1, dtype=np.float64)
    return cosines, np.array([row[2] for row in found], dtype=np.float64)


def spearman_of(cosines: NDArray[np.float64], ratings: NDArray[np.float64]) -> float | None:
    """Spearman's rank correlation; None if there is nothing to rank."""
    from scipy.stats import spearmanr

    if len(cosines) < 2 or np.ptp(cosines) == 0 or np.ptp(ratings) == 0:
        return None
    return float(spearmanr(cosines, ratings).statistic)


def spearman_interval(spearman: float, n: int) -> Interval | None:
    """95 % interval of a rank correlation; None below 8 pairs.

    Examples
    --------
    >>> tuple(round(end, 3) for end in spearman_interval(0.5, 100))
    (0.326, 0.641)
    """
    if n < FEWEST_FOR_INTERVAL:
        return None
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    half = z * math.sqrt((1 + spearman**2 / 2) / (n - 3))
    middle = math.atanh(min(max(spearman, -1 + 1e-9), 1 - 1e-9))
    return math.tanh(middle - half), math.tanh(middle + half)


def cut_vocabulary(vectors: WordVectors, n_words: int | None) -> int:
    """Return the number of words inside the vocabulary cut."""
    if n_words is not None and n_words < 1:
        raise InputError(f"A cut to {n_words} words leaves none: give at least 1.")
    return len(vectors) if n_words is None else min(n_words, len(vectors))
