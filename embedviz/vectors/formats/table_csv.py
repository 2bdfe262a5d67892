"""CSV with the header ``word,1,2,…`` or ``word,count,1,2,…``, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from embedviz.errors import InputError
from embedviz.support import atomic_compressed_file, spreadsheet_plain, spreadsheet_safe
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    Block,
    Options,
    Progress,
    Stream,
    Table,
    clean,
)
from embedviz.vectors.formats.lines import line_blocks
from embedviz.vectors.formats.text import format_numbers
from embedviz.vectors.formats.wordlist import parse_count

NAME = "CSV"
_WORD, _COUNT = "word", "count"


def read(path: Path, options: Options) -> Stream:
    """Read a table whose first column is ``word``; a second may be ``count``."""
    header = next(_records(path, Options(options.replace_invalid)), (1, []))[1]
    n_before = 2 if header[1:2] == [_COUNT] else 1
    n_dims = len(header) - n_before
    if header[:1] != [_WORD] or n_dims < 1:
        raise InputError(
            f"{path}, line 1: expected the header word, perhaps count, and a column for each "
            f"dimension, found '{clean(','.join(header))}': add it."
        )
    return Stream(path, NAME, n_dims, _blocks(path, n_before, n_dims, options))


def _records(path: Path, options: Options) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with the number of their last line."""
    lines = _lines(path, options)
    reader = csv.reader(lines, strict=True)
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
                f"{path}, line {line} is not UTF-8: save the file as UTF-8, or read it with "
                "--replace-invalid."
            ) from None
        # not splitlines, which also splits at other characters
        yield from (line + "\n" for line in text[:-1].split("\n"))


def _blocks(path: Path, n_before: int, n_dims: int, options: Options) -> Iterator[Block]:
    n_rows = max(1, BLOCK_VALUES // n_dims)
    records = _records(path, options)
    next(records)
    words: list[str] = []
    counts: list[int] = []
    rows: list[list[float]] = []
    first = 2
    for number, record in records:
        if len(record) != n_before + n_dims:
            raise InputError(
                f"{path}, line {number}: expected {n_before + n_dims} fields, as in the header, "
                f"found {len(record)}: correct the line."
            )
        try:
            rows.append([float(field) for field in record[n_before:]])
            counts += map(_count, record[1:n_before])
        except ValueError as error:
            raise InputError(
                f"{path}, line {number}: expected numbers after the word ({clean(str(error), 80)})"
                ": correct the line."
            ) from None
        words.append(spreadsheet_plain(record[0]))
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
    return Block(words, matrix, first - 1, unit, np.array(counts) if counts else None)


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
