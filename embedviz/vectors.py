"""Word vectors: look-up, arithmetic and exact nearest neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError, UnknownWordError
from embedviz.tokenization import Tokenizer
from embedviz.vocabulary import Vocabulary


@dataclass(frozen=True)
class Neighbour:
    """A word near a query.

    Attributes
    ----------
    word : str
    cosine : float
        Between -1 and 1.
    rank : int
        Place of the word by frequency, 1 for the most frequent.
    """

    word: str
    cosine: float
    rank: int


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vocabulary and one vector a word.

    Parameters
    ----------
    vocabulary : Vocabulary
    matrix : ndarray of float32 or float16, shape (n_words, n_dims)
        Made read-only; never normalised in place.
    tokenizer : Tokenizer, optional
        How the text was folded; a query that is not found as written is folded the same way.
    provenance : mapping
        Where the vectors came from and what was done to them, ready for JSON.

    Raises
    ------
    InputError
        If the matrix does not fit the vocabulary or holds NaN or infinity.

    Examples
    --------
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32),
    ... )
    >>> vectors.analogy("man", "king", "woman", n=1)[0].word
    'queen'
    """

    vocabulary: Vocabulary
    matrix: NDArray[np.floating]
    tokenizer: Tokenizer | None = None
    provenance: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a matrix that does not fit, and make it read-only."""
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.vocabulary):
            raise InputError(
                f"A matrix of shape {self.matrix.shape} does not fit {len(self.vocabulary)} words: "
                "one row a word is needed."
            )
        bad = np.flatnonzero(~np.isfinite(self.matrix).all(axis=1))
        if len(bad):
            raise InputError(
                f"The vector of '{self.vocabulary.words[bad[0]]}' holds NaN or infinity "
                f"({len(bad)} of {len(self.vocabulary)} words do): remove or retrain them."
            )
        self.matrix.flags.writeable = False

    @property
    def words(self) -> tuple[str, ...]:
        """All words, most frequent first."""
        return self.vocabulary.words

    @property
    def n_dims(self) -> int:
        """Length of each vector."""
        return int(self.matrix.shape[1])

    @cached_property
    def unit_matrix(self) -> NDArray[np.float32]:
        """Rows of length 1 (a zero vector stays zero), float32, shape (n_words, n_dims)."""
        rows = self.matrix.astype(np.float32)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(norms > 0, norms, 1)
        rows.flags.writeable = False
        return rows

    def __len__(self) -> int:
        """Count the words."""
        return len(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        """Whether the word, as written or folded, has a vector."""
        return isinstance(word, str) and self._folded(word) in self.vocabulary

    def __getitem__(self, word: str) -> NDArray[np.floating]:
        """Return the word's own vector, as trained, shape (n_dims,)."""
        vector: NDArray[np.floating] = self.matrix[self.id(word)]
        return vector

    def _folded(self, word: str) -> str:
        if word in self.vocabulary or self.tokenizer is None:
            return word
        return self.tokenizer.fold(word)

    def id(self, word: str) -> int:
        """Id of a word, as written or folded; `UnknownWordError` if there is none."""
        return self.ids([word])[0]

    def ids(self, words: Sequence[str]) -> list[int]:
        """Ids of several words; one `UnknownWordError` names all that are missing."""
        folded = [self._folded(word) for word in words]
        missing = [
            word for word, fold in zip(words, folded, strict=True) if fold not in self.vocabulary
        ]
        if missing:
            near = [s for word in missing for s in self.vocabulary.near_spellings(word)]
            raise UnknownWordError(list(dict.fromkeys(missing)), list(dict.fromkeys(near)))
        return [self.vocabulary.id(word) for word in folded]

    def unit(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Look up the unit vectors of words, shape (len(words), n_dims)."""
        return self.unit_matrix[self.ids(words)]

    def combine(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Weighted sum of unit vectors, shape (n_dims,)."""
        words = list(weights)
        weight = np.array([weights[word] for word in words], dtype=np.float32)
        return np.asarray(weight @ self.unit(words), dtype=np.float32)

    def nearest(
        self, vector: NDArray[np.floating], n: int = 10, *, exclude: Collection[str] = ()
    ) -> list[Neighbour]:
        """Words with the highest cosine to a vector, best first.

        Parameters
        ----------
        vector : ndarray, shape (n_dims,)
            Any length but zero.
        n : int
            How many at most; at least 1.
        exclude : collection of str
            Words that are never answered, as written or folded.
        """
        if n < 1:
            raise InputError(f"{n} neighbours cannot be listed: ask for at least 1.")
        norm = float(np.linalg.norm(vector))
        if norm < 1e-12:
            raise InputError("The words cancel out to a zero vector: ask for different words.")
        cosines = self.unit_matrix @ (np.asarray(vector, dtype=np.float32) / np.float32(norm))
        left_out = sorted(set(self.ids(list(exclude))))
        cosines[left_out] = -np.inf
        n = min(n, len(self) - len(left_out))
        if n < 1:
            return []
        best = np.argpartition(-cosines, n - 1)[:n]
        # equal cosines stand in order of frequency, so that the answer is the same everywhere
        best = best[np.lexsort((best, -cosines[best]))]
        return [Neighbour(self.words[id_], float(cosines[id_]), int(id_) + 1) for id_ in best]

    def solve(self, weights: Mapping[str, float], n: int = 10) -> list[Neighbour]:
        """Words nearest to a weighted sum of words, those words left out, best first."""
        return self.nearest(self.combine(weights), n, exclude=list(weights))

    def most_similar(self, word: str, n: int = 10) -> list[Neighbour]:
        """Words nearest to a word, best first."""
        return self.solve({word: 1.0}, n)

    def analogy(self, a: str, b: str, c: str, n: int = 10) -> list[Neighbour]:
        """Answer "a is to b as c is to ?" by 3CosAdd: nearest to b - a + c, the three left out.

        Source: Mikolov, Yih and Zweig (2013), with unit vectors.
        """
        weights: dict[str, float] = {}
        for word, weight in ((b, 1.0), (a, -1.0), (c, 1.0)):
            weights[word] = weights.get(word, 0.0) + weight
        return self.solve(weights, n)

    def similarity(self, a: str, b: str) -> float:
        """Cosine of two words' vectors, between -1 and 1."""
        first, second = self.unit([a, b])
        return float(first @ second)

    def known(self, words: Iterable[str]) -> list[str]:
        """Those of the words that have a vector, in the same order."""
        return [word for word in words if word in self]
