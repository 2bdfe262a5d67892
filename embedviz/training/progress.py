"""Progress reports and callbacks of a training run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import nn

from embedviz.checkpoints import checkpoint
from embedviz.training.task import Example, Run
from embedviz.vectors import WordVectors

_REPORT_EVERY = 0.2  # seconds
# a longer step that took a tenth of its time on the processor was interrupted by a suspension
_LONGEST_STEP, _MOST_WAITING = 60.0, 10


class VectorsOf(Protocol):
    """Function of `Progress` that returns vectors."""

    def __call__(self, words: Collection[str], n_frequent: int = 0) -> WordVectors | None:
        """Return vectors of some words and of the most frequent ones."""


@dataclass(frozen=True)
class Progress:
    """The progress of a run.

    Attributes
    ----------
    share : float
        Share of the run done, between 0 and 1.
    n_tokens : int
        Tokens of the text read so far, including skipped ones.
    cost : float
        Mean training cost per token since the last report, in nats; NaN before the first step.
    seconds : float
        Wall time of training, including the time before an interruption.
    perplexity : float or None
        On a sample of the held-out text at the last checkpoint, over the full softmax.
    vectors : callable
        Returns the current vectors of some words, and of a number of the most frequent ones; see
        `embedviz.checkpoints.extract_vectors`.
    checkpoint : callable
        Returns the model as it is now, to open it as a saved one; None if nobody saves it.
    examples : callable
        Returns the first held-out pairs, at most so many.
    """

    share: float
    n_tokens: int
    cost: float
    seconds: float
    perplexity: float | None
    vectors: VectorsOf
    checkpoint: Callable[[], checkpoint.Checkpoint | None] = lambda: None
    examples: Callable[[int], tuple[Example, ...]] = lambda n: ()


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """A trained model and its results.

    Attributes
    ----------
    model : Module
    finished : bool
        False if the run was stopped and can be resumed.
    perplexity : float or None
        On the held-out text over the full softmax; on a sample of it if the run is unfinished.
        None without held-out text.
    n_tokens : int
        Tokens read, including skipped ones.
    n_steps : int
        Updates of the weights.
    seconds, cpu_seconds : float
        Time of the training loop only.
    snapshot : mapping of str to ndarray
        State needed to resume an unfinished run; empty for a finished one.
    """

    model: nn.Module
    finished: bool
    perplexity: float | None
    n_tokens: int
    n_steps: int
    seconds: float
    cpu_seconds: float
    snapshot: Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Callbacks:
    """Functions that a run calls while it trains.

    Parameters
    ----------
    encode : callable, optional
        Called with the share of the texts encoded so far, between 0 and 1.
    begin : callable, optional
        Called with the progress of a new run before its first step: the untrained model.
    report : callable, optional
        Called with the progress about five times a second, and at the end.
    save : callable, optional
        Called with the unfinished result every `save_every` seconds.
    save_every : float
        Seconds between two checkpoints.
    make : callable, optional
        Makes a checkpoint of a result; given by the function that saves it.
    stop : callable
        Called at the end of each chunk; if it returns True, the run ends unfinished.
    """

    encode: Callable[[float], None] | None = None
    report: Callable[[Progress], None] | None = None
    begin: Callable[[Progress], None] | None = None
    save: Callable[[TrainingResult], None] | None = None
    save_every: float = 300.0
    make: Callable[[TrainingResult], checkpoint.Checkpoint] | None = None
    stop: Callable[[], bool] = lambda: False


class Meter:
    """Mean cost and time of a run, and the schedule of reports and checkpoints."""

    def __init__(self, run: Run) -> None:
        self._clock = self._reported = self._saved = time.monotonic()
        self._cpu_clock = time.process_time()
        self._seconds, self._cpu_seconds = run.seconds, run.cpu_seconds
        self._cost, self._n_costs, self._mean = 0.0, 0, math.nan

    def add(self, cost: float) -> None:
        """Add the cost and the time of a step."""
        self._read_clocks()
        self._cost, self._n_costs = self._cost + cost, self._n_costs + 1

    def is_report_due(self) -> bool:
        """Whether the next report is due."""
        return time.monotonic() - self._reported > _REPORT_EVERY

    def is_save_due(self, save_every: float) -> bool:
        """Whether the next checkpoint is due."""
        return time.monotonic() - self._saved > save_every

    def saved(self) -> None:
        """Restart the timer of checkpoints."""
        self._saved = time.monotonic()

    def mean(self) -> float:
        """Return the mean cost since the last call; repeated if there was no step since."""
        if self._n_costs:
            self._mean = self._cost / self._n_costs
        self._reported, self._cost, self._n_costs = time.monotonic(), 0.0, 0
        return self._mean

    def stamp(self, run: Run) -> None:
        """Store the total wall and CPU seconds in the run."""
        self._read_clocks()
        run.seconds, run.cpu_seconds = self._seconds, self._cpu_seconds

    def _read_clocks(self) -> None:
        """Add the time since the last call, without that of a machine that was suspended."""
        now, cpu_now = time.monotonic(), time.process_time()
        passed, cpu_passed = now - self._clock, cpu_now - self._cpu_clock
        is_suspension = passed > _LONGEST_STEP and passed > _MOST_WAITING * cpu_passed
        self._seconds += cpu_passed if is_suspension else passed
        self._cpu_seconds += cpu_passed
        self._clock, self._cpu_clock = now, cpu_now
