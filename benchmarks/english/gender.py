"""Measure gender bias in word vectors.

`leaning` measures how far occupations lean along the mean offset of the male–female pairs, compared
with other words of the same frequency. `associate` runs the association tests (WEAT) of Caliskan,
Bryson and Narayanan (2017), *Semantics derived automatically from language corpora contain
human-like biases*, Science 356: 183–186, with that paper's word lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benchmarks.english.gender_words import OCCUPATIONS, Lists
from embedviz.errors import InputError
from embedviz.relations import built_in, offsets
from embedviz.vectors import WordVectors

N_COMPARED = 1_000
"""Other words that the occupations are compared with."""

_MIDDLE = (2.5, 97.5)
_WINDOW = 1.25


@dataclass(frozen=True)
class Leaning:
    """How occupations lean along the direction from male to female.

    Attributes
    ----------
    n_pairs : int
        Male–female pairs that define the direction.
    cosines : dict of str to float
        Each known occupation's cosine with the direction, the most female first.
    n_compared : int
        Other words of similar frequency, first names (which lean by nature) included.
    mean, compared_mean : float
        Mean cosine of occupations and of the other words, negative towards male.
    mean_absolute, compared_mean_absolute : float
        Mean absolute cosine.
    p_value : float
        Permutation p-value: share of random divisions of both in which the occupations' mean
        absolute cosine exceeds the others' by as much, never 0.
    low, high : float
        The middle 95 % of the other words' cosines.
    n_male, n_female : int
        Occupations below and above these.
    """

    n_pairs: int
    cosines: dict[str, float]
    n_compared: int
    mean: float
    compared_mean: float
    mean_absolute: float
    compared_mean_absolute: float
    p_value: float
    low: float
    high: float
    n_male: int
    n_female: int


@dataclass(frozen=True)
class Association:
    """The result of an association test.

    Attributes
    ----------
    name : str
    effect_size : float or None
        Difference of the targets' mean associations in standard deviations (n − 1 in the
        denominator) of all targets' associations, between -2 and 2. None if a list has fewer than
        two known words.
    p_value : float or None
        Exact permutation p-value, one-sided as in the paper: share of all divisions of the targets
        into lists of these sizes whose difference is at least as large.
    n_known, n_words : int
        Words of the four lists, known and all.
    """

    name: str
    effect_size: float | None
    p_value: float | None
    n_known: int
    n_words: int


def direction(vectors: WordVectors) -> tuple[NDArray[np.float32], int]:
    """Return the unit mean offset of the male–female pairs, towards female, and their number."""
    known = built_in("male-female").known_to(vectors)
    if known is None:
        raise InputError("The model knows no male–female pair: train it on more text.")
    mean = offsets(vectors, known).mean(axis=0)
    return mean / np.linalg.norm(mean), len(known.pairs)


def similar_words(
    vectors: WordVectors, words: Sequence[str], n: int, rng: np.random.Generator
) -> list[int]:
    """Draw ids of other words, equally many near the frequency rank of each given word.

    Words with a digit or an apostrophe, and the words of the male–female pairs, are excluded.
    """
    taken = set(vectors.ids(list(words)))
    taken |= {vectors.id(word) for word in vectors.known(built_in("male-female").words)}
    drawn: list[int] = []
    shares = np.array_split(np.arange(n), len(words))
    for id_, share in zip(vectors.ids(list(words)), shares, strict=True):
        near = range(int(id_ / _WINDOW), min(int(id_ * _WINDOW) + 20, len(vectors)))
        there = [i for i in near if i not in taken and vectors.words[i].isalpha()]
        found = rng.choice(there, size=min(len(share), len(there)), replace=False).tolist()
        taken.update(found)
        drawn += found
    return drawn


def leaning(vectors: WordVectors, *, seed: int = 0, n_shuffles: int = 9_999) -> Leaning:
    """Measure how far occupations lean along the gender direction, compared with other words."""
    along, n_pairs = direction(vectors)
    known = vectors.known(OCCUPATIONS)
    rng = np.random.default_rng(seed)
    if not known:
        raise InputError("The model knows none of the occupations: train it on more text.")
    cosines = vectors.unit(known) @ along
    others = vectors.unit_rows(similar_words(vectors, known, N_COMPARED, rng)) @ along
    sizes = np.abs(np.concatenate([cosines, others]))
    size = float(sizes[: len(known)].mean())
    # the total is fixed, so a larger mean is a larger difference from the others' mean
    at_least = sum(
        sizes[rng.permutation(len(sizes))[: len(known)]].mean() >= size - 1e-9
        for _ in range(n_shuffles)
    )
    low, high = (float(bound) for bound in np.percentile(others, _MIDDLE))
    return Leaning(
        n_pairs=n_pairs,
        cosines={known[i]: float(cosines[i]) for i in np.argsort(-cosines, kind="stable")},
        n_compared=len(others),
        mean=float(cosines.mean()),
        compared_mean=float(others.mean()),
        mean_absolute=size,
        compared_mean_absolute=float(sizes[len(known) :].mean()),
        p_value=float(1 + at_least) / (1 + n_shuffles),
        low=low,
        high=high,
        n_male=int((cosines < low).sum()),
        n_female=int((cosines > high).sum()),
    )


def associate(vectors: WordVectors, lists: Lists) -> Association:
    """Run an association test; words without a vector are excluded."""
    four = [lists.first, lists.second, lists.third, lists.fourth]
    known = [vectors.known(words) for words in four]
    n_known, n_words = sum(map(len, known)), sum(map(len, four))
    if min(map(len, known)) < 2:
        return Association(lists.name, None, None, n_known, n_words)
    first, second, third, fourth = (vectors.unit(words) for words in known)
    targets = np.concatenate([first, second])
    # the association of each target: its mean cosine with the third list minus that with the fourth
    each = np.float64((targets @ third.T).mean(axis=1) - (targets @ fourth.T).mean(axis=1))
    n = len(first)
    effect = (each[:n].mean() - each[n:].mean()) / each.std(ddof=1)
    # at fixed list sizes, the sum over the first list determines the difference
    divisions = np.array(list(combinations(range(len(each)), n)))
    sums = each[divisions].sum(axis=1)
    p_value = float((sums >= each[:n].sum() - 1e-9).mean())
    return Association(lists.name, float(effect), p_value, n_known, n_words)
