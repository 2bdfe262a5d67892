"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import torch

from embedviz.checkpoints import extract_vectors
from embedviz.errors import InputError
from embedviz.models import MeasurementStoppedError
from embedviz.settings import TrainingConfig
from embedviz.support import clip
from embedviz.text import Block, Corpus
from embedviz.training.blocks import read_run_blocks
from embedviz.training.distributed import World
from embedviz.training.measurement import measure_perplexity
from embedviz.training.progress import Callbacks, Meter, Progress, TrainingResult
from embedviz.training.state import Arrays, Run, restore, snapshot, start_run
from embedviz.training.step import learn
from embedviz.vectors import WordVectors

_LONGEST_LAST_MEASUREMENT = 10.0  # seconds, of a run that is stopped


def train(
    corpus: Corpus,
    config: TrainingConfig,
    callbacks: Callbacks | None = None,
    *,
    resume: tuple[Arrays, Arrays] | None = None,
    world: World | None = None,
) -> TrainingResult:
    """Train a recurrent language model on an encoded text.

    Parameters
    ----------
    corpus : Corpus
    config : TrainingConfig
    callbacks : Callbacks, optional
    resume : (mapping, mapping), optional
        The model's tensors and the snapshot of a run to resume: with the same corpus and
        configuration the final weights are bitwise the same as without the interruption.
    world : World, optional
        The processes that train together; each calls this function with the same corpus and
        configuration, and all end with the same weights. Only the first one measures.

    Raises
    ------
    InputError
        If the text is too short for one block, the cost is not finite, or `resume` is damaged.
    """
    run = start_run(corpus, config, world)
    if resume:
        _restore(run, *resume)
    with _one_thread_a_product(), run.threads:
        return _train(run, callbacks or Callbacks())


def _restore(run: Run, tensors: Arrays, arrays: Arrays) -> None:
    try:
        restore(run, tensors, arrays)
    except (KeyError, ValueError, IndexError, TypeError, RuntimeError) as error:
        reason = clip(str(error), 160)
        raise InputError(
            f"The checkpoint cannot be resumed ({type(error).__name__}: {reason}): copy it again, "
            "or train from scratch without --resume."
        ) from None


def _train(run: Run, callbacks: Callbacks) -> TrainingResult:
    meter, perplexity = Meter(run), None
    for block, share, ends_chunk in read_run_blocks(run):
        cost = learn(run, block, remaining=1 - share)
        _check(cost, run, block, share)
        meter.add(cost)
        run.n_tokens += block.n_read
        if callbacks.report and meter.is_report_due():
            meter.stamp(run)
            callbacks.report(_progress(run, share, meter.mean(), perplexity))
        if not ends_chunk:
            continue
        stopped = run.world.any(callbacks.stop())
        is_due = callbacks.save is not None and meter.is_save_due(callbacks.save_every)
        if stopped or run.world.any(is_due):
            meter.stamp(run)
            run.assemble_embedding()
            perplexity, given_up = _measure(
                run, _deadline() if stopped else callbacks.stop, sample=True
            )
            result = _result(run, perplexity, finished=False)
            if stopped or given_up:
                return result
            if callbacks.save:
                callbacks.save(result)
            meter.saved()
    meter.stamp(run)  # training time, without the measurement
    run.assemble_embedding()
    perplexity, given_up = _measure(run, callbacks.stop, sample=False)
    if given_up:  # a resumed run has only this measurement left
        return _result(run, None, finished=False)
    if callbacks.report:
        callbacks.report(_progress(run, 1.0, meter.mean(), perplexity))
    return _result(run, perplexity, finished=True)


def _measure(run: Run, stop: Callable[[], bool], *, sample: bool) -> tuple[float | None, bool]:
    """Return the perplexity, and whether any process gave the measurement up."""
    perplexity, given_up = None, False
    try:
        perplexity = measure_perplexity(run, sample=sample, stop=stop)
    except MeasurementStoppedError:
        given_up = True
    return perplexity, run.world.any(given_up)


def _deadline() -> Callable[[], bool]:
    """Return a function that returns True once a stopped run should be saved unmeasured."""
    end = time.monotonic() + _LONGEST_LAST_MEASUREMENT
    return lambda: time.monotonic() > end


@contextmanager
def _one_thread_a_product() -> Iterator[None]:
    """Use one thread per matrix product: the run's threads work on separate streams instead."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _check(cost: float, run: Run, block: Block, share: float) -> None:
    """Raise `InputError` if the cost is not finite."""
    if not math.isfinite(cost):
        raise InputError(
            f"The cost became {cost} at step {run.n_steps}, block {block.number + 1} of "
            f"chunk {run.position.chunk} in epoch {run.epoch + 1} ({share:.1%} of the "
            f"run): train again with a rate below {run.config.rate}."
        )


def _progress(run: Run, share: float, cost: float, perplexity: float | None) -> Progress:
    return Progress(share, run.n_tokens, cost, run.seconds, perplexity, _vectors_of(run))


def _vectors_of(run: Run) -> Callable[[Collection[str]], WordVectors | None]:
    """Return a function that extracts the current vectors of some words."""

    def vectors(words: Collection[str]) -> WordVectors | None:
        run.assemble_embedding()
        return extract_vectors(run.corpus.vocabulary, run.model.embedding.cpu().numpy(), words)

    return vectors


def _result(run: Run, perplexity: float | None, *, finished: bool) -> TrainingResult:
    return TrainingResult(
        run.model,
        finished,
        perplexity,
        run.n_tokens,
        run.seconds,
        run.cpu_seconds,
        {} if finished else snapshot(run),
    )
