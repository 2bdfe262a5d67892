"""CSV with the header ``word,1,2,…`` or ``word,count,1,2,…``, and the tables of other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_compressed_file, spreadsheet_plain, spreadsheet_safe
from embedviz.text import open_decompressed
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    WITH_REPLACEMENT,
    Block,
    Options,
    Progress,
    Stream,
    Table,
    clean,
)
from embedviz.vectors.formats.lines import line_blocks
from embedviz.vectors.formats.table_layout import Layout, find_layout
from embedviz.vectors.formats.text import format_numbers
from embedviz.vectors.formats.word_records import parse_count

NAME = "CSV"
_WORD, _COUNT = "word", "count"
_HEAD_BYTES = 1 << 18


def read(path: Path, options: Options) -> Stream:
    """Read a table with a column of words, perhaps one of counts, and the others numbers."""
    with open_decompressed(path) as file:
        head = file.stream.read(_HEAD_BYTES)
    layout = find_layout(path, head, is_whole_file=len(head) < _HEAD_BYTES)
    if layout is None:
        first = clean(head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0])
        raise InputError(
            f"{path}, line 1: expected the header word, perhaps count, and a column for each "
            f"dimension, found '{first}': add it."
        )
    return Stream(path, NAME, len(layout.numbers), _blocks(path, layout, options))


def _records(path: Path, separator: str, options: Options) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with the number of their last line."""
    lines = _lines(path, options)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for record in reader:
            yield reader.line_num, record
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num}: a broken quotation or an overlong field ({error}): "
            "correct the line."
        ) from None


def _lines(path: Path, options: Options) -> Iterator[str]:
    for block in line_blocks(path, options):
        try:
            text = block.data.decode(errors="replace" if options.replace_invalid else "strict")
        except UnicodeDecodeError as error:
            line = block.first + block.data.count(b"\n", 0, error.start)
            raise InputError(
                f"{path}, line {line} is not UTF-8: save the file as UTF-8, or use "
                f"{WITH_REPLACEMENT}."
            ) from None
        # not splitlines, which also splits at other characters
        yield from (line + "\n" for line in text[:-1].split("\n"))


def _blocks(path: Path, layout: Layout, options: Options) -> Iterator[Block]:
    n_rows = max(1, BLOCK_VALUES // len(layout.numbers))
    records = _records(path, layout.separator, options)
    first = 1
    if layout.has_header:
        next(records)
    words: list[str] = []
    counts: list[int] = []
    rows: list[list[float]] = []
    for number, record in records:
        if len(record) != layout.n_columns:
            where = "header" if layout.has_header else "first line"
            raise InputError(
                f"{path}, line {number}: expected {layout.n_columns} fields, as in the {where}, "
                f"found {len(record)}: correct the line."
            )
        try:
            rows.append(layout.parse_row(record))
            if layout.count is not None:
                counts.append(_count(record[layout.count]))
        except ValueError as error:
            raise InputError(
                f"{path}, line {number}: expected numbers after the word ({clean(str(error), 80)})"
                ": correct the line."
            ) from None
        words.append(spreadsheet_plain(record[layout.word]))
        if len(rows) == n_rows:
            yield _block(words, rows, counts, first)
            first += len(rows)
            words, counts, rows = [], [], []
    if rows:
        yield _block(words, rows, counts, first)


def _count(field: str) -> int:
    count = parse_count(field)
    if count is None:
        raise ValueError(f"a count of {field}")
    return count


def _block(words: list[str], rows: list[list[float]], counts: list[int], first: int) -> Block:
    with np.errstate(over="ignore"):  # `collect` reports infinity
        matrix = np.array(rows).astype(np.float32)
    unit = "record"  # a word may have a newline in it, so lines and records differ
    return Block(words, matrix, first, unit, np.array(counts) if counts else None)


def write(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write a table, with a leading apostrophe before words that would become formulas."""
    head = [_WORD] if table.counts is None else [_WORD, _COUNT]
    with atomic_compressed_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text)  # with \r\n, which also makes it quote a word with either
        writer.writerow([*head, *range(1, table.n_dims + 1)])
        for block in table.blocks(progress):
            words = map(spreadsheet_safe, block.words)
            columns = [words] if block.counts is None else [words, block.counts.tolist()]
            for *before, row in zip(*columns, format_numbers(block), strict=True):
                writer.writerow([*before, *row])
        text.flush()
        text.detach()
