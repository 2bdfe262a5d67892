"""Planes for projecting words, and their distortion of offsets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embedviz.relations import Relation, offsets
from embedviz.vectors import WordVectors

NUMBERS_AT_ONCE = 1 << 24
"""Above this many values (64 MB), unit vectors are processed in blocks."""


class Layout(Protocol):
    """Interface of all layouts: a `Plane` or a `NeighbourMap`."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts to store with exported coordinates, JSON-serialisable."""

    @property
    def axis_titles(self) -> tuple[str, ...]:
        """Title of each axis; the length is the number of axes."""

    @property
    def note(self) -> str:
        """Note for the picture; may be empty."""

    def place(self, vectors: WordVectors, words: Sequence[str]) -> NDArray[np.float32]:
        """Compute the words' coordinates, shape (len(words), n_components)."""

    def fidelity(self, offsets: NDArray[np.floating]) -> float | None:
        """Share of the offsets' squared length that is retained; None if they are not preserved."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Axes for projecting words, fitted on some words and usable for any.

    Attributes
    ----------
    centre : ndarray of float32, shape (n_dims,)
    axes : ndarray of float32, shape (n_components, n_dims)
        Orthonormal rows.
    explained_variance : tuple of float
        Share of the fitted words' variance that each axis explains, between 0 and 1.
    n_words : int
        Number of words it was fitted on.
    names : tuple of str
        Name of each axis; may be empty.
    cosine : float or None
        Cosine of the two relations' directions, if it is a plane of two.
    """

    centre: NDArray[np.float32]
    axes: NDArray[np.float32]
    explained_variance: tuple[float, ...]
    n_words: int
    names: tuple[str, ...] = ()
    cosine: float | None = None

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts to store with exported coordinates, JSON-serialisable."""
        facts: dict[str, object] = {
            "explained_variance": self.explained_variance,
            "fitted_on_words": self.n_words,
            "axes": self.names,
        }
        return facts if self.cosine is None else {**facts, "cosine_of_directions": self.cosine}

    @property
    def axis_titles(self) -> tuple[str, ...]:
        """Name of each axis, and the share of variance it explains."""
        names = self.names or tuple(f"component {i + 1}" for i in range(len(self.axes)))
        return tuple(
            f"{name} ({share:.1%} of variance)"
            for name, share in zip(names, self.explained_variance, strict=True)
        )

    @property
    def note(self) -> str:
        """Note with the cosine of the two directions; empty for other planes."""
        if self.cosine is None:
            return ""
        return f"The cosine of the two directions is {self.cosine:.2f}; drawn at right angles."

    def coordinates(self, rows: NDArray[np.floating]) -> NDArray[np.float32]:
        """Project unit vectors (n, n_dims) onto the plane, shape (n, n_components)."""
        # subtracts the projected centre rather than centring every row: no copy of the rows
        return np.asarray(rows @ self.axes.T - self.axes @ self.centre, dtype=np.float32)

    def lift(self, places: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the points of the space that lie in the plane, (n, n_components) → (n, n_dims).

        Of all points that are projected there they are the nearest to the centre.
        """
        return np.asarray(self.centre + places @ self.axes, dtype=np.float32)

    def place(self, vectors: WordVectors, words: Sequence[str]) -> NDArray[np.float32]:
        """Project words onto the plane, shape (len(words), n_components)."""
        return self.place_ids(vectors, np.array(vectors.ids(words), dtype=np.intp))

    def place_ids(
        self, vectors: WordVectors, ids: NDArray[np.intp] | None = None
    ) -> NDArray[np.float32]:
        """Project words by id, by default all, shape (n, n_components)."""
        chosen = np.arange(len(vectors)) if ids is None else ids
        blocks = [self.coordinates(rows) for rows in unit_blocks(vectors, chosen)]
        return np.concatenate(blocks) if blocks else np.empty((0, len(self.axes)), np.float32)

    def fidelity(self, offsets: NDArray[np.floating]) -> float:
        """Share of the offsets' squared length that the plane retains, between 0 and 1."""
        whole = float(np.square(offsets).sum())
        return float(np.square(offsets @ self.axes.T).sum()) / whole if whole else 0.0

    def kept(self, rows: NDArray[np.floating]) -> float:
        """Share of the squared distances of points from the centre that the plane retains."""
        return self.fidelity(rows - self.centre)


@dataclass(frozen=True, eq=False)
class Projection:
    """Words on a plane.

    Attributes
    ----------
    words : tuple of str
    coordinates : ndarray of float32, shape (n_words, n_components)
    plane : Layout
    """

    words: tuple[str, ...]
    coordinates: NDArray[np.float32]
    plane: Layout


def project(vectors: WordVectors, words: Sequence[str], plane: Layout) -> Projection:
    """Project words onto a plane that was fitted on these or on other words."""
    return Projection(tuple(words), plane.place(vectors, words), plane)


@dataclass(frozen=True)
class DrawnOffset:
    """Angles between a pair's offset and its projection, in degrees, between 0 and 180.

    Attributes
    ----------
    source, target : str
    out_of_plane : float or None
        Between the offset and its projection: 0 if it lies in the plane, 90 if orthogonal to it.
    to_mean : float or None
        Between the offset and the mean offset of the relation.
    drawn_to_mean : float or None
        The same between their projections: the visible part of `to_mean`.
        All are None if an offset is zero, `drawn_to_mean` also if a projection is.
    """

    source: str
    target: str
    out_of_plane: float | None
    to_mean: float | None
    drawn_to_mean: float | None


def drawn_offsets(
    vectors: WordVectors, relation: Relation, plane: Plane
) -> tuple[DrawnOffset, ...]:
    """Compare each pair's offset with its projection on the plane.

    Parameters
    ----------
    vectors : WordVectors
    relation : Relation
        Every word must have a vector.
    plane : Plane

    Examples
    --------
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> words = Vocabulary(("a", "b", "c", "d"))
    >>> vectors = WordVectors(words, np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0.0]]))
    >>> flat = Plane(np.zeros(3), np.eye(3)[:2], (0.5, 0.5), 4)
    >>> found = drawn_offsets(vectors, Relation("x", (("a", "b"), ("c", "d"))), flat)
    >>> [round(one.out_of_plane) for one in found]
    [0, 45]
    """
    moves = offsets(vectors, relation).astype(np.float64)
    images = moves @ plane.axes.T
    mean = moves.mean(axis=0)
    return tuple(
        DrawnOffset(
            *pair,
            _angle(move, plane.axes.T @ image, default=90.0),
            _angle(move, mean),
            _angle(image, plane.axes @ mean),
        )
        for pair, move, image in zip(relation.pairs, moves, images, strict=True)
    )


def _angle(
    first: NDArray[np.floating], second: NDArray[np.floating], *, default: float | None = None
) -> float | None:
    """Angle in degrees; the default if only the second is zero."""
    lengths = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    if lengths[0] < 1e-6:
        return None
    if lengths[1] < 1e-6:
        return default
    cosine = float(first @ second) / (lengths[0] * lengths[1])
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def unit_blocks(vectors: WordVectors, ids: NDArray[np.intp]) -> Iterator[NDArray[np.float32]]:
    """Yield the unit vectors of ids, a block at a time."""
    step = max(1, NUMBERS_AT_ONCE // (8 * vectors.n_dims))
    for begin in range(0, len(ids), step):
        yield vectors.unit_rows(ids[begin : begin + step])
