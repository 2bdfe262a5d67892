"""The folder of a training run.

It contains ``job.json`` (request and state), the text if it was uploaded,
``metrics.jsonl``, ``growth/`` (see `embedviz.jobs.snapshots`), ``log.txt`` and, after the first
checkpoint, the model. Any process may read it; `embedviz.jobs.queue` writes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError
from embedviz.jobs.requests import RUN_NAME, TEXT, JobRequest, SequenceJobRequest
from embedviz.support import atomic_path, check_numbers, read_complete_lines, read_json

QUEUED, RUNNING, STOPPING = "queued", "running", "stopping"
STOPPED, DONE, FAILED = "stopped", "done", "failed"
ACTIVE = (QUEUED, RUNNING, STOPPING)

_JOB, _LOCK = "job.json", "lock"
_MOST_BYTES = 1 << 24
_STOPS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Job:
    """A run and its state.

    Attributes
    ----------
    name : str
    folder : Path
    arguments : tuple of str
        Arguments of ``embedviz train``, without the output options.
    state : str
        ``queued``, ``running``, ``stopping`` (saving), ``stopped`` (can be resumed), ``done`` or
        ``failed``.
    reason : str
        Error message if it failed; empty otherwise.
    created : str
        Time of the request, ISO 8601 in UTC.
    kind : str
        What it is trained on: see `embedviz.jobs.requests`.
    """

    name: str
    folder: Path
    arguments: tuple[str, ...]
    state: str = QUEUED
    reason: str = ""
    created: str = ""
    kind: str = TEXT

    @property
    def model(self) -> Path:
        """Folder of the model; it exists after the first checkpoint."""
        return self.folder / self.name

    @property
    def has_model(self) -> bool:
        """Whether a model has been saved."""
        return checkpoint.is_model(self.model)

    @property
    def growth(self) -> Path:
        """Folder of `embedviz.jobs.snapshots`."""
        return self.folder / "growth"

    @property
    def samples(self) -> Path:
        """File of `embedviz.jobs.samples`."""
        return self.folder / "samples.jsonl"

    @property
    def metrics(self) -> Path:
        """File of the metrics that the child process logs, as JSON lines."""
        return self.folder / "metrics.jsonl"

    @property
    def log(self) -> Path:
        """File with the child's standard error."""
        return self.folder / "log.txt"

    @property
    def command(self) -> tuple[str, ...]:
        """Command line that trains the same model."""
        return ("embedviz", "train", *self.arguments, "--out", str(self.model))


@dataclass(frozen=True)
class Metrics:
    """A line of a run's metrics; see ``embedviz train --metrics``."""

    share: float
    tokens: int
    seconds: float
    tokens_per_second: float
    cost: float
    perplexity: float | None

    def __post_init__(self) -> None:
        """Raise `TypeError` for a value that is no number, as a damaged file may hold."""
        numbers = (self.share, self.tokens, self.seconds, self.tokens_per_second, self.cost)
        check_numbers(*numbers, *([] if self.perplexity is None else [self.perplexity]))

    @property
    def seconds_left(self) -> float:
        """Estimated seconds that remain, from the time used so far."""
        return self.seconds * (1 / max(self.share, 1e-9) - 1)


def read_metrics(job: Job) -> list[Metrics]:
    """Read the metrics of a run, in order; empty before training begins."""
    found: list[Metrics] = []
    for line in read_complete_lines(job.metrics):
        with suppress(TypeError):
            entry = Metrics(**line)
            while found and found[-1].tokens >= entry.tokens:
                found.pop()  # not in the last checkpoint, so trained again
            found.append(entry)
    return found


def create_job(request: JobRequest | SequenceJobRequest, runs: Path) -> Job:
    """Create the folder of a new run, with the files in it that were uploaded.

    Raises
    ------
    InputError
        If there is a run of that name, or the folder cannot be written.
    """
    folder = runs.resolve() / request.name
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise InputError(
            f"The run '{request.name}' already exists: give another name, or remove that run."
        ) from None
    except OSError as error:
        raise InputError(
            f"{folder} cannot be created ({error.strerror}): start the dashboard with another "
            "folder for the runs."
        ) from None
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    try:
        arguments = request.write(folder)
        job = Job(request.name, folder, arguments, kind=request.kind, created=now)
        write_job(job)
    except InputError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return job


def read_job(folder: Path) -> Job | None:
    """Read a run; None if the folder contains none, or one that is invalid."""
    if not RUN_NAME.fullmatch(folder.name):
        return None
    try:
        document = read_json(folder / _JOB, "the folder of a run", most_bytes=_MOST_BYTES)
        document["arguments"] = tuple(map(str, document["arguments"]))
        job = Job(folder.name, folder.resolve(), **document)
    except (InputError, TypeError, KeyError):
        return None
    texts = (job.state, job.reason, job.created, job.kind)
    return job if all(isinstance(text, str) for text in texts) else None


def read_jobs(runs: Path) -> list[Job]:
    """Read every run in a folder, newest first."""
    folders = [file.parent for file in runs.glob(f"*/{_JOB}")]
    found = [job for folder in folders if (job := read_job(folder))]
    return sorted(found, key=lambda job: (job.created, job.name), reverse=True)


def write_job(job: Job) -> None:
    """Write a run's state to its folder."""
    document = asdict(job)
    del document["name"], document["folder"]
    with atomic_path(job.folder / _JOB) as aside:
        aside.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def ended_job(job: Job, code: int) -> Job:
    """Return the run with the state indicated by its child's exit code."""
    if code == 0:
        return replace(job, state=DONE)
    stop_codes = {128 + number for number in _STOPS} | {-number for number in _STOPS}
    if code in stop_codes:
        return replace(job, state=STOPPED)
    return replace(job, state=FAILED, reason=_reason(job, code))


def _reason(job: Job, code: int) -> str:
    """Return why a child failed: its own error message if it logged one."""
    lines = job.log.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    if errors:
        return errors[-1]
    killed = f"signal {-code}, perhaps out of memory" if code < 0 else f"exit code {code}"
    return f"The training ended unexpectedly ({killed}): see {job.log}."


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold a run's lock; waits for a child of an earlier server that is still saving."""
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def is_locked(folder: Path) -> bool:
    """Whether a child process executes a run."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
