"""The gradient of the cost of one block with respect to all weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from embedviz.models import (
    LanguageModel,
    RowGradient,
    State,
    Subwords,
    detach,
    full_softmax,
    sampled_softmax,
)


@dataclass(frozen=True, eq=False)
class BlockGradient:
    """Cost of a block, and its derivatives with respect to all weights.

    Attributes
    ----------
    cost : Tensor, scalar
        Cost of the next words, summed over the block, in nats.
    state : State
        To carry over to the next block.
    dense : list of Tensor
        For each parameter of the reader, in order.
    embedding : RowGradient
    adaptive : list of Tensor
        For each parameter of the adaptive softmax; empty without one.
    output : RowGradient or None
        For the output embedding; None if tied.
    bias : RowGradient, rows of shape (n_words, 1), or None
        For the output bias, if the cost has one.
    grams : RowGradient or None
        For the vectors of character n-grams, if there are any.
    """

    cost: Tensor
    state: State
    dense: list[Tensor]
    embedding: RowGradient
    adaptive: Sequence[Tensor] = ()
    output: RowGradient | None = None
    bias: RowGradient | None = None
    grams: RowGradient | None = None

    @property
    def tensors(self) -> list[Tensor]:
        """Return all but the state, for another process, where `of` reassembles them."""
        tables = (self.embedding, self.output, self.bias, self.grams)
        of_tables = [t for one in tables if one for t in (one.ids, one.rows) if t is not None]
        return [self.cost[None], *self.dense, *self.adaptive, *of_tables]

    def of(self, tensors: Sequence[Tensor]) -> BlockGradient:
        """Reassemble another gradient of the same structure from its `tensors`."""
        left = iter(tensors)

        def table(like: RowGradient | None) -> RowGradient | None:
            return like and RowGradient(next(left) if like.ids is not None else None, next(left))

        return replace(
            self,
            cost=next(left)[0],
            dense=[next(left) for _ in self.dense],
            adaptive=[next(left) for _ in self.adaptive],
            embedding=table(self.embedding) or self.embedding,
            output=table(self.output),
            bias=table(self.bias),
            grams=table(self.grams),
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
    offset: Tensor | None = None,
    subwords: Subwords | None = None,
) -> BlockGradient:
    """Compute the gradient of the cost of a block of some streams.

    Parameters
    ----------
    model : LanguageModel
    ids : Tensor of int64, shape (n_steps + 1, n_streams)
        In reading order.
    state : State or None
        State after the streams' previous block.
    noise : Tensor of int64, shape (n_noise,), or None
        Noise words for the sampled softmax; None for one over all words.
    scale : float
        Factor of all derivatives.
    reader : int
        Index of the model's reader: 0 reads forwards, 1 backwards.
    weights : sequence of float
        Weights of the cost of the next word, the one after it, and so on; words beyond the block
        are ignored.
    offset : Tensor, shape (n_words,), optional
        Fixed bias of each word in the sampled cost.
    subwords : Subwords, optional
        Source of the words' vectors instead of the model's embedding; the model must be
        tied and the cost sampled.

    Notes
    -----
    Nothing is accumulated in the model, so several threads may process different streams at once.
    """
    if subwords is None or noise is None:
        return _derived(model, ids, state, noise, scale, reader, weights, offset)
    # assemble each word of the block once
    words, places = torch.unique(torch.cat([ids.flatten(), noise]), return_inverse=True)
    here, noise = places[: ids.numel()].view_as(ids), places[ids.numel() :]
    rows = subwords.rows(words)
    offset = None if offset is None else offset[words]
    found = _derived(model, here, state, noise, scale, reader, weights, offset, words=rows)
    touched = words if found.embedding.ids is None else words[found.embedding.ids]
    own = RowGradient(touched, found.embedding.rows)
    return replace(found, embedding=own, grams=subwords.spread(touched, own.rows))


def _derived(
    model: LanguageModel,
    ids: Tensor,
    state: State | None,
    noise: Tensor | None,
    scale: float,
    reader: int,
    weights: Sequence[float],
    offset: Tensor | None,
    *,
    words: Tensor | None = None,
) -> BlockGradient:
    """Compute the gradient; `words` contains the rows of the ids if not the model's embedding."""
    table = model.embedding if words is None else words
    embedded = table[ids[:-1]].requires_grad_()  # (n_steps, n_streams, n_dims), a copy
    decoded, state = model.readers[reader](embedded, state)
    inputs = [embedded, *model.readers[reader].parameters()]
    state = detach(state)
    if model.adaptive is not None:
        cost, total = _adaptive_cost(model.adaptive, ids, decoded, weights)
        by_input, *found = torch.autograd.grad(
            total * scale, [*inputs, *model.adaptive.parameters()], materialize_grads=True
        )
        n_own = len(inputs) - 1
        rows = RowGradient.summed(ids[:-1].flatten(), by_input.flatten(0, 1))
        return BlockGradient(cost, state, found[:n_own], rows, adaptive=found[n_own:])
    cost, by_decoded, by_output = _output_side(
        model.output if words is None else words,
        model.output_bias,
        ids,
        decoded.detach(),
        noise,
        scale,
        weights,
        offset,
    )
    by_input, *dense = torch.autograd.grad(decoded, inputs, by_decoded)
    bias = None if by_output.bias is None else RowGradient(None, by_output.bias[:, None])
    if noise is None:
        shared = by_output.shared
        if model.tied:
            shared.index_add_(0, ids[:-1].flatten(), by_input.flatten(0, 1))
        rows = RowGradient(None, shared)
    else:
        both, targets = by_output.targets, ids
        if model.tied:
            # targets are the inputs one step later: a position's two derivatives are summed before
            # sorting into rows, which halves the work
            both[:-1] += by_input
        else:
            both, targets = both[1:], ids[1:]
        rows = RowGradient.summed(
            torch.cat([noise, targets.flatten()]),
            torch.cat([by_output.shared, both.flatten(0, 1)]),
        )
    if model.tied:
        return BlockGradient(cost, state, dense, rows, bias=bias)
    embedding = RowGradient.summed(ids[:-1].flatten(), by_input.flatten(0, 1))
    return BlockGradient(cost, state, dense, embedding, output=rows, bias=bias)


def _adaptive_cost(
    softmax: torch.nn.AdaptiveLogSoftmaxWithLoss,
    ids: Tensor,
    decoded: Tensor,
    weights: Sequence[float],
) -> tuple[Tensor, Tensor]:
    """Return the cost of the next words, and the weighted costs of all words ahead."""
    costs = []
    for ahead in range(1, len(weights) + 1):
        flat = decoded[: len(ids) - ahead].flatten(0, 1)
        costs.append(softmax(flat, ids[ahead:].flatten()).loss * len(flat))
    total = sum(weight * cost for weight, cost in zip(weights, costs, strict=True))
    return costs[0].detach(), torch.as_tensor(total)


class _ByOutput(NamedTuple):
    """Derivatives with respect to the output embedding.

    `shared` is for the noise words, or all words for the full softmax; `targets`, of shape
    (n_steps + 1, n_streams, n_dims), for the block's own words, only for the sampled softmax.
    """

    shared: Tensor
    targets: Tensor
    bias: Tensor | None


def _output_side(
    output: Tensor,
    output_bias: Tensor,
    ids: Tensor,
    decoded: Tensor,
    noise: Tensor | None,
    scale: float,
    weights: Sequence[float],
    offset: Tensor | None,
) -> tuple[Tensor, Tensor, _ByOutput]:
    """Return the cost of the next word, and the derivatives of the costs of all words ahead."""
    by_decoded = torch.zeros_like(decoded)
    by_targets = decoded.new_zeros(len(ids), *decoded.shape[1:])
    n_shared = len(output) if noise is None else len(noise)
    shared, cost = decoded.new_zeros(n_shared, decoded.shape[2]), decoded.new_zeros(())
    bias = torch.zeros_like(output_bias) if noise is None else None
    for ahead, weight in enumerate(weights, start=1):
        here, factor = len(ids) - ahead, scale * weight
        flat, targets = decoded[:here].flatten(0, 1), ids[ahead:].flatten()
        if noise is None:
            found = full_softmax(flat, targets, output, output_bias)
        else:
            found = sampled_softmax(flat, targets, output, noise, offset=offset)
            own = found.rows[n_shared:].view_as(by_targets[ahead:])
            by_targets[ahead:].add_(own, alpha=factor)
        shared.add_(found.rows[:n_shared], alpha=factor)
        by_decoded[:here].add_(found.decoded.view_as(by_decoded[:here]), alpha=factor)
        if bias is not None and found.bias is not None:  # a fixed offset is not trained
            bias.add_(found.bias, alpha=factor)
        if ahead == 1:
            cost = found.cost
    return cost, by_decoded, _ByOutput(shared, by_targets, bias)
