"""Types shared by all formats: options, blocks of vectors, streams and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError

Matrix = NDArray[np.floating]
Counts = NDArray[np.int64]
Progress = Callable[[float], None]

WITH_WORDS = "name the file of the words with embedviz convert FILE OUT --words WORDS"
WITH_TENSOR = "embedviz convert FILE OUT --tensor NAME"
WITH_REPLACEMENT = "embedviz convert FILE OUT --replace-invalid"
"""Remedies that only this command offers, for all messages; the dashboard replaces them."""

NPY_HEADER_BYTES = 128
"""Length of the header of every ``.npy`` file that is written here."""

BLOCK_VALUES = 1 << 19
"""Approximate number of values in memory while a file is read or written."""


@dataclass(frozen=True)
class Options:
    """Options for reading a file.

    Attributes
    ----------
    replace_invalid : bool
        Replace invalid UTF-8 in words instead of raising an error.
    words : Path, optional
        File with the words of a matrix, if it is not next to the matrix.
    tensor : str, optional
        Name of the matrix, in a file with several.
    progress : callable, optional
        Called with the share read, from 0 to 1.
    most_bytes : int, optional
        Limit of the unpacked size in memory; larger files raise `InputError`.
    """

    replace_invalid: bool = False
    words: Path | None = None
    tensor: str | None = None
    progress: Progress | None = None
    most_bytes: int | None = None

    def report(self, share: float) -> None:
        """Pass the share read, capped at 1, to the progress callback."""
        if self.progress:
            self.progress(min(share, 1.0))


HEAD_BYTES = 1 << 16
"""Bytes by which a format is detected."""


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive words of a file with their vectors.

    Attributes
    ----------
    words : list of str
    rows : ndarray of float, shape (len(words), n_dims)
    first : int
        Number of the first one in the file, from 1.
    unit : str
        Unit that `first` counts: ``line``, ``row`` or ``word``.
    counts : ndarray of int64, shape (len(words),), optional
    """

    words: Sequence[str]
    rows: Matrix
    first: int
    unit: str = "row"
    counts: Counts | None = None


@dataclass(frozen=True, eq=False)
class Stream:
    """Vectors as a stream of blocks.

    Attributes
    ----------
    source : Path
        The file with the numbers.
    format : str
        Its format, as the provenance names it.
    n_dims : int
    blocks : iterator of Block
        Raises `InputError` where the file is invalid.
    provenance : mapping, optional
        As stored in the file.
    is_float16 : bool
        Whether the numbers have 16 bits.
    """

    source: Path
    format: str
    n_dims: int
    blocks: Iterator[Block]
    provenance: Mapping[str, object] | None = None
    is_float16: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """All vectors, most frequent first; the matrix may be a memory map.

    Attributes
    ----------
    source : Path
    words : tuple of str
        Distinct.
    matrix : ndarray of float32 or float16, shape (n_words, n_dims)
    counts : ndarray of int64, shape (n_words,), optional
    provenance : mapping
    spool : Path, optional
        A temporary ``.npy`` file with the same matrix, which a writer may move.
    """

    source: Path
    words: tuple[str, ...]
    matrix: Matrix
    counts: Counts | None
    provenance: Mapping[str, object]
    spool: Path | None = None

    @property
    def n_dims(self) -> int:
        """Length of each vector."""
        return int(self.matrix.shape[1])

    def blocks(self, progress: Progress | None = None) -> Iterator[Block]:
        """Yield the rows in blocks of finite float32 or float16 numbers."""
        n_rows = max(1, BLOCK_VALUES // self.n_dims)
        for start in range(0, len(self.words), n_rows):
            stop = start + n_rows
            counts = None if self.counts is None else self.counts[start:stop]
            rows = self._rows(start, stop)
            block = Block(self.words[start:stop], rows, start + 1, counts=counts)
            check_finite(self.source, block)
            yield block
            if progress:
                progress(min(1.0, stop / len(self.words)))

    def _rows(self, start: int, stop: int) -> Matrix:
        if not self.spool:
            return self.matrix[start:stop]
        # read, not mapped: mapped pages would count as this process's memory
        dtype, n_dims = self.matrix.dtype, self.n_dims
        offset = NPY_HEADER_BYTES + start * n_dims * dtype.itemsize
        count = (min(stop, len(self.words)) - start) * n_dims
        return np.fromfile(self.spool, dtype, count, offset=offset).reshape(-1, n_dims)


def check_counts(source: Path, counts: Counts | None) -> None:
    """Raise `InputError` that locates the first negative count, if any."""
    if counts is not None and len(counts) and counts.min() < 0:
        row = int(np.flatnonzero(counts < 0)[0])
        raise InputError(
            f"{source}: the count of word {row + 1} is {counts[row]} where 0 or more is expected: "
            "correct the count."
        )


def refuse_lone_surrogates(source: Path, words: Iterable[str | None]) -> None:
    """Raise `InputError` for words with a lone surrogate, which UTF-8 cannot encode."""
    given = [word or "" for word in words]
    try:
        "".join(given).encode()
    except UnicodeEncodeError:
        bad = next(id_ for id_, word in enumerate(given) if not _is_whole(word))
        raise InputError(
            f"{source}: word {bad + 1} ({given[bad]!a}) contains half a character "
            "(a lone surrogate): correct it."
        ) from None


def _is_whole(word: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in word)


def check_finite(source: Path, block: Block) -> None:
    """Raise `InputError` that locates the first NaN or infinity, if any."""
    finite = np.isfinite(block.rows)
    if not finite.all():
        row, dim = (int(i) for i in np.argwhere(~finite)[0])
        raise InputError(
            f"{source}, {block.unit} {block.first + row}: number {dim + 1} of "
            f"'{clean(block.words[row])}' is {block.rows[row, dim]} where a finite one that fits "
            f"in {block.rows.dtype} is expected: correct or remove the word."
        )


def clean(text: str | bytes, longest: int = 40) -> str:
    """Prepare text from a file for a message: shortened, without control characters."""
    if isinstance(text, bytes):
        text = text[: 4 * longest].decode(errors="replace")
    plain = "".join(s if s.isprintable() else "\N{REPLACEMENT CHARACTER}" for s in text[:longest])
    return plain if len(text) <= longest else plain + "…"


def decode_words(
    source: Path,
    words: Sequence[bytes],
    first: int,
    unit: str,
    options: Options,
    hint: str = "",
) -> list[str]:
    """Decode words from UTF-8; `InputError` for invalid bytes unless they are to be replaced."""
    try:
        return [word.decode() for word in words]
    except UnicodeDecodeError as error:
        if options.replace_invalid:
            return [word.decode(errors="replace") for word in words]
        bad = next(
            i for i, word in enumerate(words) if word.decode(errors="ignore").encode() != word
        )
        raise InputError(
            f"{source}, {unit} {first + bad}: the word '{clean(words[bad])}' is not UTF-8 (byte "
            f"{error.start + 1} of it): save the file as UTF-8, or use {WITH_REPLACEMENT}{hint}."
        ) from None
