"""Planes to look at words on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import Relation, offsets
from embedviz.vectors import WordVectors

PLANES = ("arrows", "pairs", "all")
"""What `fit` can fit a plane on."""


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


def fit(
    vectors: WordVectors, relations: Sequence[Relation], plane: str, *, n_components: int = 2
) -> Plane:
    """Fit one of the planes that words can be looked at on.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        Pairs without vectors are left out.
    plane : str
        ``arrows``: principal components of the relations' mean offsets, see `fit_arrows`;
        ``pairs``: of the words of all their pairs; ``all``: of all words.
    n_components : int
        2 for a flat map, 3 for a turnable one.

    Raises
    ------
    InputError
        If the plane is not known, or there are too few words or dimensions.
    """
    if plane == "all":
        return fit_plane(vectors, n_components=n_components)
    known = [there for relation in relations if (there := relation.known_to(vectors))]
    if not known and plane in PLANES:
        raise InputError("No pair has two words with vectors: give other relations.")
    if plane == "arrows":
        return fit_arrows(vectors, known, n_components=n_components)
    if plane == "pairs":
        return fit_plane(vectors, _words(known), n_components=n_components)
    raise InputError(f"The plane '{plane}' is not known: use one of {', '.join(PLANES)}.")


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

    Raises
    ------
    InputError
        If there are too few words or dimensions for so many components.

    Notes
    -----
    Each axis points to where its largest entry is positive, so that pictures do not flip between
    runs.
    """
    rows = vectors.unit_matrix if words is None else vectors.unit(words)
    centre, axes = _principal_components(rows, n_components)
    axes *= _signs(axes)[:, None]
    return Plane(centre, axes, _explained(rows, centre, axes), len(rows))


def fit_arrows(
    vectors: WordVectors, relations: Sequence[Relation], *, n_components: int = 2
) -> Plane:
    """Principal components of relations' mean offsets, not centred, each counting the same.

    Components of the *words* keep what sets the families apart from each other, verbs from
    countries; these keep what sets targets apart from sources. Fewer relations than components
    leave axes over: they show what varies most among the words once the arrows are taken out.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        At least one; every word must have a vector.
    n_components : int

    Raises
    ------
    InputError
        If there are too few words or dimensions for so many components.

    Notes
    -----
    Most arrows point upwards or to the right. The plane flatters the arrows it is fitted on:
    `Plane.fidelity` says by how much, and statistics belong into the full space.
    """
    means = np.stack([offsets(vectors, relation).mean(axis=0) for relation in relations])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    _, strength, directions = np.linalg.svd(means, full_matrices=False)
    axes = directions[:n_components][strength[:n_components] > 1e-6]
    rows = vectors.unit(_words(relations))
    _refuse_too_few(rows, n_components)
    if len(axes) < n_components:
        _, others = _principal_components(rows - (rows @ axes.T) @ axes, n_components)
        axes = np.concatenate([axes, others])[:n_components]
    axes = axes.astype(np.float32)
    along = (means @ axes.T).sum(axis=0)  # none along an axis left over
    axes *= np.where(np.abs(along) > 1e-4, np.sign(along), _signs(axes))[:, None]
    centre = rows.mean(axis=0)
    return Plane(centre, axes, _explained(rows, centre, axes), len(rows))


def _words(relations: Sequence[Relation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for relation in relations for word in relation.words))


def _principal_components(
    rows: NDArray[np.float32], n_components: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean of the rows and their principal axes."""
    from sklearn.decomposition import PCA  # a second to import, and look-ups do without

    _refuse_too_few(rows, n_components)
    with np.errstate(invalid="ignore"):  # words all alike have no variance to share out
        pca = PCA(n_components=n_components, svd_solver="covariance_eigh").fit(rows)
    return np.asarray(pca.mean_, dtype=np.float32), np.asarray(pca.components_, dtype=np.float32)


def _refuse_too_few(rows: NDArray[np.float32], n_components: int) -> None:
    if min(rows.shape) < n_components or len(rows) <= n_components:
        raise InputError(
            f"{len(rows)} words of {rows.shape[1]} dimensions do not span {n_components} axes: "
            f"at least {n_components + 1} words and {n_components} dimensions are needed."
        )


def _signs(axes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Signs that make the largest entry of each axis positive."""
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return np.where(largest < 0, -1, 1).astype(np.float32)


def _explained(
    rows: NDArray[np.float32], centre: NDArray[np.float32], axes: NDArray[np.float32]
) -> tuple[float, ...]:
    """Share of the rows' variance along each axis."""
    centred = rows - centre
    whole = float(np.square(centred).sum())
    kept = np.square(centred @ axes.T).sum(axis=0)
    return tuple(float(share) / whole if whole > 1e-9 else 0.0 for share in kept)


def project(vectors: WordVectors, words: Sequence[str], plane: Plane) -> Projection:
    """Place words on a plane."""
    return Projection(tuple(words), plane.coordinates(vectors.unit(words)), plane)
