"""TensorBoard's Embedding Projector: numbers, words and a configuration, three files in a folder.

``projector_config.pbtxt`` is what TensorBoard reads, ``projector_config.json`` the standalone
projector. Both name the files of numbers and of words, which must lie in the folder of the
configuration.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_path, parse_json, read_text
from embedviz.vectors.formats.blocks import Block, Options, Progress, Stream, Table, clean
from embedviz.vectors.formats.lines import Lines, find_fields, line_blocks, parse_numbers
from embedviz.vectors.formats.matrices import table_or_stream
from embedviz.vectors.formats.text import format_numbers
from embedviz.vectors.formats.word_checks import refuse_byte_order_mark, refuse_words
from embedviz.vectors.formats.wordlist import WordList, parse_count

NAME = "TensorBoard projector"
CONFIG, STANDALONE = "projector_config.pbtxt", "projector_config.json"
_TENSORS, _BYTES, _METADATA = "tensors.tsv", "tensors.bytes", "metadata.tsv"
_TITLE = "words"
# possessive (++, *+): a long name without a colon is read once, not once from each of its letters
_FIELD = re.compile(
    r'\b(\w++)\s*+:\s*+(?:"((?:[^"\\\n]|\\.)*+)"|\'((?:[^\'\\\n]|\\.)*+)\'|([\w.+-]++))'
)
_LONGEST_CONFIG = 1 << 16  # bytes


@dataclass(frozen=True)
class Config:
    """The files of one table, from a configuration.

    Attributes
    ----------
    tensors, metadata : Path
        Inside the configuration's folder.
    shape : tuple of int, optional
    """

    tensors: Path
    metadata: Path
    shape: tuple[int, ...] | None


def read(path: Path, options: Options) -> Table | Stream:
    """Read the first table of a configuration."""
    config = _read_config(path)
    words = _read_metadata(config.metadata)
    if config.tensors.suffix == ".tsv":
        n_dims, blocks = _text_rows(config.tensors, words, options)
        return Stream(config.tensors, NAME, n_dims, blocks)
    n_words = len(words.words)
    size = config.tensors.stat().st_size
    n_dims = config.shape[1] if config.shape else size // (4 * n_words)
    if size != 4 * n_words * n_dims or not size or (config.shape or (n_words,))[0] != n_words:
        raise InputError(
            f"{config.tensors} contains {size:,} bytes, not {n_words} x {n_dims} numbers of "
            f"float32 as {config.metadata.name} and {path.name} state: write the folder again."
        )
    matrix = np.memmap(config.tensors, "<f4", "r", 0, (n_words, n_dims))
    return table_or_stream(config.tensors, NAME, matrix, words, options)


def _read_config(path: Path) -> Config:
    text = read_text(path, "a projector configuration", most_bytes=_LONGEST_CONFIG)
    try:
        facts = _from_json(text) if text.lstrip().startswith("{") else _from_pbtxt(text)
        tensors, metadata = str(facts["tensor_path"]), str(facts["metadata_path"])
        shape = tuple(int(n) for n in facts.get("tensor_shape") or ()) or None
        if shape and (len(shape) != 2 or min(shape) < 1):
            raise ValueError(f"shape {shape}")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        raise InputError(
            f"{path} is not a projector configuration with a valid tensor_path, metadata_path and "
            "tensor_shape: write the folder again, or give a file of word vectors."
        ) from None
    return Config(_inside(path, tensors), _inside(path, metadata), shape)


def _from_json(text: str) -> dict[str, Any]:
    first = parse_json(text)["embeddings"][0]
    return {
        "tensor_path": first["tensorPath"],
        "metadata_path": first["metadataPath"],
        "tensor_shape": first.get("tensorShape"),
    }


def _from_pbtxt(text: str) -> dict[str, Any]:
    without_remarks = "\n".join(
        line for line in text.splitlines() if not line.lstrip().startswith("#")
    )
    found = re.search(r"embeddings\s*:?\s*\{(.*)", without_remarks, re.DOTALL)
    if not found:
        raise ValueError("no embeddings { … }")
    facts: dict[str, Any] = {}
    for name, double, single, bare in _FIELD.findall(found[1].partition("}")[0]):
        value = double or single or bare
        if name == "tensor_shape":
            facts.setdefault(name, []).append(value)
        else:
            facts.setdefault(name, re.sub(r"\\(.)", r"\1", value))
    return facts


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


def _read_metadata(path: Path) -> WordList:
    """Read words; a first line with a tab is a header: ``word`` is the column, or the first is."""
    lines = read_text(path, "the words of a projector").removesuffix("\n").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    blank = next((number for number, line in enumerate(lines, 1) if not _is_seen(line)), None)
    if blank:
        raise InputError(
            f"{path}, line {blank} is blank: TensorBoard drops it and assigns every later "
            "word to the wrong vector; remove the line and its vector."
        )
    if "\t" not in lines[0]:
        return WordList(lines)
    names = lines[0].split("\t")
    column = names.index("word") if "word" in names else 0
    cells = [line.split("\t") for line in lines[1:]]
    short = next((i for i, row in enumerate(cells) if len(row) != len(names)), None)
    if short is not None:
        raise InputError(
            f"{path}, line {short + 2}: expected {len(names)} columns, as in the header, found "
            f"{len(cells[short])}: correct the line."
        )
    counts = None
    if "count" in names:
        numbers = [parse_count(row[names.index("count")]) for row in cells]
        if None not in numbers:
            counts = np.array(numbers, dtype=np.int64)
    return WordList([row[column] for row in cells], counts)


def _is_seen(line: str) -> bool:
    return bool(line.replace("\ufeff", "").strip())


def _text_rows(path: Path, words: WordList, options: Options) -> tuple[int, Iterator[Block]]:
    lines = next(line_blocks(path, Options()), Lines(b"", 1))
    n_dims = lines.data.partition(b"\n")[0].count(b"\t") + 1 if lines.data.strip() else 0

    def rows() -> Iterator[Block]:
        n_before = 0
        for lines in line_blocks(path, options):
            numbers = _numbers(path, lines, n_dims)
            part = slice(n_before, n_before + len(numbers))
            n_before += len(numbers)
            names = [word or "" for word in words.words[part]]
            if len(names) < len(numbers):
                break
            with np.errstate(over="ignore"):
                matrix = numbers.astype(np.float32)
            counts = None if words.counts is None else words.counts[part]
            yield Block(names, matrix, lines.first, "line", counts)
        if n_before != len(words.words):
            more = " or more" if n_before > len(words.words) else ""
            raise InputError(
                f"{path} contains {n_before}{more} vectors for {len(words.words)} words: one line "
                "per word is needed; write the folder again."
            )

    return n_dims, rows()


def _numbers(path: Path, lines: Lines, n_dims: int) -> NDArray[np.float64]:
    fields = find_fields(lines.data, b"\t", n_dims)
    if fields is not None:
        try:
            return parse_numbers(lines.data, fields.starts, fields.ends)
        except ValueError:
            pass
    rows = []
    for number, line in enumerate(lines.split(), lines.first):
        try:
            rows.append([float(field) for field in line.split(b"\t")])
            if len(rows[-1]) != n_dims:
                raise ValueError
        except ValueError:
            raise InputError(
                f"{path}, line {number}: expected {n_dims} numbers separated by tabs, found "
                f"'{clean(line)}': correct the line."
            ) from None
    return np.array(rows)


def companions(path: Path) -> tuple[Path, Path]:
    """Return the files of the numbers and of the words."""
    numbers = _BYTES if path.name == STANDALONE else _TENSORS
    return path.with_name(numbers), path.with_name(_METADATA)


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
    unseen = next((word for word in table.words if not _is_seen(word)), None)
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
    kept: dict[str, Sequence[str]] = {"word": table.words}
    if table.counts is not None:
        kept["count"] = table.counts.astype(str).tolist()
    kept.update(columns)
    rows = zip(*kept.values(), strict=True)
    # a single column has no header: TensorBoard recognises a header by its tab
    lines = [tuple(kept), *rows] if len(kept) > 1 else rows
    return "".join("\t".join(line) + "\n" for line in lines)
