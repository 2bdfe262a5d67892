"""word2vec binary: a text header, then for each word its bytes, a space and float32 numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_compressed_file
from embedviz.text import open_decompressed
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    Block,
    Options,
    Progress,
    Stream,
    Table,
    decode_words,
)
from embedviz.vectors.formats.text import parse_header
from embedviz.vectors.formats.word_checks import refuse_words

NAME = "word2vec binary"
_LONGEST_HEADER = 64
_SPACES = "; if words contain spaces, save the vectors as text, since a space ends a word here"
_LONGEST_WORD = 1 << 16
_MOST_DIMS = 1 << 20


def matches_layout(data: bytes, n_words: int, n_dims: int) -> bool:
    r"""Whether bytes are exactly `n_words` words of `n_dims` numbers each.

    Bytes of few numbers may all be printable, and a text may match by chance.

    >>> matches_layout(b"a" + b" txt!" + b"b" + b" 1234", 2, 1), matches_layout(b"a 0.125\n", 1, 1)
    (True, False)
    """
    place = 0
    for _ in range(n_words):
        space = data.find(b" ", place)
        place = space + 1 + 4 * n_dims
        if space < 0 or place > len(data):
            return False
    return n_words > 0 and not data[place:].strip(b"\n")


def read(path: Path, options: Options) -> Stream:
    """Read word2vec binary; a newline after a vector, which some programs write, is optional."""
    with open_decompressed(path) as file:
        first_line = file.stream.readline(_LONGEST_HEADER)
    promised = parse_header(first_line) if first_line.endswith(b"\n") else None
    if not promised or not promised[0] or not 1 <= promised[1] <= _MOST_DIMS:
        raise InputError(
            f"{path}, byte 1: expected a header of two positive numbers, of words and of "
            f"dimensions (up to {_MOST_DIMS:,}), found {first_line[:40]!r}: copy the file again."
        )
    n_words, n_dims = promised
    return Stream(path, NAME, n_dims, _rows(path, n_words, n_dims, options))


def _rows(path: Path, n_words: int, n_dims: int, options: Options) -> Iterator[Block]:
    size = max(1, path.stat().st_size)
    n_rows = max(1, BLOCK_VALUES // n_dims)
    with open_decompressed(path) as file:
        at = len(file.stream.readline(_LONGEST_HEADER))
        entries = _Entries(path, file.stream, n_words, n_dims, at)
        for first in range(1, n_words + 1, n_rows):
            words, parts = [], []
            for number in range(first, min(first + n_rows, n_words + 1)):
                word, numbers = entries.next(number)
                words.append(word)
                parts.append(numbers)
            rows = np.frombuffer(b"".join(parts), dtype="<f4").reshape(-1, n_dims)
            decoded = decode_words(path, words, first, "word", options, _SPACES)
            yield Block(decoded, rows, first, "word")
            options.report(file.raw.tell() / size)
        entries.end()


class _Entries:
    """Iterates over words and their numbers in a stream that is read in large pieces."""

    def __init__(self, path: Path, stream: BinaryIO, n_words: int, n_dims: int, at: int) -> None:
        self._path, self._stream, self._n_words = path, stream, n_words
        self._n_bytes = 4 * n_dims
        self._piece = max(1 << 20, self._n_bytes + _LONGEST_WORD)
        self._data, self._place, self._at = b"", 0, at

    def next(self, number: int) -> tuple[bytes, bytes]:
        """Return the word of that number and the bytes of its numbers."""
        space = self._data.find(b" ", self._place)
        if space < 0 or space + 1 + self._n_bytes > len(self._data):
            self._at += self._place
            self._data = self._data[self._place :] + self._stream.read(self._piece)
            self._place = 0
            space = self._data.find(b" ")
        if space < 0 or space + 1 + self._n_bytes > len(self._data):
            self._refuse(number, space)
        word = self._data[self._place : space].lstrip(b"\n")
        start, self._place = space + 1, space + 1 + self._n_bytes
        return word, self._data[start : self._place]

    def _refuse(self, number: int, space: int) -> None:
        where = f"{self._path}, byte {self._at + 1}: word {number} of {self._n_words}"
        if space < 0 and len(self._data) > _LONGEST_WORD:
            raise InputError(
                f"{where} has no end within {_LONGEST_WORD:,} bytes: give a word2vec file."
            )
        missing = "a word" if space < 0 else f"{self._n_bytes} bytes of numbers"
        raise InputError(
            f"{where} is truncated: {missing} expected, the file ends at byte "
            f"{self._at + len(self._data)}: copy the file again."
        )

    def end(self) -> None:
        """Raise `InputError` if bytes follow the last word."""
        rest = self._data[self._place :] + self._stream.read(1 << 10)
        if rest.strip(b"\n"):
            raise InputError(
                f"{self._path}, byte {self._at + self._place + 1}: the header declares "
                f"{self._n_words} words, but bytes follow the last one: copy the file again, or "
                "correct its header."
            )


def write(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write word2vec binary, as gensim writes it: no newline after a vector."""
    refuse_words(path, table.words, " \n", "a space or a newline")
    with atomic_compressed_file(path) as file:
        file.write(f"{len(table.words)} {table.n_dims}\n".encode())
        for block in table.blocks(progress):
            numbers = np.ascontiguousarray(block.rows, dtype="<f4")
            file.write(
                b"".join(
                    word.encode() + b" " + row.tobytes()
                    for word, row in zip(block.words, numbers, strict=True)
                )
            )
