"""Words of a transformer, from ``tokenizer.json``, ``vocab.txt`` or ``vocab.json``.

Tokenizers mark the first piece of a word, the continuing ones, or the last. Here a piece that is
marked as a word's beginning (or end) is the word itself, and ``##`` stands where another piece goes
on: ``Ġking`` and ``▁king`` become ``king``, and their ``king`` becomes ``##king``; CLIP's
``king</w>`` becomes ``king``, and its ``king`` becomes ``king##``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from embedviz.errors import InputError
from embedviz.support import read_json, read_text

TOKENIZER, WORDPIECE, VOCAB = "tokenizer.json", "vocab.txt", "vocab.json"
_ADDED = "added_tokens.json"
_SPACE = "Ġ"  # of byte-level pieces that begin a word
_BYTE_LEVEL, _METASPACE, _GOES_ON, _ENDS = "ByteLevel", "▁", "##", "</w>"
_SPECIAL = re.compile(r"<\|?[\w/]+\|?>")
_MOST_IDS = 10_000_000
_INVALID = (ValueError, KeyError, TypeError, AttributeError, LookupError, OverflowError)


def words_by_id(path: Path, document: Any) -> list[str | None]:  # noqa: ANN401 - JSON
    """Return the words of a ``tokenizer.json`` in the order of their ids; None without a word.

    Raises
    ------
    InputError
        If the document is not a tokenizer.
    """
    try:
        model = document["model"]
        pieces = _pieces(model["vocab"])
        added = {int(one["id"]): str(one["content"]) for one in document.get("added_tokens") or ()}
        mark = _mark(document, pieces)
        return _place(pieces, added, mark)
    except _INVALID as error:
        raise InputError(
            f"{path} is not a tokenizer.json with a vocabulary ({type(error).__name__}: {error}): "
            "give the tokenizer.json of the model."
        ) from None


def words_of_folder(folder: Path) -> list[str | None] | None:
    """Return the words of ``vocab.txt`` or ``vocab.json``; None if a folder has neither.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    lines, mapping = folder / WORDPIECE, folder / VOCAB
    if lines.is_file():
        words = read_text(lines, "the vocabulary of a transformer").removesuffix("\n").split("\n")
        return _place(dict(enumerate(words)), {}, _GOES_ON)
    if not mapping.is_file():
        return None
    try:
        pieces = _pieces(dict(read_json(mapping, "the vocabulary of a transformer")))
        extra = folder / _ADDED
        added = _pieces(dict(read_json(extra, "added tokens"))) if extra.is_file() else {}
        added |= {id_: piece for id_, piece in pieces.items() if _SPECIAL.fullmatch(piece)}
        marked = any(piece.startswith(_SPACE) for piece in pieces.values())
        return _place(pieces, added, _mark({}, pieces, _BYTE_LEVEL if marked else _GOES_ON))
    except _INVALID as error:
        raise InputError(
            f"{mapping} is not a vocabulary of pieces and ids ({type(error).__name__}: {error}): "
            "copy the folder again."
        ) from None


def _place(pieces: dict[int, str], added: dict[int, str], mark: str) -> list[str | None]:
    n_ids = max([*pieces, *added], default=-1) + 1
    if not 0 < n_ids <= _MOST_IDS or min([*pieces, *added]) < 0:
        raise ValueError(f"{n_ids} ids")
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


def _mark(document: dict[str, Any], pieces: dict[int, str], default: str = _GOES_ON) -> str:
    """Detect how the file marks pieces: byte-level, by ``▁``, by ``</w>``, or by ``##``."""
    around = json.dumps([document.get("pre_tokenizer"), document.get("decoder")])
    if any(piece.endswith(_ENDS) and piece != _ENDS for piece in pieces.values()):
        return _ENDS
    if f'"{_BYTE_LEVEL}"' in around:
        return _BYTE_LEVEL
    if '"Metaspace"' in around or any(piece.startswith(_METASPACE) for piece in pieces.values()):
        return _METASPACE
    return default


def _word(piece: str, mark: str) -> str:
    if mark == _GOES_ON:
        return piece
    if mark == _ENDS:
        word = _readable(_from_bytes(piece.removesuffix(_ENDS)))
        if not word:
            return piece  # a part of a character
        return word if piece.endswith(_ENDS) else word + _GOES_ON
    plain = piece.replace(_METASPACE, " ") if mark == _METASPACE else _from_bytes(piece)
    word = _readable(plain.removeprefix(" "))
    if not word:
        return piece  # such as a newline, several spaces, or a part of a character
    return word if word != plain else _GOES_ON + word


def _readable(word: str) -> str:
    """Return the word if it has only printable characters, else nothing."""
    is_seen = all(sign.isprintable() and not sign.isspace() for sign in word)
    return word if is_seen else ""


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
