"""safetensors: tensor ``embedding``, memory-mapped; words in ``.vocab.jsonl`` next to it.

Transformer models use the same format; their words are in ``tokenizer.json`` next to it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_path, parse_json
from embedviz.vectors.formats import wordlist
from embedviz.vectors.formats.blocks import Options, Progress, Stream, Table
from embedviz.vectors.formats.dtypes import BFLOAT16
from embedviz.vectors.formats.matrices import table_or_stream
from embedviz.vectors.formats.provenance import METADATA_KEY, decode_provenance, encode_provenance
from embedviz.vectors.formats.wordlist import WordList

NAME = "safetensors"
_EMBEDDING, _COUNTS = "embedding", "counts"
_WORDS, _TOKENIZER = ".vocab.jsonl", "tokenizer.json"
_LONGEST_HEADER = 100_000_000  # limit of the format
_TYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": BFLOAT16,
}
# common names of a transformer's embedding table
_USUAL = (
    "embed_tokens.weight",
    "word_embeddings.weight",
    "wte.weight",
    "shared.weight",
    "tok_embeddings.weight",
    "token_embedding.weight",
    "embeddings.weight",
    "embedding.weight",
)


@dataclass(frozen=True)
class Entry:
    """A tensor of a file.

    Attributes
    ----------
    dtype : str
        Name of the type in the file.
    shape : tuple of int
    start, stop : int
        Byte range in the file.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class Contents:
    """The content of a file.

    Attributes
    ----------
    entries : dict of str to Entry
    remarks : dict
    """

    entries: dict[str, Entry]
    remarks: dict[str, Any]


def read(path: Path, options: Options) -> Table | Stream:
    """Memory-map the matrix; its words are next to it or in the file that the options name."""
    contents = read_header(path)
    name = choose_matrix(path, contents, options)
    entry = contents.entries[name]
    matrix = np.memmap(path, _TYPES[entry.dtype], "r", entry.start, entry.shape)
    word_file = path.with_suffix(_WORDS)
    tokenizer = path.parent / _TOKENIZER
    source = options.words or next(
        (file for file in (word_file, tokenizer) if file.is_file()), None
    )
    if source is None:
        raise InputError(
            f"{path} has no words next to it ({word_file.name} or {_TOKENIZER}): add them, or "
            "give their file with --words."
        )
    words = wordlist.read_words(source, options)
    counts = contents.entries.get(_COUNTS)
    if source == word_file and counts and _are_counts(counts, len(matrix)):
        numbers = np.array(np.memmap(path, "<i8", "r", counts.start, counts.shape))
        words = WordList(words.words, numbers.astype(np.int64))
    kept = decode_provenance(contents.remarks.get(METADATA_KEY)) if source == word_file else None
    return table_or_stream(path, NAME, matrix, words, options, kept)


def _are_counts(entry: Entry, n_words: int) -> bool:
    is_whole = entry.stop - entry.start == 8 * n_words
    return (entry.dtype, entry.shape) == ("I64", (n_words,)) and is_whole


def read_header(path: Path) -> Contents:
    """Read the list of tensors, and check every length against the file.

    Raises
    ------
    InputError
        If it does not fit the file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LONGEST_HEADER):
                raise ValueError(f"a header of {length:,} bytes in a file of {size:,}")
            header = parse_json(file.read(length))
        begin = 8 + length
        remarks = header.pop("__metadata__", {})
        entries = {
            str(name): Entry(
                str(facts["dtype"]),
                tuple(int(n) for n in facts["shape"]),
                begin + int(facts["data_offsets"][0]),
                begin + int(facts["data_offsets"][1]),
            )
            for name, facts in header.items()
        }
        for name, entry in entries.items():
            if not begin <= entry.start <= entry.stop <= size or min(entry.shape, default=0) < 0:
                raise ValueError(f"tensor {name} at bytes {entry.start} to {entry.stop} of {size}")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}).") from None
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
    ) as error:
        raise InputError(
            f"{path} is not a complete safetensors file ({str(error)[:120]}): copy the file again."
        ) from None
    return Contents(entries, remarks if isinstance(remarks, dict) else {})


def choose_matrix(path: Path, contents: Contents, options: Options) -> str:
    """Choose the matrix of word vectors: as named, ``embedding``, the only or the likely one."""
    matrices = [
        name
        for name, entry in contents.entries.items()
        if len(entry.shape) == 2 and entry.dtype in _TYPES
    ]
    likely = [name for name in matrices if name.endswith(_USUAL)]
    wanted = options.tensor or _EMBEDDING
    if wanted in matrices:
        chosen = wanted
    elif not options.tensor and len(matrices) == 1:
        chosen = matrices[0]
    elif not options.tensor and len(likely) == 1:
        chosen = likely[0]
    else:
        listed = ", ".join(sorted(likely or matrices)[:8]) or "none"
        raise InputError(
            f"{path}: expected a matrix called {wanted}, found {listed}: choose one with --tensor."
        )
    entry = contents.entries[chosen]
    n_rows, n_dims = entry.shape
    if n_rows * n_dims * _TYPES[entry.dtype].itemsize != entry.stop - entry.start or not (
        n_rows and n_dims
    ):
        raise InputError(
            f"{path}: tensor {chosen} of shape {entry.shape} and type {entry.dtype} has "
            f"{entry.stop - entry.start:,} bytes, which do not match: copy the file again."
        )
    return chosen


def companions(path: Path) -> tuple[Path, ...]:
    """Return the file of the words."""
    return (path.with_suffix(_WORDS),)


def write(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write the matrix, the counts if any, and the provenance; the words next to it."""
    dtype: np.dtype[Any] = table.matrix.dtype.newbyteorder("<")
    shape = [len(table.words), table.n_dims]
    size = shape[0] * shape[1] * dtype.itemsize
    header: dict[str, object] = {
        "__metadata__": {METADATA_KEY: encode_provenance(table.provenance)},
        _EMBEDDING: {
            "dtype": "F16" if dtype.itemsize == 2 else "F32",
            "shape": shape,
            "data_offsets": [0, size],
        },
    }
    if table.counts is not None:
        header[_COUNTS] = {
            "dtype": "I64",
            "shape": shape[:1],
            "data_offsets": [size, size + 8 * shape[0]],
        }
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    (words_path,) = companions(path)
    with (
        atomic_path(words_path) as words_aside,
        atomic_path(path) as aside,
        aside.open("wb") as file,
    ):
        words_aside.write_text(wordlist.to_json_lines(table.words), encoding="utf-8", newline="")
        file.write(len(text).to_bytes(8, "little") + text)
        for block in table.blocks(progress):
            file.write(np.ascontiguousarray(block.rows, dtype=dtype).data)
        if table.counts is not None:
            file.write(table.counts.astype("<i8").tobytes())
