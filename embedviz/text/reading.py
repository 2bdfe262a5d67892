"""Text files, decompressed and decoded in blocks of bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import logging
import lzma
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO, cast

from embedviz.errors import InputError
from embedviz.text.archives import ZIP, open_only_member

if TYPE_CHECKING:
    from typing_extensions import Buffer

logger = logging.getLogger(__name__)

STANDARD_INPUT = Path("-")
BLOCK_BYTES = 1 << 20
_TEXT_SUFFIXES = {".txt", ".text", ".md"}
_COMPRESSED_SUFFIXES = {".gz", ".bz2", ".xz", ".zst"}
_LONGEST_MAGIC = 6
_GZIP, _BZIP2, _XZ, _ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_LONGEST_NAME = 255
# small: a byte may unpack to tens of thousands, and the output of a chunk is kept in memory
_ZSTD_CHUNK = 1 << 11


def find_texts(paths: Sequence[Path]) -> list[Path]:
    """List the files to read for the given files and folders (``-`` is standard input).

    A folder means every ``.txt``, ``.text`` and ``.md`` file below it, also compressed, in
    order of path.

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
            inside = sorted(file for file in path.rglob("*") if _is_text_name(file))
            if not inside:
                raise InputError(
                    f"The folder {path} contains no text: put .txt or .md files in it "
                    "(also as .gz, .bz2, .xz or .zst)."
                )
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            raise InputError(f"{path} does not exist: give a text file or a folder of them.")
    return list(dict.fromkeys(found))


def can_be_read_again(paths: Sequence[Path]) -> bool:
    """Whether all are regular files: standard input and pipes can be read only once."""
    return all(path.is_file() for path in paths)


def _is_text_name(file: Path) -> bool:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED_SUFFIXES:
        suffixes.pop()
    hidden = file.name.startswith(".")
    return bool(suffixes) and suffixes[-1] in _TEXT_SUFFIXES and not hidden and file.is_file()


def read_blocks(
    paths: Sequence[Path], *, progress: Callable[[float], None] | None = None
) -> Iterator[str]:
    """Yield the texts as blocks of about a megabyte, cut between words.

    Compression is detected by content. Invalid UTF-8 is replaced; one warning per file reports
    the number of invalid places and the first position.

    Parameters
    ----------
    paths : sequence of Path
        Files, or ``-`` for standard input.
    progress : callable, optional
        Called with the share of bytes read so far, between 0 and 1 (files only).

    Raises
    ------
    InputError
        If a file cannot be read, is binary, or its compressed data is damaged.
    """
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    total, before = max(1, sum(sizes)), 0
    for path, size in zip(paths, sizes, strict=True):
        with open_decompressed(path) as file:
            decoder = _Decoder(_shown(path))
            for data in _byte_blocks(file.stream):
                yield decoder.decode(data)
                if progress and size:
                    progress((before + file.raw.tell()) / total)
            decoder.report()
        before += size


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
    name = _shown(path)
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


def _shown(path: Path) -> str:
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


def _byte_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield blocks that end after white space; a megabyte without any is cut anyway."""
    rest = b""
    while data := stream.read(BLOCK_BYTES):
        data = rest + data
        cut = max(map(data.rfind, (b"\n", b" ", b"\t"))) + 1
        if cut == 0 and len(data) < BLOCK_BYTES:
            rest = data
            continue
        if cut == 0:
            cut = len(data)
            # not inside a character: bytes 10xxxxxx continue one begun up to three bytes earlier
            while cut > len(data) - 4 and data[cut - 1] & 0xC0 == 0x80:
                cut -= 1
            if data[cut - 1] >= 0xC0:
                cut -= 1
        rest = data[cut:]
        yield data[:cut]
    if rest:
        yield rest


class _Decoder:
    """Decodes UTF-8 and counts invalid bytes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._offset = 0
        self._n_lines = 0
        self._n_bad = 0
        self._first_bad = ""

    def decode(self, data: bytes) -> str:
        self._refuse_binary(data)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            text = data.decode(errors="replace")
            n_bad = text.count("\ufffd") - data.count("\ufffd".encode())
            if not self._n_bad:
                line = self._n_lines + data.count(b"\n", 0, error.start) + 1
                self._first_bad = f"line {line}, byte {self._offset + error.start}"
            if self._offset == 0 and n_bad > 0.1 * len(text):
                raise InputError(
                    f"{self._name} is not UTF-8 text ({n_bad} invalid places in the first "
                    f"{len(data)} bytes): save it as UTF-8."
                ) from None
            self._n_bad += n_bad
        self._offset += len(data)
        self._n_lines += data.count(b"\n")
        return text.removeprefix("\ufeff")

    def _refuse_binary(self, data: bytes) -> None:
        if self._offset == 0 and data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError(f"{self._name} is UTF-16 text: save it as UTF-8.")
        if b"\x00" in data:
            raise InputError(
                f"{self._name} is not a text file (byte {self._offset + data.index(0)} is zero): "
                "give plain text in UTF-8, optionally compressed by gzip, bzip2, xz or zstd."
            )

    def report(self) -> None:
        if self._n_bad:
            logger.warning(
                "%s: %d invalid UTF-8 %s replaced, the first at %s of the file; save it as UTF-8",
                self._name,
                self._n_bad,
                "place was" if self._n_bad == 1 else "places were",
                self._first_bad,
            )
