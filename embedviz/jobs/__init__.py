"""Training runs in the background: their folders, a queue, snapshots of the arrows."""

from embedviz.jobs import snapshots
from embedviz.jobs.queue import (
    JobQueue,
)
from embedviz.jobs.run_folder import (
    ACTIVE,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    STOPPED,
    STOPPING,
    Job,
    JobRequest,
    Metrics,
    read_metrics,
)
from embedviz.jobs.snapshots import (
    Snapshot,
)

__all__ = [
    "ACTIVE",
    "DONE",
    "FAILED",
    "QUEUED",
    "RUNNING",
    "STOPPED",
    "STOPPING",
    "Job",
    "JobQueue",
    "JobRequest",
    "Metrics",
    "Snapshot",
    "read_metrics",
    "snapshots",
]
