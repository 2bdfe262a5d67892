"""What changes while a model trains, and how to set it down and take it up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedviz.configuration import TrainingConfig
from embedviz.distributed import World
from embedviz.models import LanguageModel
from embedviz.optimiser import RowAdaGrad
from embedviz.recurrence import State
from embedviz.streams import Position

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(eq=False)
class Run:
    """A model in training.

    Attributes
    ----------
    model : LanguageModel
    embedding, output, bias : RowAdaGrad
        Of the tables; `output` is `embedding` if they are tied.
    dense : list of Adam
        Of the other weights, one for each reader.
    noise : torch.Generator
        Draws the noise words.
    readers : list of int
        For each thread of all processes, which of the model's readers it is with in this chunk.
    states : list of State or None
        Carried over from block to block of a chunk, one for each thread; None is h[0] = 0.
    epoch : int
    position : Position
        In the epoch.
    n_steps : int
        Blocks learnt so far, by all threads at once.
    n_tokens : int
        Read so far, the skipped ones too.
    seconds, cpu_seconds : float
        Spent before the last interruption.
    """

    model: LanguageModel
    embedding: RowAdaGrad
    output: RowAdaGrad
    bias: RowAdaGrad
    dense: list[torch.optim.Adam]
    noise: torch.Generator
    readers: list[int] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    epoch: int = 0
    position: Position = field(default_factory=Position)
    n_steps: int = 0
    n_tokens: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def start(n_words: int, config: TrainingConfig, device: torch.device | None = None) -> Run:
    """Make an untrained model and what its training needs, on the processor by default."""
    generator = torch.Generator().manual_seed(config.seed)
    model = LanguageModel(
        n_words,
        config.n_dims,
        config.n_states or config.n_dims,
        cell=config.cell,
        tied=config.tied,
        linear_path=config.linear_path,
        bidirectional=config.bidirectional,
        generator=generator,
    ).to(device)
    embedding = RowAdaGrad(model.embedding)
    return Run(
        model,
        embedding,
        embedding if config.tied else RowAdaGrad(model.output),
        RowAdaGrad(model.output_bias[:, None]),
        [
            torch.optim.Adam(reader.parameters(), betas=(0.9, 0.99), fused=True)
            for reader in model.readers
        ],
        generator,
    )


def freeze(run: Run, world: World) -> dict[str, NDArray[np.generic]]:
    """Set down everything beside the model's own tensors; `thaw` takes it up bit for bit.

    It can be done between chunks only, where no state is carried over. All processes freeze at
    the same place; each gets what all of them need.
    """
    arrays: dict[str, NDArray[np.generic]] = {
        "noise": run.noise.get_state().numpy(),
        "place": np.array(
            [run.epoch, run.position.chunk, run.position.done, run.n_steps, run.n_tokens],
            dtype=np.int64,
        ),
        "spent": np.array([run.seconds, run.cpu_seconds]),
    }
    for name, table in _tables(run).items():
        arrays[f"squares.{name}"] = table.squares.cpu().numpy()
    for reader, optimiser in enumerate(run.dense):
        for number, parameter in enumerate(run.model.readers[reader].parameters()):
            for name, value in optimiser.state[parameter].items():
                arrays[f"dense.{reader}.{number}.{name}"] = value.cpu().numpy()
    for rank, (lengths, ids) in enumerate(world.gather(_waiting(run, world))):
        arrays[f"waiting.{rank}.lengths"] = lengths.cpu().numpy()
        arrays[f"waiting.{rank}.ids"] = ids.cpu().numpy()
    return {name: np.array(array) for name, array in arrays.items()}


def thaw(run: Run, tensors: Arrays, arrays: Arrays, world: World) -> None:
    """Take a run up where `freeze` set it down.

    Parameters
    ----------
    run : Run
        From `start`, with the same configuration.
    tensors : mapping of str to ndarray
        The model's.
    arrays : mapping of str to ndarray
        What `freeze` gave.
    world : World
        Of as many processes as then.
    """
    run.model.load_state_dict({name: _tensor(array) for name, array in tensors.items()})
    for name, table in _tables(run).items():
        table.squares.copy_(_tensor(arrays[f"squares.{name}"]))
    run.noise.set_state(_tensor(arrays["noise"]))
    run.epoch, chunk, done, run.n_steps, run.n_tokens = (int(value) for value in arrays["place"])
    run.seconds, run.cpu_seconds = (float(value) for value in arrays["spent"])
    for reader, optimiser in enumerate(run.dense):
        for number, parameter in enumerate(run.model.readers[reader].parameters()):
            prefix = f"dense.{reader}.{number}."
            state = {
                name.removeprefix(prefix): _tensor(array).to(world.device)
                for name, array in arrays.items()
                if name.startswith(prefix)
            }
            if state:  # none yet if that reader has read no block
                optimiser.state[parameter] = state
    lengths, ids = arrays[f"waiting.{world.rank}.lengths"], arrays[f"waiting.{world.rank}.ids"]
    waiting = np.split(ids.astype(np.int32), np.cumsum(lengths)[:-1]) if len(lengths) else []
    run.position = Position(chunk, tuple(waiting), done)


def _tables(run: Run) -> dict[str, RowAdaGrad]:
    tables = {"embedding": run.embedding, "output": run.output, "bias": run.bias}
    if run.output is run.embedding:
        del tables["output"]
    return tables


def _waiting(run: Run, world: World) -> list[Tensor]:
    """Tell what only this process knows: the words that it has read ahead."""
    waiting = [torch.from_numpy(row.astype(np.int64)) for row in run.position.waiting]
    lengths = torch.tensor([len(row) for row in waiting], dtype=torch.int64)
    ids = torch.cat([torch.empty(0, dtype=torch.int64), *waiting])
    return [lengths.to(world.device), ids.to(world.device)]


def _tensor(array: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.array(array))
