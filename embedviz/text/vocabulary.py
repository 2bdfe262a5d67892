"""Words, their ids and their counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError, UnknownWordError

UNKNOWN = "<unk>"
"""Token for every word outside the vocabulary; always id 0 of a model."""

_MOST_ALIKE = 50  # many words are equally similar: frequency decides
_SEARCHED_FOR_SPELLINGS = 50_000


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words in descending frequency; a word's id is its index.

    Parameters
    ----------
    words : tuple of str
        Distinct and not empty; this is checked at the first look-up, so that half a
        million words load quickly, or by `checked`.
    counts : ndarray of int64, shape (n_words,), optional
        Occurrences of each word in the text from which the vocabulary was built.

    Raises
    ------
    InputError
        If there is no word, or the counts do not fit the words; at the first look-up, if a word
        is empty or duplicate.

    Examples
    --------
    >>> vocabulary = Vocabulary(("the", "king", "queen"))
    >>> vocabulary.id("queen")
    2
    >>> vocabulary.near_spellings("quen")
    ('queen',)
    """

    words: tuple[str, ...]
    counts: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Validate the number of words and counts."""
        if not self.words:
            raise InputError("A vocabulary of 0 words cannot be used: give at least one word.")
        if self.counts is not None and len(self.counts) != len(self.words):
            raise InputError(
                f"{len(self.counts)} counts do not fit {len(self.words)} words: give one per word."
            )

    @cached_property
    def _ids(self) -> dict[str, int]:
        ids = dict(zip(self.words, range(len(self.words)), strict=True))
        if len(ids) != len(self.words):
            twice = next(word for id_, word in enumerate(self.words) if ids[word] != id_)
            raise InputError(f"The word '{twice}' occurs twice in the vocabulary: keep one.")
        if "" in ids:
            raise InputError(f"Word {ids['']} of the vocabulary is empty: remove it.")
        return ids

    def checked(self) -> Vocabulary:
        """Check that words are distinct and not empty (`InputError`), and return the vocabulary."""
        _ = self._ids
        return self

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words, most frequent first."""
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        """Whether the word has an id."""
        return word in self._ids

    def id(self, word: str) -> int:
        """Return the id of a word; `UnknownWordError` with near spellings if it has none."""
        try:
            return self._ids[word]
        except KeyError:
            raise UnknownWordError([word], self.near_spellings(word)) from None

    @cached_property
    def _without_case(self) -> dict[str, int]:
        """Lowest id of each word without its case, of those words that have one."""
        found: dict[str, int] = {}
        for id_ in range(len(self.words) - 1, -1, -1):
            plain = self.words[id_].casefold()
            if plain != self.words[id_]:
                found[plain] = id_
        return found

    def other_case(self, word: str) -> int | None:
        """Return the id of the most frequent word that differs from it at most in case.

        >>> Vocabulary(("the", "PARIS", "Paris")).other_case("paris")
        1
        """
        plain = word.casefold()
        found = (self._without_case.get(plain), self._ids.get(plain))
        return min((id_ for id_ in found if id_ is not None), default=None)

    def near_spellings(self, word: str, n: int = 3) -> tuple[str, ...]:
        """Find words of similar length and spelling, best first, ties by frequency.

        Only the 50,000 most frequent words are searched, so that the search is fast and
        does not suggest a rare misspelling.
        """
        candidates = [
            other
            for other in self.words[:_SEARCHED_FOR_SPELLINGS]
            if abs(len(other) - len(word)) <= 2
        ]
        lower = word.lower()
        found = get_close_matches(lower, candidates, n=_MOST_ALIKE, cutoff=0.7)
        found.sort(key=lambda other: (-SequenceMatcher(None, other, lower).ratio(), self.id(other)))
        return tuple(found[:n])

    def completions(self, prefix: str, n: int = 8) -> tuple[str, ...]:
        """Return the most frequent words that begin with a prefix, other than the prefix itself.

        Examples
        --------
        >>> Vocabulary(("science", "king", "scientist")).completions("scien")
        ('science', 'scientist')
        """
        if not prefix:
            return ()
        begun = (word for word in self.words if word.startswith(prefix) and word != prefix)
        return tuple(islice(begun, n))
