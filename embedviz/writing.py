"""Files and folders written aside and renamed, so that nothing stands half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedviz.errors import InputError
from embedviz.folders import cache_folder


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Give a path beside the target to write a file or a folder at, and rename it at the end.

    On an error nothing is left of it, and what stood at the target stays as it was. A folder at
    the target is replaced as a whole.

    Raises
    ------
    InputError
        If the target's folder cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with written_aside(target) as aside:
    ...     _ = aside.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        if target.is_dir():
            old = target.with_name(f".{target.name}.{os.getpid()}.old")
            target.rename(old)
            aside.rename(target)
            shutil.rmtree(old)
        else:
            aside.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        if aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        elif aside.exists():
            aside.unlink()


def check_writable(target: Path) -> None:
    """Refuse early, before hours of work, what could not be written in the end.

    Raises
    ------
    InputError
        If the target's folder cannot be made or written to.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> InputError:
    remedy = "choose another place or make room"
    if target.is_relative_to(cache_folder()):
        remedy = "make room, or set EMBEDVIZ_CACHE to another folder"
    return InputError(f"{target} cannot be written ({error.strerror or error}): {remedy}.")
