"""Recording of the words that a run follows."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.errors import InputError
from embedviz.jobs import Watched, snapshots, write_watched

if TYPE_CHECKING:
    from embedviz.training import Progress

logger = logging.getLogger(__name__)

_COST_FACTOR = 6.0  # training between two moments, in multiples of the time that one takes


class GrowthRecorder:
    """Records moments of a run in a folder; see `embedviz.jobs.snapshots`.

    Parameters
    ----------
    folder : Path
        Created if necessary.
    watched : Watched

    Raises
    ------
    InputError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path, watched: Watched) -> None:
        self._folder, self._watched = folder, watched
        self._due, self._due_at = 0.0, 0.0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_watched(folder, watched)
        except OSError as error:
            raise InputError(
                f"{folder} cannot be created ({error.strerror}): choose another --growth folder."
            ) from None

    def __call__(self, progress: Progress) -> None:
        """Record a moment if it is due; the last one always is."""
        started = time.monotonic()
        if progress.share < 1 and (progress.share < self._due or started < self._due_at):
            return
        try:
            vectors = progress.vectors(self._watched.all_words, snapshots.N_CANDIDATES)
            if vectors and any(word in vectors for word in self._watched.all_words):
                snapshots.record_snapshot(self._folder, vectors, progress.share, self._watched)
        except (InputError, OSError) as error:  # a failed snapshot must not stop the run
            logger.warning("%s Training continues.", error)
        self._due = snapshots.next_share(progress.share)
        if progress.share > 0:  # the first moment also waits for imports
            now = time.monotonic()
            self._due_at = now + _COST_FACTOR * (now - started)
