"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.checkpoints import extract_vectors
from embedviz.errors import InputError
from embedviz.models import LanguageModel, calibrate, perplexity
from embedviz.settings import TrainingConfig
from embedviz.support import Threads
from embedviz.text import Block, Corpus, Position, cut_evenly, keep_probabilities, read_chunks
from embedviz.training.distributed import World
from embedviz.training.state import Arrays, Run, restore, snapshot, start_run
from embedviz.training.step import learn, noise_table
from embedviz.vectors import WordVectors

_CALIBRATION_BLOCKS, _CALIBRATION_LENGTH = 20, 65
_SAMPLE_LENGTH = 51


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes
    ----------
    share : float
        Done so far, between 0 and 1.
    n_tokens : int
        Tokens of the text read so far, the skipped ones too.
    cost : float
        Mean training cost a token since the last report, in nats.
    seconds : float
        Since the run began, the time before an interruption too.
    perplexity : float or None
        Of a sample of the held-out text at the last checkpoint, over the full softmax.
    vectors : callable
        Gives the vectors of some words as they stand when it is called; see `extract_vectors`.
    """

    share: float
    n_tokens: int
    cost: float
    seconds: float
    perplexity: float | None
    vectors: Callable[[Collection[str]], WordVectors | None]


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """A trained model and what is known of it.

    Attributes
    ----------
    model : LanguageModel
    finished : bool
        False if the run was stopped and can be resumed.
    perplexity : float or None
        On the held-out text, over the full softmax; None if no text was held out, and of a
        sample of it for a run not finished.
    n_tokens : int
        Tokens read, the skipped ones too.
    seconds, cpu_seconds : float
        Of the loop alone.
    snapshot : mapping of str to ndarray
        What a stopped run needs to go on; empty for a finished one.
    """

    model: LanguageModel
    finished: bool
    perplexity: float | None
    n_tokens: int
    seconds: float
    cpu_seconds: float
    snapshot: Mapping[str, NDArray[np.generic]]


class _Meter:
    """Mean cost since the last report, and when the next one is due."""

    def __init__(self, run: Run) -> None:
        self._began, self._cpu_began = time.monotonic(), time.process_time()
        self._before = run.seconds, run.cpu_seconds
        self.reported = self._began
        self.cost, self.n_costs, self.last = 0.0, 0, math.nan

    def add(self, cost: float) -> None:
        """Take in a step's cost."""
        self.cost, self.n_costs = self.cost + cost, self.n_costs + 1

    def seconds(self) -> tuple[float, float]:
        """Wall and CPU seconds of the whole run."""
        wall, cpu = time.monotonic() - self._began, time.process_time() - self._cpu_began
        return self._before[0] + wall, self._before[1] + cpu

    def mean(self) -> float:
        """Mean cost since the last call; that of the last call if nothing was learnt since."""
        if self.n_costs:
            self.last = self.cost / self.n_costs
        self.reported, self.cost, self.n_costs = time.monotonic(), 0.0, 0
        return self.last


def train(
    corpus: Corpus,
    config: TrainingConfig,
    *,
    report: Callable[[Progress], None] | None = None,
    save: Callable[[TrainingResult], None] | None = None,
    save_every: float = 300.0,
    stop: Callable[[], bool] = lambda: False,
    resume: tuple[Arrays, Arrays] | None = None,
    world: World | None = None,
) -> TrainingResult:
    """Train a recurrent language model on an encoded text.

    Parameters
    ----------
    corpus : Corpus
    config : TrainingConfig
    report : callable, optional
        Called about five times a second, and at the end.
    save : callable, optional
        Called every so often with the result so far.
    save_every : float
        Seconds between two calls of `save`.
    stop : callable
        Asked every second or so; once it says True the run ends, not finished.
    resume : (mapping, mapping), optional
        The model's tensors and the snapshot of a run to go on with: the same corpus and
        configuration end in bitwise the same weights as without the interruption.
    world : World, optional
        The processes that train together, each calling this function with the same corpus and
        configuration; all end with the same weights. Only the first one measures.

    Raises
    ------
    InputError
        If the text is too short for one block, or the cost stops being a number.
    """
    world = world or World()
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # the threads below work on streams of their own
    try:
        return _train(corpus, config, report, save, save_every, stop, resume, world)
    finally:
        torch.set_num_threads(before)


def _train(
    corpus: Corpus,
    config: TrainingConfig,
    report: Callable[[Progress], None] | None,
    save: Callable[[TrainingResult], None] | None,
    save_every: float,
    stop: Callable[[], bool],
    resume: tuple[Arrays, Arrays] | None,
    world: World,
) -> TrainingResult:
    keep = keep_probabilities(corpus.counts, config.skip)
    n_streams = _fitting_streams(corpus, keep, config, world)
    cuts = cut_evenly(corpus.train, keep, n_streams)
    run = start_run(corpus.vocabulary.words, config, world.device)
    if resume:
        restore(run, *resume, world)
    table = noise_table(corpus.counts, config.noise_power)
    meter, saved, measured, share = _Meter(run), time.monotonic(), None, 0.0
    vectors = _looking_at(run, corpus)
    with Threads(config.n_threads) as threads:
        for block, share, may_stop in _read(run, corpus, config, keep, cuts, world):
            cost = learn(
                run, block, table, config, remaining=1 - share, threads=threads, world=world
            )
            _check(cost, run, block, share, config)
            meter.add(cost)
            run.n_tokens += block.n_read
            if report and time.monotonic() - meter.reported > 0.2:
                seconds = meter.seconds()[0]
                report(Progress(share, run.n_tokens, meter.mean(), seconds, measured, vectors))
            if not may_stop:
                continue
            stopped = world.any(stop())
            if stopped or world.any(save is not None and time.monotonic() - saved > save_every):
                run.seconds, run.cpu_seconds = meter.seconds()
                run.put_together()
                measured = _measure(run.model, corpus, config, world, sample=True)
                result = _result(run, measured, world, finished=False)
                if stopped:
                    return result
                if save:
                    save(result)
                saved = time.monotonic()
    if not run.n_tokens:
        raise InputError(
            f"epochs={config.epochs} of a text of {len(corpus.train)} words is less than one block "
            f"of {n_streams} x {config.n_steps} words: read more epochs."
        )
    mean = meter.mean()
    run.seconds, run.cpu_seconds = meter.seconds()  # before it is measured
    run.put_together()
    result = _result(run, _measure(run.model, corpus, config, world), world, finished=True)
    if report:
        report(Progress(1.0, run.n_tokens, mean, result.seconds, result.perplexity, vectors))
    return result


def _looking_at(run: Run, corpus: Corpus) -> Callable[[Collection[str]], WordVectors | None]:
    """Return what gives the vectors of some words as they stand when it is called."""

    def vectors(words: Collection[str]) -> WordVectors | None:
        run.put_together()
        return extract_vectors(corpus.vocabulary, run.model.embedding.cpu().numpy(), words)

    return vectors


def _read(
    run: Run,
    corpus: Corpus,
    config: TrainingConfig,
    keep: NDArray[np.float32] | None,
    cuts: NDArray[np.int64],
    world: World,
) -> Iterator[tuple[Block, float, bool]]:
    """Yield blocks, the share of the run done after each, and whether it ends a chunk.

    Once the last block of a chunk is learnt, the run's position is where to go on.
    """
    n_own, n_parts = (len(cuts) - 1) // world.size, config.n_threads * world.size
    first = config.n_threads * world.rank
    for epoch in range(run.epoch, math.ceil(config.epochs)):
        for chunk in read_chunks(
            corpus.train,
            cuts=cuts,
            n_steps=config.n_steps,
            keep=keep,
            seed=(config.seed, epoch),
            start=run.position,
            mine=slice(world.rank * n_own, (world.rank + 1) * n_own),
            agree=world.least,
        ):
            run.position = chunk.after
            turn = epoch + chunk.after.chunk - 1
            run.readers = [(turn + part) % len(run.model.readers) for part in range(n_parts)]
            run.states = [None] * config.n_threads
            backwards = np.array(run.readers[first : first + config.n_threads]) == 1
            chunk = chunk.reverse_streams(np.repeat(backwards, n_own // config.n_threads))
            for number, block in enumerate(chunk.blocks(), start=1):
                share = (epoch + block.progress) / config.epochs
                if share > 1:
                    return
                yield block, share, number == chunk.n_blocks
        run.epoch, run.position = epoch + 1, Position()


def _check(cost: float, run: Run, block: Block, share: float, config: TrainingConfig) -> None:
    if not math.isfinite(cost):
        raise InputError(
            f"The cost became {cost} at step {run.n_steps}, block {block.number + 1} of "
            f"chunk {run.position.chunk} in epoch {run.epoch + 1} ({share:.1%} of the "
            f"run): train again with a rate below {config.rate}."
        )


def _result(run: Run, measured: float | None, world: World, *, finished: bool) -> TrainingResult:
    return TrainingResult(
        run.model,
        finished,
        measured,
        run.n_tokens,
        run.seconds,
        run.cpu_seconds,
        {} if finished else snapshot(run, world),
    )


def _measure(
    model: LanguageModel,
    corpus: Corpus,
    config: TrainingConfig,
    world: World,
    *,
    sample: bool = False,
) -> float | None:
    """Calibrate a model if need be, and measure its perplexity on held-out text."""
    if not world.is_first:
        return None
    shorter = 5 if sample else 1
    if config.cost == "sampled":
        calibrate(model, _unskipped(corpus, _CALIBRATION_LENGTH // shorter), corpus.counts)
    if not len(corpus.held_out):
        return None
    held_out = corpus.held_out[:, :_SAMPLE_LENGTH] if sample else corpus.held_out
    return perplexity(model, held_out)


def _fitting_streams(
    corpus: Corpus, keep: NDArray[np.float32] | None, config: TrainingConfig, world: World
) -> int:
    """As many streams for each thread as wanted, but so few that each holds some eight blocks."""
    counts = corpus.counts
    n_kept = counts.sum() if keep is None else (counts * keep).sum()
    n_parts = config.n_threads * world.size
    needed = 2 * (config.n_steps + 1) * n_parts
    if n_kept < needed:
        raise InputError(
            f"The text is too short: about {n_kept:.0f} words are left to read once frequent ones "
            f"are skipped, and {needed} are needed; give more text."
        )
    return n_parts * int(min(config.n_streams, max(1, n_kept // (8 * config.n_steps * n_parts))))


def _unskipped(corpus: Corpus, length: int) -> NDArray[np.int32]:
    """Blocks of training text, evenly spread, shape (n_blocks, n_block)."""
    n = len(corpus.train)
    length = min(length, n)
    starts = np.unique(np.linspace(0, n - length, _CALIBRATION_BLOCKS).astype(np.int64))
    return np.stack([corpus.train[start : start + length] for start in starts])
