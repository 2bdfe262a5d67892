"""Locks on files, which end with the process that holds them.

A process that is killed leaves its file, which nobody holds and the next one uses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from embedviz.errors import InputError


@contextmanager
def writing_alone(target: Path) -> Iterator[None]:
    """Make sure that no other process writes a target for as long as this takes.

    Parameters
    ----------
    target : Path
        Need not exist; the lock is a hidden file next to it, which is removed at the end.

    Raises
    ------
    InputError
        If another process writes it, or the lock cannot be made.
    """
    if find_spec("fcntl") is None:  # not on every system
        yield
        return
    target = target.resolve()
    path = target.with_name(f".{target.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(path)
    except BlockingIOError:
        raise InputError(
            f"{target} is being written by another training: wait for its end, or choose another "
            "location."
        ) from None
    except OSError as error:
        raise InputError(
            f"{target} cannot be locked ({error.strerror or error}): choose another location."
        ) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)


def try_lock(path: Path) -> int | None:
    """Lock a file or a folder; None if another process holds it, or the system cannot.

    The caller closes the descriptor that it gets, which ends the lock.
    """
    if find_spec("fcntl") is None:
        return None
    import fcntl

    lock = None
    try:
        lock = os.open(path, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if lock is not None:
            os.close(lock)
        return None
    return lock


def _locked(path: Path) -> int:
    """Open and lock a file; `BlockingIOError` if another process holds it."""
    import fcntl

    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # the holder before may have removed the file that was opened here: then try again
            if path.exists() and path.stat().st_ino == os.fstat(lock).st_ino:
                return lock
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)
