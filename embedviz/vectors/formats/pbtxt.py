"""Protocol buffers as text, as far as TensorBoard's configurations use them.

Fields may come in any order, and blocks may be nested; strings may contain braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_DEEPEST = 20
# possessive (++, *+): a long name is read once, not once from each of its letters
_TOKEN = re.compile(
    r"""(?:\s++|\#[^\n]*+)*+
    (?:
        (?P<string>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')
        |(?P<word>[\w.+-]++)
        |(?P<sign>[{}<>\[\]:,;])
        |(?P<end>\Z)
    )""",
    re.VERBOSE,
)
_OPENING = {"{": "}", "<": ">"}
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}

Message = dict[str, list[Any]]


def parse_pbtxt(text: str) -> Message:
    r"""Parse a message: for each field its values, in order; a block is a message again.

    Raises
    ------
    ValueError
        If the text is not such a message.

    Examples
    --------
    >>> parse_pbtxt('a { b: 1 b: 2 # c }\n c: "}" }')
    {'a': [{'b': ['1', '2'], 'c': ['}']}]}
    """
    tokens = _tokens(text)
    return _message(tokens, "", 0)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while True:
        found = _TOKEN.match(text, place)
        if not found or not found.lastgroup:
            raise ValueError(f"character {place + 1}")
        yield found.lastgroup, found[found.lastgroup]
        if found.lastgroup == "end":
            return
        place = found.end()


def _message(tokens: Iterator[tuple[str, str]], closing: str, depth: int) -> Message:
    if depth > _DEEPEST:
        raise ValueError("blocks are nested too deeply")
    fields: Message = {}
    kind, token = next(tokens)
    while True:
        if kind == "sign" and token in ",;":
            kind, token = next(tokens)
            continue
        if (kind == "end" and not closing) or (kind == "sign" and token == closing and closing):
            return fields
        if kind != "word":
            raise ValueError(f"'{token}' where a name is expected")
        values = fields.setdefault(token, [])
        kind, token = next(tokens)
        if (kind, token) == ("sign", ":"):
            kind, token = next(tokens)
        if (kind, token) == ("sign", "["):
            kind, token = _list(tokens, values, depth)
        else:
            kind, token = _value(tokens, kind, token, values, depth)


def _list(tokens: Iterator[tuple[str, str]], values: list[Any], depth: int) -> tuple[str, str]:
    kind, token = next(tokens)
    while (kind, token) != ("sign", "]"):
        kind, token = _value(tokens, kind, token, values, depth)
        if (kind, token) == ("sign", ","):
            kind, token = next(tokens)
    return next(tokens)


def _value(
    tokens: Iterator[tuple[str, str]], kind: str, token: str, values: list[Any], depth: int
) -> tuple[str, str]:
    """Read a value, and return the token after it."""
    if kind == "sign" and token in _OPENING:
        values.append(_message(tokens, _OPENING[token], depth + 1))
        return next(tokens)
    if kind == "word":
        values.append(token)
        return next(tokens)
    if kind != "string":
        raise ValueError(f"'{token}' where a value is expected")
    parts = []
    while kind == "string":  # adjacent strings are one
        parts.append(re.sub(r"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), token[1:-1]))
        kind, token = next(tokens)
    values.append("".join(parts))
    return kind, token
