"""Attention: a decoder's states look up the encoder's states."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class Attended:
    """What a decoder's states found.

    Attributes
    ----------
    values : Tensor, shape (n_steps, n_streams, n_heads · n_dims)
        Weighted means of projected encoder states, one for each head.
    weights : Tensor, shape (n_streams, n_heads, n_steps, n_source)
        Their weights: they sum to 1 over the source positions, and are 0 on padding.
    """

    values: Tensor
    weights: Tensor


class Attention(nn.Module):
    r"""Scaled dot-product attention of several heads.

    .. math:: a_t = \sum_s w_{ts} V e_s, \quad
        w_{t} = \mathrm{softmax}_s\!\left((Q h_t) \cdot (K e_s) / \sqrt{n}\right)

    Source: Luong et al. (2015), "Effective approaches to attention-based neural machine
    translation", with the scale and the heads of Vaswani et al. (2017), "Attention is all you
    need". The states are computed without it (no input feeding), so that all steps are one product.

    Parameters
    ----------
    n_states, n_encoded : int
        Dimensions of the decoder's and of the encoder's states.
    n_heads, n_dims : int
        Heads, and dimensions of each.
    generator : torch.Generator
    """

    def __init__(
        self, n_states: int, n_encoded: int, n_heads: int, n_dims: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.n_heads, self.n_dims = n_heads, n_dims
        self.query = nn.Linear(n_states, n_heads * n_dims, bias=False)
        self.key = nn.Linear(n_encoded, n_heads * n_dims, bias=False)
        self.value = nn.Linear(n_encoded, n_heads * n_dims, bias=False)
        with torch.no_grad():
            for linear in (self.query, self.key, self.value):
                bound = linear.in_features**-0.5
                linear.weight.uniform_(-bound, bound, generator=generator)

    def forward(self, states: Tensor, encoded: Tensor, lengths: Tensor) -> Attended:
        """Look up encoder states.

        Parameters
        ----------
        states : Tensor, shape (n_steps, n_streams, n_states)
        encoded : Tensor, shape (n_source, n_streams, n_encoded)
        lengths : Tensor of int64, shape (n_streams,)
            Source positions of each stream that are not padding; at least 1.
        """
        queries = self._split(self.query(states))  # (n_streams, n_heads, n_steps, n_dims)
        keys, values = self._split(self.key(encoded)), self._split(self.value(encoded))
        scores = queries @ keys.transpose(2, 3) / math.sqrt(self.n_dims)
        padding = torch.arange(len(encoded), device=lengths.device) >= lengths[:, None]
        scores = scores.masked_fill(padding[:, None, None, :], -math.inf)
        weights = torch.softmax(scores, dim=3)
        found = (weights @ values).permute(2, 0, 1, 3).flatten(2)
        return Attended(found, weights)

    def _split(self, projected: Tensor) -> Tensor:
        """Return (n, n_streams, n_heads · n_dims) as (n_streams, n_heads, n, n_dims)."""
        n, n_streams, _ = projected.shape
        return projected.view(n, n_streams, self.n_heads, self.n_dims).permute(1, 2, 0, 3)
