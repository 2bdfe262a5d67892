"""Word vectors: look-up, arithmetic and exact nearest neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError, UnknownWordError
from embedviz.support import rendered_late, repr_html
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors import interchange, preparation
from embedviz.vectors.expressions import analogy_weights
from embedviz.vectors.neighbour import Neighbour, RankedWords, check_stability
from embedviz.vectors.preparation import N_FREQUENT
from embedviz.vectors.search import Filter, Ranking, dot_products, find_nearest, row_norms


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vocabulary and one vector per word.

    Parameters
    ----------
    vocabulary : Vocabulary
    matrix : ndarray of float32 or float16, shape (n_words, n_dims)
        Made read-only; never normalised in place. A memory map is not read before its first use.
    tokenizer : Tokenizer, optional
        How the training text was normalised; an unknown query is normalised the same way.
    provenance : mapping
        Origin and processing steps of the vectors, JSON-serialisable.
    stability : ndarray of uint8, shape (n_words,), optional
        For each word, per cent of its 10 nearest that models of other seeds have in common.

    Raises
    ------
    InputError
        If the matrix does not fit the vocabulary or contains NaN or infinity (of a memory map this
        is found at the first search).

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
    stability: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        """Validate the matrix and make it read-only."""
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.vocabulary):
            raise InputError(
                f"A matrix of shape {self.matrix.shape} does not fit {len(self.vocabulary)} words: "
                "give one row per word."
            )
        check_stability(self.stability, len(self.vocabulary))
        if not isinstance(self.matrix, np.memmap):
            _ = self.norms
        self.matrix.flags.writeable = False

    to_frame = interchange.to_frame
    from_frame = classmethod(interchange.from_frame)
    to_gensim = interchange.to_gensim
    from_gensim = classmethod(interchange.from_gensim)
    from_spacy = classmethod(interchange.from_spacy)
    _repr_html_ = repr_html

    @property
    def words(self) -> tuple[str, ...]:
        """All words, most frequent first."""
        return self.vocabulary.words

    @property
    def n_dims(self) -> int:
        """Length of each vector."""
        return int(self.matrix.shape[1])

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """Length of each vector, shape (n_words,)."""
        norms = row_norms(self.matrix)
        bad = np.flatnonzero(~np.isfinite(norms))
        if len(bad):
            where = f" in {self.provenance['file']}" if "file" in self.provenance else ""
            raise InputError(
                f"The vector of '{self.words[bad[0]]}'{where} contains NaN or infinity "
                f"({len(bad)} of {len(self)} words do): remove or retrain them."
            )
        norms.flags.writeable = False
        return norms

    @cached_property
    def inverse_norms(self) -> NDArray[np.float32]:
        """1 / length of each vector, 0 for a zero vector, shape (n_words,)."""
        norms = np.where(self.norms > 0, self.norms, np.float32(np.inf))
        inverse: NDArray[np.float32] = (1 / norms).astype(np.float32)
        inverse.flags.writeable = False
        return inverse

    @cached_property
    def unit_matrix(self) -> NDArray[np.float32]:
        """Rows of length 1 (a zero vector stays zero), float32, shape (n_words, n_dims).

        This copies all vectors; searching does not need it.
        """
        rows: NDArray[np.float32] = self.matrix.astype(np.float32)
        rows *= self.inverse_norms[:, np.newaxis]
        rows.flags.writeable = False
        return rows

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.vocabulary)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words, most frequent first."""
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        """Whether the word has a vector, as written or normalised by the tokenizer."""
        return isinstance(word, str) and self._folded(word) in self.vocabulary

    def __getitem__(self, word: str) -> NDArray[np.floating]:
        """Return the word's vector, not normalised, shape (n_dims,); `UnknownWordError` if none."""
        vector: NDArray[np.floating] = self.matrix[self.id(word)]
        return vector

    def count(self, word: str) -> int | None:
        """Occurrences of a word in the training text; None if counts are unknown."""
        counts = self.vocabulary.counts
        return None if counts is None else int(counts[self.id(word)])

    def stability_of(self, word: str) -> float | None:
        """Share of the word's 10 nearest that other seeds have in common; None if not measured."""
        return None if self.stability is None else self._stability(self.id(word))

    def _stability(self, id_: int) -> float | None:
        return None if self.stability is None else int(self.stability[id_]) / 100

    def _folded(self, word: str) -> str:
        if word in self.vocabulary or self.tokenizer is None:
            return word
        return self.tokenizer.fold(word)

    def id(self, word: str) -> int:
        """Return the id of a word, as written or folded; `UnknownWordError` if there is none."""
        return self.ids([word])[0]

    def ids(self, words: Sequence[str]) -> list[int]:
        """Return the ids of several words; one `UnknownWordError` names all that are missing."""
        folded = [self._folded(word) for word in words]
        missing = [
            word for word, fold in zip(words, folded, strict=True) if fold not in self.vocabulary
        ]
        if missing:
            near = [s for word in missing for s in self.vocabulary.near_spellings(word)]
            raise UnknownWordError(list(dict.fromkeys(missing)), list(dict.fromkeys(near)))
        return [self.vocabulary.id(word) for word in folded]

    def find(self, word: str, n_words: int | None = None) -> int | None:
        """Return the id of a word as written or folded, else in its most frequent other case.

        None if no form of it is among the first `n_words`.

        >>> vectors = WordVectors(Vocabulary(("Paris", "a")), np.eye(2, dtype=np.float32))
        >>> vectors.find("paris"), vectors.find("paris", 0)
        (0, None)
        """
        n_words = len(self) if n_words is None else n_words
        folded = self._folded(word)
        if folded in self.vocabulary and (id_ := self.vocabulary.id(folded)) < n_words:
            return id_
        other = self.vocabulary.other_case(folded)
        return other if other is not None and other < n_words else None

    def unit(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Look up the unit vectors of words, shape (len(words), n_dims)."""
        return self.unit_rows(self.ids(words))

    def unit_rows(self, ids: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """Look up the unit vectors of ids, shape (len(ids), n_dims)."""
        rows: NDArray[np.float32] = np.asarray(self.matrix)[ids].astype(np.float32)
        rows *= self.inverse_norms[ids, np.newaxis]
        return rows

    def combine(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Compute a weighted sum of unit vectors, shape (n_dims,)."""
        words = list(weights)
        weight = np.array([weights[word] for word in words], dtype=np.float32)
        return np.asarray(weight @ self.unit(words), dtype=np.float32)

    def cosines(
        self, directions: NDArray[np.float32], *, n_words: int | None = None
    ) -> NDArray[np.float32]:
        """Cosines of all words, or the first n, to unit vectors: (n_directions, n_words)."""
        found = dot_products(self.matrix[:n_words], directions)
        found *= self.inverse_norms[:n_words]
        return found

    def allowed(self, only: Filter) -> NDArray[np.bool_]:
        """Return whether each word up to the filter's rank may be returned, as a boolean mask."""
        allowed = only.mask(self.words[: only.max_rank])
        out = np.array(self.ids(only.exclude), dtype=np.intp)
        allowed[out[out < len(allowed)]] = False
        return allowed

    def nearest(
        self,
        vector: NDArray[np.floating],
        n: int = 10,
        *,
        exclude: Collection[str] = (),
        only: Filter | None = None,
    ) -> RankedWords[Neighbour]:
        """Find the words with the highest cosine to a vector, best first.

        Parameters
        ----------
        vector : ndarray, shape (n_dims,)
            Of any non-zero length.
        n : int
            Maximum number of words; at least 1.
        exclude : collection of str
            Words that are not returned, as written or normalised.
        only : Filter, optional
            Restriction on the words returned.

        Raises
        ------
        InputError, UnknownWordError
            If `n` is below 1, the vector is zero or not finite, or an excluded word is unknown.

        Examples
        --------
        >>> vectors = WordVectors(Vocabulary(("a", "b")), np.array([[1.0, 0.0], [0.6, 0.8]]))
        >>> vectors.nearest(np.array([0.0, 1.0]), 1, only=Filter(max_rank=1))[0].word
        'a'
        """
        return self.nearest_to_each(
            np.asarray(vector)[np.newaxis], n, exclude=[exclude], only=only
        )[0]

    def nearest_to_each(
        self,
        directions: NDArray[np.floating],
        n: int = 10,
        *,
        exclude: Sequence[Collection[str]] = (),
        only: Filter | None = None,
    ) -> list[RankedWords[Neighbour]]:
        """Words nearest to each of many vectors, shape (n_directions, n_dims); see `nearest`.

        `exclude` contains one collection of words for each vector.
        """
        if n < 1:
            raise InputError(f"{n} neighbours cannot be listed: request at least 1.")
        norms = np.linalg.norm(directions.astype(np.float64), axis=1, keepdims=True)
        if not np.isfinite(norms).all():
            raise InputError(
                "A vector with NaN or infinity has no neighbours: give finite numbers."
            )
        if not (norms >= 1e-12).all():
            raise InputError("The words cancel out to a zero vector: use different words.")
        unit = (directions / norms).astype(np.float32)
        n_words = len(self) if only is None else min(only.max_rank or len(self), len(self))
        excluded = [[i for i in self.ids(list(words)) if i < n_words] for words in exclude]
        allowed = None if only is None else self.allowed(only)
        matrix, inverse = self.matrix[:n_words], self.inverse_norms[:n_words]
        found = find_nearest(matrix, inverse, unit, n, allowed=allowed, excluded=excluded)
        return [self._neighbours(best) for best in found]

    def _neighbours(self, best: Ranking) -> RankedWords[Neighbour]:
        every = zip(best.ids.tolist(), best.scores.tolist(), strict=True)
        return RankedWords(self.neighbour(id_, cosine) for id_, cosine in every)

    def neighbour(self, id_: int, cosine: float) -> Neighbour:
        """Describe a word near a query, by its id."""
        return Neighbour(self.words[id_], cosine, id_ + 1, self._stability(id_))

    def solve(
        self, weights: Mapping[str, float], n: int = 10, *, only: Filter | None = None
    ) -> RankedWords[Neighbour]:
        """Find the words nearest to a weighted sum of words, without those words, best first."""
        return self.nearest(self.combine(weights), n, exclude=list(weights), only=only)

    def most_similar(
        self, word: str, n: int = 10, *, only: Filter | None = None
    ) -> RankedWords[Neighbour]:
        """Find the words nearest to a word, best first."""
        return self.solve({word: 1.0}, n, only=only)

    def analogy(self, a: str, b: str, c: str, n: int = 10) -> RankedWords[Neighbour]:
        """Answer "a is to b as c is to ?" by 3CosAdd: nearest to b - a + c, query words excluded.

        Source: Mikolov, Yih and Zweig (2013), with unit vectors.
        """
        return self.solve(analogy_weights(a, b, c), n)

    def similarity(self, a: str, b: str) -> float:
        """Cosine of two words' vectors, between -1 and 1."""
        first, second = self.unit([a, b])
        return float(first @ second)

    def known(self, words: Iterable[str]) -> list[str]:
        """Return the words that have a vector, in the same order."""
        return [word for word in words if word in self]

    def top(self, n: int) -> WordVectors:
        """Return the n most frequent words; the vectors are shared, not copied."""
        if n < 1:
            raise InputError(f"{n} words cannot be kept: give at least 1.")
        return self._part(slice(n), f"{min(n, len(self))} most frequent words kept")

    def subset(self, words: Iterable[str]) -> WordVectors:
        """Return only these words, each once, in order of frequency; ranks restart at 1."""
        ids = sorted(set(self.ids(list(words))))
        return self._part(np.array(ids, dtype=np.intp), f"{len(ids)} chosen words kept")

    def matching(self, pattern: str) -> WordVectors:
        """Return only the words that a regular expression matches anywhere; see `Filter`.

        Raises
        ------
        InputError
            If it is invalid, takes too long, or matches no word.
        """
        ids = np.flatnonzero(Filter(matching=pattern).mask(self.words))
        if not len(ids):
            raise InputError(
                f"No word of {len(self)} matches '{pattern[:60]}': use a broader pattern."
            )
        return self._part(ids, f"{len(ids)} words kept that match {pattern}")

    def centred(self, n_frequent: int | None = None) -> WordVectors:
        """Subtract the mean of all, or of the first words only, in a new float32 matrix."""
        matrix = preparation.centred(self.matrix, n_frequent)
        return self.with_matrix(matrix, preparation.name_mean(len(self), n_frequent))

    def whitened(self, power: float = 0.25, n_frequent: int = N_FREQUENT) -> WordVectors:
        """Scale the principal axes towards equal variance, in a new float32 matrix.

        It improves neighbours and answers, and shortens the offsets that relations have in common:
        ``docs/vectors.md`` shows by how much. Variances are those of the most frequent words.

        Parameters
        ----------
        power : float
            Above 0, at most ½, which makes all variances equal.
        n_frequent : int
            More than the number of dimensions.
        """
        matrix = preparation.whitened(self.matrix, power, n_frequent)
        return self.with_matrix(matrix, preparation.name_whitening(power, len(self), n_frequent))

    def without_components(self, n: int) -> WordVectors:
        """Remove the mean and the n strongest principal components, in a new float32 matrix.

        These common components mostly encode word frequency, not meaning.
        Source: Mu and Viswanath (2018), *All-but-the-top*, algorithm 1.

        Parameters
        ----------
        n : int
            From 1 to n_dims - 1; the paper suggests about n_dims / 100.
        """
        matrix = preparation.without_components(self.matrix, n)
        return self.with_matrix(matrix, f"mean and {n} strongest components taken off")

    def map(self, **options: Any) -> Any:  # noqa: ANN401
        """Return the word map as a notebook widget; `embedviz.widget.word_map` has the options."""
        return rendered_late("embedviz.widget", "word_map")(self, **options)

    def with_matrix(self, matrix: NDArray[np.floating], step: str) -> WordVectors:
        """Replace the vectors, shape (n_words, n_dims), and add the step to the provenance."""
        return WordVectors(self.vocabulary, matrix, self.tokenizer, self._after(step))

    def _part(self, ids: slice | NDArray[np.intp], step: str) -> WordVectors:
        counts = self.vocabulary.counts
        words = self.words[ids] if isinstance(ids, slice) else tuple(self.words[i] for i in ids)
        vocabulary = Vocabulary(words, None if counts is None else counts[ids])
        # without the stability: the nearest of these words are others
        return WordVectors(vocabulary, self.matrix[ids], self.tokenizer, self._after(step))

    def _after(self, step: str) -> Mapping[str, object]:
        earlier = self.provenance.get("steps", ())
        steps = tuple(earlier) if isinstance(earlier, list | tuple) else ()
        return MappingProxyType({**self.provenance, "steps": (*steps, step)})
