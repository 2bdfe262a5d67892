"""Word lists for matrices without words: text, CSV, JSON, a Parquet column or a tokenizer."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embedviz.errors import InputError
from embedviz.support import parse_json, parse_json_lines, read_text
from embedviz.vectors.formats import arrays, parquet, tokenizer_json
from embedviz.vectors.formats.blocks import (
    WITH_REPLACEMENT,
    WITH_WORDS,
    Counts,
    Options,
    clean,
    refuse_lone_surrogates,
)
from embedviz.vectors.formats.columns import are_quoted, unquote
from embedviz.vectors.formats.word_checks import refuse_byte_order_mark, refuse_words
from embedviz.vectors.formats.word_records import (
    WordList,
    from_ids,
    from_named,
    from_numbers,
    from_records,
    from_spaced,
    whole_numbers,
)

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_words(path: Path, options: Options) -> WordList:
    """Read a list of words; see ``docs/formats/numpy.md`` for its forms.

    Raises
    ------
    InputError
        If the file cannot be read, is of no known form, or it is in doubt which part is the words.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): check it, or {WITH_WORDS}."
        ) from None
    if path.name == "strings.json" and (path.parent / "key2row").is_file():
        raise InputError(
            f"{path} lists the strings of a spaCy pipeline in another order than the rows: save "
            "the vectors as docs/formats/spacy.md shows."
        )
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return WordList(parquet.read_column(path))
    if data.startswith(arrays.MAGIC):
        words = arrays.read_texts(str(path), data)
        refuse_lone_surrogates(path, words)
        return WordList(words)
    if data[:1] == b"\x80" and data[1:2] <= b"\x05":
        raise InputError(
            f"{path} is a pickle, which can run any program and is never opened: write the words "
            "to a text file, one per line."
        )
    text = _decode(path, data, options)
    if suffix == ".json":
        found = _from_json(path, text)
        refuse_lone_surrogates(path, found.words)
        return found
    if suffix == ".jsonl":
        return from_json_lines(path, text)
    if suffix == ".csv":
        return _from_csv(path, text)
    return from_text(path, text)


def read_own(path: Path, options: Options) -> WordList:
    """Read the words that embedviz wrote: one per line, all or none with a tab and a count."""
    lines = _decode(path, path.read_bytes(), options).removesuffix("\n").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    if not all("\t" in line for line in lines):
        return WordList(lines)
    cells = [line.rsplit("\t", 1) for line in lines]
    numbers = whole_numbers(path, cells, 1)
    return WordList([word for word, _ in cells], np.array(numbers, dtype=np.int64))


def _decode(path: Path, data: bytes, options: Options) -> str:
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding, errors="replace" if options.replace_invalid else "strict")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}, byte {error.start + 1} is not UTF-8: save the file as UTF-8, or "
            f"use {WITH_REPLACEMENT}."
        ) from None


def _from_json(path: Path, text: str) -> WordList:
    """Parse a tokenizer, a list of words, of words with counts, or words and rows."""
    try:
        document = parse_json(text)
    except ValueError as error:
        raise InputError(f"{path} is not JSON ({error}): correct the file.") from None
    is_tokenizer = isinstance(document, dict) and isinstance(document.get("model"), dict)
    if is_tokenizer or path.name == tokenizer_json.TOKENIZER:
        return WordList(tokenizer_json.words_by_id(path, document), is_padded=True)
    if isinstance(document, list) and document:
        if all(isinstance(word, str) for word in document):
            return WordList(document)
        if all(_is_counted(entry) for entry in document):
            return from_numbers(path, [e[0] for e in document], [e[1] for e in document])
    if isinstance(document, dict) and document:
        values = list(document.values())
        if all(isinstance(word, str) for word in values) and all(
            key.isdecimal() and len(key) < 10 for key in document
        ):
            return from_ids(path, {word: int(key) for key, word in document.items()})
        if all(type(row) is int and abs(row) < 1 << 62 for row in values):
            return from_ids(path, document)
    raise InputError(
        f"{path} is neither a list of words, an object of words and their rows, nor a "
        "tokenizer.json with a vocabulary: give a word list, one word per line."
    )


def _is_counted(entry: object) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) == 2
        and isinstance(entry[0], str)
        and type(entry[1]) is int
        and 0 <= entry[1] < 1 << 63
    )


def _from_csv(path: Path, text: str) -> WordList:
    try:
        separator = ";" if ";" in text.partition("\n")[0] else ","
        rows = [row for row in csv.reader(text.splitlines(True), delimiter=separator, strict=True)]
    except csv.Error as error:
        raise InputError(f"{path}: broken quotes ({error}): correct the file.") from None
    if not rows or [] in rows:
        blank = rows.index([]) + 1 if rows else 1
        raise InputError(f"{path}, line {blank} is blank: remove it and its vector.")
    return from_records(path, rows)


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
    """Parse one word per line, perhaps with a tab or a space and its count or the row's number."""
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    if len(lines) == 1 and "\r" in text:
        lines = text.split("\r")
    if not lines[-1]:
        lines.pop()  # after the last newline
    if lines and all("\t" in line for line in lines):
        records = [line.split("\t") for line in lines]
        if are_quoted(row[0] for row in records) and path.suffix == ".tsv":
            records = [[unquote(row[0]), *row[1:]] for row in records]
        return from_records(path, records)
    return from_spaced(path, lines) or WordList(lines)


def read_metadata(path: Path) -> WordList:
    """Read the words of a projector; a first line with a tab is a header."""
    lines = read_text(path, "the words of a projector").removesuffix("\n").split("\n")
    blank = next((number for number, line in enumerate(lines, 1) if not is_seen(line)), None)
    if blank:
        raise InputError(
            f"{path}, line {blank} is blank: TensorBoard drops it and assigns every later "
            "word to the wrong vector; remove the line and its vector."
        )
    if "\t" not in lines[0]:
        return WordList([unquote(line) for line in lines] if are_quoted(lines) else lines)
    names = lines[0].split("\t")
    cells = [line.split("\t") for line in lines[1:]]
    short = next((i for i, row in enumerate(cells) if len(row) != len(names)), None)
    if short is not None:
        raise InputError(
            f"{path}, line {short + 2}: expected {len(names)} columns, as in the header, found "
            f"{len(cells[short])}: correct the line."
        )
    return from_named(path, names, cells)


def is_seen(line: str) -> bool:
    """Whether TensorBoard shows a line, rather than dropping it as blank."""
    return bool(line.replace("\ufeff", "").strip())


def to_text(target: Path, words: Sequence[str], counts: Counts | None) -> str:
    """Format one word per line, with its count if counts are known."""
    refuse_words(target, words, "\n\r\t", "a tab or a newline")
    refuse_byte_order_mark(target, words[0])
    if counts is None:
        return "\n".join(words) + "\n"
    pairs = zip(words, counts.tolist(), strict=True)
    return "".join(f"{word}\t{count}\n" for word, count in pairs)
