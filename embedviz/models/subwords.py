"""Word vectors composed of character n-gram vectors, so that rare forms learn from common ones."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor

from embedviz.models.row_gradient import RowGradient

_SHORTEST, _LONGEST = 3, 6
_WORDS_AT_ONCE = 1 << 13


def character_ngrams(word: str) -> Iterator[str]:
    """Yield the n-grams of three to six characters of ``<word>``.

    Source: Bojanowski et al. (2017), "Enriching word vectors with subword information", 3.2.

    Examples
    --------
    >>> list(character_ngrams("ab"))
    ['<ab', 'ab>', '<ab>']
    """
    marked = f"<{word}>"
    for length in range(_SHORTEST, _LONGEST + 1):
        for begin in range(len(marked) - length + 1):
            yield marked[begin : begin + length]


@dataclass(frozen=True, eq=False)
class Subwords:
    """Components of word vectors: word-specific vector + mean vector of the word's n-grams.

    The n-grams are hashed to a limited number of vectors, as in fastText (CRC-32 instead of
    FNV-1a); a word without n-grams, such as the unknown word, has only its own vector.

    Attributes
    ----------
    own : Tensor, shape (n_words, n_dims)
    grams : Tensor, shape (n_buckets, n_dims)
    offsets : Tensor of int64, shape (n_words + 1,)
        Position of each word's n-grams in `ids`.
    ids : Tensor of int64
        Rows of `grams`.
    """

    own: Tensor
    grams: Tensor
    offsets: Tensor
    ids: Tensor

    @staticmethod
    def of(words: Sequence[str], own: Tensor, n_buckets: int, *, n_specials: int = 1) -> Subwords:
        """Find the n-grams of all words but the first few, and initialise their vectors to zero.

        Parameters
        ----------
        words : sequence of str
        own : Tensor, shape (n_words, n_dims)
        n_buckets : int
            Number of n-gram vectors.
        n_specials : int
            Number of words at the beginning without n-grams.
        """
        found = [
            [] if id_ < n_specials else [zlib.crc32(g.encode()) for g in character_ngrams(word)]
            for id_, word in enumerate(words)
        ]
        lengths = torch.tensor([0, *map(len, found)])
        ids = torch.tensor(list(chain.from_iterable(found)), dtype=torch.int64) % n_buckets
        grams = own.new_zeros(n_buckets, own.shape[1])
        return Subwords(own, grams, lengths.cumsum(0).to(own.device), ids.to(own.device))

    def rows(self, words: Tensor) -> Tensor:
        """Assemble the vectors of words (n,), shape (n, n_dims)."""
        here, lengths = self._of(words)
        first = lengths.cumsum(0) - lengths
        means = torch.nn.functional.embedding_bag(here, self.grams, first, mode="mean")
        return self.own[words] + means

    def write(self, table: Tensor) -> None:
        """Assemble the vectors of all words in a table (n_words, n_dims)."""
        for words in torch.split(torch.arange(len(table), device=table.device), _WORDS_AT_ONCE):
            table[words] = self.rows(words)

    def spread(self, words: Tensor, by_words: Tensor) -> RowGradient:
        """Compute derivatives for the n-grams from those for words (n,), shape (n, n_dims)."""
        here, lengths = self._of(words)
        shares = by_words / lengths.clamp(min=1)[:, None]
        return RowGradient.summed(here, shares.repeat_interleave(lengths, 0))

    def _of(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the concatenated n-grams of words, and their number for each word."""
        begins = self.offsets[words]
        lengths = self.offsets[words + 1] - begins
        places = torch.arange(int(lengths.sum()), device=words.device)
        shift = begins - (lengths.cumsum(0) - lengths)
        return self.ids[places + shift.repeat_interleave(lengths)], lengths
