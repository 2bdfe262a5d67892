"""Word similarity compared with human ratings, such as WordSim-353, SimLex-999 and MEN."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import CONFIDENCE, FEWEST_FOR_INTERVAL, Interval, read_lines
from embedviz.vectors import WordVectors

RatedPair = tuple[str, str, float]
"""Two words and their rated similarity."""

MOST_RATED = 1_000_000

_FORM = "two words and a number per line"


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


def is_rated_pair(line: str) -> bool:
    """Whether a line consists of two words and a number.

    Examples
    --------
    >>> is_rated_pair("tiger,cat,7.35"), is_rated_pair("man king woman queen")
    (True, False)
    """
    return _rated_pair(line) is not None


def read_similarities(path: Path, *, form: str = _FORM) -> tuple[RatedPair, ...]:
    """Read rated pairs: two words and a number per line, separated by tabs, commas or spaces.

    Tabs or commas are needed around words with spaces, and quotes around those with a comma.
    Empty lines, lines that begin with ``#`` and a header line are skipped.

    Parameters
    ----------
    path : Path
    form : str
        What is expected, for messages.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, a line is no rated pair, or there is none, or more
        than a million.
    """
    pairs: list[RatedPair] = []
    for number, line in read_lines(path, form):
        if not line.strip() or line.startswith("#"):
            continue
        pair = _rated_pair(line)
        if pair is not None:
            pairs.append(pair)
        elif number > 1 or len(_cells(line)) != 3:
            raise InputError(
                f"{path}, line {number}: expected {form}, found '{line.strip()[:60]}': correct it."
            )
        if len(pairs) > MOST_RATED:
            raise InputError(f"{path} contains more than {MOST_RATED:,} pairs: give fewer.")
    if not pairs:
        raise InputError(f"{path} contains 0 pairs: give {form}.")
    return tuple(pairs)


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


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    if "," in line:
        return [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True))]
    return line.split()


def _rated_pair(line: str) -> RatedPair | None:
    try:
        first, second, number = _cells(line)
        rating = float(number)
    except ValueError:
        return None
    return (first, second, rating) if first and second and math.isfinite(rating) else None
