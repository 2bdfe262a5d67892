"""Word lists for matrices without words: text, JSON lines, a Parquet column or a tokenizer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedviz.errors import InputError
from embedviz.support import parse_json, parse_json_lines
from embedviz.vectors.formats import parquet, tokenizer_json
from embedviz.vectors.formats.blocks import Counts, Options, clean, refuse_lone_surrogates
from embedviz.vectors.formats.word_checks import refuse_byte_order_mark, refuse_words

_MOST_DIGITS = 19  # of the largest count that fits in 64 bits


@dataclass(frozen=True, eq=False)
class WordList:
    """The words of a matrix, one for each row.

    Attributes
    ----------
    words : sequence of str or None
        None if a row has no word.
    counts : ndarray of int64, shape (n_words,), optional
    is_padded : bool
        Whether more rows may follow, as transformers pad their embeddings to round numbers.
    """

    words: Sequence[str | None]
    counts: Counts | None = None
    is_padded: bool = False


def read_words(path: Path, options: Options) -> WordList:
    """Read a list of words; the file's extension decides its format.

    ``.json`` is a ``tokenizer.json`` of Hugging Face, ``.jsonl`` JSON lines, ``.parquet`` a file
    with one column of text, and anything else text with one word per line, optionally followed by a
    tab and its count.

    Raises
    ------
    InputError
        If the file cannot be read or is not of that format.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): give the word file with --words."
        ) from None
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return WordList(parquet.read_column(path))
    try:
        text = data.decode("utf-8-sig", errors="replace" if options.replace_invalid else "strict")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}, byte {error.start + 1} is not UTF-8: save the file as UTF-8, or "
            "read it with --replace-invalid."
        ) from None
    if suffix == ".json":
        pieces = tokenizer_json.words_by_id(path, text)
        refuse_lone_surrogates(path, pieces)
        return WordList(pieces, is_padded=True)
    return from_json_lines(path, text) if suffix == ".jsonl" else from_text(path, text)


def from_json_lines(path: Path, text: str) -> WordList:
    """Parse words from JSON lines."""
    try:
        words = parse_json_lines(text)
        if not all(map(str.__instancecheck__, words)):
            raise ValueError
    except ValueError:
        raise InputError(f"{path}, {_bad_line(text)}: correct the file.") from None
    if "\\u" in text:
        refuse_lone_surrogates(path, words)
    return WordList(words)


def _bad_line(text: str) -> str:
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if isinstance(parse_json(line), str):
                continue
        except ValueError:
            pass
        return f"line {number}: expected a word in quotes, as JSON, found '{clean(line)}'"
    return "line 1: expected a word in quotes on every line, as JSON"


def to_json_lines(words: Sequence[str]) -> str:
    """Format words as JSON lines, which can store any word."""
    return "".join(json.dumps(word, ensure_ascii=False) + "\n" for word in words)


def from_text(path: Path, text: str) -> WordList:
    """Parse one word per line; if every line has a tab and an integer, that is its count."""
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    if not lines[-1]:
        lines.pop()  # after the last newline
    if not lines or not all("\t" in line for line in lines):
        return WordList(lines)
    cells = [line.rsplit("\t", 1) for line in lines]
    counts = [parse_count(count) for _, count in cells]
    if None in counts:
        bad = counts.index(None)
        raise InputError(
            f"{path}, line {bad + 1}: expected a word, a tab and its count, found "
            f"'{clean(lines[bad])}': correct the line."
        )
    return WordList([word for word, _ in cells], np.array(counts, dtype=np.int64))


def parse_count(text: str) -> int | None:
    """Parse a count: digits from 0 to 9 that fit in 64 bits; None if it is anything else."""
    if not (text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS):
        return None
    count = int(text)
    return count if count < 1 << 63 else None


def to_text(target: Path, words: Sequence[str], counts: Counts | None) -> str:
    """Format one word per line, with its count if counts are known."""
    refuse_words(target, words, "\n\r\t", "a tab or a newline")
    refuse_byte_order_mark(target, words[0])
    if counts is None:
        return "\n".join(words) + "\n"
    pairs = zip(words, counts.tolist(), strict=True)
    return "".join(f"{word}\t{count}\n" for word, count in pairs)
