"""Search and sampling with a decoder, a step of all sources at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedviz.models import Decoder, Encoded
from embedviz.sequences.search_settings import Sampling, Search
from embedviz.text import END

UNKNOWN_ID = 0

Banned: TypeAlias = Sequence[Sequence[int]]
"""For each source the ids that must not be written; none for all, if it is empty."""


@dataclass(frozen=True, eq=False)
class Found:
    """A text as ids.

    Attributes
    ----------
    ids : tuple of int
        With `END` last.
    log_probabilities : ndarray of float64, shape (n_ids,)
        In nats, over the full softmax.
    attention : ndarray of float32, shape (n_heads, n_ids, n_source), or None
    own_attention : ndarray of float32, shape (n_heads, n_ids, n_ids), or None
        To the steps of the decoder itself, each named by the id that it wrote: the first one, which
        read the begin of the text, is left out.
    """

    ids: tuple[int, ...]
    log_probabilities: NDArray[np.float64]
    attention: NDArray[np.float32] | None
    own_attention: NDArray[np.float32] | None = None


class _Writer:
    """Texts that are being written: states of the decoder, and what was written so far."""

    def __init__(
        self, decoder: Decoder, encoded: Encoded, n_each: int, banned: Banned = ()
    ) -> None:
        self.n_sources, self.n_each = len(encoded.lengths), n_each
        streams = torch.arange(self.n_sources).repeat_interleave(n_each)
        self.decoder, self.encoded = decoder, encoded.select(streams)
        self.n_words_of_source = encoded.lengths.tolist()
        self.state = decoder.begin(self.encoded)
        n = len(streams)
        self.ids = torch.empty(n, 0, dtype=torch.int64)
        self.costs = torch.empty(n, 0)
        self.weights: list[Tensor] = []
        self.is_over = torch.zeros(n, dtype=torch.bool)
        self.banned = [
            (source * n_each + place, id_)
            for source, ids in enumerate(banned)
            for id_ in ids
            for place in range(n_each)
        ]

    def step(self) -> Tensor:
        """Return log p of the next word, over the full softmax, (n_streams, n_words)."""
        n_written = self.ids.shape[1]
        previous = self.ids[:, -1:] if n_written else torch.full((len(self.ids), 1), END)
        embedded = nn.functional.embedding(previous.T, self.decoder.embedding)
        decoded = self.decoder.read(embedded, self.encoded, self.state)
        self.state = decoded.state
        if decoded.attention is not None:
            self.weights.append(decoded.attention[:, :, 0])  # (n_streams, n_heads, n_places)
        return torch.log_softmax(self.decoder.scores(decoded.vectors[0]), dim=1)

    def forbid(self, log_p: Tensor, *, must_end: bool, distinct_pairs: bool = False) -> None:
        """Set log p to minus infinity, in place, for words that must not follow; no text is empty.

        No training target is empty either.
        """
        n_written = self.ids.shape[1]
        log_p[:, UNKNOWN_ID] = -math.inf
        for stream, id_ in self.banned:
            log_p[stream, id_] = -math.inf
        if must_end:
            log_p[:, :END] = log_p[:, END + 1 :] = -math.inf
        elif not n_written:
            log_p[:, END] = -math.inf
        elif distinct_pairs:
            log_p[torch.arange(len(log_p)), self.ids[:, -1]] = -math.inf
            for i in range(n_written - 1):
                again = (self.ids[:, i] == self.ids[:, -1]).nonzero()[:, 0]
                log_p[again, self.ids[again, i + 1]] = -math.inf

    def force(self, log_p: Tensor, word: int) -> None:
        """Set log p to minus infinity, in place, for all words but one."""
        kept = log_p[:, word].clone()
        log_p.fill_(-math.inf)
        log_p[:, word] = kept

    def write(self, words: Tensor, log_p: Tensor) -> None:
        """Append a word and its log p to each text, both (n_streams,)."""
        self.ids = torch.cat([self.ids, words[:, None]], dim=1)
        self.costs = torch.cat([self.costs, log_p[:, None]], dim=1)
        self.is_over = self.is_over | (words == END)

    def keep(self, streams: Tensor) -> None:
        """Continue these texts in place of all; of the same source each."""
        if torch.equal(streams, torch.arange(len(streams))):
            return
        self.ids, self.costs = self.ids[streams], self.costs[streams]
        self.is_over = self.is_over[streams]
        self.state = self.state.select(streams)
        self.weights = [weights[streams] for weights in self.weights]

    def text(self, stream: int) -> Found:
        """Return a text up to its end."""
        n = self.ids[stream].tolist().index(END) + 1
        attention = own = None
        if self.weights:
            rows = [one[stream].numpy() for one in self.weights[:n]]
            n_source = self.n_words_of_source[stream // self.n_each]
            attention = np.stack([row[:, :n_source] for row in rows], axis=1)
            n_places = len(self.encoded.states)  # padding included
            if rows[0].shape[1] > n_places:
                own = np.zeros((len(rows[0]), n, n), dtype=np.float32)
                for step, row in enumerate(rows):  # place i read what step i - 1 wrote
                    own[:, step, :step] = row[:, n_places + 1 : n_places + 1 + step]
        return Found(
            tuple(self.ids[stream, :n].tolist()),
            self.costs[stream, :n].double().numpy(),
            attention,
            own,
        )


@torch.no_grad()
def search_ids(
    decoder: Decoder,
    encoded: Encoded,
    how: Search,
    longest: int,
    banned: Banned = (),
    *,
    prefix: Sequence[int] = (),
) -> list[tuple[Found, ...]]:
    """Search for the likeliest texts of each source; fewer than `n_best` if there are not so many.

    All texts begin with the words of `prefix`, which count with their log p.

    A text that is over keeps its place in the beam while fewer than `beam` others have a higher
    log p. Sources are searched at the same time. The ids that are banned for a source are not
    written.
    """
    writer = _Writer(decoder, encoded, how.beam, banned)
    n_sources, n_words = writer.n_sources, len(decoder.output)
    total = torch.full((n_sources, how.beam), -math.inf)
    total[:, 0] = 0  # all texts of a source are the same before the first word
    first = torch.arange(n_sources)[:, None] * how.beam
    for n_written in range(longest + 1):
        log_p = writer.step()
        if n_written < len(prefix):
            writer.force(log_p, prefix[n_written])
        else:
            writer.forbid(log_p, must_end=n_written == longest, distinct_pairs=how.distinct_pairs)
        log_p[writer.is_over] = -math.inf
        log_p[writer.is_over, END] = 0
        candidates = (log_p + total.view(-1, 1)).view(n_sources, -1)
        total, places = candidates.topk(how.beam, dim=1)
        streams = (first + places // n_words).flatten()
        words = (places % n_words).flatten()
        writer.keep(streams)
        writer.write(words, log_p[streams, words])
        lengths = (writer.ids != END).sum(1).view(n_sources, -1) + 1
        ranked = total / lengths**how.alpha
        if not _is_open(ranked, total, writer.is_over.view(n_sources, -1), how, longest):
            break
    ranked[~writer.is_over.view(n_sources, -1)] = -math.inf
    order = ranked.argsort(dim=1, descending=True, stable=True)
    return [
        tuple(
            writer.text(source * how.beam + place)
            for place in order[source, : how.n_best].tolist()
            if ranked[source, place] > -math.inf
        )
        for source in range(n_sources)
    ]


def _is_open(ranked: Tensor, total: Tensor, is_over: Tensor, how: Search, longest: int) -> bool:
    """Whether a text in progress can still come among the best of its source.

    Its log p only falls, and is divided by at most the length of the longest text.
    """
    reachable = (total / (longest + 1) ** how.alpha).masked_fill(is_over, -math.inf).amax(1)
    finished = ranked.masked_fill(~is_over, -math.inf)
    worst = finished.topk(how.n_best, dim=1).values[:, -1]
    return bool((reachable > worst).any())


@torch.no_grad()
def sample_ids(
    decoder: Decoder,
    encoded: Encoded,
    how: Sampling,
    longest: int,
    generator: torch.Generator,
    banned: Banned = (),
) -> list[tuple[Found, ...]]:
    """Draw texts of each source, without the ids that are banned for it."""
    writer = _Writer(decoder, encoded, how.n, banned)
    for n_written in range(longest + 1):
        log_p = writer.step()
        writer.forbid(log_p, must_end=n_written == longest)
        # the likeliest word at 0, which no temperature turns into minus infinity
        scores = (log_p - log_p.amax(1, keepdim=True)).double() / how.temperature
        if how.top_k is not None and how.top_k < scores.shape[1]:
            least = scores.topk(how.top_k, dim=1).values[:, -1:]
            scores[scores < least] = -math.inf
        words = torch.multinomial(torch.softmax(scores, 1), 1, generator=generator)[:, 0]
        words = torch.where(writer.is_over, END, words)
        writer.write(words, log_p.gather(1, words[:, None])[:, 0])
        if writer.is_over.all():
            break
    return [
        tuple(writer.text(source * how.n + number) for number in range(how.n))
        for source in range(writer.n_sources)
    ]
