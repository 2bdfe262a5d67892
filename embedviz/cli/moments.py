"""When a run records a moment."""

from __future__ import annotations

import time

from embedviz.jobs import snapshots

_COST_FACTOR = 6.0  # training between two moments, in multiples of the time that one takes


class MomentClock:
    """Says when a moment is due: every few percent, and at most a seventh of the time.

    The first and the last moment are always due.
    """

    def __init__(self) -> None:
        self._due, self._due_at, self._started = 0.0, 0.0, 0.0

    def is_due(self, share: float) -> bool:
        """Whether a moment is due at this share of the run; starts the clock."""
        self._started = time.monotonic()
        return share >= 1 or (share >= self._due and self._started >= self._due_at)

    def recorded(self, share: float) -> None:
        """Note that the moment is over."""
        self._due = snapshots.next_share(share)
        if share > 0:  # the first moment also waits for imports
            now = time.monotonic()
            self._due_at = now + _COST_FACTOR * (now - self._started)
