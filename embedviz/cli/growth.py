"""Recording of the words that a run follows."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.cli.moments import MomentClock
from embedviz.errors import InputError
from embedviz.jobs import Watched, snapshots, write_watched

if TYPE_CHECKING:
    from embedviz.training import Progress

logger = logging.getLogger(__name__)


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
        self._clock = MomentClock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_watched(folder, watched)
        except OSError as error:
            raise InputError(
                f"{folder} cannot be created ({error.strerror}): choose another --growth folder."
            ) from None

    def __call__(self, progress: Progress) -> None:
        """Record a moment if it is due; the last one always is."""
        if not self._clock.is_due(progress.share):
            return
        try:
            vectors = progress.vectors(self._watched.all_words, snapshots.N_CANDIDATES)
            if vectors and any(word in vectors for word in self._watched.all_words):
                snapshots.record_snapshot(self._folder, vectors, progress.share, self._watched)
        except (InputError, OSError) as error:  # a failed snapshot must not stop the run
            logger.warning("%s Training continues.", error)
        self._clock.recorded(progress.share)
