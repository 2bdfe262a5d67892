"""The state of a run on pairs: model, optimiser and position; snapshots to resume it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import Optimizer

from embedviz.models import PictureToText, SequenceNet, TextToVector, build_net
from embedviz.settings import SequenceConfig
from embedviz.support import Threads
from embedviz.text import PairCorpus, order_batches
from embedviz.training.distributed import World
from embedviz.training.sequences.optimisers import MOMENTS, make_optimisers, text_embedding
from embedviz.training.task import Arrays

_LONGEST_WARM_UP = 0.1  # share of a run's steps
_BEST, _MOMENTS = "best.", "moments."


@dataclass(frozen=True, eq=False)
class Tables:
    """Vectors from elsewhere.

    Attributes
    ----------
    embedding : ndarray of float32, shape (n_words, n_dims), or None
        First vectors of the words of the source, or of the target if the source is a label; rows
        of NaN stay random.
    vectors : ndarray of float32, shape (n_labels, n_dims), or None
        Of the labels.
    answers : ndarray of bool, shape (n_labels,), or None
        Labels that may be answers, and so stand among the noise; by default all.
    pictures : ndarray, shape (n_labels, 3, size, size) of uint8, or (n_labels, n_features), or None
        Of the labels, if these are names of pictures; or their features.
    """

    embedding: NDArray[np.float32] | None = None
    vectors: NDArray[np.float32] | None = None
    answers: NDArray[np.bool_] | None = None
    pictures: NDArray[np.uint8] | NDArray[np.float32] | None = None


@dataclass(eq=False)
class SequenceRun:
    """A sequence model in training, with all state of its steps.

    Attributes
    ----------
    corpus : PairCorpus
    config : SequenceConfig
    world : World
    model : SequenceNet
    optimisers : tuple of Optimizer
    log_q : Tensor, shape (n_target,)
        Log probabilities of the noise.
    noise_ends : Tensor, shape (n_target,)
        Their cumulative sums, by which it is drawn.
    warm_up : float
        Steps over which the learning rate rises: at most a tenth of the run's.
    epoch, batch : int
        Position: the next batch of the epoch.
    best : mapping of str to Tensor
        The weights with the lowest held-out perplexity so far; empty before the first measurement.
    best_perplexity : float
    n_worse : int
        Epochs since then.
    perplexity, n_steps, n_tokens, seconds, cpu_seconds
        See `embedviz.training.task.Run`; tokens are those of the targets.
    """

    corpus: PairCorpus
    config: SequenceConfig
    world: World
    model: SequenceNet
    optimisers: tuple[Optimizer, ...]
    log_q: Tensor
    noise_ends: Tensor
    warm_up: float
    threads: Threads = field(default_factory=Threads)
    epoch: int = 0
    batch: int = 0
    best: dict[str, Tensor] = field(default_factory=dict)
    best_perplexity: float = np.inf
    n_worse: int = 0
    perplexity: float | None = None
    n_steps: int = 0
    n_tokens: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def assemble(self) -> None:
        """Take the best weights of an ended run; an unfinished one keeps its own."""
        if self.best and self.is_over:
            self.model.load_state_dict(self.best)

    @property
    def weights(self) -> list[Tensor]:
        """All weights that are trained, in the optimisers' order."""
        return [weight for group in self.groups for weight in group["params"]]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The optimisers' groups of weights."""
        return [group for optimiser in self.optimisers for group in optimiser.param_groups]

    @property
    def is_over(self) -> bool:
        """Whether no batch is left, or the perplexity has not improved for too long."""
        return self.epoch >= self.config.epochs or self.n_worse >= self.config.patience


def start_run(
    corpus: PairCorpus,
    config: SequenceConfig,
    tables: Tables | None = None,
    world: World | None = None,
) -> SequenceRun:
    """Create an untrained model for pairs, with its optimiser; by default one process."""
    tables, world = tables or Tables(), world or World()
    vectors = None if tables.vectors is None else torch.from_numpy(np.array(tables.vectors))
    n_source, n_target = len(corpus.source.vocabulary), len(corpus.target.vocabulary)
    model = build_net(config, n_source, n_target, vectors)
    if tables.embedding is not None:
        given = torch.from_numpy(np.array(tables.embedding))
        known = ~given.isnan().any(1)
        embedding = text_embedding(model)
        with torch.no_grad():
            if config.frozen:  # an unknown word is in the middle, not at a random place
                embedding.zero_()
            embedding[known] = given[known]
    if isinstance(model, PictureToText):
        assert tables.pictures is not None
        model.pictures = torch.from_numpy(tables.pictures)  # stays where it is: maybe on the disk
    model = model.to(world.device)
    if isinstance(model, TextToVector) and tables.answers is not None:
        model.answers = torch.from_numpy(tables.answers).to(world.device)
    optimisers = make_optimisers(model, config, has_first=tables.embedding is not None)
    noise = _noise(corpus, config, tables)
    with np.errstate(divide="ignore"):  # composed labels are never drawn
        log_q = torch.from_numpy(np.log(noise).astype(np.float32)).to(world.device)
    ends = torch.from_numpy(np.cumsum(noise)[:-1].astype(np.float32))
    warm_up = _warm_up(corpus, config)
    return SequenceRun(corpus, config, world, model, optimisers, log_q, ends, warm_up)


def _warm_up(corpus: PairCorpus, config: SequenceConfig) -> float:
    """Return the steps of the warm-up, in a run of a few hundred steps a tenth of these."""
    # as many batches as in any other epoch
    batches = order_batches(corpus, corpus.train, n_pairs=config.n_pairs, seed=(config.seed, 0))
    return min(config.warm_up, _LONGEST_WARM_UP * len(batches) * config.epochs)


def _noise(corpus: PairCorpus, config: SequenceConfig, tables: Tables) -> NDArray[np.float64]:
    """Return the probabilities of noise words, in proportion to count^power; of labels, alike."""
    counts = corpus.target.vocabulary.counts
    if counts is None or not corpus.target.is_text:
        counts = np.ones(len(corpus.target.vocabulary), dtype=np.int64)
        if tables.answers is not None and tables.answers.any():
            return np.asarray(tables.answers / tables.answers.sum())
    weights = np.maximum(counts, 1).astype(np.float64) ** config.noise_power
    return np.asarray(weights / weights.sum())


def snapshot(run: SequenceRun) -> Arrays:
    """Copy everything except the model's tensors; `restore` resumes from it bitwise identically."""
    place = [run.epoch, run.batch, run.n_worse, run.n_steps, run.n_tokens]
    arrays: dict[str, NDArray[np.generic]] = {
        "place": np.array(place, dtype=np.int64),
        "spent": np.array([run.seconds, run.cpu_seconds, run.best_perplexity]),
    }
    for number, (optimiser, weight) in enumerate(_of_optimisers(run)):
        for name, value in optimiser.state[weight].items():
            arrays[f"{_MOMENTS}{number}.{name}"] = value.cpu().numpy()
    for name, best in run.best.items():
        arrays[_BEST + name] = best.cpu().numpy()
    return {name: np.array(array) for name, array in arrays.items()}


def restore(run: SequenceRun, tensors: Arrays, arrays: Arrays) -> None:
    """Continue a run from a `snapshot`.

    Parameters
    ----------
    run : SequenceRun
        From `start_run`, with the same corpus and configuration.
    tensors : mapping of str to ndarray
        Tensors of the model; others are ignored.
    arrays : mapping of str to ndarray
        From `snapshot`.
    """
    names = run.model.state_dict()
    run.model.load_state_dict({name: torch.from_numpy(np.array(tensors[name])) for name in names})
    place = [int(value) for value in arrays["place"]]
    if min(place) < 0:
        raise ValueError("a negative place")
    run.epoch, run.batch, run.n_worse, run.n_steps, run.n_tokens = place
    run.seconds, run.cpu_seconds, run.best_perplexity = (float(one) for one in arrays["spent"])
    device = run.world.device

    def part(prefix: str) -> dict[str, Tensor]:
        return {
            name.removeprefix(prefix): torch.from_numpy(np.array(array)).to(device)
            for name, array in arrays.items()
            if name.startswith(prefix)
        }

    for number, (optimiser, weight) in enumerate(_of_optimisers(run)):
        moments = part(f"{_MOMENTS}{number}.")
        like = dict.fromkeys(MOMENTS[type(optimiser)], weight)
        if isinstance(optimiser, torch.optim.Adam):
            like["step"] = torch.zeros(())
        _check(moments, like, f"of {number}")
        optimiser.state[weight] = moments
    run.best = part(_BEST)
    if run.best:
        _check(run.best, names, "of the best weights")


def _of_optimisers(run: SequenceRun) -> list[tuple[Optimizer, Tensor]]:
    """Return all weights that are trained, each with its optimiser."""
    return [
        (optimiser, weight)
        for optimiser in run.optimisers
        for group in optimiser.param_groups
        for weight in group["params"]
    ]


def _check(found: Mapping[str, Tensor], like: Mapping[str, Tensor], what: str) -> None:
    """Raise `ValueError` unless the tensors have the names, shapes and types of others."""
    if found.keys() != like.keys():
        raise ValueError(f"tensors {what} that are missing or unknown")
    for name, one in found.items():
        if one.shape != like[name].shape or one.dtype != like[name].dtype:
            raise ValueError(f"{name} {what} of another shape or type")
