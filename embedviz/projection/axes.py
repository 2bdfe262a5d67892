"""Axes that a person names: words placed by their cosines with two directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.projection.planes import unit_blocks
from embedviz.relations import Relation, offsets
from embedviz.support import signed
from embedviz.vectors import WordVectors

_SMALLEST = 1e-6
_MOST_COSINE = 0.999  # between two axes that still span a plane


@dataclass(frozen=True)
class Axis:
    """A named direction.

    Attributes
    ----------
    name : str
    direction : ndarray of float32, shape (n_dims,)
        Of unit length.
    """

    name: str
    direction: NDArray[np.float32]


def word_axis(vectors: WordVectors, word: str) -> Axis:
    """Return the axis of a word: a coordinate is the cosine with it.

    Raises
    ------
    UnknownWordError, InputError
        If it has no vector, or a vector of zeros.
    """
    return Axis(word, _normalised(vectors.unit([word])[0], word))


def relation_axis(vectors: WordVectors, relation: Relation) -> Axis:
    """Return the axis along the mean offset of pairs, of unit vectors.

    Raises
    ------
    InputError
        If no pair has vectors, or the offsets cancel out.
    """
    known = relation.known_to(vectors)
    if known is None:
        raise InputError(
            f"No pair of {relation.name} has two words with vectors: give other pairs."
        )
    mean = offsets(vectors, known).mean(axis=0, dtype=np.float64)
    return Axis(relation.name, _normalised(mean, relation.name))


def _normalised(vector: NDArray[np.floating], name: str) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    if length < _SMALLEST:
        raise InputError(f"The axis {name} has no direction: give other words.")
    return np.asarray(vector / length, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class AxesPlane:
    """A layout by two axes that are drawn at right angles, whatever their angle.

    A coordinate is the cosine of a word with an axis, between -1 and 1.

    Attributes
    ----------
    axes : tuple of Axis
        x and y.

    Raises
    ------
    InputError
        If both axes have the same direction.

    Examples
    --------
    >>> x, y = (Axis(name, row) for name, row in zip("xy", np.eye(3, dtype=np.float32)))
    >>> plane = AxesPlane((x, y))
    >>> plane.cosine, plane.shares(np.array([[0.6, 0.0, 0.8]]))
    (0.0, array([0.36]))
    """

    axes: tuple[Axis, Axis]

    def __post_init__(self) -> None:
        """Refuse axes that span no plane."""
        if abs(self.cosine) > _MOST_COSINE:
            x, y = self.axes
            raise InputError(
                f"The axes {x.name} and {y.name} have the same direction and span no plane: "
                "change one of them."
            )

    @property
    def cosine(self) -> float:
        """Cosine of the two axes."""
        x, y = self.axes
        return float(x.direction @ y.direction)

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts to store with exported coordinates, JSON-serialisable."""
        return {"axes": [axis.name for axis in self.axes], "cosine_of_axes": self.cosine}

    @property
    def axis_titles(self) -> tuple[str, ...]:
        """Names of the axes."""
        return tuple(axis.name for axis in self.axes)

    @property
    def note(self) -> str:
        """Note with the cosine of the axes."""
        return f"The cosine of the two axes is {signed(self.cosine)}; drawn at right angles."

    def coordinates(self, rows: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the cosines of unit vectors (n, n_dims) with the axes, shape (n, 2)."""
        directions = np.stack([axis.direction for axis in self.axes])
        return np.asarray(rows @ directions.T, dtype=np.float32)

    def place(self, vectors: WordVectors, words: Sequence[str]) -> NDArray[np.float32]:
        """Place words, shape (len(words), 2)."""
        ids = np.array(vectors.ids(words), dtype=np.intp)
        blocks = [self.coordinates(rows) for rows in unit_blocks(vectors, ids)]
        return np.concatenate(blocks) if blocks else np.empty((0, 2), np.float32)

    def shares(self, rows: NDArray[np.floating]) -> NDArray[np.float64]:
        """Share of the squared length of each vector that lies in the span of the axes."""
        basis, _ = np.linalg.qr(np.stack([axis.direction for axis in self.axes]).T)
        whole = np.square(rows, dtype=np.float64).sum(axis=1)
        kept = np.square(rows @ basis, dtype=np.float64).sum(axis=1)
        found: NDArray[np.float64] = np.round(kept / np.maximum(whole, _SMALLEST), 12)
        return found

    def fidelity(self, offsets: NDArray[np.floating]) -> float:
        """Share of the offsets' squared length that lies in the span of the axes."""
        whole = np.square(offsets, dtype=np.float64).sum(axis=1)
        return float((self.shares(offsets) * whole).sum() / max(float(whole.sum()), _SMALLEST))
