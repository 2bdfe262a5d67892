"""Planes to look at words on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import Relation
from embedviz.vectors import WordVectors


@dataclass(frozen=True, eq=False)
class Plane:
    """Directions to project words on, fitted on some words and usable for any.

    Attributes
    ----------
    centre : ndarray of float32, shape (n_dims,)
    axes : ndarray of float32, shape (n_components, n_dims)
        Orthonormal rows.
    explained_variance : tuple of float
        Share of the fitted words' variance that each axis keeps, between 0 and 1.
    n_words : int
        How many words it was fitted on.
    """

    centre: NDArray[np.float32]
    axes: NDArray[np.float32]
    explained_variance: tuple[float, ...]
    n_words: int

    def coordinates(self, rows: NDArray[np.floating]) -> NDArray[np.float32]:
        """Place unit vectors (n, n_dims) on the plane, shape (n, n_components)."""
        return np.asarray((rows - self.centre) @ self.axes.T, dtype=np.float32)

    def fidelity(self, offsets: NDArray[np.floating]) -> float:
        """Share of the offsets' squared length that the plane keeps, between 0 and 1."""
        whole = float(np.square(offsets).sum())
        return float(np.square(offsets @ self.axes.T).sum()) / whole if whole else 0.0


@dataclass(frozen=True, eq=False)
class Projection:
    """Words on a plane.

    Attributes
    ----------
    words : tuple of str
    coordinates : ndarray of float32, shape (n_words, n_components)
    plane : Plane
    """

    words: tuple[str, ...]
    coordinates: NDArray[np.float32]
    plane: Plane


def fit_plane(
    vectors: WordVectors, words: Sequence[str] | None = None, *, n_components: int = 2
) -> Plane:
    """Principal components of words' unit vectors, centred.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str, optional
        Fit on these; by default on all words.
    n_components : int
        2 for a flat map, 3 for a turnable one.

    Raises
    ------
    InputError
        If there are too few words or dimensions for so many components.

    Notes
    -----
    Each axis points to where its largest entry is positive, so that pictures do not flip between
    runs.
    """
    from sklearn.decomposition import PCA  # a second to import, and look-ups do without

    rows = vectors.unit_matrix if words is None else vectors.unit(words)
    if min(rows.shape) < n_components or len(rows) <= n_components:
        raise InputError(
            f"{len(rows)} words of {rows.shape[1]} dimensions do not span {n_components} axes: "
            f"give at least {n_components + 1} words."
        )
    with np.errstate(invalid="ignore"):  # words all alike have no variance to share out
        pca = PCA(n_components=n_components, svd_solver="covariance_eigh").fit(rows)
    axes = np.asarray(pca.components_, dtype=np.float32)
    largest = axes[np.arange(n_components), np.abs(axes).argmax(axis=1)]
    axes = axes * np.where(largest < 0, -1, 1).astype(np.float32)[:, None]
    shares = np.nan_to_num(pca.explained_variance_ratio_)
    return Plane(
        np.asarray(pca.mean_, dtype=np.float32), axes, tuple(float(s) for s in shares), len(rows)
    )


def fit_relations(
    vectors: WordVectors, relations: Sequence[Relation], *, n_components: int = 2
) -> Plane:
    """Principal components of the words of some relations, those with vectors."""
    words = {word: None for relation in relations for word in vectors.known(relation.words)}
    return fit_plane(vectors, tuple(words), n_components=n_components)


def project(vectors: WordVectors, words: Sequence[str], plane: Plane) -> Projection:
    """Place words on a plane."""
    return Projection(tuple(words), plane.coordinates(vectors.unit(words)), plane)


def offsets(vectors: WordVectors, relation: Relation) -> NDArray[np.float32]:
    """Target minus source of each pair, as unit vectors, shape (n_pairs, n_dims)."""
    return vectors.unit([t for _, t in relation.pairs]) - vectors.unit(
        [s for s, _ in relation.pairs]
    )
