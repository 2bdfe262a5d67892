"""One training step, on one block of text."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from embedviz.models import State
from embedviz.text import Block
from embedviz.training.distributed import World
from embedviz.training.language.gradient import BlockGradient, block_gradient
from embedviz.training.language.state import LanguageRun


def learn(run: LanguageRun, block: Block, *, remaining: float) -> float:
    """Train on one block; return its mean cost per token, in nats.

    The streams are divided among all threads of all processes. Each computes the gradient of its
    part from the same weights; then all gradients are applied one by one, in the same order
    everywhere, so that all processes have the same weights. Steps are small enough for this.

    Parameters
    ----------
    run : LanguageRun
        Its threads must be started.
    block : Block
        Block of this process's streams.
    remaining : float
        Remaining share of the run, between 0 and 1; the learning rates decay with it.
    """
    config, threads, world = run.config, run.threads, run.world
    ids = torch.from_numpy(block.ids).to(world.device)
    everyone = range(world.size * threads.n)
    own = everyone[world.rank * threads.n : (world.rank + 1) * threads.n]
    noise: list[Tensor | None] = [None for _ in everyone]
    if config.cost == "sampled":  # every process draws for all: the generators stay in sync
        size = (len(everyone), config.n_noise)
        draws = torch.randint(len(run.noise_table), size, generator=run.noise)
        noise = list(run.noise_table[draws].to(world.device))

    weights = [config.ahead_weight**ahead for ahead in range(config.n_ahead)]

    def derive(ids: Tensor, state: State | None, part: int) -> BlockGradient:
        # the cost is summed over the steps and averaged over the streams
        return block_gradient(
            run.model,
            ids,
            state,
            noise[part],
            scale=1 / ids.shape[1],
            reader=run.readers[part],
            weights=weights,
            offset=run.offset,
            subwords=run.subwords,
        )

    parts = threads.map(derive, ids.tensor_split(threads.n, dim=1), run.states, own)
    run.states = [part.state for part in parts]
    parts = _exchanged(parts, world)

    dense_rate = config.dense_rate * (0.05 + 0.95 * remaining)

    def step(reader: int) -> None:
        gradients = [
            part.dense for part, its in zip(parts, run.readers, strict=True) if its == reader
        ]
        _step(run.dense[reader], gradients, dense_rate, config.clip)

    threads.map(step, range(len(run.dense)))
    if run.adaptive:
        _step(run.adaptive, [part.adaptive for part in parts], dense_rate, config.clip)
    rate = config.rate * remaining
    run.embedding.step([part.embedding for part in parts], rate, threads)
    run.output.step([part.output for part in parts if part.output], rate, threads)
    run.bias.step([part.bias for part in parts if part.bias], rate, threads)
    run.grams.step([part.grams for part in parts if part.grams], rate, threads)
    run.n_steps += 1
    run.n_tokens += block.n_read
    n_positions = ids[1:].numel() // threads.n
    return sum(float(part.cost) for part in parts) / (len(parts) * n_positions)


def _step(
    optimiser: torch.optim.Adam, gradients: Sequence[Sequence[Tensor]], rate: float, clip: float
) -> None:
    """Take one step for each list of gradients, in order."""
    group = optimiser.param_groups[0]
    group["lr"] = rate
    for of_part in gradients:
        for parameter, gradient in zip(group["params"], of_part, strict=True):
            parameter.grad = gradient
        nn.utils.clip_grad_norm_(group["params"], clip)
        optimiser.step()


def _exchanged(parts: list[BlockGradient], world: World) -> list[BlockGradient]:
    """Exchange all processes' gradients; only rows that a block used are sent."""
    if world.size == 1:
        return parts
    n = len(parts[0].tensors)
    gathered = world.gather([tensor for part in parts for tensor in part.tensors])
    return [
        parts[0].of(of_rank[begin : begin + n])
        for of_rank in gathered
        for begin in range(0, len(of_rank), n)
    ]
