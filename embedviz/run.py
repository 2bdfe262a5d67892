"""What changes while a model trains, and how to set it down and take it up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedviz.configuration import TrainingConfig
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
    dense : Adam
        Of the other weights.
    noise : torch.Generator
        Draws the noise words.
    states : list of State or None
        Carried over, one for each thread's streams; None is h[0] = 0.
    epoch : int
    position : Position
        In the epoch.
    n_tokens : int
        Read so far, the skipped ones too.
    seconds, cpu_seconds : float
        Spent before the last interruption.
    """

    model: LanguageModel
    embedding: RowAdaGrad
    output: RowAdaGrad
    bias: RowAdaGrad
    dense: torch.optim.Adam
    noise: torch.Generator
    states: list[State | None]
    epoch: int = 0
    position: Position = field(default_factory=Position)
    n_tokens: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def start(n_words: int, config: TrainingConfig) -> Run:
    """Make an untrained model and what its training needs."""
    generator = torch.Generator().manual_seed(config.seed)
    model = LanguageModel(
        n_words,
        config.n_dims,
        config.n_states or config.n_dims,
        cell=config.cell,
        tied=config.tied,
        linear_path=config.linear_path,
        generator=generator,
    )
    embedding = RowAdaGrad(model.embedding)
    return Run(
        model,
        embedding,
        embedding if config.tied else RowAdaGrad(model.output),
        RowAdaGrad(model.output_bias[:, None]),
        torch.optim.Adam(model.parameters(), lr=config.dense_rate, betas=(0.9, 0.99), fused=True),
        generator,
        [None] * config.n_threads,
    )


def freeze(run: Run) -> dict[str, NDArray[np.generic]]:
    """Set down everything beside the model's own tensors; `thaw` takes it up bit for bit."""
    arrays: dict[str, NDArray[np.generic]] = {
        "squares.embedding": run.embedding.squares.numpy(),
        "squares.output": run.output.squares.numpy(),
        "squares.bias": run.bias.squares.numpy(),
        "noise": run.noise.get_state().numpy(),
        "place": np.array(
            [run.epoch, run.position.chunk, run.position.done, run.n_tokens], dtype=np.int64
        ),
        "spent": np.array([run.seconds, run.cpu_seconds]),
        "waiting.lengths": np.array([len(row) for row in run.position.waiting], dtype=np.int64),
        "waiting.ids": np.concatenate([np.empty(0, dtype=np.int32), *run.position.waiting]),
    }
    for number, parameter in enumerate(run.model.parameters()):
        for name, value in run.dense.state[parameter].items():
            arrays[f"dense.{number}.{name}"] = value.numpy()
    for number, state in enumerate(run.states):
        parts = state if isinstance(state, tuple) else () if state is None else (state,)
        for place, part in enumerate(parts):
            arrays[f"state.{number}.{place}"] = part.numpy()
    return {name: np.array(array) for name, array in arrays.items()}


def thaw(run: Run, tensors: Arrays, arrays: Arrays) -> None:
    """Take a run up where `freeze` set it down.

    Parameters
    ----------
    run : Run
        From `start`, with the same configuration.
    tensors : mapping of str to ndarray
        The model's.
    arrays : mapping of str to ndarray
        What `freeze` gave.
    """
    run.model.load_state_dict({name: _tensor(array) for name, array in tensors.items()})
    for optimiser, name in (
        (run.embedding, "embedding"),
        (run.output, "output"),
        (run.bias, "bias"),
    ):
        optimiser.squares.copy_(_tensor(arrays[f"squares.{name}"]))
    run.noise.set_state(_tensor(arrays["noise"]))
    run.epoch, chunk, done, run.n_tokens = (int(value) for value in arrays["place"])
    run.seconds, run.cpu_seconds = (float(value) for value in arrays["spent"])
    cuts = np.cumsum(arrays["waiting.lengths"])[:-1]
    waiting = np.split(arrays["waiting.ids"], cuts) if len(arrays["waiting.lengths"]) else []
    run.position = Position(chunk, tuple(row.astype(np.int32) for row in waiting), done)
    for number, parameter in enumerate(run.model.parameters()):
        prefix = f"dense.{number}."
        run.dense.state[parameter] = {
            name.removeprefix(prefix): _tensor(array)
            for name, array in arrays.items()
            if name.startswith(prefix)
        }
    for number in range(len(run.states)):
        parts = [_tensor(arrays[n]) for i in (0, 1) if (n := f"state.{number}.{i}") in arrays]
        if len(parts) == 2:
            run.states[number] = (parts[0], parts[1])
        else:
            run.states[number] = parts[0] if parts else None


def _tensor(array: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.array(array))
