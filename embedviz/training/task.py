"""What the training loop needs to know of a kind of model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import nn

from embedviz.support import Threads
from embedviz.training.distributed import World
from embedviz.vectors import WordVectors

Arrays = Mapping[str, NDArray[np.generic]]


class Run(Protocol):
    """A model in training, with all state of its steps.

    Attributes
    ----------
    world : World
        The processes that train together.
    threads : Threads
        Threads of this process; start them by ``with``.
    model : Module
    perplexity : float or None
        At the last measurement.
    n_steps : int
        Steps taken so far.
    n_tokens : int
        Tokens read so far, including skipped ones.
    seconds, cpu_seconds : float
        Time so far, including that before an interruption.
    """

    world: World
    threads: Threads
    perplexity: float | None
    n_steps: int
    n_tokens: int
    seconds: float
    cpu_seconds: float

    @property
    def model(self) -> nn.Module:
        """The model."""
        ...


@dataclass(frozen=True)
class Example:
    """A held-out pair; of a language model a passage and nothing.

    Attributes
    ----------
    source, target : tuple of str
        Words of a text, a label, or the name of a picture.
    """

    source: tuple[str, ...]
    target: tuple[str, ...] = ()


RunT = TypeVar("RunT", bound=Run)
BatchT = TypeVar("BatchT")


@dataclass(frozen=True)
class Task(Generic[RunT, BatchT]):
    """The functions by which the loop trains a kind of model.

    Attributes
    ----------
    read : callable (run, stop) -> iterator of (batch, share, may_stop)
        The batches from the run's position on, the share of the run done after each, and whether
        the run can be saved there. What it measures between them is given up once `stop` returns
        True, by `MeasurementStoppedError`; a resumed run begins with it.
    learn : callable (run, batch, remaining) -> float
        Takes a step; returns the mean cost per token, in nats. `remaining` is the share of the
        run that remains.
    assemble : callable (run)
        Makes the model's tensors those to measure and to save.
    measure : callable (run, sample, stop) -> float or None
        Perplexity on held-out text, or on a sample of it; raises `MeasurementStoppedError`.
    snapshot : callable (run) -> Arrays
        All that a run needs to resume except the model's tensors.
    restore : callable (run, tensors, arrays)
        Continues from them, bitwise identically.
    locate : callable (run, batch) -> str
        The place of a batch, for an error message.
    vectors : callable (run, words, n_frequent) -> WordVectors or None
        The current vectors of some words and of the most frequent ones.
    examples : callable (run, n) -> tuple of Example
        The first held-out pairs, at most n.
    rate : callable (run) -> float
        The learning rate, for an error message.
    """

    read: Callable[[RunT, Callable[[], bool]], Iterator[tuple[BatchT, float, bool]]]
    learn: Callable[[RunT, BatchT, float], float]
    assemble: Callable[[RunT], None]
    measure: Callable[[RunT, bool, Callable[[], bool]], float | None]
    snapshot: Callable[[RunT], Arrays]
    restore: Callable[[RunT, Arrays, Arrays], None]
    locate: Callable[[RunT, BatchT], str]
    vectors: Callable[[RunT, Collection[str], int], WordVectors | None]
    examples: Callable[[RunT, int], tuple[Example, ...]]
    rate: Callable[[RunT], float]


AnyTask = Task[Any, Any]
