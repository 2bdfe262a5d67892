"""Text with a word and its numbers per line: word2vec and fastText with a header, GloVe without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_compressed_file
from embedviz.vectors.formats.blocks import (
    HEAD_BYTES,
    Block,
    Options,
    Progress,
    Stream,
    Table,
    clean,
    decode_words,
)
from embedviz.vectors.formats.lines import Lines, find_fields, line_blocks, parse_numbers
from embedviz.vectors.formats.table_layout import find_layout, refuse_counts
from embedviz.vectors.formats.text_matrix import find_numbers
from embedviz.vectors.formats.word_checks import refuse_byte_order_mark, refuse_words

WITH_HEADER, WITHOUT_HEADER = "word2vec text", "GloVe text"
_WHITE = " \t\n\r\x0b\x0c"
_SAMPLE, _FEW, _SAMPLE_BYTES = 1000, 50, 1 << 20  # lines, lines, bytes
_HEADER = re.compile(rb"\s*(\d{1,18})\s+(\d{1,18})\s*")


def parse_header(line: bytes) -> tuple[int, int] | None:
    """Parse a header, (n_words, n_dims): two integers and nothing else; None if it is none."""
    found = _HEADER.fullmatch(line)
    return (int(found[1]), int(found[2])) if found else None


def is_row(line: bytes, n_dims: int | None = None) -> bool:
    """Whether a line is a word followed by `n_dims` numbers, or by any number of them."""
    fields = line.split()
    numbers = fields[1:] if n_dims is None else fields[1:][-n_dims:]
    return bool(numbers) and len(numbers) == (n_dims or len(numbers)) and _is_number(numbers[-1])


def read(path: Path, options: Options) -> Stream:
    """Read word2vec text, fastText ``.vec`` or GloVe; the first line decides which.

    The last fields of a line are numbers, everything before is the word: GloVe 840B has words with
    spaces. Without a header, most lines must have equally many numbers.
    """
    blocks = line_blocks(path, options)
    lines = next(blocks, None)
    if lines is None:
        raise InputError(f"{path} is empty: give a file of word vectors.")
    first_line, _, others = lines.data.partition(b"\n")
    promised = parse_header(first_line)
    if promised:
        n_words, n_dims = promised
        if n_words < 1 or n_dims < 1:
            raise InputError(
                f"{path}, line 1: the header declares {n_words} words of {n_dims} dimensions; "
                "at least 1 of each is expected: write the file again."
            )
        shape = _Rows(n_dims, _find_separator(others, n_dims), has_header=True)
        rest = chain([Lines(others, 2)] if others else [], blocks)
        rows = _rows(path, rest, shape, options)
        return Stream(path, WITH_HEADER, n_dims, _counted(path, rows, n_words))
    sample = lines.split()[:_SAMPLE]
    n_dims = first_line.rstrip().count(b"\t")
    separator = _find_separator(lines.data, n_dims)
    if separator == b" ":
        n_dims = Counter(map(_count_numbers, sample)).most_common(1)[0][0]
    if n_dims < 1:
        raise InputError(
            f"{path}, line 1: expected a word and its numbers, found '{clean(first_line)}': give "
            "a file of word vectors."
        )
    cells = [[c.decode(errors="replace") for c in line.split()] for line in sample[:_FEW]]
    refuse_counts(path, [row for row in cells if len(row) == n_dims + 1])
    shape = _Rows(n_dims, separator, has_header=False)
    return Stream(path, WITHOUT_HEADER, n_dims, _rows(path, chain([lines], blocks), shape, options))


@dataclass(frozen=True)
class _Rows:
    """How lines are read: a word with spaces may end in a number only if there is no doubt."""

    n_dims: int
    separator: bytes
    has_header: bool


def _find_separator(data: bytes, n_dims: int) -> bytes:
    """Return a tab if it stands before each of the numbers of every line of a sample."""
    lines = data[:_SAMPLE_BYTES].split(b"\n")[:_FEW]
    lines = [line.rstrip() for line in lines[: max(1, len(lines) - 1)]]
    has_tabs = n_dims > 0 and all(
        line.count(b"\t") == n_dims and all(map(_is_number, line.split(b"\t")[1:]))
        for line in lines
    )
    return b"\t" if has_tabs else b" "


def _rows(path: Path, blocks: Iterator[Lines], shape: _Rows, options: Options) -> Iterator[Block]:
    for lines in blocks:
        words, numbers = _parse_block(lines, shape) or _parse_lines(path, lines, shape)
        text = decode_words(path, words, lines.first, "line", options)
        with np.errstate(over="ignore"):  # `collect` reports infinity
            rows = numbers.astype(np.float32)
        yield Block(text, rows, lines.first, "line")


def _parse_block(lines: Lines, shape: _Rows) -> tuple[list[bytes], NDArray[np.float64]] | None:
    data = lines.data
    fields = find_fields(data, shape.separator, shape.n_dims + 1)
    if fields is None:
        return None
    try:
        numbers = parse_numbers(data, fields.starts[:, 1:], fields.ends[:, 1:])
    except ValueError:
        return None
    places = map(slice, fields.starts[:, 0].tolist(), fields.ends[:, 0].tolist())
    return [data[place] for place in places], numbers


def _parse_lines(path: Path, lines: Lines, shape: _Rows) -> tuple[list[bytes], NDArray[np.float64]]:
    words: list[bytes] = []
    rows: list[list[float]] = []
    n_dims = shape.n_dims
    surplus: list[bytes] = []
    for number, line in enumerate(lines.split(), lines.first):
        cut = None if shape.separator == b" " else shape.separator
        word, *fields = line.rstrip().rsplit(cut, n_dims) or [b""]
        before = word.split()
        # a number before the expected ones is surplus, unless the header or tabs say otherwise
        ends_in_number = len(before) > 1 and cut is None and _is_number(before[-1])
        if len(fields) != n_dims or (ends_in_number and not shape.has_header):
            raise _unexpected(path, number, line, n_dims)
        try:
            rows.append([float(field) for field in fields])
        except ValueError:
            bad = next(field for field in fields if not _is_number(field))
            raise InputError(
                f"{path}, line {number}: expected {n_dims} numbers after the word "
                f"'{clean(word)}', found '{clean(bad)}': correct or remove the line."
            ) from None
        words.append(word)
        if ends_in_number:
            surplus.append(before[-1])
    if len(surplus) == len(words) and not all(field.isdigit() for field in surplus):
        raise _unexpected(path, lines.first, lines.data.partition(b"\n")[0], n_dims)
    return words, np.array(rows, dtype=np.float64)


def _unexpected(path: Path, number: int, line: bytes, n_dims: int) -> InputError:
    found = line.split() or [b""]
    return InputError(
        f"{path}, line {number}: expected a word and {n_dims} numbers, found "
        f"{len(found) - 1} after '{clean(found[0])}': correct or remove the line."
    )


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _count_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line, after its first field."""
    fields = line.split()[1:]
    return sum(1 for _ in takewhile(_is_number, reversed(fields)))


def _counted(path: Path, blocks: Iterator[Block], promised: int) -> Iterator[Block]:
    found = 0
    for block in blocks:
        found += len(block.words)
        if found > promised:
            break
        yield block
    if found != promised:
        more = " or more" if found > promised else ""
        raise InputError(
            f"{path}, line 1: the header declares {promised} words and {found}{more} follow: copy "
            "the file again, or correct its header."
        )


def write_with_header(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write word2vec text, as gensim, fastText and spaCy read it."""
    refuse_words(path, table.words, _WHITE, "white space")
    _write(path, table, f"{len(table.words)} {table.n_dims}\n", progress)


def write_without_header(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write GloVe text."""
    refuse_words(path, table.words, _WHITE, "white space")
    if _is_ambiguous(path, table):
        raise InputError(
            f"{path}: without a header, lines such as '{clean(table.words[0])} "
            f"{table.matrix[0, 0]:g}' would be read as something else: write .vec."
        )
    refuse_byte_order_mark(path, table.words[0])
    _write(path, table, "", progress)


def _is_ambiguous(path: Path, table: Table) -> bool:
    """Whether the first lines look like another format: a header, a table or a matrix."""
    n_rows = 1 + HEAD_BYTES // (2 * table.n_dims + 2)
    rows = format_numbers(Block(table.words[:n_rows], table.matrix[:n_rows], 1, "word"))
    lines = (f"{word} {' '.join(row)}\n" for word, row in zip(table.words, rows, strict=False))
    head = "".join(lines).encode()
    is_whole, head = len(head) < HEAD_BYTES - 3, head[:HEAD_BYTES]
    if parse_header(head.partition(b"\n")[0]) or find_numbers(head, is_whole_file=is_whole):
        return True
    try:
        return find_layout(path, head, is_whole_file=is_whole) is not None
    except InputError:  # a column in doubt
        return True


def _write(path: Path, table: Table, head: str, progress: Progress | None) -> None:
    with atomic_compressed_file(path) as file:
        file.write(head.encode())
        for block in table.blocks(progress):
            rows = format_numbers(block)
            lines = (
                f"{word} {' '.join(row)}\n" for word, row in zip(block.words, rows, strict=True)
            )
            file.write("".join(lines).encode())


def format_numbers(block: Block) -> list[list[str]]:
    """Format numbers as the shortest texts that parse to the same float32."""
    shortest: list[list[str]] = block.rows.astype(np.float32).astype("U32").tolist()
    return shortest
