"""Background training runs: run folders, a queue, and snapshots of relations.

`JobQueue` starts, cancels and resumes runs, one child process at a time; `Job` describes a run, and
`read_metrics` reads its progress.
"""

from embedviz.jobs import snapshots
from embedviz.jobs.queue import (
    JobQueue,
)
from embedviz.jobs.requests import (
    PAIRS,
    PICTURES,
    PROGRAMS,
    TEXT,
    JobRequest,
    SequenceJobRequest,
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
    Metrics,
    read_metrics,
)
from embedviz.jobs.samples import (
    Sample,
    SampleMoment,
    append_moment,
    read_moments,
)
from embedviz.jobs.snapshots import (
    Snapshot,
)
from embedviz.jobs.watched import (
    Watched,
    read_watched,
    read_watched_words,
    write_watched,
)

__all__ = [
    "ACTIVE",
    "DONE",
    "FAILED",
    "PAIRS",
    "PICTURES",
    "PROGRAMS",
    "QUEUED",
    "RUNNING",
    "STOPPED",
    "STOPPING",
    "TEXT",
    "Job",
    "JobQueue",
    "JobRequest",
    "Metrics",
    "Sample",
    "SampleMoment",
    "SequenceJobRequest",
    "Snapshot",
    "Watched",
    "append_moment",
    "read_metrics",
    "read_moments",
    "read_watched",
    "read_watched_words",
    "snapshots",
    "write_watched",
]
