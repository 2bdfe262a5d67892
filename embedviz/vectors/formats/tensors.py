"""safetensors: tensor ``embedding``, memory-mapped; words in ``.vocab.jsonl`` next to it.

Transformer models use the same format; their words are in ``tokenizer.json`` next to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_path, read_json
from embedviz.vectors.formats import wordlist
from embedviz.vectors.formats.blocks import (
    WITH_WORDS,
    Options,
    Progress,
    Stream,
    Table,
    clean,
    refuse_lone_surrogates,
)
from embedviz.vectors.formats.embedding_tables import choose_table, is_known_name, map_matrix
from embedviz.vectors.formats.matrices import table_or_stream
from embedviz.vectors.formats.provenance import METADATA_KEY, decode_provenance, encode_provenance
from embedviz.vectors.formats.safetensors_header import Entry, read_header
from embedviz.vectors.formats.tokenizer_json import TOKENIZER, words_of_folder
from embedviz.vectors.formats.word_records import WordList

NAME = "safetensors"
_EMBEDDING, _COUNTS = "embedding", "counts"
_WORDS = ".vocab.jsonl"
INDEX = "model.safetensors.index.json"
_MAPPING = "mapping"
_INTEGERS = {"I64": "<i8", "I32": "<i4", "I16": "<i2", "U16": "<u2", "U8": "<u1"}
_SENTENCE_PIECE = ("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "source.spm")


def read(path: Path, options: Options) -> Table | Stream:
    """Memory-map the matrix; its words are next to it or in the file that the options name."""
    contents = read_header(path)
    tensors = {name: (path, entry) for name, entry in contents.entries.items()}
    word_file = path.with_suffix(_WORDS)
    if options.words or not word_file.is_file():
        return _of_model(path, tensors, options)
    words = wordlist.read_words(word_file, options)
    name = choose_table(path, tensors, options.tensor, len(words.words), is_transformer=False)
    matrix = map_matrix(path, contents.entries[name])
    counts = contents.entries.get(_COUNTS)
    if counts and _are_counts(counts, len(matrix)):
        numbers = np.array(np.memmap(path, "<i8", "r", counts.start, counts.shape))
        words = WordList(words.words, numbers.astype(np.int64))
    kept = decode_provenance(contents.remarks.get(METADATA_KEY))
    return table_or_stream(path, NAME, matrix, words, options, kept)


def _of_model(
    path: Path, tensors: Mapping[str, tuple[Path, Entry]], options: Options
) -> Table | Stream:
    """Take the table of a transformer's words, or of the words that the options name."""
    words = _words(path, options)
    name = choose_table(
        path, tensors, options.tensor, len(words.words), is_transformer=not options.words
    )
    file, entry = tensors[name]
    matrix = map_matrix(file, entry)
    rows = None
    if _MAPPING in tensors and name.removesuffix(".weight").endswith(("embeddings", "embedding")):
        rows = _read_mapping(path, *tensors[_MAPPING], len(matrix))
    return table_or_stream(file, NAME, matrix, words, options, rows=rows)


def _words(path: Path, options: Options) -> WordList:
    folder = path.parent
    if options.words:
        return wordlist.read_words(options.words, options)
    if (folder / TOKENIZER).is_file():
        return wordlist.read_words(folder / TOKENIZER, options)
    words = words_of_folder(folder)
    if words is not None:
        refuse_lone_surrogates(folder, words)
        return WordList(words, is_padded=True)
    pieces = next((name for name in _SENTENCE_PIECE if (folder / name).is_file()), None)
    if pieces:
        raise InputError(
            f"{folder / pieces} holds the words of {path.name} in a form that is not read here: "
            f"save {TOKENIZER} with AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) "
            "of transformers."
        )
    raise InputError(
        f"{path} has no words next to it ({path.with_suffix(_WORDS).name}, {TOKENIZER}, vocab.txt "
        f"or vocab.json): add them, or {WITH_WORDS}."
    )


def _read_mapping(path: Path, file: Path, entry: Entry, n_rows: int) -> NDArray[np.int64]:
    """Read the row of each token, of a model2vec model whose tokens share rows."""
    is_fit = entry.dtype in _INTEGERS and len(entry.shape) == 1
    itemsize = np.dtype(_INTEGERS[entry.dtype]).itemsize if is_fit else 0
    if not is_fit or not entry.shape[0] or entry.stop - entry.start != entry.shape[0] * itemsize:
        raise InputError(
            f"{path}: tensor {_MAPPING} of shape {entry.shape} and type {entry.dtype} is no list "
            "of rows: copy the folder again."
        )
    rows = np.array(np.memmap(file, _INTEGERS[entry.dtype], "r", entry.start, entry.shape))
    if rows.min() < 0 or rows.max() >= n_rows:
        raise InputError(
            f"{path}: tensor {_MAPPING} names rows from {rows.min()} to {rows.max()}, and the "
            f"matrix has {n_rows}: copy the folder again."
        )
    return rows.astype(np.int64)


def read_index(path: Path, options: Options) -> Table | Stream:
    """Read a sharded checkpoint by its ``model.safetensors.index.json``.

    Only the shards that may contain the table are opened; others may be missing.
    """
    places = _read_places(path)
    wanted = [
        name for name in places if name == options.tensor or is_known_name(name) or name == _MAPPING
    ]
    tensors: dict[str, tuple[Path, Entry]] = {}
    for shard in sorted({places[name] for name in wanted}):
        file = path.parent / shard
        if not file.is_file():
            named = next(name for name in wanted if places[name] == shard)
            raise InputError(
                f"{path}: the tensor {named} is in {shard}, which is missing: add the file."
            )
        entries = read_header(file).entries
        tensors |= {name: (file, entries[name]) for name in wanted if name in entries}
    return _of_model(path, tensors, options)


def _read_places(path: Path) -> dict[str, str]:
    document = read_json(path, "the index of a sharded model")
    places = document.get("weight_map") if isinstance(document, dict) else None
    if not isinstance(places, dict) or not places:
        raise InputError(f"{path} is not the index of a sharded model: copy the folder again.")
    for name, file in places.items():
        is_name = isinstance(file, str) and file.endswith(".safetensors")
        if not is_name or Path(file).name != file or "\0" in file:
            raise InputError(
                f"{path} places the tensor {clean(name)} in '{clean(str(file))}', which is no "
                "safetensors file of its folder: save the model again as safetensors."
            )
    return places


def _are_counts(entry: Entry, n_words: int) -> bool:
    is_whole = entry.stop - entry.start == 8 * n_words
    return (entry.dtype, entry.shape) == ("I64", (n_words,)) and is_whole


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
