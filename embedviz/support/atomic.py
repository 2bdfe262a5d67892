"""Atomic writes: files and folders are written to a temporary path, then renamed."""

from __future__ import annotations

import bz2
import ctypes
import glob
import gzip
import lzma
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from embedviz.errors import InputError
from embedviz.support.locks import try_lock, writing_alone
from embedviz.support.paths import cache_folder

_NEW, _OLD = "new", "old"
MATRIX = "matrix.npy"
"""Name that a caller of `scratch_folder` may use in it."""
_CONTENTS = {_NEW, MATRIX}  # of a scratch folder; one that holds the old version is kept
_RANDOM = "[a-z0-9_]" * 8  # what `tempfile` appends
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def atomic_path(target: Path, *, durable: bool = False) -> Iterator[Path]:
    """Yield a temporary path for a file or a folder, and rename it to the target at the end.

    On an error the temporary path is removed and the target stays unchanged. A symbolic link is
    followed. A folder replaces an existing folder entirely; the caller must check its content.

    Parameters
    ----------
    target : Path
    durable : bool
        Wait until the disk has the content, so that it outlasts a power failure.

    Raises
    ------
    InputError
        If the target cannot be written, or a file would replace a folder.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with atomic_path(target) as aside:
    ...     _ = aside.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    target = target.resolve()
    with scratch_folder(target) as scratch:
        aside = scratch / _NEW
        yield aside
        if target.is_dir() and not aside.is_dir():
            raise InputError(f"{target} is a folder: give the name of a file.")
        if durable:
            for path in (*aside.rglob("*"), aside):
                _flush(path)
        if target.is_dir():
            _exchange(target, aside, scratch / _OLD)
        else:
            aside.replace(target)
        if durable:
            _flush(target.parent)


@contextmanager
def scratch_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder on the target's disk, removed at the end even after an error.

    Raises
    ------
    InputError
        If the folder cannot be created, or a file in it cannot be written.
    """
    target = target.resolve()
    scratch: Path | None = None
    lock: int | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        lock = try_lock(scratch)
        yield scratch
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _remove_abandoned(target: Path) -> None:
    """Remove what processes that were killed while they wrote this target left behind."""
    for folder in target.parent.glob(f".{glob.escape(target.name)}.{_RANDOM}"):
        is_scratch = folder.is_dir() and {file.name for file in folder.iterdir()} <= _CONTENTS
        lock = try_lock(folder) if is_scratch else None
        if lock is not None:  # nobody works in it
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def recover(folder: Path) -> None:
    """Restore a folder that a process was replacing when it was killed; see `atomic_path`.

    Where the system cannot exchange two folders in one step, there is a moment without either.
    Nothing happens while another process writes the folder.
    """
    folder = folder.resolve()
    pattern = f".{glob.escape(folder.name)}.{_RANDOM}/{_OLD}"
    if folder.exists() or not folder.parent.is_dir() or not list(folder.parent.glob(pattern)):
        return
    with suppress(InputError, OSError), writing_alone(folder):
        found = sorted(folder.parent.glob(pattern), key=lambda old: old.stat().st_mtime_ns)
        if found and not folder.exists():
            found[-1].rename(folder)


def _flush(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(folder: Path, new: Path, old: Path) -> None:
    """Replace a folder by another; if that fails, restore the old one."""
    if _exchange_at_once(folder, new):
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if this system or disk cannot."""
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    places = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
    return bool(function(*places, _RENAME_EXCHANGE) == 0)


@contextmanager
def atomic_compressed_file(target: Path) -> Iterator[BinaryIO]:
    """Open a file for atomic writing, compressed according to its extension.

    ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` are compressed; other files are not.

    Raises
    ------
    InputError
        If the target cannot be written, or ``.zst`` needs a package that is missing.
    """
    suffix = target.suffix.lower()
    with (
        atomic_path(target) as aside,
        aside.open("wb") as raw,
        _compressing(raw, suffix) as packed,
    ):
        yield packed


def _compressing(raw: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        # without name and time in the header, the same content gives the same bytes
        return cast(BinaryIO, gzip.GzipFile("", "wb", 6, fileobj=raw, mtime=0))
    if suffix == ".bz2":
        return cast(BinaryIO, bz2.BZ2File(raw, "wb"))
    if suffix == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(raw, "wb"))
    return _zstd(raw) if suffix == ".zst" else raw


def _zstd(raw: BinaryIO) -> BinaryIO:
    try:
        import zstandard
    except ImportError:
        raise InputError(
            "Writing .zst needs the package zstandard: pip install 'embedviz[train]'."
        ) from None
    return cast(BinaryIO, zstandard.ZstdCompressor().stream_writer(raw))


def check_writable(target: Path) -> None:
    """Check that the target can be written, before a long computation.

    Raises
    ------
    InputError
        If the target's folder cannot be created or written to.
    """
    try:
        there = next(folder for folder in target.resolve().parents if folder.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> InputError:
    remedy = "choose another folder or free disk space"
    if target.is_relative_to(cache_folder()):
        remedy = "free disk space, or set EMBEDVIZ_CACHE to another folder"
    return InputError(f"{target} cannot be written ({error.strerror or error}): {remedy}.")
