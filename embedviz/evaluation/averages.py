"""The mean vector of several words: the words nearest to it, and what random words give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors import Neighbour, WordVectors

N_DRAWS = 20
"""Default number of random sets of words."""

_TRIES = 50
_FEWEST_AROUND = 10  # ranks on either side from which a similar frequency is drawn


@dataclass(frozen=True, eq=False)
class Average:
    """The mean vector of some words and its surroundings.

    Attributes
    ----------
    vector : ndarray of float32, shape (n_dims,)
        Mean of the words' unit vectors.
    others : sequence of Neighbour
        Nearest words without those averaged.
    nearest : sequence of Neighbour
        Nearest words with those averaged.
    by_chance : tuple of float
        Cosine of the first of `others` for random sets of as many words of similar frequency, one
        for each set; empty if the vocabulary has too few other words.
    """

    vector: NDArray[np.float32]
    others: Sequence[Neighbour]
    nearest: Sequence[Neighbour]
    by_chance: tuple[float, ...]


def average_words(
    vectors: WordVectors,
    words: Sequence[str],
    n: int = 10,
    *,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> Average:
    """Find the words nearest to the mean vector of some words, and the same of random words.

    Each word of a random set has a rank between two thirds and three halves of the rank of the word
    that it stands for.

    Raises
    ------
    InputError, UnknownWordError
        If no word is given, one is unknown, or the words cancel out.

    Examples
    --------
    >>> from embedviz.text import Vocabulary
    >>> matrix = np.array([[1, 0], [0, 1], [1, 1], [-1, 0.0]])
    >>> vectors = WordVectors(Vocabulary(("a", "b", "c", "d")), matrix)
    >>> average_words(vectors, ["a", "b"]).others[0].word
    'c'
    """
    ids = list(dict.fromkeys(vectors.ids(list(words))))
    if not ids:
        raise InputError("No word to average: give at least one.")
    rng = np.random.default_rng(seed)
    drawn = [_draw_similar(ids, len(vectors), rng) for _ in range(n_draws)]
    random = [one for one in drawn if one]
    sets = [ids, *random]
    means = np.array([vectors.unit_rows(one).mean(axis=0) for one in sets])
    members = [vectors.words[id_] for id_ in ids]
    others = vectors.nearest(means[0], n, exclude=members) if len(ids) < len(vectors) else []
    controls = vectors.nearest_to_each(
        means, 1, exclude=[[vectors.words[id_] for id_ in one] for one in sets]
    )[1:]
    return Average(
        means[0],
        others,
        vectors.nearest(means[0], n),
        tuple(found[0].score for found in controls if found),
    )


def _draw_similar(ids: Sequence[int], n_words: int, rng: np.random.Generator) -> list[int]:
    """Draw another word of similar frequency for each; empty if there are too few."""
    taken, drawn = set(ids), []
    for id_ in ids:
        low = max(0, min(id_ - _FEWEST_AROUND, 2 * id_ // 3))
        high = min(n_words, max(id_ + _FEWEST_AROUND, 3 * id_ // 2) + 1)
        for _ in range(_TRIES):
            other = int(rng.integers(low, high))
            if other not in taken:
                break
        else:  # nearly all of these are taken: the nearest rank that is free
            free = (one for step in range(1, n_words) for one in (id_ + step, id_ - step))
            other = next((one for one in free if 0 <= one < n_words and one not in taken), -1)
            if other < 0:
                return []
        taken.add(other)
        drawn.append(other)
    return drawn
