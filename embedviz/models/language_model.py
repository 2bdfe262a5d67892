"""Models assembled from an embedding, Pred and Dec."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

from embedviz.models.recurrence import Pred, State, make_cell

_CUTOFFS = (2_000, 10_000, 50_000)


class Dec(nn.Module):
    """Dec without its last step: maps states to the vectors that are scored against words.

    Parameters
    ----------
    n_states, n_dims : int
    linear_path : bool
        Add the current word's embedding to the state first; needs n_states == n_dims.
    generator : torch.Generator
    """

    def __init__(
        self, n_states: int, n_dims: int, linear_path: bool, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.linear_path = linear_path
        self.linear = nn.Linear(n_states, n_dims)
        with torch.no_grad():
            if n_states == n_dims:
                self.linear.weight.copy_(torch.eye(n_dims))
            else:
                bound = n_states**-0.5
                self.linear.weight.uniform_(-bound, bound, generator=generator)
            self.linear.bias.zero_()

    def forward(self, states: Tensor, inputs: Tensor) -> Tensor:
        """Decode states (…, n_states), with their inputs (…, n_dims)."""
        return cast(Tensor, self.linear(states + inputs if self.linear_path else states))


class Reader(nn.Module):
    """Pred and Dec: reads embedded words forwards or backwards.

    Parameters
    ----------
    cell : str
        ``mingru``, ``elman``, ``gru`` or ``lstm``.
    n_dims, n_states : int
    linear_path : bool
    generator : torch.Generator
    """

    def __init__(
        self,
        cell: str,
        n_dims: int,
        n_states: int,
        *,
        linear_path: bool,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.pred = make_cell(cell, n_dims, n_states, generator)
        self.dec = Dec(n_states, n_dims, linear_path, generator)

    def forward(self, embedded: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Decode a block (n_steps, n_streams, n_dims); return the state to carry over too."""
        states, state = cast(Pred, self.pred)(embedded, state)
        return self.dec(states, embedded), state


def _adaptive_softmax(
    n_words: int, n_dims: int, generator: torch.Generator
) -> nn.AdaptiveLogSoftmaxWithLoss:
    """Softmax in which rare words share a few dimensions: a block costs a tenth.

    Source: Grave et al. (2017), "Efficient softmax approximation for GPUs", with clusters that
    begin at the words of rank 2,000, 10,000 and 50,000 and have a quarter of the dimensions each
    of the one before.
    """
    divisor = min(4, n_dims)
    n_clusters = max(1, int(math.log(n_dims, divisor)))  # the last one keeps a dimension
    cutoffs = [cut for cut in _CUTOFFS[:n_clusters] if cut < n_words] or [n_words // 2]
    softmax = nn.AdaptiveLogSoftmaxWithLoss(n_dims, n_words, cutoffs, div_value=divisor)
    with torch.no_grad():
        for parameter in softmax.parameters():
            bound = parameter.shape[-1] ** -0.5
            parameter.uniform_(-bound, bound, generator=generator)
    return softmax


class LanguageModel(nn.Module):
    """Recurrent language model: embedding → Pred → Dec, scored against the output embedding.

    Parameters
    ----------
    n_words, n_dims, n_states : int
    cell : str
        ``mingru``, ``elman``, ``gru`` or ``lstm``.
    tied : bool
        One table serves as input and as output embedding.
    adaptive : bool
        The output is an adaptive softmax with separate weights, instead of an embedding.
    linear_path : bool
    bidirectional : bool
        A second Pred and Dec predict each word from the following ones, on the same embedding. They
        help to learn the embedding; the language model proper is the first reader.
    generator : torch.Generator

    Attributes
    ----------
    readers : ModuleList of Reader
        The forward reader, and the backward reader if there is one.
    embedding : Tensor, shape (n_words, n_dims)
    output : Tensor, shape (n_words, n_dims)
        The same tensor as `embedding` if tied.
    output_scale : Tensor, scalar
    output_bias : Tensor, shape (n_words,)
        The score of a word is output_scale · decoded · output row + output_bias.
    adaptive : AdaptiveLogSoftmaxWithLoss or None
        Scores the words, if present.

    Notes
    -----
    The embeddings are buffers, not parameters: only the rows that a block uses are updated,
    by the trainer, and no dense gradient is ever computed.
    """

    embedding: Tensor
    output_scale: Tensor
    output_bias: Tensor

    def __init__(
        self,
        n_words: int,
        n_dims: int,
        n_states: int,
        *,
        cell: str,
        tied: bool,
        adaptive: bool,
        linear_path: bool,
        bidirectional: bool,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        spread = 0.05
        self.register_buffer(
            "embedding", torch.randn(n_words, n_dims, generator=generator) * spread
        )
        self.tied = tied
        self.adaptive = _adaptive_softmax(n_words, n_dims, generator) if adaptive else None
        if not (tied or adaptive):
            self.register_buffer("untied_output", torch.zeros(n_words, n_dims))
        self.register_buffer("output_scale", torch.ones(()))
        self.register_buffer("output_bias", torch.zeros(n_words))
        self.readers = nn.ModuleList(
            Reader(cell, n_dims, n_states, linear_path=linear_path, generator=generator)
            for _ in range(1 + bidirectional)
        )

    @property
    def output(self) -> Tensor:
        """Output embedding."""
        return self.embedding if self.tied else cast(Tensor, self.untied_output)

    def decode(self, embedded: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Read embedded words (n_steps, n_streams, n_dims) forwards."""
        return cast(tuple[Tensor, State], self.readers[0](embedded, state))

    def scores(self, decoded: Tensor) -> Tensor:
        """Score all words after decoded states (…, n_dims), shape (…, n_words)."""
        if self.adaptive is not None:
            flat = self.adaptive.log_prob(decoded.reshape(-1, decoded.shape[-1]))
            return flat.view(*decoded.shape[:-1], -1)
        return self.output_scale * (decoded @ self.output.T) + self.output_bias
