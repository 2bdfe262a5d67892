"""Texts as blocks of bounded memory, decoded, or taken from a field of JSON lines."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NoReturn

from embedviz.errors import InputError
from embedviz.support import clip, parse_json
from embedviz.text.kinds_of_text import refuse_json, warn_of_markup
from embedviz.text.layout import PLAIN, UTF8, TextLayout
from embedviz.text.likely_encoding import (
    name_contradiction,
    name_likely_encoding,
    name_wide_encoding,
)
from embedviz.text.reading import open_decompressed, shown_name

logger = logging.getLogger(__name__)

BLOCK_BYTES = 1 << 20
LONGEST_RECORD = 1 << 26
"""Characters of a JSON line that are read."""

_MOST_INVALID = 1_000  # more than valid characters beyond ASCII, before the end of the file


def read_blocks(
    paths: Sequence[Path],
    *,
    layout: TextLayout = PLAIN,
    progress: Callable[[float], None] | None = None,
) -> Iterator[str]:
    """Yield the texts as blocks of about a megabyte, cut between words.

    Compression is detected by content. If most characters beyond ASCII are valid, the invalid ones
    are replaced, and one warning per file reports their number and the position of the first.

    Parameters
    ----------
    paths : sequence of Path
        Files, or ``-`` for standard input.
    layout : TextLayout
    progress : callable, optional
        Called with the share of bytes read so far, between 0 and 1 (files only).

    Raises
    ------
    InputError
        If a file cannot be read, is binary, has another encoding, or its compressed data is
        damaged; if it is JSON and no field is given, or has no such field.
    """
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    total, before = max(1, sum(sizes)), 0
    for path, size in zip(paths, sizes, strict=True):
        with open_decompressed(path) as file:
            name = shown_name(path)
            if layout.field is None:
                blocks = _plain(file.stream, name, layout.encoding)
            else:
                blocks = _records(file.stream, name, layout.encoding, layout.field)
            for block in blocks:
                yield block
                if progress and size:
                    progress((before + file.raw.tell()) / total)
        before += size


def _plain(stream: BinaryIO, name: str, encoding: str) -> Iterator[str]:
    blocks = _decoded(stream, name, encoding)
    begin = list(islice(blocks, 2))  # a line without an end has its last word in a second block
    refuse_json(name, "".join(begin))
    if begin:
        warn_of_markup(name, begin[0])
    yield from begin
    yield from blocks


def _decoded(stream: BinaryIO, name: str, encoding: str) -> Iterator[str]:
    decoder = _Decoder(name, encoding)
    if encoding == UTF8:
        yield from map(decoder.decode, _byte_blocks(stream))
    else:
        yield from _other_blocks(stream, decoder)
    decoder.report()


def _byte_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield blocks that end after white space; a megabyte without any is cut anyway."""
    rest = b""
    while data := stream.read(BLOCK_BYTES):
        data = rest + data
        cut = max(map(data.rfind, (b"\n", b" ", b"\t"))) + 1
        if cut == 0 and len(data) < BLOCK_BYTES:
            rest = data
            continue
        if cut == 0:
            cut = len(data)
            # not inside a character: bytes 10xxxxxx continue one begun up to three bytes earlier
            while cut > len(data) - 4 and data[cut - 1] & 0xC0 == 0x80:
                cut -= 1
            if data[cut - 1] >= 0xC0:
                cut -= 1
        rest = data[cut:]
        yield data[:cut]
    if rest:
        yield rest


def _other_blocks(stream: BinaryIO, decoder: _Decoder) -> Iterator[str]:
    """Yield decoded blocks that end after white space, in an encoding that is not UTF-8."""
    rest, ended = "", False
    while not ended:
        data = stream.read(BLOCK_BYTES)
        ended = not data
        text = rest + decoder.decode(data)
        cut = max(map(text.rfind, "\n \t")) + 1 if not ended else len(text)
        if not cut and len(text) >= BLOCK_BYTES:
            cut = len(text)
        rest = text[cut:]
        if cut:
            yield text[:cut]


class _Decoder:
    """Decodes bytes and counts invalid ones."""

    def __init__(self, name: str, encoding: str) -> None:
        self._name = name
        self._encoding = encoding
        self._other = (
            None if encoding == UTF8 else codecs.getincrementaldecoder(encoding)("replace")
        )
        self._offset = 0
        self._n_lines = 0
        self._n_bad = 0
        self._n_good = 0  # characters beyond ASCII, in blocks with invalid bytes
        self._first_bad = ""
        self._sample = b""

    def decode(self, data: bytes) -> str:
        """Decode a block; in other encodings than UTF-8 it may end inside a character."""
        if self._other is None:
            self._refuse_binary(data)
            text = self._decode_utf8(data)
        else:
            text = self._decode_other(self._other, data)
            self._n_bad += text.count("\ufffd")
            self._n_good += len(text) - text.count("\ufffd")
            if "\x00" in text:
                raise InputError(
                    f"{self._name} is not text in {self._encoding} (character "
                    f"{text.index(chr(0)) + 1} of a block is zero): give another encoding."
                )
        self._offset += len(data)
        self._n_lines += data.count(b"\n")
        return text.removeprefix("\ufeff")

    def _decode_utf8(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            text = data.decode(errors="replace")
            n_bad = text.count("\ufffd") - data.count("\ufffd".encode())
            if not self._n_bad:
                line = self._n_lines + data.count(b"\n", 0, error.start) + 1
                self._first_bad = f"line {line}, byte {self._offset + error.start}"
                self._sample = data[max(0, error.start - 100) :]
            self._n_bad += n_bad
            self._n_good += sum(sign > "\x7f" for sign in text) - n_bad
            if self._n_bad > self._n_good + _MOST_INVALID:
                self._refuse()
            return text

    def _decode_other(self, decoder: codecs.IncrementalDecoder, data: bytes) -> str:
        if not self._offset and (right := name_contradiction(data, self._encoding)):
            remedy = (
                "read it without another encoding"
                if right == UTF8
                else f"read it with --encoding {right}"
            )
            raise InputError(
                f"{self._name} is {right.upper()} text, not {self._encoding}: {remedy}."
            )
        if not data and decoder.getstate()[0]:
            raise InputError(
                f"{self._name} ends inside a character of {self._encoding}: it is cut off, or has "
                "another encoding; copy it again."
            )
        try:
            return decoder.decode(data, final=not data)
        except UnicodeError as error:  # some decoders cannot replace, or demand a mark at the start
            raise InputError(
                f"{self._name} is not text in {self._encoding} ({clip(str(error), 80)}): give "
                "another encoding."
            ) from None

    def _refuse(self) -> None:
        likely = name_likely_encoding(self._sample)
        message = f"{self._name} is not UTF-8 text ({self._first_bad}): "
        if not likely:
            raise InputError(f"{message}save it as UTF-8.")
        _refuse_encoding(f"{message}it looks like {likely}; ", likely.split()[0])

    def _refuse_binary(self, data: bytes) -> None:
        wide = name_wide_encoding(data) if self._offset == 0 else ""
        if wide:
            _refuse_encoding(f"{self._name} is {wide.upper()} text: ", wide)
        if b"\x00" in data:
            raise InputError(
                f"{self._name} is not a text file (byte {self._offset + data.index(0)} is zero): "
                "give plain text in UTF-8, optionally compressed by gzip, bzip2, xz or zstd."
            )

    def report(self) -> None:
        """Warn of invalid places; `InputError` if they are more than the valid characters."""
        if not self._n_bad:
            return
        if self._other is not None:
            if self._n_bad > self._n_good:
                raise InputError(
                    f"{self._name} is not text in {self._encoding} ({self._n_bad:,} invalid "
                    "places): give another encoding."
                )
        elif self._n_bad > self._n_good:
            self._refuse()
        logger.warning(
            "%s: %d invalid %s %s replaced%s",
            self._name,
            self._n_bad,
            "UTF-8" if self._other is None else self._encoding,
            "place was" if self._n_bad == 1 else "places were",
            f", the first at {self._first_bad} of the file; save it as UTF-8"
            if self._first_bad
            else "; perhaps it has another encoding",
        )


def _refuse_encoding(message: str, encoding: str) -> NoReturn:
    """Raise `InputError` with the remedies for a text in a known encoding."""
    message = f"{message}save it as UTF-8"
    raise InputError(f"{message}.", in_options=f"{message}, or read it with --encoding {encoding}.")


def _records(stream: BinaryIO, name: str, encoding: str, field: str) -> Iterator[str]:
    """Yield the texts in a field of JSON lines, about a megabyte at once, each with a newline."""
    texts: list[str] = []
    size = 0
    for number, line in _lines(stream, name, encoding, LONGEST_RECORD):
        if not line.strip():
            continue
        texts.append(_text_of(line, field, f"{name}, line {number}"))
        size += len(texts[-1]) + 1
        if size >= BLOCK_BYTES:
            yield "\n".join([*texts, ""])
            texts, size = [], 0
    if texts:
        yield "\n".join([*texts, ""])


def read_other_lines(
    stream: BinaryIO, name: str, encoding: str, longest: int
) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text in another encoding than UTF-8, without their ends, from number 1.

    Raises
    ------
    InputError
        If the text has another encoding, or a line has more characters than `longest`.
    """
    for number, line in _lines(stream, name, encoding, longest):
        yield number, line.rstrip("\r")


def _lines(stream: BinaryIO, name: str, encoding: str, longest: int) -> Iterator[tuple[int, str]]:
    number, rest = 0, ""
    for block in _decoded(stream, name, encoding):
        *whole, rest = (rest + block).split("\n")
        for line in whole:
            number += 1
            _refuse_long(name, number, line, longest)
            yield number, line
        _refuse_long(name, number + 1, rest, longest)
    if rest:
        yield number + 1, rest


def _refuse_long(name: str, number: int, line: str, longest: int) -> None:
    if len(line) > longest:
        raise InputError(
            f"{name}, line {number} is longer than {longest:,} characters: give lines of one "
            "record each."
        )


def _text_of(line: str, field: str, where: str) -> str:
    try:
        record = parse_json(line)
    except ValueError as error:
        raise InputError(
            f"{where} is not JSON ({clip(str(error), 80)}): give JSON lines, one object a line."
        ) from None
    if not isinstance(record, dict):
        raise InputError(f'{where} is not an object: give {{"{clip(field, 40)}": "…"}}.')
    if field not in record:
        names = ", ".join(clip(one, 30) for one in list(record)[:8]) or "none"
        raise InputError(
            f"{where} has no field {clip(field, 40)}, only {names}: name the one with the text."
        )
    text = record[field]
    if text is None:
        return ""
    if not isinstance(text, str):
        raise InputError(f"{where}: {clip(field, 40)} is not text: name the field with the text.")
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can write half of a character
        raise InputError(
            f"{where}: {clip(field, 40)} has a lone surrogate, which is half of a character: "
            "correct or remove it."
        ) from None
    return text
