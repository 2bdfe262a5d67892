"""Vectors that a sequence model has from elsewhere: of words, and of labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints.checkpoint import VOCABULARY, Checkpoint
from embedviz.checkpoints.loading import open_vectors
from embedviz.support import BUNDLED, bundled_folder
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors, unit_rows, whitening_map

_SPREAD = 0.3  # standard deviation of the numbers of an embedding
# Centred on the frequent words, the words of a description point to the word that they describe far
# better: their mean finds it at a median rank of 435 instead of 1,175 among 26,690.
_CENTRED_ON = 5_000

WORDS, LABELS = "encoder.embedding", "vectors"
"""Names of the tensors."""


def embedding_table(vectors: WordVectors, vocabulary: Vocabulary) -> NDArray[np.float32]:
    """Return first vectors of words, centred on the frequent ones, shape (n_words, n_dims).

    They are scaled to a standard deviation of 0.3. Words without a vector have NaN.
    """
    matrix = center_on_frequent(vectors)
    matrix *= _SPREAD / matrix.std()
    known = {word: id_ for id_, word in enumerate(vectors.words)}
    ids = np.array([known.get(word, -1) for word in vocabulary])
    table: NDArray[np.float32] = matrix[ids]
    table[ids < 0] = np.nan
    return table


def center_on_frequent(vectors: WordVectors) -> NDArray[np.float32]:
    """Subtract the mean of the 5,000 most frequent words, in float32, shape (n_words, n_dims)."""
    matrix = np.array(vectors.matrix, dtype=np.float32)
    matrix -= matrix[:_CENTRED_ON].mean(axis=0, dtype=np.float64).astype(np.float32)
    return matrix


class LabelSpace:
    """Unit vectors of labels: the centred one of a label, or the mean of its words'.

    Parameters
    ----------
    vectors : WordVectors
    shape : str
        Of the model. For seq-vec the vectors are whitened as well, so that a cosine is not decided
        by a few directions in which all words differ.
    """

    def __init__(self, vectors: WordVectors, shape: str) -> None:
        self._ids = {word: id_ for id_, word in enumerate(vectors.words)}
        matrix = center_on_frequent(vectors)
        self._whitening = whitening_map(matrix, 0.5) if shape == "seq-vec" else None
        self._unit = self.place(matrix)

    def place(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map centred vectors (n_rows, n_dims) into this space, as unit vectors."""
        return unit_rows(rows if self._whitening is None else rows @ self._whitening)

    def __contains__(self, label: object) -> bool:
        """Whether the label, or every word of it, has a vector."""
        return isinstance(label, str) and bool(self._parts(label))

    @property
    def n_dims(self) -> int:
        """Dimensions of the vectors."""
        return int(self._unit.shape[1])

    @property
    def names(self) -> Sequence[str]:
        """Labels with a vector of their own."""
        return tuple(self._ids)

    def composed(self, labels: Sequence[str]) -> NDArray[np.bool_]:
        """Return which labels have no vector of their own, shape (n_labels,)."""
        return np.array([label not in self._ids for label in labels], dtype=np.bool_)

    def table(self, labels: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of labels, shape (n_labels, n_dims)."""
        ids = np.array([self._ids.get(label, -1) for label in labels], dtype=np.int64)
        rows: NDArray[np.float32] = self._unit[ids]
        for place in np.flatnonzero(ids < 0).tolist():
            rows[place] = self._unit[self._parts(labels[place])].mean(axis=0)
        return unit_rows(rows)

    def _parts(self, label: str) -> list[int]:
        if label in self._ids:
            return [self._ids[label]]
        parts = label.replace("_", " ").split()
        known = [self._ids[part] for part in parts if part in self._ids]
        return known if len(known) == len(parts) else []


def open_label_space(name: str, shape: str) -> tuple[WordVectors, LabelSpace]:
    """Open vectors and make the space of labels from them; of a bundled model once a process.

    Parameters
    ----------
    name : str
        A model or a file; see `embedviz.checkpoints.open_vectors`.
    shape : str
        See `LabelSpace`.
    """
    if name in BUNDLED:
        folder = bundled_folder(name)
        return _bundled_vectors(folder), _bundled_space(folder, shape)
    vectors = open_vectors(name)
    return vectors, LabelSpace(vectors, shape)


@lru_cache(maxsize=1)
def _bundled_vectors(folder: Path) -> WordVectors:
    return open_vectors(folder)


@lru_cache(maxsize=2)
def _bundled_space(folder: Path, shape: str) -> LabelSpace:
    return LabelSpace(_bundled_vectors(folder), shape)


def complete_tensors(saved: Checkpoint) -> dict[str, NDArray[np.floating]]:
    """Return a model's tensors with those that it only refers to."""
    tensors = dict(saved.tensors)
    tables = {name: model for name, model in saved.references.items() if name != VOCABULARY}
    for name, model in tables.items():
        if name == WORDS:
            table = embedding_table(_bundled_vectors(bundled_folder(model)), saved.vocabulary)
            tensors[name] = np.nan_to_num(table, copy=False)
        else:
            labels = saved.target if saved.shape == "seq-vec" else saved.vocabulary
            _, space = open_label_space(model, saved.shape)
            tensors[name] = space.table(labels.words if labels else ())
    return tensors
