"""NumPy's ``.npy``, memory-mapped, with one word per line in ``.vocab.txt`` next to it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_path
from embedviz.text import open_decompressed
from embedviz.vectors.formats import wordlist
from embedviz.vectors.formats.arrays import array_facts
from embedviz.vectors.formats.blocks import WITH_WORDS, Options, Progress, Stream, Table
from embedviz.vectors.formats.collection import npy_header
from embedviz.vectors.formats.matrices import table_or_stream
from embedviz.vectors.formats.provenance import decode_provenance, encode_provenance

NAME = "NumPy"
_WORDS, _PROVENANCE = ".vocab.txt", ".provenance.json"


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
    if (path.parent / "key2row").is_file():
        raise InputError(
            f"{path} belongs to a spaCy pipeline, whose words are hashes: save the vectors as "
            "docs/formats/spacy.md shows."
        )
    if not options.words and not word_file.is_file():
        raise InputError(
            f"{path} has no words next to it ({word_file.name} is missing): add them, one per "
            f"line, or {WITH_WORDS}."
        )
    kept = path.with_suffix(_PROVENANCE)
    is_ours = kept.is_file() and not options.words
    if is_ours:
        words = wordlist.read_own(word_file, options)
    else:
        words = wordlist.read_words(options.words or word_file, options)
    matrix = np.memmap(path, facts.dtype, "r", offset, facts.shape, "F" if facts.fortran else "C")
    provenance = decode_provenance(kept.read_bytes()) if is_ours else None
    return table_or_stream(path, NAME, matrix, words, options, provenance)


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
