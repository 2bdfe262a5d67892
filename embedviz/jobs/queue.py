"""Queue of a server's training runs, executed by one child process at a time.

A run belongs to the server, not to the browser that started it: any browser may watch, cancel or
resume it. A child saves its model and stops when its server ends.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from embedviz.errors import InputError
from embedviz.jobs import run_folder
from embedviz.jobs.requests import TEXT, JobRequest, SequenceJobRequest
from embedviz.jobs.run_folder import Job

SAVE_EVERY = 60
"""Seconds between checkpoints of a run: the maximum loss in a power failure."""


class JobQueue:
    """The runs in a folder, and the child process that executes them.

    Parameters
    ----------
    folder : Path
        Created with the first run. Runs that an earlier server left there can be resumed.

    Notes
    -----
    All methods may be called from any thread. A running child inherits its run's lock, so
    that no other server works on the same run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._queue: list[str] = []
        self._current: str | None = None
        self._worker: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def all(self) -> list[Job]:
        """Return every run, newest first."""
        with self._lock:
            return [self._with_true_state(found) for found in run_folder.read_jobs(self.folder)]

    def get(self, name: str) -> Job:
        """Return a run by name; `InputError` if there is none."""
        with self._lock:
            found = run_folder.read_job(self.folder / name)
            if found is None:
                raise InputError(f"There is no run '{name[:60]}': choose another.")
            return self._with_true_state(found)

    def start(self, request: JobRequest | SequenceJobRequest) -> Job:
        """Add a new run to the queue; `InputError` if `create_job` cannot make its folder."""
        return self._enqueue(run_folder.create_job(request, self.folder))

    def resume(self, name: str) -> Job:
        """Queue a stopped or failed run again; it resumes from its checkpoint."""
        with self._lock:
            found = self.get(name)
            if found.state not in (run_folder.STOPPED, run_folder.FAILED):
                raise InputError(
                    f"The run '{name}' is {found.state}: only a stopped run can be resumed."
                )
            return self._enqueue(found)

    def cancel(self, name: str) -> None:
        """Dequeue a run, or save and stop a running one; a second call stops at once."""
        with self._lock:
            found = self.get(name)
            if name in self._queue:
                self._queue.remove(name)
                run_folder.write_job(replace(found, state=run_folder.STOPPED))
            elif name == self._current:
                run_folder.write_job(replace(found, state=run_folder.STOPPING))
                if self._process:
                    self._process.send_signal(signal.SIGTERM)

    def remove(self, name: str) -> None:
        """Delete a run that is not active, and its model."""
        with self._lock:
            found = self.get(name)
            if found.state in run_folder.ACTIVE:
                raise InputError(f"The run '{name}' is {found.state}: cancel it first.")
            shutil.rmtree(found.folder, ignore_errors=True)

    def _with_true_state(self, found: Job) -> Job:
        """Return the run as stopped if it is recorded as active but no process executes it."""
        ours = found.name in (*self._queue, self._current)
        if found.state in run_folder.ACTIVE and not ours and not run_folder.is_locked(found.folder):
            return replace(found, state=run_folder.STOPPED)
        return found

    def _enqueue(self, found: Job) -> Job:
        with self._lock:
            found = replace(found, state=run_folder.QUEUED, reason="")
            run_folder.write_job(found)
            self._queue.append(found.name)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()
        return found

    def _work(self) -> None:
        """Execute queued runs one after the other until the queue is empty."""
        while True:
            with self._lock:
                if not self._queue:
                    self._worker = None
                    return
                self._current = self._queue.pop(0)
                found = replace(self.get(self._current), state=run_folder.RUNNING)
            try:
                run_folder.write_job(found)
                found = self._run(found)
            except (OSError, InputError) as error:
                reason = f"The run could not be started ({error})."
                found = replace(found, state=run_folder.FAILED, reason=reason)
            with self._lock:
                with suppress(InputError):  # a full disk: the recorded state stays readable
                    run_folder.write_job(found)
                self._current = self._process = None

    def _run(self, found: Job) -> Job:
        """Start the child process, wait for it, and return the run's final state."""
        # the lock waits for a child of an earlier server that is still saving
        with run_folder.locked(found.folder) as lock, found.log.open("wb") as log:
            with self._lock:
                if self.get(found.name).state == run_folder.STOPPING:
                    return replace(found, state=run_folder.STOPPED)
                self._process = process = _child(found, lock, log)
            code = process.wait()
            if process.stdin:
                process.stdin.close()
        return run_folder.ended_job(found, code)


def _child(found: Job, lock: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the training process, which runs while the server keeps its standard input open."""
    # in its own session Ctrl+C does not signal the child; it sees its standard input close
    return subprocess.Popen(
        [
            # -P: modules in the working directory are not imported
            *(sys.executable, "-P", "-m", "embedviz", "train", *found.arguments),
            *("--out", str(found.model), "--resume", "--save-every", str(SAVE_EVERY)),
            *("--metrics", str(found.metrics), "--samples", str(found.samples)),
            *(("--growth", str(found.growth)) if found.kind == TEXT else ()),
            "--with-starter",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=log,
        start_new_session=True,
        pass_fds=[lock],
    )
