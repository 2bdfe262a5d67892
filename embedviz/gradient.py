"""What one block of text says each weight should become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from embedviz.losses import full_softmax, sampled_softmax
from embedviz.models import LanguageModel
from embedviz.optimiser import RowGradient
from embedviz.recurrence import State, detach


@dataclass(frozen=True, eq=False)
class BlockGradient:
    """Cost of a block, and its derivative by every weight.

    Attributes
    ----------
    cost : Tensor, scalar
        Summed over the block, in nats.
    dense : list of Tensor
        By each parameter of the reader, in its order.
    embedding : RowGradient
    output : RowGradient or None
        By the output embedding; None if it is the embedding.
    bias : RowGradient, rows of shape (n_words, 1), or None
        By the output bias, where the cost has one.
    state : State
        To carry over to the next block.
    """

    cost: Tensor
    dense: list[Tensor]
    embedding: RowGradient
    output: RowGradient | None
    bias: RowGradient | None
    state: State

    @property
    def tensors(self) -> list[Tensor]:
        """All but the state, for another process; `of` puts them together there."""
        tables = [table for table in (self.embedding, self.output, self.bias) if table]
        of_tables = [t for table in tables for t in (table.ids, table.rows) if t is not None]
        return [self.cost[None], *self.dense, *of_tables]

    def of(self, tensors: Sequence[Tensor]) -> BlockGradient:
        """Another gradient of the same kind, from its `tensors`."""
        left = iter(tensors)

        def table(like: RowGradient | None) -> RowGradient | None:
            return like and RowGradient(next(left) if like.ids is not None else None, next(left))

        cost, dense = next(left)[0], [next(left) for _ in self.dense]
        embedding = table(self.embedding) or self.embedding
        return BlockGradient(
            cost, dense, embedding, table(self.output), table(self.bias), self.state
        )


def block_gradient(
    model: LanguageModel,
    ids: Tensor,
    state: State | None,
    noise: Tensor | None,
    *,
    scale: float,
    reader: int = 0,
    weights: Sequence[float] = (1.0,),
) -> BlockGradient:
    """Derive the cost of a block of some streams.

    Parameters
    ----------
    model : LanguageModel
    ids : Tensor of int64, shape (n_steps + 1, n_streams)
        In the order in which they are read.
    state : State or None
        As the streams' last block left it.
    noise : Tensor of int64, shape (n_noise,), or None
        Noise words for the sampled softmax; None for the full softmax.
    scale : float
        Factor of all derivatives.
    reader : int
        Which of the model's readers: 0 reads forwards, 1 backwards.
    weights : sequence of float
        Of the cost of the next word, the one after it, and so on; what lies beyond the block is
        left out.

    Notes
    -----
    Nothing is accumulated in the model, so several threads may derive different streams at once.
    """
    embedded = model.embedding[ids[:-1]].requires_grad_()  # (n_steps, n_streams, n_dims), a copy
    decoded, state = model.readers[reader](embedded, state)
    cost, by_decoded, by_output = _output_side(model, ids, decoded.detach(), noise, scale, weights)
    found = torch.autograd.grad(
        decoded, [embedded, *model.readers[reader].parameters()], by_decoded
    )
    by_input, *dense = found
    output, bias = None, None
    if by_output.bias is not None:
        bias = RowGradient(None, by_output.bias[:, None])
    if noise is None:
        rows = by_output.shared
        if model.tied:
            rows.index_add_(0, ids[:-1].flatten(), by_input.flatten(0, 1))
        table = RowGradient(None, rows)
    else:
        both, targets = by_output.targets, ids
        if model.tied:
            # targets are the inputs a step later: a position's two derivatives are summed before
            # they are sorted into rows, which halves that work
            both[:-1] += by_input
        else:
            both, targets = both[1:], ids[1:]
        table = RowGradient.summed(
            torch.cat([noise, targets.flatten()]),
            torch.cat([by_output.shared, both.flatten(0, 1)]),
        )
    embedding = table
    if not model.tied:
        output = table
        embedding = RowGradient.summed(ids[:-1].flatten(), by_input.flatten(0, 1))
    return BlockGradient(cost, dense, embedding, output, bias, detach(state))


class _ByOutput(NamedTuple):
    """Derivatives by the output embedding.

    `shared` is by the noise words, or by all words for the full softmax; `targets`, of shape
    (n_steps + 1, n_streams, n_dims), by the block's own words, used by the sampled softmax only.
    """

    shared: Tensor
    targets: Tensor
    bias: Tensor | None


def _output_side(
    model: LanguageModel,
    ids: Tensor,
    decoded: Tensor,
    noise: Tensor | None,
    scale: float,
    weights: Sequence[float],
) -> tuple[Tensor, Tensor, _ByOutput]:
    """Cost of the next word, and the derivatives of the weighted costs of all words ahead."""
    by_decoded = torch.zeros_like(decoded)
    by_targets = decoded.new_zeros(len(ids), *decoded.shape[1:])
    n_shared = len(model.output) if noise is None else len(noise)
    shared, cost = decoded.new_zeros(n_shared, decoded.shape[2]), decoded.new_zeros(())
    bias = torch.zeros_like(model.output_bias) if noise is None else None
    for ahead, weight in enumerate(weights, start=1):
        here, factor = len(ids) - ahead, scale * weight
        flat, targets = decoded[:here].flatten(0, 1), ids[ahead:].flatten()
        if noise is None:
            found = full_softmax(flat, targets, model.output, model.output_bias)
        else:
            found = sampled_softmax(flat, targets, model.output, noise)
            own = found.rows[n_shared:].view_as(by_targets[ahead:])
            by_targets[ahead:].add_(own, alpha=factor)
        shared.add_(found.rows[:n_shared], alpha=factor)
        by_decoded[:here].add_(found.decoded.view_as(by_decoded[:here]), alpha=factor)
        if bias is not None and found.bias is not None:
            bias.add_(found.bias, alpha=factor)
        if ahead == 1:
            cost = found.cost
    return cost, by_decoded, _ByOutput(shared, by_targets, bias)
