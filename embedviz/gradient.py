"""What one block of text says each weight should become."""

from __future__ import annotations

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
    cost : float
        Summed over the block, in nats.
    dense : list of Tensor
        By each parameter of the model, in its order.
    embedding : RowGradient
    output : RowGradient or None
        By the output embedding; None if it is the embedding.
    bias : Tensor, shape (n_words,), or None
        By the output bias, where the cost has one.
    state : State
        To carry over to the next block.
    """

    cost: float
    dense: list[Tensor]
    embedding: RowGradient
    output: RowGradient | None
    bias: Tensor | None
    state: State


def block_gradient(
    model: LanguageModel,
    ids: Tensor,
    state: State | None,
    noise: Tensor | None,
    *,
    scale: float,
) -> BlockGradient:
    """Derive the cost of a block of some streams.

    Parameters
    ----------
    model : LanguageModel
    ids : Tensor of int64, shape (n_steps + 1, n_streams)
    state : State or None
        As the streams' last block left it.
    noise : Tensor of int64, shape (n_noise,), or None
        Noise words for the sampled softmax; None for the full softmax.
    scale : float
        Factor of all derivatives.

    Notes
    -----
    Nothing is accumulated in the model, so several threads may derive different streams at once.
    """
    words, targets = ids[:-1], ids[1:].flatten()
    embedded = model.embedding[words].requires_grad_()  # (n_steps, n_streams, n_dims), a copy
    decoded, state = model.decode(embedded, state)
    flat = decoded.detach().flatten(0, 1)  # (n_positions, n_dims)
    if noise is None:
        found = full_softmax(flat, targets, model.output, model.output_bias)
    else:
        found = sampled_softmax(flat, targets, model.output, noise)
    by_decoded = found.decoded.mul_(scale).view_as(decoded)
    by_input, *dense = torch.autograd.grad(decoded, [embedded, *model.parameters()], by_decoded)
    output = RowGradient(found.ids, found.rows.mul_(scale))
    embedding = RowGradient(words.flatten(), by_input.flatten(0, 1))
    if model.tied:
        embedding = _tied(ids, by_input, output)
    bias = None if found.bias is None else found.bias.mul_(scale)
    return BlockGradient(
        float(found.cost),
        dense,
        embedding,
        None if model.tied else output,
        bias,
        detach(state),
    )


def _tied(ids: Tensor, by_input: Tensor, by_output: RowGradient) -> RowGradient:
    """Sum what a table gets as input and as output embedding."""
    if by_output.ids is None:
        rows = by_output.rows.index_add_(0, ids[:-1].flatten(), by_input.flatten(0, 1))
        return RowGradient(None, rows)
    # targets are the inputs a step later: a position's two derivatives are summed before they
    # are sorted into rows, which halves that work
    n_noise = len(by_output.ids) - by_input.shape[0] * by_input.shape[1]
    noise, rows = by_output.ids[:n_noise], by_output.rows
    both = rows.new_zeros(ids.shape[0], ids.shape[1], rows.shape[1])
    both[1:] = rows[n_noise:].view_as(by_input)
    both[:-1] += by_input
    return RowGradient(
        torch.cat([noise, ids.flatten()]), torch.cat([rows[:n_noise], both.flatten(0, 1)])
    )
