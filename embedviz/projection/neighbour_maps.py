"""Neighbour maps by t-SNE and UMAP, which preserve neighbourhoods but not offsets."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors import WordVectors

MAPS = {"tsne": "openTSNE", "umap": "umap-learn"}
"""Methods of `fit_map`, and the package that each needs."""

FEWEST_WORDS = 10
"""Minimum number of words of a neighbour map."""

MOST_JUDGED = 2000
"""Maximum number of words to compute trustworthiness on; its cost grows with their square."""

_N_NEAR = 10
_N_BETWEEN = 5  # a new word lies in the middle of so many
_ROWS_AT_ONCE = 1_024
_TITLES = {"tsne": "t-SNE", "umap": "UMAP"}


@dataclass(frozen=True, eq=False)
class NeighbourMap:
    """A map on which nearby words are similar; larger distances mean little.

    Attributes
    ----------
    method : str
        ``tsne`` or ``umap``.
    words : tuple of str
        Words on which it was fitted.
    coordinates : ndarray of float32, shape (n_words, n_components)
    trustworthiness : float
        How well a word's 10 nearest on the map match its nearest vectors, between 0 and 1;
        0.5 by chance. Source: Venna and Kaski (2001), *Neighborhood preservation in nonlinear
        projection methods*.
    n_judged : int
        Words it was computed on: all, or a random 2,000 compared with each other.
    seed : int
    """

    method: str
    words: tuple[str, ...]
    coordinates: NDArray[np.float32]
    trustworthiness: float
    n_judged: int
    seed: int

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts to store with exported coordinates, JSON-serialisable."""
        return {
            "method": self.method,
            "trustworthiness": round(self.trustworthiness, 4),
            "judged_on_words": self.n_judged,
            "fitted_on_words": len(self.words),
            "seed": self.seed,
            "note": self.note,
        }

    @property
    def axis_titles(self) -> tuple[str, ...]:
        """Numbered titles: the axes of a neighbour map have no meaning."""
        return tuple(f"{_TITLES[self.method]} {i + 1}" for i in range(self.coordinates.shape[1]))

    @property
    def note(self) -> str:
        """Caveat to show with the map."""
        return (
            f"A neighbour map (trustworthiness {self.trustworthiness:.2f}):\n"
            "offsets are not preserved; do not interpret directions."
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    def place(self, vectors: WordVectors, words: Sequence[str]) -> NDArray[np.float32]:
        """Compute the words' coordinates; words not in the map are placed among their neighbours.

        Returns
        -------
        ndarray of float32, shape (len(words), n_components)
        """
        in_vocabulary = [vectors.words[id_] for id_ in vectors.ids(words)]
        whole = self.extended(vectors, in_vocabulary)
        found: NDArray[np.float32] = whole.coordinates[
            [whole._places[word] for word in in_vocabulary]
        ]
        return found

    def __contains__(self, word: str) -> bool:
        """Whether a word of the vocabulary is on the map."""
        return word in self._places

    def extended(self, vectors: WordVectors, words: Sequence[str]) -> NeighbourMap:
        """Return the map with more words, placed among their neighbours; the others stay.

        A new word lies at the mean of the five words of the map that are nearest to it in the full
        space. It costs milliseconds; UMAP's own method compiles two minutes for 5,000 words.

        Parameters
        ----------
        vectors : WordVectors
        words : sequence of str
            Those that are already on the map are ignored.
        """
        given = dict.fromkeys(vectors.words[id_] for id_ in vectors.ids(words))
        new = tuple(word for word in given if word not in self._places)
        if not new:
            return self
        near, _ = _nearest(vectors.unit(new), vectors.unit(self.words), _N_BETWEEN)
        added = self.coordinates[near].mean(axis=1)  # (n, near, n_components) → (n, n_components)
        coordinates = np.concatenate([self.coordinates, added])
        return replace(self, words=(*self.words, *new), coordinates=coordinates)

    def fidelity(self, offsets: NDArray[np.floating]) -> None:
        """Return None: the map is not a projection and does not preserve offsets."""


def fit_map(
    vectors: WordVectors,
    words: Sequence[str],
    method: str,
    *,
    n_components: int = 2,
    seed: int = 0,
) -> NeighbourMap:
    """Fit a neighbour map.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str
        At least 10; duplicates and zero vectors, which have no neighbours, are ignored.
    method : str
        ``tsne`` (openTSNE) or ``umap`` (umap-learn), with their usual settings: perplexity 30, or
        15 neighbours, fewer for few words.
    n_components : int
        2 or 3.
    seed : int
        The same seed gives the same map on the same machine.

    Raises
    ------
    InputError
        If the method is not known, its package is missing, or there are too few words.
    """
    if method not in MAPS:
        raise InputError(f"The map '{method}' is not known: use one of {', '.join(MAPS)}.")
    ids = np.array(list(dict.fromkeys(vectors.ids(words))), dtype=np.intp)
    ids = ids[vectors.norms[ids] > 0]
    if len(ids) < FEWEST_WORDS:
        raise InputError(
            f"{len(ids)} words are too few for a neighbour map: give at least {FEWEST_WORDS}."
        )
    rows = vectors.unit_rows(ids)
    try:
        with warnings.catch_warnings():  # both libraries warn about intended settings
            warnings.simplefilter("ignore")
            places = _FITS[method](rows, n_components, seed)
    except ImportError:
        raise InputError(
            f"This map needs the package {MAPS[method]}: pip install 'embedviz[maps]'."
        ) from None
    coordinates = np.array(places, dtype=np.float32)
    drawn = np.sort(np.random.default_rng(seed).permutation(len(ids))[:MOST_JUDGED])
    trust = trustworthiness(rows[drawn], coordinates[drawn])
    mapped = tuple(vectors.words[id_] for id_ in ids)
    return NeighbourMap(method, mapped, coordinates, trust, len(drawn), seed)


def _nearest(
    rows: NDArray[np.float32], others: NDArray[np.float32], n: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Find the nearest of others to unit vectors, and their distances; both (len(rows), n)."""
    n = min(n, len(others))
    ids = np.empty((len(rows), n), dtype=np.intp)
    distances = np.empty((len(rows), n), dtype=np.float32)
    for begin in range(0, len(rows), _ROWS_AT_ONCE):
        block = slice(begin, begin + _ROWS_AT_ONCE)
        cosines = rows[block] @ others.T
        ids[block] = np.argsort(-cosines, axis=1, kind="stable")[:, :n]
        best = np.take_along_axis(cosines, ids[block], axis=1)
        distances[block] = np.sqrt(np.maximum(0.0, 2 - 2 * best))
    return ids, distances


def _tsne(rows: NDArray[np.float32], n_components: int, seed: int) -> NDArray[np.floating]:
    from openTSNE import TSNE

    perplexity = min(30.0, (len(rows) - 1) / 3)
    return np.asarray(TSNE(n_components, perplexity=perplexity, random_state=seed).fit(rows))


def _umap(rows: NDArray[np.float32], n_components: int, seed: int) -> NDArray[np.floating]:
    from umap import UMAP

    near = min(15, len(rows) - 1)
    # exact neighbours, each vector itself first, take less time than to compile the search for them
    ids, distances = _nearest(rows, rows, near)
    # a seed allows one thread only
    fitted = UMAP(
        near,
        n_components,
        init="pca",
        random_state=seed,
        n_jobs=1,
        precomputed_knn=(ids, distances),
    )
    return np.asarray(fitted.fit_transform(rows))


_FITS = {"tsne": _tsne, "umap": _umap}


def trustworthiness(rows: NDArray[np.floating], coordinates: NDArray[np.floating]) -> float:
    """How well the 10 nearest points of a layout match the nearest vectors, 0 to 1; 0.5 by chance.

    Source: Venna and Kaski (2001), *Neighborhood preservation in nonlinear projection methods*.

    Parameters
    ----------
    rows : ndarray, shape (n_words, n_dims)
        Unit vectors, so that the nearest have the highest cosine. At least 3; below 21,
        fewer than 10 neighbours are compared.
    coordinates : ndarray, shape (n_words, n_components)

    Examples
    --------
    >>> line = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]])
    >>> trustworthiness(line, -line), trustworthiness(line, line[[0, 4, 1, 3, 2]]) < 0.6
    (1.0, True)
    """
    from sklearn.manifold import trustworthiness as measured

    near = min(_N_NEAR, (len(rows) - 1) // 2)
    return float(measured(rows, coordinates, n_neighbors=near))
