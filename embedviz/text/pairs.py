"""Pairs of texts, read one at a time: tables with two columns, or two parallel files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import clip, parse_json
from embedviz.text.blocks import read_other_lines
from embedviz.text.layout import UTF8, TextLayout
from embedviz.text.reading import open_decompressed

SOURCE, TARGET = "source", "target"
LONGEST_LINE = 1 << 20
"""Bytes of a line that are read: a pair of texts is shorter."""

_COMPRESSED = {".gz", ".bz2", ".xz", ".zst"}
_TABS, _TABLES, _JSON, _PARQUET = (".tsv", ".txt"), (".csv",), (".jsonl", ".ndjson"), (".parquet",)
_KINDS = (*_TABS, *_TABLES, *_JSON, *_PARQUET)
_EXPECTED = "a table of pairs (.tsv, .csv, .jsonl or .parquet), or two parallel text files"
_ROWS_AT_ONCE = 4_096

Record = tuple[int, str, str]
"""Number of a line or row, from 1, and its two texts."""


@dataclass(frozen=True)
class TextPair:
    """A source and its target, each without white space around it.

    Attributes
    ----------
    source, target : str
    """

    source: str
    target: str


class PairSource(Protocol):
    """Where pairs of texts come from."""

    in_order: ClassVar[bool]
    """Whether they are trained on in their order, that of a curriculum."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the pairs are called, for results and messages."""
        ...

    def identity(self) -> object:
        """Return what distinguishes other pairs, for JSON."""
        ...

    @property
    def settings(self) -> Mapping[str, object]:
        """Settings by which they were made, to be kept with the model."""
        ...

    def read(self) -> Iterator[tuple[str, str]]:
        """Yield sources and targets, one pair in memory at a time."""
        ...


@runtime_checkable
class PictureSource(PairSource, Protocol):
    """Where pictures and their captions come from: the sources of the pairs are names."""

    def pictures(self, names: Sequence[str], size: int) -> Iterator[NDArray[np.uint8]]:
        """Yield the pictures with these names, each (size, size, 3)."""
        ...


@dataclass(frozen=True)
class PairFile:
    """Pairs of texts in files.

    Parameters
    ----------
    path : Path
        A table: tab-separated (``.tsv``, ``.txt``; the first two columns), CSV with a header, JSON
        lines or Parquet, with the columns below. All but Parquet may be compressed. With
        `parallel`, a text with one source a line.
    parallel : Path, optional
        A text with the target of each source, on the same line.
    source, target : str
        Names of the columns; a tab-separated table without a header has none.
    encoding : str
        That of the texts, as Python knows it; Parquet has none to choose.

    Raises
    ------
    InputError
        If there is no such encoding.
    """

    path: Path
    parallel: Path | None = None
    source: str = SOURCE
    target: str = TARGET
    encoding: str = UTF8

    def __post_init__(self) -> None:
        """Validate the encoding, and write it as Python does."""
        object.__setattr__(self, "encoding", TextLayout(self.encoding).encoding)

    in_order: ClassVar[bool] = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return (self.path,) if self.parallel is None else (self.path, self.parallel)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files."""
        return tuple(path.name for path in self.paths)

    @property
    def settings(self) -> Mapping[str, object]:
        """None: the texts are given."""
        return {}

    def identity(self) -> object:
        """Return the paths with size and time of change, the columns, and an unusual encoding."""
        for path in self.paths:
            if not path.is_file():
                raise InputError(f"{path} is not a file: give a file of pairs.")
        stats = [path.stat() for path in self.paths]
        return [
            [
                [str(path.resolve()), stat.st_size, stat.st_mtime_ns]
                for path, stat in zip(self.paths, stats, strict=True)
            ],
            self.source,
            self.target,
            *([] if self.encoding == UTF8 else [self.encoding]),
        ]

    def read(self) -> Iterator[tuple[str, str]]:
        """Yield sources and targets; see `read_text_pairs`."""
        return ((pair.source, pair.target) for pair in read_text_pairs(self))


def read_text_pairs(file: PairFile) -> Iterator[TextPair]:
    r"""Yield the pairs of a file in order, one in memory at a time.

    A side may be empty.

    Raises
    ------
    InputError
        Here or while they are read: if a file cannot be read, is not UTF-8, has no such columns or
        only one, or parallel files differ in length.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "pairs.tsv"
    >>> _ = path.write_text("Hello.\tBonjour.\n")
    >>> next(read_text_pairs(PairFile(path))).target
    'Bonjour.'
    """
    for path in file.paths:
        if not path.is_file():
            raise InputError(f"{path} is not a file: give {_EXPECTED}.")
    for _, source, target in _records(file):
        yield TextPair(source.strip(), target.strip())


def _records(file: PairFile) -> Iterator[Record]:
    if file.parallel is not None:
        return _parallel(file.path, file.parallel, file.encoding)
    suffixes = [suffix.lower() for suffix in file.path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    kind = suffixes[-1] if suffixes else ""
    if kind in _TABS:
        return _tab_separated(file)
    if kind in _TABLES:
        return _comma_separated(file)
    if kind in _JSON:
        return _json_lines(file)
    if kind in _PARQUET:
        return _parquet(file)
    raise InputError(
        f"{file.path} does not say what it is: its name must end in {', '.join(_KINDS)} (perhaps "
        "with .gz, .bz2, .xz or .zst), or give the targets in a second file."
    )


def read_text_lines(path: Path, encoding: str = UTF8) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text without their ends, decompressed, from number 1.

    Raises
    ------
    InputError
        If the file cannot be read, has another encoding, or a line is longer than a megabyte.
    """
    with open_decompressed(path) as opened:
        if encoding != UTF8:
            yield from read_other_lines(opened.stream, str(path), encoding, LONGEST_LINE)
            return
        number = 0
        while data := opened.stream.readline(LONGEST_LINE):
            number += 1
            if len(data) == LONGEST_LINE:
                raise InputError(
                    f"{path}, line {number} is longer than {LONGEST_LINE:,} bytes: give one pair a "
                    "line."
                )
            try:
                line = data.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}, line {number}: byte {error.start + 1} is not UTF-8: save the file as "
                    "UTF-8."
                ) from None
            yield number, line.rstrip("\r\n")


def _parallel(sources: Path, targets: Path, encoding: str) -> Iterator[Record]:
    lines = (read_text_lines(path, encoding) for path in (sources, targets))
    for source, target in zip_longest(*lines):
        if source is None or target is None:
            shorter, (number, _) = (sources, target) if source is None else (targets, source)
            raise InputError(
                f"{shorter} ends before line {number} of the other file: parallel files need as "
                "many lines."
            )
        yield source[0], source[1], target[1]


def _tab_separated(file: PairFile) -> Iterator[Record]:
    """Yield the first two columns; named ones if the first line is a header that has them."""
    places = (0, 1)
    for number, line in read_text_lines(file.path, file.encoding):
        cells = line.split("\t")
        if number == 1 and {file.source, file.target} <= set(cells):
            places = (cells.index(file.source), cells.index(file.target))
        elif number == 1 and (file.source, file.target) != (SOURCE, TARGET):
            _refuse_columns(file, cells)
        elif line.strip():
            if len(cells) <= max(places):
                raise InputError(
                    f"{file.path}, line {number} has {_count(len(cells), 'column')}, and "
                    f"{max(places) + 1} are needed: put a tab between source and target."
                )
            yield number, cells[places[0]], cells[places[1]]


def _comma_separated(file: PairFile) -> Iterator[Record]:
    reader = csv.reader(line + "\n" for _, line in read_text_lines(file.path, file.encoding))
    try:
        header = next(reader, [])
        if not {file.source, file.target} <= set(header):
            _refuse_columns(file, header)
        places = header.index(file.source), header.index(file.target)
        for row in reader:
            if not row:
                continue
            if len(row) <= max(places):
                raise InputError(
                    f"{file.path}, line {reader.line_num} has {_count(len(row), 'field')}, and the "
                    f"header {len(header)}: correct the line."
                )
            yield reader.line_num, row[places[0]], row[places[1]]
    except csv.Error as error:
        raise InputError(f"{file.path}, line {reader.line_num}: {error}; correct it.") from None


def _json_lines(file: PairFile) -> Iterator[Record]:
    for number, line in read_text_lines(file.path, file.encoding):
        if not line.strip():
            continue
        try:
            record = parse_json(line)
        except ValueError as error:
            raise InputError(
                f"{file.path}, line {number} is not JSON ({clip(str(error), 80)}): correct it."
            ) from None
        if not isinstance(record, dict):
            raise InputError(
                f"{file.path}, line {number} is not an object: give "
                f'{{"{file.source}": "…", "{file.target}": "…"}}.'
            )
        yield number, *_texts(file, record, f"line {number}")


def _texts(file: PairFile, record: Mapping[str, Any], where: str) -> tuple[str, str]:
    if not {file.source, file.target} <= set(record):
        _refuse_columns(file, list(map(str, record)), f", {where}")
    texts = record[file.source], record[file.target]
    if not all(isinstance(text, str) for text in texts):
        raise InputError(f"{file.path}, {where}: a side is not text: correct or remove it.")
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:  # JSON can write half of a character
        raise InputError(
            f"{file.path}, {where}: a side has a lone surrogate, which is half of a character: "
            "correct or remove it."
        ) from None
    return texts


def _parquet(file: PairFile) -> Iterator[Record]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise InputError(
            "Reading Parquet needs the package pyarrow: pip install 'embedviz[app]'."
        ) from None
    number = 0
    if file.encoding != UTF8:
        raise InputError(
            f"{file.path} is a Parquet table, whose texts have an encoding of their own: leave out "
            f"{file.encoding}."
        )
    try:
        with parquet.ParquetFile(file.path) as table:
            names = table.schema_arrow.names
            if not {file.source, file.target} <= set(names):
                _refuse_columns(file, names)
            columns = [file.source, file.target]
            for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                for record in batch.to_pylist():
                    number += 1
                    yield number, *_texts(file, record, f"row {number}")
    except (ArrowException, OSError) as error:
        reason = clip(str(error), 120)
        raise InputError(f"{file.path} is a damaged Parquet file ({reason}).") from None


def _refuse_columns(file: PairFile, found: list[str], where: str = "") -> None:
    listed = ", ".join(clip(name, 30) for name in found[:8]) or "none"
    remedy = "name those with the two texts"
    if len(found) == 1 and ";" in found[0]:
        remedy = "separate columns by commas instead of semicolons"
    elif len(found) == 1 and "\t" in found[0]:
        remedy = "separate columns by commas, or let the name end in .tsv"
    raise InputError(
        f"{file.path}{where} has no columns {file.source} and {file.target}, only {listed}: "
        f"{remedy}."
    )


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
