"""How much memory is available."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Return the bytes that this process may still use; None where the system does not say.

    Examples
    --------
    >>> available_memory() != 0
    True
    """
    found = [_available_on_machine(), _available_in_group()]
    return min((one for one in found if one is not None), default=None)


def _available_on_machine() -> int | None:
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) << 10
    return None


def _available_in_group() -> int | None:
    """Return what a container's limit leaves (control groups of version 2, not nested)."""
    with suppress(OSError, ValueError):
        most = (_GROUP / "memory.max").read_text().strip()
        if most != "max":
            used = int((_GROUP / "memory.current").read_text()) - _cached_in_group()
            return max(0, int(most) - used)
    return None


def _cached_in_group() -> int:
    """Return the bytes of cached files, which the system frees when memory is needed."""
    with suppress(OSError, ValueError, StopIteration):
        lines = (_GROUP / "memory.stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    return 0
