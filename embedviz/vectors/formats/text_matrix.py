"""Numbers as text without words, as `numpy.savetxt` and TensorBoard's ``tensors.tsv`` have them.

The words are in another file. The first number of a line never becomes a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.text import open_decompressed
from embedviz.vectors.formats import wordlist
from embedviz.vectors.formats.blocks import HEAD_BYTES, WITH_WORDS, Block, Options, Stream, clean
from embedviz.vectors.formats.columns import is_number, is_numbered, is_whole
from embedviz.vectors.formats.lines import Lines, find_fields, line_blocks, parse_numbers
from embedviz.vectors.formats.word_records import WordList

NAME = "matrix as text"
METADATA = "metadata.tsv"
"""File of the words, next to the numbers, of TensorBoard's projector."""
_SEPARATORS = (b"\t", b",", b";", b" ")


@dataclass(frozen=True)
class Numbers:
    """How the lines of a matrix are read.

    Attributes
    ----------
    separator : bytes
    n_dims : int
    n_header : int
        1 if the first line names the columns, else 0.
    """

    separator: bytes
    n_dims: int
    n_header: int


def find_numbers(head: bytes, *, is_whole_file: bool) -> Numbers | None:
    r"""Recognise lines of equally many numbers and nothing else; None if they are something else.

    >>> find_numbers(b"1\t2\n3\t4\n", is_whole_file=True)
    Numbers(separator=b'\t', n_dims=2, n_header=0)
    >>> find_numbers(b"a 1 2\nb 3 4\n", is_whole_file=True)
    """
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if not (is_whole_file and lines[-1].strip()) and len(lines) > 1:
        lines.pop()  # empty, or cut
    if not lines[0].strip():
        return None
    separator = next((sign for sign in _SEPARATORS if sign in lines[0].strip()), b" ")
    first, *others = (
        [cell.decode(errors="replace") for cell in _cells(line, separator)] for line in lines
    )
    if any(not all(map(is_number, row)) or len(row) != len(first) for row in others):
        return None
    if all(map(is_number, first)):
        is_header = (
            len(first) > 1
            and is_numbered(first)
            and any(not is_whole(cell) for row in others for cell in row)
        )
        return Numbers(separator, len(first), int(is_header))
    is_header = bool(others) and not any(map(is_number, first))
    return Numbers(separator, len(first), 1) if is_header else None


def _cells(line: bytes, separator: bytes) -> list[bytes]:
    return line.split() if separator == b" " else line.rstrip().split(separator)


def read(path: Path, options: Options) -> Stream:
    """Read a matrix, with the words that the options name or those in ``metadata.tsv``."""
    with open_decompressed(path) as file:
        head = file.stream.read(HEAD_BYTES)
    numbers = find_numbers(head, is_whole_file=len(head) < HEAD_BYTES)
    if numbers is None:
        raise InputError(f"{path} is not a matrix of numbers: give a file of word vectors.")
    metadata = path.with_name(METADATA)
    if options.words:
        words = wordlist.read_words(options.words, options)
    elif path.suffix == ".tsv" and metadata.is_file():
        words = wordlist.read_metadata(metadata)
    else:
        raise InputError(
            f"{path} contains only numbers and no words: "
            f"{WITH_WORDS}; if the first number of a line is its word, put a line with the "
            "numbers of words and of dimensions before the first."
        )
    return Stream(path, NAME, numbers.n_dims, read_rows(path, numbers, words, options))


def read_rows(path: Path, numbers: Numbers, words: WordList, options: Options) -> Iterator[Block]:
    """Yield the rows with their words.

    Raises
    ------
    InputError
        If a line is no such row, or there are more or fewer rows than words.
    """
    n_before, n_words = 0, len(words.words)
    for lines in _without_header(line_blocks(path, options), numbers.n_header):
        matrix = _parse(path, lines, numbers)
        part = slice(n_before, n_before + len(matrix))
        n_before += len(matrix)
        names = words.words[part]
        if len(names) < len(matrix):
            break
        with np.errstate(over="ignore"):  # `collect` reports infinity
            rows = matrix.astype(np.float32)
        there = [place for place, name in enumerate(names) if name is not None]
        counts = None if words.counts is None else words.counts[part][there]
        kept = [name for name in names if name is not None]
        yield Block(kept, rows[there], lines.first, "line", counts)
    if n_before != n_words:
        more = " or more" if n_before > n_words else ""
        header = ""
        if n_before + 1 == n_words and n_words:
            header = f" (if '{clean(words.words[0] or '')}' is a header, remove it)"
        raise InputError(
            f"{path} contains {n_before}{more} vectors for {n_words} words{header}: one line "
            "per word is needed; write the files again."
        )


def _without_header(blocks: Iterator[Lines], n_header: int) -> Iterator[Lines]:
    for lines in blocks:
        if n_header and lines.first == 1:
            _, _, rest = lines.data.partition(b"\n")
            lines = Lines(rest, 2)
        if lines.data:
            yield lines


def _parse(path: Path, lines: Lines, numbers: Numbers) -> NDArray[np.float64]:
    fields = find_fields(lines.data, numbers.separator, numbers.n_dims)
    if fields is not None:
        try:
            return parse_numbers(lines.data, fields.starts, fields.ends)
        except ValueError:
            pass
    rows = []
    for number, line in enumerate(lines.split(), lines.first):
        try:
            rows.append([float(cell) for cell in _cells(line, numbers.separator)])
            if len(rows[-1]) != numbers.n_dims:
                raise ValueError
        except ValueError:
            raise InputError(
                f"{path}, line {number}: expected {numbers.n_dims} numbers, found "
                f"'{clean(line)}': correct the line."
            ) from None
    return np.array(rows)
