"""Files and folders written aside and renamed, so that nothing stands half-written."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from embedviz.errors import InputError
from embedviz.support.paths import cache_folder


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Give a path beside the target to write a file or a folder at, and rename it at the end.

    On an error nothing is left of it, and what stood at the target stays as it was. A link is
    followed. A folder replaces a folder as a whole; the caller knows what it holds.

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
        aside = scratch / "new"
        yield aside
        if target.is_dir() and not aside.is_dir():
            raise InputError(f"{target} is a folder: give the name of a file.")
        if target.is_dir():
            _exchange(target, aside, scratch / "old")
        else:
            aside.replace(target)


@contextmanager
def scratch_folder(target: Path) -> Iterator[Path]:
    """Give a folder on the target's disk that is gone at the end, whatever happens.

    Raises
    ------
    InputError
        If it cannot be made, or something in it cannot be written.
    """
    target = target.resolve()
    scratch: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield scratch
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)


def _exchange(folder: Path, new: Path, old: Path) -> None:
    """Put a folder in another's place; if that fails the old one is back."""
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


@contextmanager
def atomic_compressed_path(target: Path) -> Iterator[BinaryIO]:
    """Open a file to write that is put in its place at the end, compressed as its name says.

    ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` are; any other name is written as it is.

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
        # no name and no time inside: the same content gives the same bytes
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
    """Refuse early, before hours of work, what could not be written in the end.

    Raises
    ------
    InputError
        If the target's folder cannot be made or written to.
    """
    try:
        there = next(folder for folder in target.resolve().parents if folder.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> InputError:
    remedy = "choose another place or make room"
    if target.is_relative_to(cache_folder()):
        remedy = "make room, or set EMBEDVIZ_CACHE to another folder"
    return InputError(f"{target} cannot be written ({error.strerror or error}): {remedy}.")
