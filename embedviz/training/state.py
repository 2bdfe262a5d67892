"""What changes while a model trains, and how to set it down and take it up again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedviz.models import LanguageModel, State, Subwords
from embedviz.settings import TrainingConfig
from embedviz.text import Position
from embedviz.training.distributed import World
from embedviz.training.optimiser import RowAdaGrad

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(eq=False)
class Run:
    """A model in training.

    Attributes
    ----------
    model : LanguageModel
    embedding, output, bias : RowAdaGrad
        Of the tables; `output` is `embedding` if they are tied.
    grams : RowAdaGrad
        Of the vectors of character n-grams; of none without subwords.
    dense : list of Adam
        Of the other weights, one for each reader.
    adaptive : Adam or None
        Of the adaptive softmax, where there is one.
    subwords : Subwords or None
        What the embedding is made of, where it is; the model's own is then put together anew
        before it is measured or kept.
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
    grams: RowAdaGrad
    dense: list[torch.optim.Adam]
    adaptive: torch.optim.Adam | None
    subwords: Subwords | None
    noise: torch.Generator
    readers: list[int] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    epoch: int = 0
    position: Position = field(default_factory=Position)
    n_steps: int = 0
    n_tokens: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def put_together(self) -> None:
        """Bring the model's embedding up to date with what it is made of."""
        if self.subwords:
            self.subwords.write(self.model.embedding)


def start_run(
    words: Sequence[str], config: TrainingConfig, device: torch.device | None = None
) -> Run:
    """Make an untrained model and what its training needs, on the processor by default."""
    generator = torch.Generator().manual_seed(config.seed)
    model = LanguageModel(
        len(words),
        config.n_dims,
        config.n_states or config.n_dims,
        cell=config.cell,
        tied=config.tied,
        adaptive=config.cost == "adaptive",
        linear_path=config.linear_path,
        bidirectional=config.bidirectional,
        generator=generator,
    ).to(device)
    subwords = None
    if config.subwords:
        subwords = Subwords.of(words, model.embedding.clone(), config.n_buckets)
    embedding = RowAdaGrad(subwords.own if subwords else model.embedding)
    one_table = config.tied or model.adaptive is not None
    return Run(
        model,
        embedding,
        embedding if one_table else RowAdaGrad(model.output),
        RowAdaGrad(model.output_bias[:, None]),
        RowAdaGrad(subwords.grams if subwords else model.embedding[:0]),
        [_adam(reader) for reader in model.readers],
        _adam(model.adaptive) if model.adaptive is not None else None,
        subwords,
        generator,
    )


def _adam(module: torch.nn.Module) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), betas=(0.9, 0.99), fused=True)


def snapshot(run: Run, world: World) -> dict[str, NDArray[np.generic]]:
    """Set down everything beside the model's own tensors; `restore` takes it up bit for bit.

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
    for prefix, optimiser, parameter in _dense(run):
        for name, value in optimiser.state[parameter].items():
            arrays[prefix + name] = value.cpu().numpy()
    for name, part in _parts(run).items():
        arrays[name] = part.cpu().numpy()
    for rank, (lengths, ids) in enumerate(world.gather(_waiting(run, world))):
        arrays[f"waiting.{rank}.lengths"] = lengths.cpu().numpy()
        arrays[f"waiting.{rank}.ids"] = ids.cpu().numpy()
    return {name: np.array(array) for name, array in arrays.items()}


def restore(run: Run, tensors: Arrays, arrays: Arrays, world: World) -> None:
    """Take a run up where `snapshot` set it down.

    Parameters
    ----------
    run : Run
        From `start_run`, with the same configuration.
    tensors : mapping of str to ndarray
        The model's.
    arrays : mapping of str to ndarray
        What `snapshot` gave.
    world : World
        Of as many processes as then.
    """
    run.model.load_state_dict({name: _tensor(array) for name, array in tensors.items()})
    for name, table in _tables(run).items():
        table.squares.copy_(_tensor(arrays[f"squares.{name}"]))
    run.noise.set_state(_tensor(arrays["noise"]))
    run.epoch, chunk, done, run.n_steps, run.n_tokens = (int(value) for value in arrays["place"])
    run.seconds, run.cpu_seconds = (float(value) for value in arrays["spent"])
    for prefix, optimiser, parameter in _dense(run):
        state = {
            name.removeprefix(prefix): _tensor(array).to(world.device)
            for name, array in arrays.items()
            if name.startswith(prefix)
        }
        if state:  # none yet if that reader has read no block
            optimiser.state[parameter] = state
    for name, part in _parts(run).items():
        part.copy_(_tensor(arrays[name]))
    lengths, ids = arrays[f"waiting.{world.rank}.lengths"], arrays[f"waiting.{world.rank}.ids"]
    waiting = np.split(ids.astype(np.int32), np.cumsum(lengths)[:-1]) if len(lengths) else []
    run.position = Position(chunk, tuple(waiting), done)


def _tables(run: Run) -> dict[str, RowAdaGrad]:
    tables = {"embedding": run.embedding, "output": run.output, "bias": run.bias}
    if run.output is run.embedding:
        del tables["output"]
    if run.subwords:
        tables["grams"] = run.grams
    return tables


def _parts(run: Run) -> dict[str, Tensor]:
    """Tell what the embedding is made of."""
    return {"own": run.subwords.own, "grams": run.subwords.grams} if run.subwords else {}


def _dense(run: Run) -> Iterator[tuple[str, torch.optim.Adam, Tensor]]:
    """Give each dense weight with a name for what its optimiser keeps of it."""
    optimisers = {str(reader): optimiser for reader, optimiser in enumerate(run.dense)}
    if run.adaptive:
        optimisers["adaptive"] = run.adaptive
    for name, optimiser in optimisers.items():
        for number, parameter in enumerate(optimiser.param_groups[0]["params"]):
            yield f"dense.{name}.{number}.", optimiser, parameter


def _waiting(run: Run, world: World) -> list[Tensor]:
    """Tell what only this process knows: the words that it has read ahead."""
    waiting = [torch.from_numpy(row.astype(np.int64)) for row in run.position.waiting]
    lengths = torch.tensor([len(row) for row in waiting], dtype=torch.int64)
    ids = torch.cat([torch.empty(0, dtype=torch.int64), *waiting])
    return [lengths.to(world.device), ids.to(world.device)]


def _tensor(array: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.array(array))
