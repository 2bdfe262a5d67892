"""Decoder: one vector → a sequence of words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from embedviz.models.attention import Attention, Memory
from embedviz.models.encoder import Encoded
from embedviz.models.recurrence import State, SummaryPred

_SPREAD, _OUTPUT_SPREAD = 0.3, 0.1  # of the previous words, and of the output


@dataclass(frozen=True, eq=False)
class DecoderState:
    """Where a decoder goes on.

    Attributes
    ----------
    pred : Tensor or (Tensor, Tensor)
        h'[t], and the memory cell of an LSTM; (n_streams, n_states) each.
    memory : Memory or None
        Of the attention.
    last_word : Tensor, shape (n_streams, n_dims)
        The embedded word of the last step; 0 before the first.
    """

    pred: State
    memory: Memory | None
    last_word: Tensor

    def select(self, streams: Tensor) -> DecoderState:
        """Take some of the streams."""
        pred = self.pred
        some = (pred[0][streams], pred[1][streams]) if isinstance(pred, tuple) else pred[streams]
        memory = self.memory.select(streams) if self.memory else None
        return DecoderState(some, memory, self.last_word[streams])


@dataclass(frozen=True, eq=False)
class Decoded:
    """Positions that can be scored.

    Attributes
    ----------
    vectors : Tensor, shape (n_steps, n_streams, n_out)
        To be scored against the output embedding; see `Decoder.scores`.
    state : DecoderState
        To continue from.
    attention : Tensor, shape (n_streams, n_heads, n_steps, n_places), or None
        Weights of the source's places, and after them of own steps, if it looks at them.
    """

    vectors: Tensor
    state: DecoderState
    attention: Tensor | None


class Decoder(nn.Module):
    """Summary and previous word → Pred → Dec, with a maxout layer in Dec.

    ::

        h'[0] = tanh(V' c),  h'[t] = Pred(h'[t-1], (y[t-1], c))
        s̃[t] = O_h h'[t] + O_y y[t-1] + O_c c + O_a a[t],  s[t, i] = max(s̃[t, 2i-1], s̃[t, 2i])
        p(y[t]) = softmax(G_l G_r s[t] + b)

    with a[t] of the attention, if there is any. Source: Cho et al. (2014), appendix A.1.2.

    Parameters
    ----------
    n_words, n_dims : int
        Of the embedding of previous words.
    n_states, n_summary : int
    n_maxout : int
        Units after the maxout.
    n_out : int
        Rank of the output G_l G_r.
    tied : bool
        G_l is the embedding of previous words; `n_out` must be its dimensions.
    cell : str
    attention : Attention, optional
    generator : torch.Generator
    """

    def __init__(
        self,
        n_words: int,
        n_dims: int,
        n_states: int,
        n_summary: int,
        *,
        n_maxout: int,
        n_out: int,
        cell: str,
        tied: bool = False,
        attention: Attention | None = None,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.cell = cell
        spread = _OUTPUT_SPREAD if tied else _SPREAD
        self.embedding = nn.Parameter(torch.randn(n_words, n_dims, generator=generator) * spread)
        self.start = nn.Linear(n_summary, n_states)
        self.pred = SummaryPred(cell, n_dims, n_states, n_summary, generator)
        self.attention = attention
        self.from_state = nn.Linear(n_states, 2 * n_maxout)
        self.from_word = nn.Linear(n_dims, 2 * n_maxout, bias=False)
        self.from_summary = nn.Linear(n_summary, 2 * n_maxout, bias=False)
        self.from_attention = (
            nn.Linear(attention.n_heads * attention.n_dims, 2 * n_maxout, bias=False)
            if attention
            else None
        )
        self.reduce = nn.Linear(n_maxout, n_out, bias=False)
        self.untied_output = (
            None
            if tied
            else nn.Parameter(torch.randn(n_words, n_out, generator=generator) * _OUTPUT_SPREAD)
        )
        self.bias = nn.Parameter(torch.zeros(n_words))
        with torch.no_grad():
            for linear in (one for one in self.children() if isinstance(one, nn.Linear)):
                bound = linear.in_features**-0.5
                linear.weight.uniform_(-bound, bound, generator=generator)
                if linear.bias is not None:
                    linear.bias.zero_()

    @property
    def output(self) -> Tensor:
        """Output embedding G_l, shape (n_words, n_out)."""
        return self.embedding if self.untied_output is None else self.untied_output

    def begin(self, encoded: Encoded) -> DecoderState:
        """Return h'[0] and the memory of the source's states."""
        first = torch.tanh(self.start(encoded.summary))
        memory = None
        if self.attention is not None:
            seen = torch.cat([encoded.states, encoded.embedded], dim=2)
            memory = self.attention.remember(seen, encoded.lengths)
        pred = (first, torch.zeros_like(first)) if self.cell == "lstm" else first
        return DecoderState(pred, memory, first.new_zeros(len(first), self.embedding.shape[1]))

    def forward(
        self, previous: Tensor, encoded: Encoded, state: DecoderState | None = None
    ) -> Decoded:
        """Decode a block of steps from known previous words: teacher forcing.

        Parameters
        ----------
        previous : Tensor of int64, shape (n_steps, n_streams)
            y[t-1] of each step.
        encoded : Encoded
            Its summary; its states for the attention.
        state : DecoderState, optional
            After an earlier block; by default that of `begin`.
        """
        return self.read(nn.functional.embedding(previous, self.embedding), encoded, state)

    def read(
        self,
        embedded: Tensor,
        encoded: Encoded,
        state: DecoderState | None = None,
        *,
        drop: Callable[[Tensor], Tensor] = lambda units: units,
    ) -> Decoded:
        """Decode embedded previous words (n_steps, n_streams, n_dims); `drop` thins the units."""
        state = self.begin(encoded) if state is None else state
        states, last = self.pred(embedded, state.pred, encoded.summary)
        units = self.from_state(states) + self.from_word(embedded)
        units = units + self.from_summary(encoded.summary)
        weights, memory = None, state.memory
        if self.attention is not None and self.from_attention is not None and memory is not None:
            before = torch.cat([state.last_word[None], embedded[:-1]])
            own = torch.cat([states, embedded, before], dim=2)
            memory = self.attention.add_own(memory, own)
            attended = self.attention(own, memory)
            units, weights = units + self.from_attention(attended.values), attended.weights
        greater = units.unflatten(-1, (-1, 2)).amax(-1)  # (n_steps, n_streams, n_maxout)
        reduced = cast(Tensor, self.reduce(drop(greater)))
        return Decoded(reduced, DecoderState(last, memory, embedded[-1]), weights)

    def scores(self, vectors: Tensor) -> Tensor:
        """Score all words after decoded vectors (…, n_out), shape (…, n_words)."""
        return vectors @ self.output.T + self.bias
