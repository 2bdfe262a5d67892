"""Progress of a training run: bars, metrics files, snapshots, and stop signals."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from embedviz.cli.output import err, progress_bars
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.training import Progress


logger = logging.getLogger(__name__)

_GRACE_PERIOD = 60.0  # seconds for a last checkpoint once the parent process has ended


class Interruption:
    """Ctrl+C and SIGTERM request to save and stop; a second one stops at once.

    Before training starts there is nothing to save, and the first signal stops at once too.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self.training = False

    def __call__(self) -> bool:
        """Whether a stop was requested."""
        return self.received is not None

    def _receive(self, number: int, frame: FrameType | None) -> None:
        again, self.received = self.received is not None, number
        if again or not self.training:
            err.print("\nStopped.")
            raise SystemExit(self.exit_code)
        err.print("\nStopping: the run is being saved (Ctrl+C again stops at once).")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle both signals inside the context."""
        kinds = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(kind, self._receive) for kind in kinds]
        try:
            yield
        finally:
            for kind, handler in zip(kinds, before, strict=True):
                signal.signal(kind, handler)

    @property
    def exit_code(self) -> int:
        """Exit code of a program stopped by a signal, by shell convention."""
        return 128 + (self.received or signal.SIGINT)


def stop_with_starter() -> None:
    """Send SIGTERM to this process once its standard input, which its starter keeps open, ends.

    The input ends however the starter ends, even if it is killed, on every operating system.
    """

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_PERIOD)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def reporting(
    metrics: Path | None,
    tensorboard: Path | None,
    recorders: Sequence[Callable[[Progress], None]] = (),
    *,
    shown: bool = True,
) -> Iterator[tuple[Callable[[float], None], Callable[[Progress], None]]]:
    """Yield two functions: one reports the share of the text read, one the progress of training.

    They do nothing unless `shown`: of several processes, only one reports.
    """
    if not shown:
        yield lambda _: None, lambda _: None
        return
    with ExitStack() as stack:
        reading, training = stack.enter_context(progress_bars("Reading ", "Training"))

        def show(progress: Progress) -> None:
            training(progress.share, _format_remark(progress))

        writers: list[Callable[[Progress], None]] = [show]
        if metrics:
            writers.append(stack.enter_context(_write_json_lines(metrics)))
        if tensorboard:
            writers.append(stack.enter_context(_write_scalars(tensorboard)))
        writers += recorders

        def report(progress: Progress) -> None:
            for write in writers:
                write(progress)

        yield lambda share: reading(share, ""), report


def _format_remark(progress: Progress) -> str:
    rate = progress.n_tokens / max(progress.seconds, 1e-9)
    remark = (
        f"{progress.n_tokens / 1e6:.1f} M words, {rate / 1e3:.0f} k/s, cost {progress.cost:.2f}"
    )
    if not err.is_terminal and 0 < progress.share < 1:  # in a terminal the bar shows it
        left = progress.seconds * (1 / progress.share - 1)
        remark += f", {timedelta(seconds=round(left))} left"
    if progress.perplexity is not None:
        small = progress.perplexity < 100
        remark += f", perplexity {progress.perplexity:.{1 if small else 0}f}"
    return remark


def _collect_figures(progress: Progress) -> dict[str, float | int | None]:
    return {
        "share": round(progress.share, 6),
        "tokens": progress.n_tokens,
        "seconds": round(progress.seconds, 3),
        "tokens_per_second": round(progress.n_tokens / max(progress.seconds, 1e-9)),
        "cost": round(progress.cost, 5),
        "perplexity": progress.perplexity,
    }


@contextmanager
def _write_json_lines(path: Path) -> Iterator[Callable[[Progress], None]]:
    """Write a line of JSON every second, and one at the end."""
    written = 0.0
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}): choose another file for the metrics."
        ) from None
    with file:

        def write(progress: Progress) -> None:
            nonlocal written
            if progress.share >= 1 or time.monotonic() - written > 1:
                written = time.monotonic()
                try:
                    file.write(json.dumps(_collect_figures(progress)) + "\n")
                    file.flush()
                except OSError as error:  # a full disk must not stop the run
                    logger.warning("%s cannot be written (%s). Training continues.", path, error)

        yield write


@contextmanager
def _write_scalars(folder: Path) -> Iterator[Callable[[Progress], None]]:
    """Write scalars for TensorBoard, by tokens read."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise InputError(
            "TensorBoard output needs the package tensorboard: pip install tensorboard."
        ) from None
    with SummaryWriter(str(folder)) as writer:

        def write(progress: Progress) -> None:
            for name in ("cost", "perplexity", "tokens_per_second"):
                value = _collect_figures(progress)[name]
                if value is not None:
                    writer.add_scalar(name, value, progress.n_tokens)

        yield write
