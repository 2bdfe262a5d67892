"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import torch

from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError
from embedviz.models import MeasurementStoppedError
from embedviz.support import clip
from embedviz.training.progress import Callbacks, Meter, Progress, TrainingResult
from embedviz.training.task import AnyTask, Arrays, BatchT, Example, Run, RunT, Task
from embedviz.vectors import WordVectors

_LONGEST_LAST_MEASUREMENT = 10.0  # seconds, of a run that is stopped


def train_run(
    run: RunT,
    task: Task[RunT, BatchT],
    callbacks: Callbacks | None = None,
    *,
    resume: tuple[Arrays, Arrays] | None = None,
) -> TrainingResult:
    """Train a model until its run ends or is stopped.

    Parameters
    ----------
    run : Run
        From the start; of the kind that the task trains.
    task : Task
    callbacks : Callbacks, optional
    resume : (mapping, mapping), optional
        The model's tensors and the snapshot of a run to resume: with the same corpus and
        configuration the final weights are bitwise the same as without the interruption.

    Raises
    ------
    InputError
        If the cost is not finite, or `resume` is damaged.
    """
    if resume:
        _restore(run, task, *resume)
    with _one_thread_a_product(), run.threads:
        return _train(run, task, callbacks or Callbacks())


def _restore(run: Run, task: AnyTask, tensors: Arrays, arrays: Arrays) -> None:
    try:
        task.restore(run, tensors, arrays)
    except (KeyError, ValueError, IndexError, TypeError, RuntimeError) as error:
        reason = clip(str(error), 160)
        raise InputError(
            f"The checkpoint cannot be resumed ({type(error).__name__}: {reason}): copy it again, "
            "or train from scratch without --resume."
        ) from None


def _train(run: Run, task: AnyTask, callbacks: Callbacks) -> TrainingResult:
    if callbacks.begin and not run.n_steps:
        callbacks.begin(_progress(run, task, callbacks, 0.0, math.nan))
    meter = Meter(run)
    try:
        stopped = _take_steps(run, task, callbacks, meter)
    except MeasurementStoppedError:  # of a measurement between two steps
        stopped = _stop(run, task, meter)
    if stopped is not None:
        return stopped
    meter.stamp(run)  # training time, without the measurement
    task.assemble(run)
    if _measure(run, task, callbacks.stop, sample=False):  # a resumed run has only this left
        return _result(run, task, finished=False)
    if callbacks.report:
        callbacks.report(_progress(run, task, callbacks, 1.0, meter.mean()))
    return _result(run, task, finished=True)


def _take_steps(
    run: Run, task: AnyTask, callbacks: Callbacks, meter: Meter
) -> TrainingResult | None:
    """Train to the end; return the result if the run is stopped before."""
    for batch, share, may_stop in task.read(run, callbacks.stop):
        cost = task.learn(run, batch, 1 - share)
        if not math.isfinite(cost):
            raise InputError(
                f"The cost became {cost} at step {run.n_steps}, {task.locate(run, batch)} "
                f"({share:.1%} of the run): train again with a rate below {task.rate(run)}."
            )
        meter.add(cost)
        if callbacks.report and meter.is_report_due():
            meter.stamp(run)
            callbacks.report(_progress(run, task, callbacks, share, meter.mean()))
        if not may_stop:
            continue
        if run.world.any(callbacks.stop()):
            return _stop(run, task, meter)
        is_due = callbacks.save is not None and meter.is_save_due(callbacks.save_every)
        if run.world.any(is_due):  # of all processes, also of those that save nothing
            meter.stamp(run)
            task.assemble(run)
            given_up = _measure(run, task, callbacks.stop, sample=True)
            result = _result(run, task, finished=False)
            if given_up:
                return result
            if callbacks.save:
                callbacks.save(result)
            meter.saved()
    return None


def _stop(run: Run, task: AnyTask, meter: Meter) -> TrainingResult:
    """Return the result of a run that is stopped, measured if that is quick."""
    meter.stamp(run)
    task.assemble(run)
    _measure(run, task, _deadline(), sample=True)
    return _result(run, task, finished=False)


def _measure(run: Run, task: AnyTask, stop: Callable[[], bool], *, sample: bool) -> bool:
    """Measure the run's perplexity; return whether any process gave the measurement up."""
    run.perplexity, given_up = None, False
    try:
        run.perplexity = task.measure(run, sample, stop)
    except MeasurementStoppedError:
        given_up = True
    return run.world.any(given_up)


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


def _progress(run: Run, task: AnyTask, callbacks: Callbacks, share: float, cost: float) -> Progress:
    def vectors(words: Collection[str], n_frequent: int = 0) -> WordVectors | None:
        return task.vectors(run, words, n_frequent)

    def make_checkpoint() -> checkpoint.Checkpoint | None:
        if callbacks.make is None:
            return None
        task.assemble(run)
        return callbacks.make(_result(run, task, finished=False, resumable=False))

    def examples(n: int) -> tuple[Example, ...]:
        return task.examples(run, n)

    return Progress(
        share,
        run.n_tokens,
        cost,
        run.seconds,
        run.perplexity,
        vectors,
        make_checkpoint,
        examples,
    )


def _result(run: Run, task: AnyTask, *, finished: bool, resumable: bool = True) -> TrainingResult:
    return TrainingResult(
        run.model,
        finished,
        run.perplexity,
        run.n_tokens,
        run.n_steps,
        run.seconds,
        run.cpu_seconds,
        task.snapshot(run) if resumable and not finished else {},
    )
