"""Text files and folders of them, opened and decompressed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO, cast

from embedviz.errors import InputError
from embedviz.support import clip, counted
from embedviz.text.archives import ZIP, open_only_member
from embedviz.text.layout import PLAIN, TextLayout

if TYPE_CHECKING:
    from typing_extensions import Buffer

STANDARD_INPUT = Path("-")
_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md"})
_JSON_LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_COMPRESSED_SUFFIXES = {".gz", ".bz2", ".xz", ".zst"}
_LONGEST_MAGIC = 6
_GZIP, _BZIP2, _XZ, _ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_LONGEST_NAME = 255
_MOST_NAMES = 5  # shown
# small: a byte may unpack to tens of thousands, and the output of a chunk is kept in memory
_ZSTD_CHUNK = 1 << 11


@dataclass(frozen=True)
class FolderContents:
    """What a folder of texts holds.

    Attributes
    ----------
    folder : Path
    read, left_out : tuple of Path
        Files that are read as texts, and others.
    """

    folder: Path
    read: tuple[Path, ...]
    left_out: tuple[Path, ...]

    def __str__(self) -> str:
        """Say which files are read and which are not."""
        said = f"{self.folder}: {_named(self.read)} read"
        return f"{said}; {_named(self.left_out)} left out" if self.left_out else said


def look_into_folders(paths: Sequence[Path], layout: TextLayout = PLAIN) -> list[FolderContents]:
    """Say which files of the folders among the paths are texts."""
    found = []
    short = [path for path in paths if len(path.name) <= _LONGEST_NAME]  # see `find_texts`
    for folder in dict.fromkeys(path for path in short if path.is_dir()):
        files = sorted(file for file in folder.rglob("*") if _is_visible_file(file, folder))
        texts = tuple(file for file in files if _is_text_name(file, layout))
        left_out = tuple(file for file in files if not _is_text_name(file, layout))
        found.append(FolderContents(folder, texts, left_out))
    return found


def find_texts(paths: Sequence[Path], layout: TextLayout = PLAIN) -> list[Path]:
    """List the files to read for the given files and folders (``-`` is standard input).

    A folder means every ``.txt``, ``.text`` and ``.md`` file below it, or ``.jsonl`` and
    ``.ndjson`` if a field is read, also compressed, in order of path.

    Raises
    ------
    InputError
        If a path does not exist, or a folder contains no such file.
    """
    found: list[Path] = []
    for path in dict.fromkeys(paths):
        if path == STANDARD_INPUT:
            found.append(path)
        elif len(path.name) > _LONGEST_NAME:
            raise InputError(
                f"{path.name[:40]}… is not a valid file name: give a text file or a folder."
            )
        elif path.is_dir():
            (inside,) = look_into_folders([path], layout)
            if not inside.read:
                raise _no_text(inside, layout)
            found.extend(inside.read)
        elif path.exists():
            found.append(path)
        else:
            raise InputError(f"{path} does not exist: give a text file or a folder of them.")
    return list(dict.fromkeys(found))


def _no_text(inside: FolderContents, layout: TextLayout) -> InputError:
    wanted = " or ".join(sorted(_suffixes(layout)))
    holds = f"it holds {_named(inside.left_out)}" if inside.left_out else "it is empty"
    remedy = "name the files themselves, or" if inside.left_out else "put texts into it, and"
    return InputError(
        f"The folder {inside.folder} contains no text: {holds}; {remedy} let their names end in "
        f"{wanted} (also with .gz, .bz2, .xz or .zst)."
    )


def _named(files: Sequence[Path]) -> str:
    """Count files, and name the first.

    >>> _named([Path("a/1.txt"), Path("a/2.txt")])
    '2 files (1.txt, 2.txt)'
    """
    names = ", ".join(clip(file.name, 40) for file in files[:_MOST_NAMES])
    more = f" and {len(files) - _MOST_NAMES:,} more" if len(files) > _MOST_NAMES else ""
    return f"{counted(len(files), 'file')} ({names}{more})" if files else "0 files"


def can_be_read_again(paths: Sequence[Path]) -> bool:
    """Whether all are regular files: standard input and pipes can be read only once."""
    return all(path.is_file() for path in paths)


def _is_visible_file(file: Path, folder: Path) -> bool:
    inside = file.relative_to(folder)
    return file.is_file() and not any(part.startswith(".") for part in inside.parts)


def _suffixes(layout: TextLayout) -> frozenset[str]:
    return _TEXT_SUFFIXES if layout.field is None else _JSON_LINES_SUFFIXES


def _is_text_name(file: Path, layout: TextLayout) -> bool:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED_SUFFIXES:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in _suffixes(layout)


@dataclass(frozen=True)
class Opened:
    """A file open for reading.

    Attributes
    ----------
    stream : binary file
        Its bytes, decompressed.
    raw : binary file
        Its bytes as stored on disk.
    """

    stream: BinaryIO
    raw: BinaryIO


@contextmanager
def open_decompressed(path: Path) -> Iterator[Opened]:
    """Open a file for reading, decompressed if its content is compressed (``-``: standard input).

    A zip archive with one file is read as that file.

    Raises
    ------
    InputError
        Now or during reading, if it cannot be read or its compressed data is damaged.
    """
    name = shown_name(path)
    try:
        with _open_raw(path) as raw:
            yield Opened(_decompressed(raw, name), raw)
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            f"{name}: the compressed data is damaged or truncated ({error}): download it again."
        ) from None
    except OSError as error:
        raise InputError(
            f"{name} cannot be read ({error.strerror or error}): check the file."
        ) from None


def is_compressed(content: bytes) -> bool:
    """Whether content would be decompressed."""
    return content.startswith((_GZIP, _BZIP2, _XZ, _ZSTD))


def shown_name(path: Path) -> str:
    """Return how messages name a file."""
    return "standard input" if path == STANDARD_INPUT else str(path)


def _open_raw(path: Path) -> BinaryIO:
    if path == STANDARD_INPUT:
        return cast(BinaryIO, open(sys.stdin.fileno(), "rb", closefd=False))
    return path.open("rb")


def _decompressed(raw: BinaryIO, name: str) -> BinaryIO:
    magic = raw.peek(_LONGEST_MAGIC)[:_LONGEST_MAGIC]  # type: ignore[attr-defined]
    if magic.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if magic.startswith(_BZIP2):
        return cast(BinaryIO, bz2.BZ2File(raw))
    if magic.startswith(_XZ):
        return cast(BinaryIO, lzma.LZMAFile(raw))
    if magic.startswith(_ZSTD):
        return _zstd(raw)
    if magic.startswith(ZIP):
        return open_only_member(raw, name)
    return raw


def _zstd(raw: BinaryIO) -> BinaryIO:
    try:
        import zstandard
    except ImportError:
        raise InputError(
            "Reading .zst needs the package zstandard: pip install 'embedviz[train]'."
        ) from None
    return cast(BinaryIO, io.BufferedReader(_ZstdReader(raw, zstandard)))


class _ZstdReader(io.RawIOBase):
    """Reader of consecutive Zstandard frames; the package's own reader accepts a truncated end."""

    def __init__(self, raw: BinaryIO, zstandard: ModuleType) -> None:
        self._raw = raw
        self._zstandard = zstandard
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = b""
        self._started = False  # inside a frame

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        while not self._ready:
            data = b""
            if self._frame.eof:
                data = self._frame.unused_data
                self._frame = self._zstandard.ZstdDecompressor().decompressobj()
            data = data or self._raw.read(_ZSTD_CHUNK)
            if not data:
                if self._started:
                    raise EOFError("the last frame has no end")
                return 0
            try:
                self._ready = self._frame.decompress(data)
            except self._zstandard.ZstdError as error:
                raise EOFError(str(error)) from None
            self._started = not self._frame.eof
        view = memoryview(buffer).cast("B")
        n = min(len(view), len(self._ready))
        view[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n
