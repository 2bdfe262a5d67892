"""Blocks of lines with separated fields, and fast parsing of their numbers.

Separators are located for a whole block. If all its lines have the same number of fields, as almost
always, one call parses all numbers. Other blocks, and blocks with a number that this call rejects,
are parsed line by line with Python's `float`; both ways give bit-identical results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.text import open_decompressed
from embedviz.vectors.formats.blocks import Options

LONGEST_LINE = 1 << 24
_BLOCK_BYTES = 1 << 21
_WORTH_ARROW = 50_000  # fewer numbers are parsed before pyarrow is imported
_NEWLINE = 10


@dataclass(frozen=True)
class Lines:
    """Some whole lines of a file, each ended by a newline.

    Attributes
    ----------
    data : bytes
    first : int
        Number of the first one, from 1.
    """

    data: bytes
    first: int

    def split(self) -> list[bytes]:
        """Return the lines without their ends."""
        return self.data.split(b"\n")[:-1]


def line_blocks(path: Path, options: Options) -> Iterator[Lines]:
    """Yield a file, decompressed, in blocks of whole lines, without its byte order mark.

    Raises
    ------
    InputError
        If it cannot be read, or a line is longer than 16 MB.
    """
    size = max(1, path.stat().st_size) if path.exists() else 1
    first, rest = 1, b""
    with open_decompressed(path) as file:
        while data := file.stream.read(_BLOCK_BYTES):
            if first == 1 and not rest:
                data = data.removeprefix(b"\xef\xbb\xbf")
            end = data.rfind(b"\n") + 1
            if end:
                block = Lines(rest + data[:end], first)
                first += block.data.count(b"\n")
                rest = data[end:]
                yield block
                options.report(file.raw.tell() / size)
            else:
                rest += data
            if len(rest) > LONGEST_LINE:
                raise InputError(
                    f"{path}, line {first} is longer than {LONGEST_LINE:,} bytes, too long for a "
                    "word and its vector: give a file of word vectors."
                )
    if rest:
        yield Lines(rest + b"\n", first)


@dataclass(frozen=True, eq=False)
class Fields:
    """Byte positions of the fields of some lines.

    Attributes
    ----------
    starts, ends : ndarray of int64, shape (n_lines, n_fields)
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def find_fields(data: bytes, separator: bytes, n_fields: int) -> Fields | None:
    r"""Locate the fields if every line has `n_fields`, otherwise return None.

    A separator before the end of every line, as fastText writes it, does not count as a field.

    >>> fields = find_fields(b"a 1 2\nbc 3 4\n", b" ", 3)
    >>> fields.starts.tolist(), fields.ends[:, 0].tolist()
    ([[0, 2, 4], [6, 9, 11]], [1, 8])
    """
    signs = np.frombuffer(data, dtype=np.uint8)
    marks = np.flatnonzero((signs == ord(separator)) | (signs == _NEWLINE))
    lines = np.flatnonzero(signs[marks] == _NEWLINE)
    n_marks = np.diff(lines, prepend=-1)
    if (n_marks == n_fields + 1).all():
        table = marks.reshape(-1, n_fields + 1)
        if (table[:, -1] - table[:, -2] != 1).any():
            return None
        line_ends, ends = table[:, -1], table[:, :-1]
    elif (n_marks == n_fields).all():
        ends = marks.reshape(-1, n_fields)
        line_ends = ends[:, -1]
    else:
        return None
    starts = np.empty_like(ends)
    starts[:, 1:] = ends[:, :-1] + 1
    starts[0, 0] = 0
    starts[1:, 0] = line_ends[:-1] + 1
    return Fields(starts, ends)


def parse_numbers(
    data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Parse fields at byte positions as float64 numbers, in the shape of ``starts``.

    Raises
    ------
    ValueError
        If a field is no number.
    """
    first, last = starts.ravel(), ends.ravel()
    arrow = _arrow(len(first))
    if arrow is None:
        fields = map(slice, first.tolist(), last.tolist())
        numbers = np.array([float(data[field]) for field in fields], dtype=np.float64)
    else:
        numbers = arrow(data, first, last)
    return numbers.reshape(starts.shape)


def _arrow(n_fields: int) -> Callable[..., NDArray[np.float64]] | None:
    """Return pyarrow's parser if it is installed and saves more than its import time."""
    if n_fields < _WORTH_ARROW:
        return None
    try:
        import pyarrow
        from pyarrow import compute
    except ImportError:
        return None

    def parse(
        data: bytes, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        # Arrow's strings are contiguous, so every second one is the text between two numbers;
        # these are marked as null (validity bits 01010101) and skipped
        n = 2 * len(first)
        offsets = np.empty(n + 1, dtype=np.int32)
        offsets[:-1:2], offsets[1::2], offsets[-1] = first, last, last[-1]
        valid = np.full(-(-n // 8), 0x55, dtype=np.uint8)
        texts = pyarrow.StringArray.from_buffers(
            n, *(pyarrow.py_buffer(part) for part in (offsets, data, valid))
        )
        # its errors are ValueErrors; float32 directly would round once instead of twice
        numbers = compute.cast(texts, pyarrow.float64())
        return np.frombuffer(numbers.buffers()[1], dtype=np.float64, count=n)[::2]

    return parse
