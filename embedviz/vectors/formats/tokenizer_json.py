"""Words of a transformer, from Hugging Face's ``tokenizer.json``.

Its three kinds mark either the first piece of a word or the continuing ones. Here a piece that
begins a word is the word itself, and a continuing piece begins with ``##``, whichever way the
file writes it: ``Ġking`` and ``▁king`` become ``king``, and their ``king`` becomes ``##king``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from embedviz.errors import InputError
from embedviz.support import parse_json

_BYTE_LEVEL, _METASPACE, _GOES_ON = "ByteLevel", "▁", "##"
_MOST_IDS = 10_000_000


def words_by_id(path: Path, text: str) -> list[str | None]:
    """Return the words in the order of their ids; None if an id has no word.

    Raises
    ------
    InputError
        If the file is not a tokenizer.
    """
    try:
        document = parse_json(text)
        model = document["model"]
        pieces = _pieces(model["vocab"])
        added = {int(one["id"]): str(one["content"]) for one in document.get("added_tokens") or ()}
        n_ids = max([*pieces, *added], default=-1) + 1
        if not 0 < n_ids <= _MOST_IDS or min([*pieces, *added]) < 0:
            raise ValueError(f"{n_ids} ids")
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, OverflowError) as error:
        raise InputError(
            f"{path} is not a tokenizer.json with a vocabulary ({type(error).__name__}: {error}): "
            "give the tokenizer.json of the model."
        ) from None
    mark = _mark(document, pieces)
    words: list[str | None] = [None] * n_ids
    for id_, piece in pieces.items():
        words[id_] = _word(piece, mark)
    for id_, content in added.items():
        words[id_] = content
    return _make_distinct(words, {**pieces, **added})


def _pieces(vocab: dict[str, int] | list[tuple[str, float]]) -> dict[int, str]:
    """Return the pieces by id, from a mapping of pieces to ids or a list of pieces and scores."""
    if isinstance(vocab, dict):
        return {int(id_): str(piece) for piece, id_ in vocab.items()}
    return {id_: str(entry[0]) for id_, entry in enumerate(vocab)}


def _mark(document: dict[str, Any], pieces: dict[int, str]) -> str:
    """Detect how the file marks pieces: byte-level, by ``▁``, or by ``##`` (default)."""
    around = json.dumps([document.get("pre_tokenizer"), document.get("decoder")])
    if f'"{_BYTE_LEVEL}"' in around:
        return _BYTE_LEVEL
    if '"Metaspace"' in around or any(piece.startswith(_METASPACE) for piece in pieces.values()):
        return _METASPACE
    return _GOES_ON


def _word(piece: str, mark: str) -> str:
    if mark == _GOES_ON:
        return piece
    plain = piece.replace(_METASPACE, " ") if mark == _METASPACE else _from_bytes(piece)
    word = plain.removeprefix(" ")
    if not word or any(sign.isspace() or not sign.isprintable() for sign in word):
        return piece  # such as a newline, several spaces, or a part of a character
    return word if word != plain else _GOES_ON + word


def _from_bytes(piece: str) -> str:
    """Decode a byte-level piece; incomplete characters become unprintable surrogates."""
    table = _byte_table()
    if any(sign not in table for sign in piece):
        return ""
    return bytes(table[sign] for sign in piece).decode(errors="surrogateescape")


@cache
def _byte_table() -> dict[str, int]:
    """Map characters to bytes: printable ones to themselves, those from U+0100 to the others."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = (byte for byte in range(256) if byte not in set(plain))
    return {chr(byte): byte for byte in plain} | {
        chr(256 + place): byte for place, byte in enumerate(others)
    }


def _make_distinct(words: list[str | None], pieces: dict[int, str]) -> list[str | None]:
    """Keep a piece's original form where its word would duplicate another one."""
    seen: set[str] = set()

    def own() -> Iterator[str | None]:
        for id_, word in enumerate(words):
            if word in seen:
                word = pieces[id_]
            if word is not None:
                seen.add(word)
            yield word

    return list(own())
