"""The optimisers of a sequence model: Adam, or Muon for the matrices of its layers."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from embedviz.models import PictureToText, SequenceNet, VectorToText
from embedviz.settings import SequenceConfig

FULL_RATE = "full_rate"
"""Learning rate of a group of weights before its warm-up and decay."""

MOMENTS = {torch.optim.Adam: ("exp_avg", "exp_avg_sq"), torch.optim.Muon: ("momentum_buffer",)}
"""What an optimiser remembers of a weight, in its shape."""

_DECAY = 0.1  # of matrices: their norms, and gradients through time, would grow without bounds


def make_optimisers(
    model: SequenceNet, config: SequenceConfig, *, has_first: bool
) -> tuple[Optimizer, ...]:
    """Create the optimisers of all weights that are trained.

    Parameters
    ----------
    model : SequenceNet
    config : SequenceConfig
    has_first : bool
        The words of `text_embedding` began with vectors from elsewhere, which change more slowly.
    """
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    slow = [text_embedding(model)] if has_first else []
    matrices = _matrices(model) if config.optimiser == "muon" else []
    others = _without(trained, [*slow, *matrices])
    groups = [
        {"params": some, FULL_RATE: rate}
        for some, rate in (
            (others, config.rate),
            ([one for one in slow if one.requires_grad], config.rate * config.embedding_rate),
        )
        if some
    ]
    optimisers: list[Optimizer] = [
        torch.optim.Adam(groups, lr=config.rate, betas=(0.9, 0.99), fused=True)
    ]
    if matrices:
        group = {"params": matrices, FULL_RATE: config.matrix_rate}
        optimisers.append(torch.optim.Muon([group], lr=config.matrix_rate, weight_decay=_DECAY))
    return tuple(optimisers)


def text_embedding(model: SequenceNet) -> nn.Parameter:
    """Return the embedding of the source's words, or of the target's if the source is a label."""
    if isinstance(model, VectorToText | PictureToText):
        return model.decoder.embedding
    return model.encoder.embedding


def _matrices(model: nn.Module) -> list[Tensor]:
    """Return the matrices of layers: the parts' own ones are tables of words."""
    tables = [
        weight for part in (model, *model.children()) for weight in part.parameters(recurse=False)
    ]
    some = [weight for weight in model.parameters() if weight.ndim == 2 and weight.requires_grad]
    return _without(some, tables)


def _without(weights: Iterable[Tensor], others: Iterable[Tensor]) -> list[Tensor]:
    left_out = {id(one) for one in others}
    return [weight for weight in weights if id(weight) not in left_out]
