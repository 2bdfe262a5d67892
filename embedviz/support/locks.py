"""Locks on files, which end with the process that holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
    try:
        import fcntl
    except ImportError:  # not on every system
        yield
        return
    target = target.resolve()
    path = target.with_name(f".{target.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise InputError(
            f"{target} cannot be written ({error.strerror or error}): choose another location."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # the process before may have removed the file that was opened here
        is_current = path.exists() and path.stat().st_ino == os.fstat(lock).st_ino
    except OSError:
        is_current = False
    try:
        if not is_current:
            raise InputError(
                f"{target} is being written by another training: wait for its end, or choose "
                "another location."
            )
        yield
    finally:
        if is_current:
            path.unlink(missing_ok=True)
        os.close(lock)
