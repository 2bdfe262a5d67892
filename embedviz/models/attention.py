"""Attention: a decoder's states look up the encoder's, and perhaps their own earlier ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


class _Room:
    """Places in use, and free ones behind them.

    Otherwise each step of a long text would copy all places before it.
    """

    def __init__(self, keys: Tensor, values: Tensor, n_places: int) -> None:
        self.n_used = keys.shape[2]
        size = (*keys.shape[:2], n_places, keys.shape[3])
        self.keys, self.values = keys.new_empty(size), values.new_empty(size)
        self.keys[:, :, : self.n_used], self.values[:, :, : self.n_used] = keys, values


@dataclass(frozen=True, eq=False)
class Memory:
    """What can be looked up: places of the source, and after them own steps of the decoder.

    Attributes
    ----------
    keys, values : Tensor, shape (n_streams, n_heads, n_places, n_dims)
    is_padding : Tensor of bool, shape (n_streams, n_source)
        Of the source's places; all others are own steps.
    """

    keys: Tensor
    values: Tensor
    is_padding: Tensor
    room: _Room | None = None

    def extended(self, keys: Tensor, values: Tensor) -> Memory:
        """Return a memory with further places; this one stays as it is."""
        if torch.is_grad_enabled():
            keys, values = torch.cat([self.keys, keys], 2), torch.cat([self.values, values], 2)
            return Memory(keys, values, self.is_padding)
        before, after = self.keys.shape[2], self.keys.shape[2] + keys.shape[2]
        room = self.room
        # places behind these may be in use by another continuation of the same text
        if room is None or room.n_used != before or room.keys.shape[2] < after:
            room = _Room(self.keys, self.values, 2 * after)
        room.keys[:, :, before:after], room.values[:, :, before:after] = keys, values
        room.n_used = after
        return Memory(room.keys[:, :, :after], room.values[:, :, :after], self.is_padding, room)

    def select(self, streams: Tensor) -> Memory:
        """Take some of the streams."""
        return Memory(self.keys[streams], self.values[streams], self.is_padding[streams])


@dataclass(frozen=True, eq=False)
class Attended:
    """What a decoder's states found.

    Attributes
    ----------
    values : Tensor, shape (n_steps, n_streams, n_heads · n_dims)
        Weighted means of projected states, one for each head.
    weights : Tensor, shape (n_streams, n_heads, n_steps, n_places)
        Their weights: they sum to 1 over the places, and are 0 on padding and on later steps.
    """

    values: Tensor
    weights: Tensor


class Attention(nn.Module):
    """Scaled dot-product attention of several heads.

    ::

        a[t] = Σ_s w[t, s] V e[s],  w[t, :] = softmax over s of (Q h[t]) · (K e[s]) / √n

    over the encoder's states e, each with its word; with `looks_back` also over the decoder's own
    states up to h[t], by keys and values of their own. Each h[t] has the word that it read, and the
    one before, beside it: places with the same word find each other by it, and so does a word the
    place after it, to say what followed (Olsson et al. 2022, "In-context learning and induction
    heads"). Source: Luong et al. (2015), "Effective approaches to attention-based neural machine
    translation", with the scale and the heads of Vaswani et al. (2017), "Attention is all you
    need". The states are computed without it (no input feeding), so that all steps are one product.

    Parameters
    ----------
    n_own, n_encoded : int
        Dimensions of the decoder's states with two words, and of the encoder's with one.
    n_heads, n_dims : int
        Heads, and dimensions of each.
    generator : torch.Generator
    looks_back : bool
        Also look at the decoder's own states.
    """

    def __init__(
        self,
        n_own: int,
        n_encoded: int,
        n_heads: int,
        n_dims: int,
        generator: torch.Generator,
        *,
        looks_back: bool = False,
    ) -> None:
        super().__init__()
        self.n_heads, self.n_dims = n_heads, n_dims
        n = n_heads * n_dims
        self.query = nn.Linear(n_own, n, bias=False)
        self.key, self.value = (nn.Linear(n_encoded, n, bias=False) for _ in range(2))
        self.own_key, self.own_value = (
            nn.Linear(n_own, n, bias=False) if looks_back else None for _ in range(2)
        )
        with torch.no_grad():
            for linear in self.children():
                if isinstance(linear, nn.Linear):
                    bound = linear.in_features**-0.5
                    linear.weight.uniform_(-bound, bound, generator=generator)

    def remember(self, encoded: Tensor, lengths: Tensor) -> Memory:
        """Make a memory of encoder states.

        Parameters
        ----------
        encoded : Tensor, shape (n_source, n_streams, n_encoded)
        lengths : Tensor of int64, shape (n_streams,)
            Source places of each stream that are not padding; at least 1.
        """
        is_padding = torch.arange(len(encoded), device=lengths.device) >= lengths[:, None]
        return Memory(self._split(self.key(encoded)), self._split(self.value(encoded)), is_padding)

    def add_own(self, memory: Memory, own: Tensor) -> Memory:
        """Add a decoder's states (n_steps, n_streams, n_own) to its memory, if it looks at them."""
        if self.own_key is None or self.own_value is None:
            return memory
        return memory.extended(self._split(self.own_key(own)), self._split(self.own_value(own)))

    def forward(self, own: Tensor, memory: Memory) -> Attended:
        """Let a decoder's states with their words (n_steps, n_streams, n_own) look up places.

        Own states of these steps are the last places of the memory; no step sees later ones.
        """
        queries = self._split(self.query(own))  # (n_streams, n_heads, n_steps, n_dims)
        scores = (queries / math.sqrt(self.n_dims)) @ memory.keys.transpose(2, 3)
        n_streams, n_source = memory.is_padding.shape
        n_steps, n_own = len(own), scores.shape[3] - n_source
        is_later = torch.ones(n_steps, n_own, dtype=torch.bool, device=own.device)
        is_later = is_later.triu(n_own - n_steps + 1)
        hidden = [
            memory.is_padding[:, None].expand(-1, n_steps, -1),
            is_later.expand(n_streams, -1, -1),
        ]
        scores = scores.masked_fill(torch.cat(hidden, dim=2)[:, None], -math.inf)
        weights = torch.softmax(scores, dim=3)
        found = weights @ memory.values
        return Attended(found.permute(2, 0, 1, 3).flatten(2), weights)

    def _split(self, projected: Tensor) -> Tensor:
        """Return (n, n_streams, n_heads · n_dims) as (n_streams, n_heads, n, n_dims)."""
        n, n_streams, _ = projected.shape
        return projected.view(n, n_streams, self.n_heads, self.n_dims).permute(1, 2, 0, 3)
