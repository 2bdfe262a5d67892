"""Word similarity compared with human ratings, such as WordSim-353, SimLex-999 and MEN."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
        The pairs were converted to lower case because the vocabulary is lower-case.
    interval : (float, float) or None
        95 % interval of `spearman`; None below 8 pairs.
    """

    n_pairs: int
    n_covered: int
    spearman: float | None
    n_words: int
    case_folded: bool = False
    interval: Interval | None = None


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
    n_words, fold = cut_vocabulary(vectors, n_words), fold_for(vectors, n_words)
    cosines, ratings = rated_cosines(vectors, pairs, n_words=n_words, fold=fold)
    spearman = spearman_of(cosines, ratings)
    return SimilarityReport(
        len(pairs),
        len(cosines),
        spearman,
        n_words,
        fold is str.lower,
        None if spearman is None else spearman_interval(spearman, len(cosines)),
    )


def rated_cosines(
    vectors: WordVectors,
    pairs: Sequence[RatedPair],
    *,
    n_words: int,
    fold: Callable[[str], str],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines and ratings of the covered pairs, each of shape (n_covered,)."""
    found = [
        (first, second, rating)
        for a, b, rating in pairs
        if (first := id_within(vectors, fold(a), n_words)) is not None
        and (second := id_within(vectors, fold(b), n_words)) is not None
    ]
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


def fold_for(vectors: WordVectors, n_words: int) -> Callable[[str], str]:
    """Return `str.lower` if the vocabulary is lower-case, otherwise the identity."""
    words = vectors.words[:n_words]
    return str.lower if all(word == word.lower() for word in words) else str


def id_within(vectors: WordVectors, word: str, n_words: int) -> int | None:
    """Return the id of a word if it is inside the vocabulary cut."""
    id_ = vectors.id(word) if word in vectors else n_words
    return id_ if id_ < n_words else None


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
