"""What a run learns from one block of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedviz.models import State
from embedviz.settings import TrainingConfig
from embedviz.support import Threads
from embedviz.text import Block
from embedviz.training.distributed import World
from embedviz.training.gradient import BlockGradient, block_gradient
from embedviz.training.state import Run

_NOISE_TABLE = 1 << 22


def noise_table(counts: NDArray[np.int64], power: float) -> Tensor:
    """Ids so often as the noise wants them: a draw of noise is one look-up."""
    cumulative = np.cumsum(np.asarray(counts, dtype=np.float64) ** power)
    places = (np.arange(_NOISE_TABLE) + 0.5) / _NOISE_TABLE * cumulative[-1]
    return torch.from_numpy(np.searchsorted(cumulative, places))


def learn(
    run: Run,
    block: Block,
    table: Tensor,
    config: TrainingConfig,
    *,
    remaining: float,
    threads: Threads,
    world: World,
) -> float:
    """Learn from one block; return its mean cost a token, in nats.

    The streams are shared out among all threads of all processes. Each derives its own part from
    the same weights; then all parts are learnt one after the other, in the same order everywhere,
    so that every process has the same weights. Steps so small bear the delay of one round.

    Parameters
    ----------
    run : Run
    block : Block
        Of this process's streams.
    table : Tensor of int64
        From `noise_table`.
    config : TrainingConfig
    remaining : float
        Share of the run still to come.
    threads : Threads
    world : World
    """
    ids = torch.from_numpy(block.ids).to(world.device)
    everyone = range(world.size * threads.n)
    own = everyone[world.rank * threads.n : (world.rank + 1) * threads.n]
    noise: list[Tensor | None] = [None for _ in everyone]
    if config.cost == "sampled":  # every process draws for all: their generators stay in step
        draws = torch.randint(len(table), (len(everyone), config.n_noise), generator=run.noise)
        noise = list(table[draws].to(world.device))

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
    n_positions = ids[1:].numel() // threads.n
    return sum(float(part.cost) for part in parts) / (len(parts) * n_positions)


def _step(
    optimiser: torch.optim.Adam, gradients: Sequence[Sequence[Tensor]], rate: float, clip: float
) -> None:
    """Take one step for each list of gradients, in their order."""
    group = optimiser.param_groups[0]
    group["lr"] = rate
    for of_part in gradients:
        for parameter, gradient in zip(group["params"], of_part, strict=True):
            parameter.grad = gradient
        nn.utils.clip_grad_norm_(group["params"], clip)
        optimiser.step()


def _exchanged(parts: list[BlockGradient], world: World) -> list[BlockGradient]:
    """All processes' parts; only rows that a block touched are sent."""
    if world.size == 1:
        return parts
    n = len(parts[0].tensors)
    told = world.gather([tensor for part in parts for tensor in part.tensors])
    return [
        parts[0].of(of_rank[begin : begin + n])
        for of_rank in told
        for begin in range(0, len(of_rank), n)
    ]
