"""C: costs of a block of decoded states, with gradients in closed form.

Autograd over the block would keep every intermediate score; the closed form needs three matrix
products and half the time. ``tests/models/test_losses.py`` compares it with autograd.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

_POSITIONS_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class OutputGradient:
    """Cost of a block and its derivatives.

    Attributes
    ----------
    cost : Tensor, scalar
        Summed over the block, in nats.
    decoded : Tensor, shape (n_positions, n_dims)
        Derivative with respect to the decoded states.
    ids : Tensor of int64, shape (n_rows,), or None
        Rows of the output embedding that were used, possibly repeated; None for all rows.
    rows : Tensor, shape (n_rows, n_dims)
        Derivative with respect to these rows.
    bias : Tensor, shape (n_rows,) or (n_words,), or None
        Derivative with respect to the output bias of these rows, if the cost has one.
    """

    cost: Tensor
    decoded: Tensor
    ids: Tensor | None
    rows: Tensor
    bias: Tensor | None


def sampled_softmax(
    decoded: Tensor,
    targets: Tensor,
    output: Tensor,
    noise: Tensor,
    *,
    offset: Tensor | None = None,
) -> OutputGradient:
    """Softmax cost of each target among noise words shared by the block.

    Without an offset there is no correction for the noise: the scores model how much more likely a
    word is here than in the noise, which is association beyond frequency. With the offset b - log q
    of a bias and of the noise's probabilities, they approach those of the full softmax.
    Source: Jean et al. (2015), "On using very large target vocabulary for neural machine
    translation", section 3.1.

    Parameters
    ----------
    decoded : Tensor, shape (n_positions, n_dims)
    targets : Tensor of int64, shape (n_positions,)
    output : Tensor, shape (n_words, n_dims)
        The output embedding.
    noise : Tensor of int64, shape (n_noise,)
        Ids drawn once for the block.
    offset : Tensor, shape (n_words,), optional
        Added to the scores; a noise word that is the target does not count then.
    """
    target_rows = output[targets]  # (n_positions, n_dims)
    noise_rows = output[noise]  # (n_noise, n_dims)
    target_scores = (decoded * target_rows).sum(1)
    if offset is None:
        scores = decoded @ noise_rows.T  # (n_positions, n_noise)
    else:
        target_scores += offset[targets]
        scores = torch.addmm(offset[noise], decoded, noise_rows.T)
        # few targets are noise words: only their rows are compared
        drawn = torch.isin(targets, noise).nonzero()[:, 0]
        scores[drawn] = scores[drawn].masked_fill_(noise == targets[drawn, None], -math.inf)
    highest = torch.maximum(scores.amax(1), target_scores)
    shares = scores.sub_(highest[:, None]).exp_()
    target_shares = (target_scores - highest).exp_()
    total = shares.sum(1) + target_shares
    cost = (total.log() + highest - target_scores).sum()

    shares.div_(total[:, None])
    slack = target_shares.div_(total).sub_(1)[:, None]  # (n_positions, 1): p(target) - 1
    gradient = torch.addcmul(shares @ noise_rows, slack, target_rows)
    rows = torch.cat([shares.T @ decoded, decoded * slack])
    bias = None if offset is None else torch.cat([shares.sum(0), slack[:, 0]])
    return OutputGradient(cost, gradient, torch.cat([noise, targets]), rows, bias)


def full_softmax(decoded: Tensor, targets: Tensor, output: Tensor, bias: Tensor) -> OutputGradient:
    """Softmax cost of each target among all words.

    Parameters
    ----------
    decoded : Tensor, shape (n_positions, n_dims)
    targets : Tensor of int64, shape (n_positions,)
    output : Tensor, shape (n_words, n_dims)
    bias : Tensor, shape (n_words,)
    """
    gradient = torch.empty_like(decoded)
    rows = torch.zeros_like(output)
    bias_gradient = torch.zeros_like(bias)
    cost = decoded.new_zeros(())
    for begin in range(0, len(decoded), _POSITIONS_AT_ONCE):
        here = slice(begin, begin + _POSITIONS_AT_ONCE)
        some, wanted = decoded[here], targets[here]
        log_shares = torch.log_softmax(torch.addmm(bias, some, output.T), dim=1)
        cost -= log_shares.gather(1, wanted[:, None]).sum()
        slack = log_shares.exp_()
        slack[torch.arange(len(wanted)), wanted] -= 1
        gradient[here] = slack @ output
        rows.addmm_(slack.T, some)
        bias_gradient += slack.sum(0)
    return OutputGradient(cost, gradient, None, rows, bias_gradient)


def output_cost(
    decoded: Tensor,
    targets: Tensor,
    output: Tensor,
    bias: Tensor,
    *,
    noise: tuple[Tensor, Tensor] | None,
) -> Tensor:
    """Softmax cost as a node of autograd, summed over the positions, in nats.

    Parameters
    ----------
    decoded : Tensor, shape (n_positions, n_dims)
    targets : Tensor of int64, shape (n_positions,)
    output : Tensor, shape (n_words, n_dims)
    bias : Tensor, shape (n_words,)
    noise : (Tensor of int64, Tensor), or None
        Noise words of the sampled softmax, and log q of all words, shape (n_words,); None for the
        full softmax.
    """
    return cast(Tensor, _OutputCost.apply(decoded, targets, output, bias, noise))  # type: ignore[no-untyped-call]


class _OutputCost(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401
        decoded: Tensor,
        targets: Tensor,
        output: Tensor,
        bias: Tensor,
        noise: tuple[Tensor, Tensor] | None,
    ) -> Tensor:
        if noise is None:
            found = full_softmax(decoded, targets, output, bias)
        else:
            words, log_q = noise
            found = sampled_softmax(decoded, targets, output, words, offset=bias - log_q)
        ctx.found, ctx.n_words = found, len(output)
        return found.cost

    @staticmethod
    def backward(
        ctx: Any,  # noqa: ANN401
        by_cost: Tensor,
    ) -> tuple[Tensor, None, Tensor, Tensor, None]:
        found: OutputGradient = ctx.found
        rows, bias = found.rows, cast(Tensor, found.bias)  # with a bias, both costs derive it
        if found.ids is None:
            return found.decoded * by_cost, None, rows * by_cost, bias * by_cost, None
        by_output = rows.new_zeros(ctx.n_words, rows.shape[1])
        by_bias = bias.new_zeros(ctx.n_words)
        by_output.index_add_(0, found.ids, rows * by_cost)
        by_bias.index_add_(0, found.ids, bias * by_cost)
        return found.decoded * by_cost, None, by_output, by_bias, None
