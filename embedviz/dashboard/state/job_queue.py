"""The queue of training jobs of this server, shared by all sessions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from embedviz.jobs import ACTIVE, Job, JobQueue
from embedviz.support import runs_folder


def get_queue() -> JobQueue:
    """Return the job queue of the server."""
    return _open_queue(runs_folder().resolve())


# not cached by Streamlit: a visitor can clear its caches while a training process runs
@cache
def _open_queue(folder: Path) -> JobQueue:
    return JobQueue(folder)


def list_trained() -> list[Job]:
    """List the ended jobs that have a model, newest first."""
    return [job for job in get_queue().all() if job.state not in ACTIVE and job.has_model]
