"""The state of a run: model, optimisers and position in the text; snapshots to resume it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedviz.models import LanguageModel, State, Subwords
from embedviz.settings import TrainingConfig
from embedviz.support import Threads
from embedviz.text import Corpus, Position, keep_probabilities
from embedviz.training.distributed import World
from embedviz.training.language.optimiser import RowAdaGrad
from embedviz.training.task import Arrays

_NOISE_TABLE = 1 << 22  # entries


@dataclass(eq=False)
class LanguageRun:
    """A language model in training, with all state of its steps.

    Attributes
    ----------
    corpus : Corpus
    config : TrainingConfig
    world : World
        The processes that train together.
    threads : Threads
        Threads of this process; start them by ``with``.
    model : LanguageModel
    embedding, output, bias : RowAdaGrad
        Optimisers of the tables; `output` is `embedding` if tied.
    grams : RowAdaGrad
        Optimiser of the character n-gram vectors; empty without subwords.
    dense : list of Adam
        Optimisers of the other weights, one per reader.
    adaptive : Adam or None
        Optimiser of the adaptive softmax.
    subwords : Subwords or None
        Word and n-gram vectors from which `assemble_embedding` computes the embedding.
    noise_table : Tensor of int64
        Ids in proportion to their noise probability; empty unless the cost is sampled.
    offset : Tensor, shape (n_words,), or None
        Fixed bias of each word in the sampled cost.
    noise : torch.Generator
        Generator of the noise words.
    readers : list of int
        Index of the model's reader in this chunk, for each thread of all processes.
    states : list of State or None
        Carried over from block to block of a chunk, one for each thread; None is h[0] = 0.
    epoch : int
    position : Position
        Position in the epoch.
    perplexity : float or None
        At the last measurement.
    n_steps : int
        Steps taken so far.
    n_tokens : int
        Tokens read so far, including skipped ones.
    seconds, cpu_seconds : float
        Time so far, including that before an interruption.
    """

    corpus: Corpus
    config: TrainingConfig
    world: World
    threads: Threads
    model: LanguageModel
    embedding: RowAdaGrad
    output: RowAdaGrad
    bias: RowAdaGrad
    grams: RowAdaGrad
    dense: list[torch.optim.Adam]
    adaptive: torch.optim.Adam | None
    subwords: Subwords | None
    noise_table: Tensor
    offset: Tensor | None
    noise: torch.Generator
    readers: list[int] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    epoch: int = 0
    position: Position = field(default_factory=Position)
    perplexity: float | None = None
    n_steps: int = 0
    n_tokens: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def assemble_embedding(self) -> None:
        """Compute the model's embedding from its subwords, if any."""
        if self.subwords:
            self.subwords.write(self.model.embedding)


def start_run(corpus: Corpus, config: TrainingConfig, world: World | None = None) -> LanguageRun:
    """Create an untrained model for a corpus, with optimisers and noise; by default one process."""
    world = world or World()
    words = corpus.vocabulary.words
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
    ).to(world.device)
    subwords = None
    if config.subwords:
        subwords = Subwords.of(words, model.embedding.clone(), config.n_buckets)
    embedding = RowAdaGrad(subwords.own if subwords else model.embedding)
    one_table = config.tied or model.adaptive is not None
    is_sampled = config.cost == "sampled"
    offset = None
    if is_sampled and config.frequency_bias:
        offset = frequency_bias(corpus.counts, config).to(world.device)
    return LanguageRun(
        corpus,
        config,
        world,
        Threads(config.n_threads),
        model,
        embedding,
        embedding if one_table else RowAdaGrad(model.output),
        RowAdaGrad(model.output_bias[:, None]),
        RowAdaGrad(subwords.grams if subwords else model.embedding[:0]),
        [_adam(reader) for reader in model.readers],
        _adam(model.adaptive) if model.adaptive is not None else None,
        subwords,
        noise_table(corpus.counts, config.noise_power) if is_sampled else torch.empty(0),
        offset,
        generator,
    )


def noise_table(counts: NDArray[np.int64], power: float) -> Tensor:
    """Build a table of ids in proportion to count^power, so that a noise draw is one look-up."""
    cumulative = np.cumsum(np.asarray(counts, dtype=np.float64) ** power)
    quantiles = (np.arange(_NOISE_TABLE) + 0.5) / _NOISE_TABLE * cumulative[-1]
    return torch.from_numpy(np.searchsorted(cumulative, quantiles))


def frequency_bias(counts: NDArray[np.int64], config: TrainingConfig) -> Tensor:
    """Return log p - log q of each word, as float32 of shape (n_words,).

    p is its share of the words that are read, frequent words skipped; q is its share of the noise.
    A tied table has no bias: without this one, noise in proportion to count^0.75 makes the ideal
    scores contain 0.25 log count, which the vectors of rare words then share.
    """
    counts = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    keep = keep_probabilities(counts, config.skip)
    read = counts if keep is None else counts * keep
    noise = counts**config.noise_power
    return torch.from_numpy(np.log(read / read.sum()) - np.log(noise / noise.sum())).float()


def _adam(module: torch.nn.Module) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), betas=(0.9, 0.99), fused=True)


def snapshot(run: LanguageRun) -> dict[str, NDArray[np.generic]]:
    """Copy everything except the model's tensors; `restore` resumes from it bitwise identically.

    Possible only between chunks, where no state is carried over. All processes call it at the
    same point; each gets the state of all.
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
    for rank, (lengths, ids) in enumerate(run.world.gather(_waiting(run))):
        arrays[f"waiting.{rank}.lengths"] = lengths.cpu().numpy()
        arrays[f"waiting.{rank}.ids"] = ids.cpu().numpy()
    return {name: np.array(array) for name, array in arrays.items()}


def restore(run: LanguageRun, tensors: Arrays, arrays: Arrays) -> None:
    """Continue a run from a `snapshot`.

    Parameters
    ----------
    run : LanguageRun
        From `start_run`, with the same configuration and number of processes.
    tensors : mapping of str to ndarray
        Tensors of the model.
    arrays : mapping of str to ndarray
        From `snapshot`.
    """
    run.model.load_state_dict({name: _tensor(array) for name, array in tensors.items()})
    for name, table in _tables(run).items():
        table.squares.copy_(_tensor(arrays[f"squares.{name}"]))
    run.noise.set_state(_tensor(arrays["noise"]))
    run.epoch, chunk, done, run.n_steps, run.n_tokens = (int(value) for value in arrays["place"])
    run.seconds, run.cpu_seconds = (float(value) for value in arrays["spent"])
    for prefix, optimiser, parameter in _dense(run):
        state = {
            name.removeprefix(prefix): _tensor(array).to(run.world.device)
            for name, array in arrays.items()
            if name.startswith(prefix)
        }
        if state:  # empty if that reader has read no block yet
            optimiser.state[parameter] = state
    for name, part in _parts(run).items():
        part.copy_(_tensor(arrays[name]))
    rank = run.world.rank
    lengths, ids = arrays[f"waiting.{rank}.lengths"], arrays[f"waiting.{rank}.ids"]
    if arrays["place"].min() < 0 or ids.min(initial=0) < 0 or lengths.min(initial=0) < 0:
        raise ValueError("a negative place or id")
    if ids.max(initial=0) >= len(run.corpus.vocabulary) or lengths.sum() != len(ids):
        raise ValueError("ids that are not in the vocabulary, or do not fit their lengths")
    waiting = np.split(ids.astype(np.int32), np.cumsum(lengths)[:-1]) if len(lengths) else []
    run.position = Position(chunk, tuple(waiting), done)


def _tables(run: LanguageRun) -> dict[str, RowAdaGrad]:
    tables = {"embedding": run.embedding, "output": run.output, "bias": run.bias}
    if run.output is run.embedding:
        del tables["output"]
    if run.subwords:
        tables["grams"] = run.grams
    return tables


def _parts(run: LanguageRun) -> dict[str, Tensor]:
    """Return the tables from which the embedding is computed."""
    return {"own": run.subwords.own, "grams": run.subwords.grams} if run.subwords else {}


def _dense(run: LanguageRun) -> Iterator[tuple[str, torch.optim.Adam, Tensor]]:
    """Yield each dense weight with the prefix of its optimiser's state in a snapshot."""
    optimisers = {str(reader): optimiser for reader, optimiser in enumerate(run.dense)}
    if run.adaptive:
        optimisers["adaptive"] = run.adaptive
    for name, optimiser in optimisers.items():
        for number, parameter in enumerate(optimiser.param_groups[0]["params"]):
            yield f"dense.{name}.{number}.", optimiser, parameter


def _waiting(run: LanguageRun) -> list[Tensor]:
    """Return the state specific to this process: the words read ahead."""
    waiting = [torch.from_numpy(row.astype(np.int64)) for row in run.position.waiting]
    lengths = torch.tensor([len(row) for row in waiting], dtype=torch.int64)
    ids = torch.cat([torch.empty(0, dtype=torch.int64), *waiting])
    return [lengths.to(run.world.device), ids.to(run.world.device)]


def _tensor(array: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.array(array))
