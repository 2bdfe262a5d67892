"""Collection of a stream of blocks in a table, in memory or on disk."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from embedviz.errors import InputError
from embedviz.vectors.formats.blocks import (
    NPY_HEADER_BYTES,
    Block,
    Counts,
    Matrix,
    Stream,
    Table,
    check_counts,
    check_finite,
    clean,
)
from embedviz.vectors.formats.provenance import fresh_provenance, with_step

_WORD_BYTES = 60  # overhead of a Python string

logger = logging.getLogger(__name__)


class _InMemory:
    """Rows appended to a matrix in memory, which grows in place without a second copy."""

    def __init__(self, stream: Stream, dtype: DTypeLike) -> None:
        self._rows: Matrix = np.empty((0, stream.n_dims), dtype)
        self._n = 0

    def add(self, rows: Matrix) -> None:
        needed = self._n + len(rows)
        if needed > len(self._rows):
            room = max(needed, len(self._rows) * 5 // 4)
            self._rows.resize((room, self._rows.shape[1]), refcheck=False)
        self._rows[self._n : needed] = rows
        self._n = needed

    def matrix(self) -> Matrix:
        self._rows.resize((self._n, self._rows.shape[1]), refcheck=False)
        return self._rows

    def close(self) -> None:
        """Do nothing: no file is open."""


class _OnDisk:
    """Rows appended to a ``.npy`` file."""

    def __init__(self, path: Path, stream: Stream, dtype: DTypeLike) -> None:
        self._path, self._n_dims, self._dtype = path, stream.n_dims, np.dtype(dtype)
        self._file = path.open("wb")
        self._n = 0
        self._file.write(npy_header((0, self._n_dims), self._dtype))

    def add(self, rows: Matrix) -> None:
        self._file.write(np.ascontiguousarray(rows).data)
        self._n += len(rows)

    def matrix(self) -> Matrix:
        self._file.seek(0)
        self._file.write(npy_header((self._n, self._n_dims), self._dtype))
        self._file.flush()
        shape = (self._n, self._n_dims)
        # an empty file region cannot be mapped
        return (
            np.memmap(self._path, self._dtype, "r", NPY_HEADER_BYTES, shape)
            if self._n
            else np.empty(shape)
        )

    def close(self) -> None:
        self._file.close()


def npy_header(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> bytes:
    """Header of a ``.npy`` file, always 128 bytes, so that it can be rewritten at the end."""
    facts = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': {shape}, }}"
    return b"\x93NUMPY\x01\x00\x76\x00" + facts.ljust(NPY_HEADER_BYTES - 11).encode() + b"\n"


@dataclass
class _Words:
    """The distinct words so far; of duplicates the first is kept."""

    source: Path
    words: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    n_twice: int = 0
    first_twice: str = ""

    def new(self, block: Block) -> list[int] | None:
        """Return the indices of new words in the block, None if all are new."""
        if "" in block.words:
            at = block.first + list(block.words).index("")
            raise InputError(f"{self.source}, {block.unit} {at}: the word is empty: remove it.")
        distinct = set(block.words)
        if len(distinct) == len(block.words) and self.seen.isdisjoint(distinct):
            self.seen |= distinct
            self.words += block.words
            return None
        new: list[int] = []
        for place, word in enumerate(block.words):
            if word in self.seen:
                self.n_twice += 1
                self.first_twice = self.first_twice or (
                    f"'{clean(word)}' again at {block.unit} {block.first + place}"
                )
            else:
                self.seen.add(word)
                self.words.append(word)
                new.append(place)
        return new

    def report(self) -> list[str]:
        """Log a warning about duplicates and return it as a step for the provenance."""
        if not self.n_twice:
            return []
        words = "1 word" if self.n_twice == 1 else f"{self.n_twice} words"
        logger.warning(
            "%s: %s occurred more than once (%s); the first of each is kept",
            self.source,
            words,
            self.first_twice,
        )
        return [f"{words} that stood twice left out"]


def collect(
    stream: Stream,
    *,
    top: int | None = None,
    float16: bool = False,
    spool: Path | None = None,
) -> Table:
    """Read a stream to its end.

    Parameters
    ----------
    stream : Stream
    top : int, optional
        Keep only this many of the most frequent words: the first ones, unless counts are known.
    float16 : bool
        Store numbers in 16 bits, as is done anyway if the file has 16-bit numbers.
    spool : Path, optional
        Write the matrix to this file and memory-map it.

    Raises
    ------
    InputError
        If the file is invalid or contains no word.
    """
    if stream.n_dims < 1:
        raise InputError(f"{stream.source} contains vectors of 0 dimensions: give at least 1.")
    dtype = np.float16 if float16 or stream.is_float16 else np.float32
    words = _Words(stream.source)
    counts: list[Counts] = []
    with closing(_OnDisk(spool, stream, dtype) if spool else _InMemory(stream, dtype)) as rows:
        for block in stream.blocks:
            with np.errstate(over="ignore"):  # `check_finite` reports it
                numbers: Matrix = block.rows.astype(dtype, copy=False)
            check_finite(stream.source, replace(block, rows=numbers))
            check_counts(stream.source, block.counts)
            new = words.new(block)
            rows.add(numbers if new is None else numbers[new])
            if block.counts is not None:
                counts.append(block.counts if new is None else block.counts[new])
            elif top and len(words.words) >= top:
                break
        matrix = rows.matrix()
    if not words.words:
        raise InputError(f"{stream.source} contains 0 words: give a file with at least one.")
    steps = [f"read as {stream.format}", *words.report()]
    table = Table(
        stream.source,
        tuple(words.words),
        matrix,
        np.concatenate(counts) if counts else None,
        stream.provenance or fresh_provenance(stream.source, stream.format, steps),
        spool,
    )
    return keep_first(sort_by_frequency(table), top)


def limit_memory(stream: Stream, most_bytes: int) -> Stream:
    """Limit a stream's words and numbers to `most_bytes` of memory.

    A small compressed file may contain millions of rows of zeros.

    Raises
    ------
    InputError
        While the blocks are read, once they exceed the limit.
    """

    def blocks() -> Iterator[Block]:
        taken = 0
        for block in stream.blocks:
            words = sum(len(word) + _WORD_BYTES for word in block.words)
            taken += words + 4 * block.rows.size
            if taken > most_bytes:
                raise InputError(
                    f"{stream.source} contains more than the {most_bytes // 1_000_000} MB of words "
                    "and numbers that are read here: keep the most frequent words with embedviz "
                    "convert --top N, or give the file when the server is started."
                )
            yield block

    return replace(stream, blocks=blocks())


def sort_by_frequency(table: Table) -> Table:
    """Sort the words by descending count, if counts are known."""
    if table.counts is None or (np.diff(table.counts) <= 0).all():
        return table
    order = np.argsort(-table.counts, kind="stable")
    return Table(
        table.source,
        tuple(table.words[id_] for id_ in order.tolist()),
        table.matrix[order],
        table.counts[order],
        table.provenance,
    )


def keep_first(table: Table, top: int | None) -> Table:
    """Keep the first `top` words, and record it in the provenance."""
    if top is None or top >= len(table.words):
        return table
    counts = None if table.counts is None else table.counts[:top]
    provenance = with_step(table.provenance, f"the first {top} words kept")
    return Table(table.source, table.words[:top], table.matrix[:top], counts, provenance)
