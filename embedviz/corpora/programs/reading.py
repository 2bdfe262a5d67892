"""Traces → blocks with their meaning, also of traces that a model wrote, right or wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TO = r"(?P<letter>[a-z]?)(?P<cell>[A-S\[]|(?P<tens>\]))"
_FROM, _NUMBER = r"(?:[a-z]?[A-S]|[#\[\]])", r"\d*[,~]"
_PATTERNS = {
    "copy": rf"{_TO}=(?P<one>{_FROM})(?P<digits>{_NUMBER})",
    "sum": rf"{_TO}(?P<sign>[-+])(?P<one>{_FROM})(?P<two>{_FROM})"
    r"(?P<digits>(?:[\d,~]{2}\d[01])*[\d,~]{2}[,~])",
    "product": rf"{_TO}\*(?P<one>{_FROM})(?P<factor>\d)(?(tens)0)"
    r"(?P<digits>(?:[\d,~]\d\d\d)*[\d,~]\d[,~])",
    "comparison": rf"\?(?P<one>{_FROM})(?P<two>{_FROM})"
    r"(?P<digits>(?:[\d,~]{2}[<=>])*?[,~]{2}[<=>])(?P<truth>[TF])",
    "answer": rf"=(?P<one>{_FROM})(?P<sign>-?)(?P<digits>\d+)$",
}
_BLOCKS = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_SIGNS = {"-": "−", "+": "+"}


@dataclass(frozen=True)
class Block:
    """A part of a trace.

    Attributes
    ----------
    text : str
    meaning : str
        In plain arithmetic, such as ``B = 920 × 8 = 7360``; empty if it is not a whole block.
    """

    text: str
    meaning: str


def read_trace(trace: str) -> tuple[Block, ...]:
    """Divide a trace into blocks; what follows the first one that is not whole is one block.

    Examples
    --------
    >>> for block in read_trace("A-##5050,371,,~=A-52"):
    ...     print(f"{block.text:16}{block.meaning}")
    A-##5050,371,,~ A = 5 − 30 = -25
    =A-52           prints -25
    """
    blocks: list[Block] = []
    place = 0
    while place < len(trace):
        for name, pattern in _BLOCKS.items():
            if found := pattern.match(trace, place):
                blocks.append(Block(found.group(), _meaning(name, found)))
                place = found.end()
                break
        else:
            blocks.append(Block(trace[place:], ""))
            break
    return tuple(blocks)


def read_answer(trace: str) -> int | None:
    """Return the answer at the end of a trace; None if it has none."""
    blocks = read_trace(trace)
    found = _BLOCKS["answer"].fullmatch(blocks[-1].text) if blocks else None
    return _answer(found) if found else None


def _meaning(kind: str, found: re.Match[str]) -> str:
    parts = found.groupdict()
    digits = parts["digits"]
    if kind == "answer":
        return f"prints {_answer(found)}"
    if kind == "comparison":
        left, right = (_number(digits[side::3]) for side in (0, 1))
        return f"{left} {digits[-1]} {right}, so {'true' if parts['truth'] == 'T' else 'false'}"
    to = " = ".join(filter(None, (parts["letter"], parts["cell"])))
    if kind == "copy":
        return f"{to} = {_number(digits)}"
    if kind == "sum":
        left, right, total = (_number(digits[side::4]) for side in range(3))
        return f"{to} = {left} {_SIGNS[parts['sign']]} {right} = {total}"
    one, total = _number(digits[0::4]), _number(digits[2::4])
    if parts["tens"]:
        return f"{to} = {one} × {parts['factor']}0 = {10 * total}"
    return f"{to} = {one} × {parts['factor']} = {total}"


def _answer(found: re.Match[str]) -> int:
    return int(found["sign"] + found["digits"][::-1])


def _number(digits: str) -> int:
    """Read a number, least significant digit first, up to its first end mark."""
    end = next((i for i, sign in enumerate(digits) if sign in ",~"), len(digits))
    value = int(digits[:end][::-1] or "0")
    return value - 10**end if digits[end:].startswith("~") else value
