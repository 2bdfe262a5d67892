"""Encoder: a sequence of words → one vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from embedviz.models.recurrence import Pred, make_cell

_SPREAD = 0.3  # of a new embedding: sequences have no other input


@dataclass(frozen=True, eq=False)
class Encoded:
    """Sequences that were read.

    Attributes
    ----------
    summary : Tensor, shape (n_streams, n_summary)
        c: one vector for each sequence.
    states : Tensor, shape (n_steps, n_streams, n_encoded)
        h[t] of every step; zero on padding.
    lengths : Tensor of int64, shape (n_streams,)
    embedded : Tensor, shape (n_steps, n_streams, n_dims)
        x[t] of every step.
    """

    summary: Tensor
    states: Tensor
    lengths: Tensor
    embedded: Tensor

    def select(self, streams: Tensor) -> Encoded:
        """Take some of the sequences, or one several times."""
        return Encoded(
            self.summary[streams],
            self.states[:, streams],
            self.lengths[streams],
            self.embedded[:, streams],
        )


class Encoder(nn.Module):
    r"""Embedding → Pred → summary: c = tanh(V h[T]).

    Source: Cho et al. (2014), appendix A.1.1.

    Parameters
    ----------
    n_words, n_dims : int
        Of the embedding.
    n_states, n_summary : int
    cell : str
        See `embedviz.models.recurrence.make_cell`.
    bidirectional : bool
        A second Pred reads backwards; the summary is of both last states.
    generator : torch.Generator

    Examples
    --------
    >>> encoder = Encoder(9, 4, 5, 3, cell="cho", generator=torch.Generator().manual_seed(0))
    >>> encoded = encoder(torch.tensor([[1, 2], [3, 0]]), torch.tensor([2, 1]))
    >>> encoded.summary.shape, encoded.states.shape
    (torch.Size([2, 3]), torch.Size([2, 2, 5]))
    """

    def __init__(
        self,
        n_words: int,
        n_dims: int,
        n_states: int,
        n_summary: int,
        *,
        cell: str,
        bidirectional: bool = False,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.randn(n_words, n_dims, generator=generator) * _SPREAD)
        self.preds = nn.ModuleList(
            make_cell(cell, n_dims, n_states, generator) for _ in range(1 + bidirectional)
        )
        self.n_encoded = n_states * (1 + bidirectional)
        self.summary = nn.Linear(self.n_encoded, n_summary)
        with torch.no_grad():
            bound = self.n_encoded**-0.5
            self.summary.weight.uniform_(-bound, bound, generator=generator)
            self.summary.bias.zero_()

    def forward(self, ids: Tensor, lengths: Tensor) -> Encoded:
        """Read sequences.

        Parameters
        ----------
        ids : Tensor of int64, shape (n_steps, n_streams)
            Padded at the end with any id.
        lengths : Tensor of int64, shape (n_streams,)
            Of the sequences; at least 1.
        """
        return self.read(nn.functional.embedding(ids, self.embedding), lengths)

    def read(
        self,
        embedded: Tensor,
        lengths: Tensor,
        *,
        drop: Callable[[Tensor], Tensor] = lambda units: units,
    ) -> Encoded:
        """Read embedded sequences (n_steps, n_streams, n_dims); `drop` thins the last states."""
        steps = torch.arange(len(embedded), device=embedded.device)[:, None]
        is_word = steps < lengths  # (n_steps, n_streams)
        # position of the same word when each sequence is read from its own end
        mirrored = torch.where(is_word, lengths - 1 - steps, steps)[..., None]
        parts, last = [], []
        for number, pred in enumerate(self.preds):
            here = embedded if number == 0 else _gather(embedded, mirrored)
            states, _ = cast(Pred, pred)(here, None)
            last.append(states[lengths - 1, torch.arange(len(lengths), device=states.device)])
            parts.append(states if number == 0 else _gather(states, mirrored))
        states = torch.cat(parts, dim=2) * is_word[..., None]
        summary = torch.tanh(self.summary(drop(torch.cat(last, dim=1))))
        return Encoded(summary, states, lengths, embedded)


def _gather(sequences: Tensor, places: Tensor) -> Tensor:
    return sequences.gather(0, places.expand(-1, -1, sequences.shape[2]))
