"""The runs of this server, one queue for all sessions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from embedviz.jobs import ACTIVE, Job, JobQueue
from embedviz.support import runs_folder


def get_queue() -> JobQueue:
    """Return the server's runs."""
    return _open_queue(runs_folder().resolve())


# kept by the module, not by Streamlit, whose caches a visitor can clear while a child is at work
@cache
def _open_queue(folder: Path) -> JobQueue:
    return JobQueue(folder)


def list_trained() -> list[Job]:
    """Give the runs whose model can be looked at, the newest first."""
    return [job for job in get_queue().all() if job.state not in ACTIVE and job.has_model]
