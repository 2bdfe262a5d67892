"""Words beside a bare matrix: a word a line, JSON lines, a Parquet column, or a tokenizer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedviz.errors import InputError
from embedviz.support import parse_json, parse_json_lines
from embedviz.vectors.formats.core import Counts, Options, refuse_halves, shown
from embedviz.vectors.formats.refusing import refuse_mark, refuse_words


@dataclass(frozen=True, eq=False)
class WordList:
    """Words by row.

    Attributes
    ----------
    words : sequence of str or None
        None where a row has no word.
    counts : ndarray of int64, shape (n_words,), optional
    is_padded : bool
        Whether more rows may follow, as transformers pad their embeddings to round numbers.
    """

    words: Sequence[str | None]
    counts: Counts | None = None
    is_padded: bool = False


def read_words(path: Path, options: Options) -> WordList:
    """Read a list of words, of the kind that its name says.

    ``.json`` is a ``tokenizer.json`` of Hugging Face, ``.jsonl`` JSON lines, ``.parquet`` a file
    with one column of text, and anything else text with a word a line, each perhaps with a tab
    and its count.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): name the file of words by --words."
        ) from None
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        from embedviz.vectors.formats import parquet

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
        from embedviz.vectors.formats import tokenizer_json

        pieces = tokenizer_json.words_by_id(path, text)
        refuse_halves(path, pieces)
        return WordList(pieces, is_padded=True)
    return from_json_lines(path, text) if suffix == ".jsonl" else from_text(path, text)


def from_json_lines(path: Path, text: str) -> WordList:
    """Words as JSON lines."""
    try:
        words = parse_json_lines(text)
        if not all(map(str.__instancecheck__, words)):
            raise ValueError
    except ValueError:
        raise InputError(f"{path}, {_bad_line(text)}: correct the file.") from None
    if "\\u" in text:
        refuse_halves(path, words)
    return WordList(words)


def _bad_line(text: str) -> str:
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if isinstance(parse_json(line), str):
                continue
        except ValueError:
            pass
        return f"line {number}: expected a word in quotes, as JSON, found '{shown(line)}'"
    return "line 1: expected a word in quotes on every line, as JSON"


def to_json_lines(words: Sequence[str]) -> str:
    """Words as JSON lines, of which any word can be one."""
    return "".join(json.dumps(word, ensure_ascii=False) + "\n" for word in words)


def from_text(path: Path, text: str) -> WordList:
    """Words a line; if every line has a tab and a whole number, that is the count."""
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    if not lines[-1]:
        lines.pop()  # after the last newline
    if not all("\t" in line for line in lines):
        return WordList(lines)
    words, counts = zip(*(line.rsplit("\t", 1) for line in lines), strict=True)
    try:
        return WordList(words, np.array(counts).astype(np.int64))
    except (ValueError, OverflowError):
        bad = next(i for i, count in enumerate(counts) if not count.isdecimal())
        raise InputError(
            f"{path}, line {bad + 1}: expected a word, a tab and its count, found "
            f"'{shown(lines[bad])}': correct the line."
        ) from None


def to_text(target: Path, words: Sequence[str], counts: Counts | None) -> str:
    """Words a line, with their counts if there are any."""
    refuse_words(target, words, "\n\r\t", "a tab or a newline")
    refuse_mark(target, words[0])
    if counts is None:
        return "\n".join(words) + "\n"
    pairs = zip(words, counts.tolist(), strict=True)
    return "".join(f"{word}\t{count}\n" for word, count in pairs)
