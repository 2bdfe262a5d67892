"""One training step, on one batch of pairs."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from embedviz.models import (
    Drop,
    Pairs,
    TextToVector,
    decode_pairs,
    keep_all,
    output_cost,
    summarise,
)
from embedviz.text import PairBatch
from embedviz.training.distributed import World
from embedviz.training.sequences.optimisers import FULL_RATE
from embedviz.training.sequences.state import SequenceRun

_LOWEST_RATE = 0.02  # share of the learning rate at the end of a run


def learn(run: SequenceRun, batch: PairBatch, remaining: float) -> float:
    """Train on one batch; return its mean cost per target token, in nats.

    Each process computes the gradient of its share of the pairs; all apply the sum. The noise and
    the dropout of a step depend only on the seed, the step and the process.

    Parameters
    ----------
    run : SequenceRun
    batch : PairBatch
    remaining : float
        Remaining share of the run, between 0 and 1; the learning rate decays with it.
    """
    config, world = run.config, run.world
    pairs = _own_part(Pairs.of(batch, world.device), world)
    n_tokens = int(batch.target_lengths.sum())
    for optimiser in run.optimisers:
        optimiser.zero_grad(set_to_none=True)
    cost = torch.zeros((), device=world.device)
    if len(pairs.target_lengths):
        cost = _cost(run, pairs) / n_tokens
        cost.backward()  # type: ignore[no-untyped-call]
    weights = run.weights
    if world.size > 1:
        own = [torch.zeros_like(one) if one.grad is None else one.grad for one in weights]
        cost, *gradients = world.sum([cost.detach(), *own])
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient
    nn.utils.clip_grad_norm_(weights, config.clip)
    warmed = min(1.0, (run.n_steps + 1) / run.warm_up) if run.warm_up else 1.0
    share = warmed * max(_LOWEST_RATE, remaining)
    for group in run.groups:
        group["lr"] = share * group[FULL_RATE]
    for optimiser in run.optimisers:
        optimiser.step()
    run.n_steps += 1
    run.n_tokens += n_tokens
    return float(cost.detach())


def _own_part(pairs: Pairs, world: World) -> Pairs:
    if world.size == 1:
        return pairs
    here = slice(world.rank, None, world.size)
    return replace(
        pairs,
        source=pairs.source[:, here],
        source_lengths=pairs.source_lengths[here],
        target=pairs.target[:, here],
        target_lengths=pairs.target_lengths[here],
    )


def _cost(run: SequenceRun, pairs: Pairs) -> Tensor:
    """Return the cost summed over the target tokens."""
    config, net = run.config, run.model
    noise = _draw_noise(run) if config.cost == "sampled" else None
    drop = _dropout(run) if config.dropout else keep_all
    if isinstance(net, TextToVector):
        return _label_cost(net, pairs, noise, drop)
    drop_words = _word_dropout(run) if config.word_dropout else keep_all
    at = decode_pairs(net, pairs, drop, drop_words=drop_words)
    decoder = net.decoder
    corrected = None if noise is None else (noise, run.log_q)
    return output_cost(at.vectors, at.targets, decoder.output, decoder.bias, noise=corrected)


def _label_cost(net: TextToVector, pairs: Pairs, noise: Tensor | None, drop: Drop) -> Tensor:
    """Softmax cost of each label: among the noise and the batch's labels, or among all."""
    summary, labels = summarise(net, pairs, drop).summary, pairs.target[0]
    if noise is None:
        return -net.log_shares(summary, labels).sum()
    some, places = torch.unique(torch.cat([labels, noise]), return_inverse=True)
    scores = net.scores(summary, some)
    return nn.functional.cross_entropy(scores, places[: len(labels)], reduction="sum")


def _generator(run: SequenceRun, *parts: int) -> torch.Generator:
    """Return a generator for this step, so that a resumed run needs no state of one."""
    mixed = run.config.seed
    for part in (run.n_steps, *parts):
        mixed = (mixed * 6_364_136_223_846_793_005 + part + 1_442_695_040_888_963_407) % (1 << 63)
    return torch.Generator().manual_seed(mixed)


def _draw_noise(run: SequenceRun) -> Tensor:
    """Draw the noise of a step, the same in all processes."""
    uniform = torch.rand(run.config.n_noise, generator=_generator(run, 0))
    return torch.searchsorted(run.noise_ends, uniform).to(run.world.device)


def _word_dropout(run: SequenceRun) -> Drop:
    """Return a function that sets a share of words to 0 and leaves the others as they are.

    Source: Bowman et al. (2016), "Generating sentences from a continuous space", section 3.1.
    """
    generator, kept = _generator(run, 2, run.world.rank), 1 - run.config.word_dropout

    def drop(words: Tensor) -> Tensor:
        mask = torch.empty(*words.shape[:2], 1).bernoulli_(kept, generator=generator)
        return words * mask.to(words.device)

    return drop


def _dropout(run: SequenceRun) -> Drop:
    """Return a function that sets a share of units to 0 and scales the others up."""
    generator, kept = _generator(run, 1, run.world.rank), 1 - run.config.dropout

    def drop(units: Tensor) -> Tensor:
        mask = torch.empty(units.shape).bernoulli_(kept, generator=generator).div_(kept)
        return units * mask.to(units.device)

    return drop
