"""Text with a word and its numbers per line: word2vec and fastText with a header, GloVe without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_compressed_file
from embedviz.vectors.formats.blocks import (
    Block,
    Options,
    Progress,
    Stream,
    Table,
    clean,
    decode_words,
)
from embedviz.vectors.formats.lines import Lines, find_fields, line_blocks, parse_numbers
from embedviz.vectors.formats.word_checks import refuse_byte_order_mark, refuse_words

WITH_HEADER, WITHOUT_HEADER = "word2vec text", "GloVe text"
_WHITE = " \t\n\r\x0b\x0c"
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
        rest = chain([Lines(others, 2)] if others else [], blocks)
        return Stream(
            path, WITH_HEADER, n_dims, _counted(path, _rows(path, rest, n_dims, options), n_words)
        )
    n_dims = Counter(map(_count_numbers, lines.split()[:1000])).most_common(1)[0][0]
    if n_dims < 1:
        raise InputError(
            f"{path}, line 1: expected a word and its numbers, found '{clean(first_line)}': give "
            "a file of word vectors."
        )
    return Stream(
        path, WITHOUT_HEADER, n_dims, _rows(path, chain([lines], blocks), n_dims, options)
    )


def _rows(path: Path, blocks: Iterator[Lines], n_dims: int, options: Options) -> Iterator[Block]:
    for lines in blocks:
        words, numbers = _parse_block(lines, n_dims) or _parse_lines(path, lines, n_dims)
        text = decode_words(path, words, lines.first, "line", options)
        with np.errstate(over="ignore"):  # `collect` reports infinity
            rows = numbers.astype(np.float32)
        yield Block(text, rows, lines.first, "line")


def _parse_block(lines: Lines, n_dims: int) -> tuple[list[bytes], NDArray[np.float64]] | None:
    data = lines.data
    fields = find_fields(data, b" ", n_dims + 1)
    if fields is None:
        return None
    try:
        numbers = parse_numbers(data, fields.starts[:, 1:], fields.ends[:, 1:])
    except ValueError:
        return None
    places = map(slice, fields.starts[:, 0].tolist(), fields.ends[:, 0].tolist())
    return [data[place] for place in places], numbers


def _parse_lines(path: Path, lines: Lines, n_dims: int) -> tuple[list[bytes], NDArray[np.float64]]:
    words: list[bytes] = []
    rows: list[list[float]] = []
    for number, line in enumerate(lines.split(), lines.first):
        word, *fields = line.rstrip().rsplit(None, n_dims) or [b""]
        before = word.split()
        # a number before the expected ones is surplus, not part of the word
        if len(fields) != n_dims or (len(before) > 1 and _is_number(before[-1])):
            found = line.split() or [b""]
            raise InputError(
                f"{path}, line {number}: expected a word and {n_dims} numbers, found "
                f"{len(found) - 1} after '{clean(found[0])}': correct or remove the line."
            )
        try:
            rows.append([float(field) for field in fields])
        except ValueError:
            bad = next(field for field in fields if not _is_number(field))
            raise InputError(
                f"{path}, line {number}: expected {n_dims} numbers after the word "
                f"'{clean(word)}', found '{clean(bad)}': correct or remove the line."
            ) from None
        words.append(word)
    return words, np.array(rows, dtype=np.float64)


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
    _write(path, table, f"{len(table.words)} {table.n_dims}\n", progress)


def write_without_header(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write GloVe text."""
    if table.n_dims == 1 and parse_header(f"{table.words[0]} {table.matrix[0, 0]:g}".encode()):
        raise InputError(
            f"{path}: the first line, '{table.words[0]} {table.matrix[0, 0]:g}', would be read as "
            "a header: write .vec."
        )
    refuse_byte_order_mark(path, table.words[0])
    _write(path, table, "", progress)


def _write(path: Path, table: Table, head: str, progress: Progress | None) -> None:
    refuse_words(path, table.words, _WHITE, "white space")
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
