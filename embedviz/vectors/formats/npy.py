"""NumPy's ``.npy``, memory-mapped, with one word per line in ``.vocab.txt`` next to it."""

from __future__ import annotations

import tokenize
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_path, clip
from embedviz.text import open_decompressed
from embedviz.vectors.formats import wordlist
from embedviz.vectors.formats.blocks import Options, Progress, Stream, Table
from embedviz.vectors.formats.collection import npy_header
from embedviz.vectors.formats.matrices import table_or_stream
from embedviz.vectors.formats.provenance import decode_provenance, encode_provenance

NAME = "NumPy"
_WORDS, _PROVENANCE = ".vocab.txt", ".provenance.json"
# what numpy raises for a header that it cannot parse
_INVALID_HEADER = (
    *(ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError, IndexError),
    *(MemoryError, RecursionError, OverflowError, AttributeError),
)


def read(path: Path, options: Options) -> Table | Stream:
    """Memory-map a matrix; its words are in NAME.vocab.txt or in the file that the options name."""
    with open_decompressed(path) as file:
        facts = array_facts(str(path), file.raw)
        offset = file.raw.tell()
    size = path.stat().st_size
    if size != offset + facts.n_bytes:
        raise InputError(
            f"{path}: the header declares {facts.n_bytes:,} bytes of numbers (shape {facts.shape}) "
            f"and {size - offset:,} follow: copy the file again."
        )
    if len(facts.shape) != 2 or not facts.n_bytes:
        raise InputError(
            f"{path} contains an array of shape {facts.shape}, not a matrix of at least one row "
            "and one column: save one row per word."
        )
    word_file = path.with_suffix(_WORDS)
    if not options.words and not word_file.is_file():
        raise InputError(
            f"{path} has no words next to it ({word_file.name} is missing): add them, one per "
            "line, or give their file with --words."
        )
    words = wordlist.read_words(options.words or word_file, options)
    matrix = np.memmap(path, facts.dtype, "r", offset, facts.shape, "F" if facts.fortran else "C")
    kept = path.with_suffix(_PROVENANCE)
    provenance = (
        decode_provenance(kept.read_bytes()) if kept.is_file() and not options.words else None
    )
    return table_or_stream(path, NAME, matrix, words, options, provenance)


class ArrayFacts:
    """Shape, order and type from the header of a ``.npy`` file."""

    def __init__(self, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]) -> None:
        self.shape, self.fortran, self.dtype = shape, fortran, dtype
        self.n_bytes = dtype.itemsize
        for length in shape:  # Python integers, which do not overflow
            self.n_bytes *= int(length)


def array_facts(name: str, file: BinaryIO, kinds: str = "f") -> ArrayFacts:
    """Read the header of an array of floats; the caller compares its size with the file's.

    Raises
    ------
    InputError
        If it is damaged, or contains Python objects (a pickle, which can run any program).
    """
    try:
        version = np.lib.format.read_magic(file)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        with warnings.catch_warnings(action="ignore"):  # of headers that Python 2 wrote
            shape, fortran, dtype = reader(file)
    except _INVALID_HEADER as error:
        reason = clip(str(error) or "a damaged header", 80)
        raise InputError(
            f"{name} does not begin like a NumPy array ({reason}): write it with numpy.save."
        ) from None
    if dtype.hasobject:
        raise InputError(
            f"{name} contains Python objects (a pickle), which are never opened: save numbers as "
            "float32."
        )
    if dtype.kind not in kinds:
        raise InputError(
            f"{name} contains numbers of type {dtype}, not float32 or float16: convert "
            "them with astype('float32')."
        )
    return ArrayFacts(shape, fortran, dtype)


def companions(path: Path) -> tuple[Path, Path]:
    """Return the files of the words and of the provenance."""
    return path.with_suffix(_WORDS), path.with_suffix(_PROVENANCE)


def write(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write the matrix, and next to it its words and its provenance."""
    words = wordlist.to_text(path, table.words, table.counts)
    words_path, provenance_path = companions(path)
    with (
        atomic_path(words_path) as words_aside,
        atomic_path(provenance_path) as provenance_aside,
        atomic_path(path) as aside,
    ):
        words_aside.write_text(words, encoding="utf-8", newline="")
        provenance_aside.write_text(encode_provenance(table.provenance) + "\n", encoding="utf-8")
        if table.spool:
            table.spool.replace(aside)
            return
        with aside.open("wb") as file:
            write_array(file, table, progress)


def write_array(file: BinaryIO, table: Table, progress: Progress | None) -> None:
    """Write the matrix as a NumPy array."""
    dtype = table.matrix.dtype.newbyteorder("<")
    file.write(npy_header((len(table.words), table.n_dims), dtype))
    for block in table.blocks(progress):
        file.write(np.ascontiguousarray(block.rows, dtype=dtype).data)
