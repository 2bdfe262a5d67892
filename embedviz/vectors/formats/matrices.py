"""Matrices with a separate word list: a table if they can be mapped, else a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    WITH_WORDS,
    Block,
    Counts,
    Options,
    Stream,
    Table,
    check_counts,
)
from embedviz.vectors.formats.dtypes import MAPPED_DTYPES, is_float16, to_floats
from embedviz.vectors.formats.word_records import WordList


def table_or_stream(
    path: Path,
    format_: str,
    matrix: NDArray[Any],
    words: WordList,
    options: Options,
    provenance: Mapping[str, object] | None = None,
    rows: NDArray[np.int64] | None = None,
) -> Table | Stream:
    """Combine the rows of a matrix, shape (n_rows, n_dims), with their words.

    `rows` names the row of each word, if words share rows. Rows without a word are skipped. A
    matrix that is not float32 or float16 in C order, or whose words are missing, duplicate or not
    sorted by count, is streamed; any other is mapped.

    Raises
    ------
    InputError
        If there are fewer rows than words, or more.
    """
    names = words.words
    if words.is_padded:
        if rows is None:
            matrix = matrix[: len(names)]
        else:
            rows = rows[: len(names)]
    n_rows = len(matrix if rows is None else rows)
    if matrix.ndim != 2 or n_rows != len(names) or not names or not matrix.shape[1]:
        is_turned = matrix.ndim == 2 and matrix.shape[1] == len(names)
        raise InputError(
            f"{path} contains a matrix of shape {(n_rows, *matrix.shape[1:])} for {len(names)} "
            "words: one row per word and at least one column are needed; "
            + ("save the matrix transposed." if is_turned else f"{WITH_WORDS}.")
        )
    check_counts(path, words.counts)
    in_order = words.counts is None or (np.diff(words.counts) <= 0).all()
    mapped = (
        rows is None and matrix.dtype in MAPPED_DTYPES and matrix.flags.c_contiguous and in_order
    )
    if mapped and all(names) and len(set(names)) == len(names):
        given = tuple(cast(Sequence[str], names))
        if provenance is None:
            provenance = {"file": path.name, "format": format_, "steps": (f"read as {format_}",)}
        return Table(path, given, matrix, words.counts, provenance)
    return Stream(
        path,
        format_,
        matrix.shape[1],
        _blocks(matrix, rows, names, words.counts, options),
        provenance,
        is_float16(matrix.dtype),
    )


def _blocks(
    matrix: NDArray[Any],
    rows: NDArray[np.int64] | None,
    names: Sequence[str | None],
    counts: Counts | None,
    options: Options,
) -> Iterator[Block]:
    n_rows = max(1, BLOCK_VALUES // matrix.shape[1])
    for start in range(0, len(names), n_rows):
        part = names[start : start + n_rows]
        there = [place for place, name in enumerate(part) if name is not None]
        place = slice(start, start + n_rows)
        numbers = to_floats(matrix[place if rows is None else rows[place]])
        yield Block(
            [name for name in part if name is not None],
            numbers[there],
            start + 1,
            counts=None if counts is None else counts[start : start + n_rows][there],
        )
        options.report((start + len(part)) / len(names))
