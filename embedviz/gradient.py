"""What one block of text says each weight should become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

    Notes
    -----
    Nothing is accumulated in the model, so several threads may derive different streams at once.
    """
    words, targets = ids[:-1], ids[1:].flatten()
    embedded = model.embedding[words].requires_grad_()  # (n_steps, n_streams, n_dims), a copy
    decoded, state = model.readers[reader](embedded, state)
    flat = decoded.detach().flatten(0, 1)  # (n_positions, n_dims)
    if noise is None:
        found = full_softmax(flat, targets, model.output, model.output_bias)
    else:
        found = sampled_softmax(flat, targets, model.output, noise)
    weights = [embedded, *model.readers[reader].parameters()]
    by_decoded = found.decoded.mul_(scale).view_as(decoded)
    by_input, *dense = torch.autograd.grad(decoded, weights, by_decoded)
    by_output = found.rows.mul_(scale)
    if model.tied:
        embedding, output = _tied(ids, by_input, found.ids, by_output), None
    else:
        embedding = RowGradient.summed(words.flatten(), by_input.flatten(0, 1))
        output = RowGradient(None, by_output)
        if found.ids is not None:
            output = RowGradient.summed(found.ids, by_output)
    bias = None
    if found.bias is not None:
        bias = RowGradient(None, found.bias.mul_(scale)[:, None])
    return BlockGradient(
        found.cost,
        dense,
        embedding,
        output,
        bias,
        detach(state),
    )


def _tied(
    ids: Tensor, by_input: Tensor, output_ids: Tensor | None, by_output: Tensor
) -> RowGradient:
    """Sum what a table gets as input and as output embedding."""
    if output_ids is None:
        rows = by_output.index_add_(0, ids[:-1].flatten(), by_input.flatten(0, 1))
        return RowGradient(None, rows)
    # targets are the inputs a step later: a position's two derivatives are summed before they
    # are sorted into rows, which halves that work
    n_noise = len(output_ids) - by_input.shape[0] * by_input.shape[1]
    both = by_output.new_zeros(*ids.shape, by_output.shape[1])
    both[1:] = by_output[n_noise:].view_as(by_input)
    both[:-1] += by_input
    return RowGradient.summed(
        torch.cat([output_ids[:n_noise], ids.flatten()]),
        torch.cat([by_output[:n_noise], both.flatten(0, 1)]),
    )
