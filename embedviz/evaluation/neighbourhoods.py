"""Models on their shared words: common neighbours, and the words that moved most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors, find_nearest

SHARED_CUT = 30_000
"""Default cut to the most frequent words of each model."""

N_NEIGHBOURS = 10
FREQUENT = 1_000
"""Default number of words whose neighbours and moves are measured."""


@dataclass(frozen=True)
class Overlap:
    """Share of nearest words that two or more models have in common.

    Attributes
    ----------
    words : tuple of str
        The most frequent shared words.
    shares : tuple of float
        For each word, ``|N(w) ∩ N'(w)|`` / n of its n nearest, 0 to 1; for several models the mean
        over every two.
    """

    words: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over the words."""
        return float(np.mean(self.shares))


@dataclass(frozen=True)
class Moved:
    """A word with different vectors in two models.

    Attributes
    ----------
    word : str
    distance : float
        1 - cosine after rotating the first model onto the second, 0 to 2.
    first, second : tuple of str
        Its nearest words in each.
    """

    word: str
    distance: float
    first: tuple[str, ...]
    second: tuple[str, ...]


def on_shared_words(
    models: Sequence[WordVectors], *, n_words: int | None = SHARED_CUT
) -> tuple[WordVectors, ...]:
    """Restrict models to their shared words, in the same order.

    Parameters
    ----------
    models : sequence of WordVectors
        At least two.
    n_words : int or None
        Use only this many of the most frequent words of each model; None for all.

    Returns
    -------
    tuple of WordVectors
        With one vocabulary, ordered by the worst rank of a word in any of the models.

    Raises
    ------
    InputError
        If there are fewer than two models, or they share fewer than 12 words.

    Examples
    --------
    >>> words = tuple("abcdefghijklm")
    >>> first = WordVectors(Vocabulary(words), np.eye(13, dtype=np.float32))
    >>> second = WordVectors(Vocabulary(words[::-1]), np.eye(13, dtype=np.float32))
    >>> one, other = on_shared_words([first, second])
    >>> one.words == other.words, one.words[:3]
    (True, ('g', 'f', 'h'))
    """
    if len(models) < 2:
        raise InputError(f"{len(models)} model cannot be compared: give at least two.")
    if n_words is not None and n_words < 1:
        raise InputError(f"A cut to {n_words} words leaves none: give at least 1.")
    places = [dict(zip(model.words[:n_words], range(len(model)), strict=False)) for model in models]
    shared = set(places[0]).intersection(*places[1:])
    if len(shared) < N_NEIGHBOURS + 2:
        raise InputError(
            f"The models share {len(shared)} words: give models with at least {N_NEIGHBOURS + 2} "
            "of the same words, for example in the same language and case."
        )
    words = sorted(shared, key=lambda word: (max(at[word] for at in places), places[0][word]))
    tokenizer = models[0].tokenizer
    if any(model.tokenizer != tokenizer for model in models):
        tokenizer = None  # different tokenizers would fold the same question differently
    vocabulary = Vocabulary(tuple(words))
    return tuple(
        WordVectors(vocabulary, np.asarray(model.matrix)[[at[word] for word in words]], tokenizer)
        for model, at in zip(models, places, strict=True)
    )


def neighbour_overlap(
    models: Sequence[WordVectors], *, n_frequent: int = FREQUENT, n: int = N_NEIGHBOURS
) -> Overlap:
    """Measure the share of nearest words that models have in common, word by word.

    Sources: Antoniak and Mimno (2018), *Evaluating the stability of embedding-based word
    similarities*; Wendlandt, Kummerfeld and Mihalcea (2018), *Factors influencing the surprising
    instability of word embeddings*.

    Parameters
    ----------
    models : sequence of WordVectors
        With a shared vocabulary, from `on_shared_words`; neighbours are searched in it.
    n_frequent : int
        Number of most frequent words to query.
    n : int
        Number of nearest words to compare.
    """
    near = [nearest_sets(model, n_frequent, n) for model in models]
    return Overlap(models[0].words[: len(near[0])], overlap_of(near, n))


def nearest_sets(vectors: WordVectors, n_frequent: int, n: int) -> list[set[int]]:
    """Ids of the n nearest words of each of the most frequent words."""
    asked = range(min(n_frequent, len(vectors)))
    return [set(row) for row in _nearest(vectors, asked, n)]


def overlap_of(near: Sequence[Sequence[set[int]]], n: int) -> tuple[float, ...]:
    """Share of the n nearest words that models have in common, by word; mean over every two."""
    every_two = list(combinations(near, 2))
    return tuple(
        sum(len(a[word] & b[word]) for a, b in every_two) / len(every_two) / n
        for word in range(len(near[0]))
    )


def _nearest(vectors: WordVectors, ids: Sequence[int], n: int) -> list[list[int]]:
    directions = vectors.unit_rows(np.array(ids, dtype=np.intp))
    excluded = [[id_] for id_ in ids]
    found = find_nearest(vectors.matrix, vectors.inverse_norms, directions, n, excluded=excluded)
    return [best.ids.tolist() for best in found]


def most_moved(
    first: WordVectors,
    second: WordVectors,
    *,
    n_moved: int = 10,
    n_frequent: int = FREQUENT,
    n_near: int = 3,
) -> tuple[Moved, ...]:
    """Find the words farthest apart after rotating the first model onto the second.

    The unit vectors of all shared words are rotated by the orthogonal matrix that brings them
    nearest in the sum of squares; the model of fewer dimensions is padded with zeros. Source:
    Schönemann (1966), *A generalized solution of the orthogonal Procrustes problem*; for words:
    Hamilton, Leskovec and Jurafsky (2016), *Diachronic word embeddings reveal statistical laws of
    semantic change*.

    Parameters
    ----------
    first, second : WordVectors
        With a shared vocabulary, from `on_shared_words`.
    n_moved : int
        Number of words to return, the farthest first.
    n_frequent : int
        Number of most frequent words to search.
    n_near : int
        Number of nearest words of each model to list.
    """
    distances = distances_after_turning(first, second)[:n_frequent]
    order = np.argsort(-np.nan_to_num(distances, nan=-1.0), kind="stable")[:n_moved]
    moved = [int(id_) for id_ in order if not np.isnan(distances[id_])]
    near = [_nearest(model, moved, n_near) for model in (first, second)]
    return tuple(
        Moved(
            first.words[id_],
            float(distances[id_]),
            *(tuple(first.words[other] for other in ids) for ids in both),
        )
        for id_, *both in zip(moved, *near, strict=True)
    )


def distances_after_turning(first: WordVectors, second: WordVectors) -> NDArray[np.float64]:
    """1 - cosine of each word's two vectors after Procrustes; NaN for a zero vector.

    See `most_moved`; shape (n_words,).
    """
    n_dims = max(first.n_dims, second.n_dims)
    ours, theirs = _padded(first, n_dims), _padded(second, n_dims)
    ours = ours @ _rotation(ours, theirs)
    cosines = (ours * theirs).sum(axis=1)
    there = (first.norms > 0) & (second.norms > 0)
    distances: NDArray[np.float64] = np.where(there, np.clip(1 - cosines, 0, 2), np.nan)
    return distances


def on_shared_axes(first: WordVectors, *others: WordVectors) -> tuple[WordVectors, ...]:
    """Rotate the other models onto the first, so that one plane shows all.

    Vectors are normalised; angles within a model are preserved. See `most_moved`.

    Parameters
    ----------
    first, *others : WordVectors
        With a shared vocabulary, from `on_shared_words`.

    Returns
    -------
    tuple of WordVectors
        Unit vectors, with as many dimensions as the largest model.
    """
    n_dims = max(model.n_dims for model in (first, *others))
    ours, *theirs = (_padded(model, n_dims) for model in (first, *others))
    rotated = [ours, *(rows @ _rotation(rows, ours) for rows in theirs)]
    return tuple(
        WordVectors(model.vocabulary, rows.astype(np.float32), model.tokenizer)
        for model, rows in zip((first, *others), rotated, strict=True)
    )


def _padded(model: WordVectors, n_dims: int) -> NDArray[np.float64]:
    """Return unit vectors, with zeros up to a number of dimensions."""
    return np.pad(model.unit_matrix.astype(np.float64), ((0, 0), (0, n_dims - model.n_dims)))


def _rotation(rows: NDArray[np.float64], onto: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the orthogonal matrix that rotates rows onto others; see `most_moved`."""
    from scipy.linalg import orthogonal_procrustes

    turn, _ = orthogonal_procrustes(rows, onto)
    return np.asarray(turn)
