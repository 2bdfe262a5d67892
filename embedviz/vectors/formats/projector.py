"""TensorBoard's Embedding Projector: numbers, words and a configuration, three files in a folder.

``projector_config.pbtxt`` is what TensorBoard reads, ``projector_config.json`` the standalone
projector. Both name the files of numbers and of words, which must lie in the folder of the
configuration.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_path, parse_json, read_text
from embedviz.vectors.formats import wordlist
from embedviz.vectors.formats.blocks import (
    WITH_TENSOR,
    WITH_WORDS,
    Options,
    Progress,
    Stream,
    Table,
    clean,
)
from embedviz.vectors.formats.columns import are_quoted
from embedviz.vectors.formats.lines import Lines, line_blocks
from embedviz.vectors.formats.matrices import table_or_stream
from embedviz.vectors.formats.pbtxt import parse_pbtxt
from embedviz.vectors.formats.text import format_numbers
from embedviz.vectors.formats.text_matrix import METADATA, Numbers, read_rows
from embedviz.vectors.formats.word_checks import refuse_byte_order_mark, refuse_words

NAME = "TensorBoard projector"
CONFIG, STANDALONE = "projector_config.pbtxt", "projector_config.json"
_TENSORS, _BYTES = "tensors.tsv", "tensors.bytes"
_TITLE = "words"
_LONGEST_CONFIG = 1 << 16  # bytes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A table of a configuration.

    Attributes
    ----------
    name : str
    tensors : str
        File of the numbers, in the configuration's folder.
    metadata : str, optional
        File of the words, there too.
    shape : tuple of int, optional
    """

    name: str
    tensors: str
    metadata: str | None
    shape: tuple[int, ...] | None


def read(path: Path, options: Options) -> Table | Stream:
    """Read a table of a configuration: the one that the options name, or the first."""
    entry = _choose(path, _read_entries(path), options)
    tensors = _inside(path, entry.tensors)
    if options.words:
        words = wordlist.read_words(options.words, options)
    elif entry.metadata:
        words = wordlist.read_metadata(_inside(path, entry.metadata))
    else:
        raise InputError(
            f"{path} names no metadata_path, the file of the words: add it, or {WITH_WORDS}."
        )
    if tensors.suffix == ".tsv":
        n_dims = _count_columns(tensors)
        rows = read_rows(tensors, Numbers(b"\t", n_dims, 0), words, options)
        return Stream(tensors, NAME, n_dims, rows)
    n_words = len(words.words)
    size = tensors.stat().st_size
    n_dims = entry.shape[1] if entry.shape else size // (4 * n_words)
    if size != 4 * n_words * n_dims or not size or (entry.shape or (n_words,))[0] != n_words:
        raise InputError(
            f"{tensors} contains {size:,} bytes, not {n_words} x {n_dims} numbers of float32 for "
            f"the words, as {path.name} states: write the folder again."
        )
    matrix = np.memmap(tensors, "<f4", "r", 0, (n_words, n_dims))
    return table_or_stream(tensors, NAME, matrix, words, options)


def _count_columns(path: Path) -> int:
    lines = next(line_blocks(path, Options()), Lines(b"", 1))
    first = lines.data.partition(b"\n")[0].rstrip()
    return first.count(b"\t") + 1 if first else 0


def _choose(path: Path, entries: Sequence[Entry], options: Options) -> Entry:
    """Choose by the name of the tensor, with or without its output number (``:0``)."""
    names = [entry.name for entry in entries]
    listed = ", ".join(clean(name) for name in names[:8])
    if options.tensor:
        fitting = [e for e in entries if e.name == options.tensor] or [
            e for e in entries if e.name.rpartition(":")[0] == options.tensor
        ]
        if len(fitting) != 1:
            raise InputError(
                f"{path} has no single table called {options.tensor}, only {listed}: choose one "
                f"with {WITH_TENSOR}."
            )
        return fitting[0]
    if len(entries) > 1:
        logger.warning(
            "%s contains %d tables (%s); the first is read, and %s chooses another",
            path,
            len(entries),
            listed,
            WITH_TENSOR,
        )
    return entries[0]


def _read_entries(path: Path) -> list[Entry]:
    text = read_text(path, "a projector configuration", most_bytes=_LONGEST_CONFIG)
    try:
        if text.lstrip().startswith("{"):
            found = [_from_json(facts) for facts in parse_json(text)["embeddings"]]
        else:
            found = [_from_fields(fields) for fields in parse_pbtxt(text)["embeddings"]]
        if not found:
            raise ValueError("no embeddings")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        raise InputError(
            f"{path} is not a projector configuration with a valid tensor_path, metadata_path and "
            "tensor_shape: write the folder again, or give a file of word vectors."
        ) from None
    with_numbers = [entry for entry in found if entry.tensors]
    if not with_numbers:
        raise InputError(
            f"{path} names no tensor_path: the numbers are in a checkpoint of TensorFlow, which is "
            "not read here; save them as tensors.tsv and name it with tensor_path."
        )
    return with_numbers


def _from_json(facts: dict[str, Any]) -> Entry:
    return _entry(
        facts.get("tensorName"),
        facts.get("tensorPath"),
        facts.get("metadataPath"),
        facts.get("tensorShape"),
    )


def _from_fields(fields: dict[str, list[Any]]) -> Entry:
    first = {name: values[0] for name, values in fields.items() if values}
    return _entry(
        first.get("tensor_name"),
        first.get("tensor_path"),
        first.get("metadata_path"),
        fields.get("tensor_shape"),
    )


def _entry(name: object, tensors: object, metadata: object, given: Any) -> Entry:  # noqa: ANN401
    if any(value is not None and not isinstance(value, str) for value in (name, tensors, metadata)):
        raise ValueError("a name that is no text")
    shape = tuple(int(n) for n in given or ()) or None
    if shape and (len(shape) != 2 or min(shape) < 1):
        raise ValueError(f"shape {shape}")
    return Entry(str(name or ""), str(tensors or ""), str(metadata) if metadata else None, shape)


def _inside(config: Path, named: str) -> Path:
    """Resolve a file that a configuration names; it must be inside the configuration's folder."""
    folder = config.resolve().parent
    try:
        file = (folder / named).resolve()
        if not file.is_relative_to(folder):
            raise InputError(
                f"{config} names '{clean(named)}', which is outside its folder: move the file "
                "into it."
            )
        if not file.is_file():
            raise InputError(f"{config} names '{clean(named)}', which is missing: add the file.")
    except (OSError, ValueError, RuntimeError):
        raise InputError(
            f"{config} names '{clean(named)}', which is not a valid file name: correct it."
        ) from None
    return file


def companions(path: Path) -> tuple[Path, Path]:
    """Return the files of the numbers and of the words."""
    numbers = _BYTES if path.name == STANDALONE else _TENSORS
    return path.with_name(numbers), path.with_name(METADATA)


@dataclass(frozen=True)
class Sprite:
    """A file of square pictures of the words, next to the other files; the side is in pixels."""

    file: str
    side: int

    def as_json(self) -> dict[str, object]:
        """As TensorBoard's standalone projector names it."""
        return {"sprite": {"imagePath": self.file, "singleImageDim": [self.side, self.side]}}

    def as_text(self) -> str:
        """As the field of a configuration in text."""
        side = f"single_image_dim: {self.side}"
        return f'  sprite {{\n    image_path: "{self.file}"\n    {side}\n    {side}\n  }}\n'


def write(
    path: Path,
    table: Table,
    progress: Progress | None = None,
    *,
    columns: Mapping[str, Sequence[str]] | None = None,
    sprite: Sprite | None = None,
) -> None:
    """Write the three files; the numbers as text for TensorBoard, as float32 for the standalone.

    Further columns of the metadata contain a text without tabs and newlines for each word.
    """
    refuse_words(path, table.words, "\t\n\r", "a tab or a newline")
    refuse_byte_order_mark(path, table.words[0])
    unseen = next((word for word in table.words if not wordlist.is_seen(word)), None)
    if unseen is not None:
        raise InputError(
            f"{path} cannot store the word {unseen!a}, a blank line to TensorBoard: remove it."
        )
    standalone = path.name == STANDALONE
    tensors, metadata = companions(path)
    if standalone:
        config = json.dumps(
            {
                "embeddings": [
                    {
                        "tensorName": _TITLE,
                        "tensorShape": [len(table.words), table.n_dims],
                        "tensorPath": tensors.name,
                        "metadataPath": metadata.name,
                        **(sprite.as_json() if sprite else {}),
                    }
                ]
            },
            indent=2,
        )
    else:
        config = (
            f'embeddings {{\n  tensor_name: "{_TITLE}"\n  tensor_path: "{tensors.name}"\n'
            f'  metadata_path: "{metadata.name}"\n{sprite.as_text() if sprite else ""}}}'
        )
    with (
        atomic_path(path) as config_aside,
        atomic_path(metadata) as metadata_aside,
        atomic_path(tensors) as tensors_aside,
        tensors_aside.open("wb") as file,
    ):
        config_aside.write_text(config + "\n", encoding="utf-8")
        metadata_aside.write_text(_metadata(table, columns or {}), encoding="utf-8", newline="")
        for block in table.blocks(progress):
            if standalone:
                file.write(np.ascontiguousarray(block.rows, dtype="<f4").data)
            else:
                file.write("".join("\t".join(row) + "\n" for row in format_numbers(block)).encode())


def _metadata(table: Table, columns: Mapping[str, Sequence[str]]) -> str:
    words: Sequence[str] = table.words
    if are_quoted(words):  # else the quotes would be taken for those of a table
        words = ['"' + word.replace('"', '""') + '"' for word in words]
    kept: dict[str, Sequence[str]] = {"word": words}
    if table.counts is not None:
        kept["count"] = table.counts.astype(str).tolist()
    kept.update(columns)
    rows = zip(*kept.values(), strict=True)
    # a single column has no header: TensorBoard recognises a header by its tab
    lines = [tuple(kept), *rows] if len(kept) > 1 else rows
    return "".join("\t".join(line) + "\n" for line in lines)
