"""Word vectors made from those of character n-grams, so that rare forms learn from common ones."""

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
    """Give the n-grams of three to six characters of ``<word>``.

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
    """What word vectors are made of: own vector + mean of the vectors of the word's n-grams.

    The n-grams are hashed to a limited number of vectors, as in fastText (CRC-32 in place of its
    FNV-1a); a word without any, such as the unknown word, is its own vector alone.

    Attributes
    ----------
    own : Tensor, shape (n_words, n_dims)
    grams : Tensor, shape (n_buckets, n_dims)
    offsets : Tensor of int64, shape (n_words + 1,)
        Where each word's n-grams stand in `ids`.
    ids : Tensor of int64
        Rows of `grams`.
    """

    own: Tensor
    grams: Tensor
    offsets: Tensor
    ids: Tensor

    @staticmethod
    def of(words: Sequence[str], own: Tensor, n_buckets: int, *, n_specials: int = 1) -> Subwords:
        """Find the n-grams of all words but the first few, and start their vectors at zero.

        Parameters
        ----------
        words : sequence of str
        own : Tensor, shape (n_words, n_dims)
        n_buckets : int
            Vectors for n-grams.
        n_specials : int
            So many words at the beginning have no n-grams.
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
        """Put together the vectors of words (n,), shape (n, n_dims)."""
        here, lengths = self._of(words)
        first = lengths.cumsum(0) - lengths
        means = torch.nn.functional.embedding_bag(here, self.grams, first, mode="mean")
        return self.own[words] + means

    def write(self, table: Tensor) -> None:
        """Put together the vectors of all words into a table (n_words, n_dims)."""
        for words in torch.split(torch.arange(len(table), device=table.device), _WORDS_AT_ONCE):
            table[words] = self.rows(words)

    def spread(self, words: Tensor, by_words: Tensor) -> RowGradient:
        """Derive by the n-grams, from derivatives by words (n,) of shape (n, n_dims)."""
        here, lengths = self._of(words)
        shares = by_words / lengths.clamp(min=1)[:, None]
        return RowGradient.summed(here, shares.repeat_interleave(lengths, 0))

    def _of(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """N-grams of words, one word after the other, and how many each has."""
        begins = self.offsets[words]
        lengths = self.offsets[words + 1] - begins
        places = torch.arange(int(lengths.sum()), device=words.device)
        shift = begins - (lengths.cumsum(0) - lengths)
        return self.ids[places + shift.repeat_interleave(lengths)], lengths
