"""What characters do in words: letters, joiners, invisible signs; one table look-up for each."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.uint32]
"""A text as code points."""

ZERO_WIDTH = "\u200c\u200d"
"""Joiner and non-joiner, part of the spelling of Persian and Indic words."""

MIDDLE = "·״‧՟"
"""Signs that join two letters: col·lecció, צה״ל (MidLetter in UAX 29, without the colon)."""

_APOSTROPHES = "‘’׳＇"
_CONNECTORS = "‿⁀⁔︳︴﹍﹎﹏＿"  # with the underscore all of ExtendNumLet, but a space
_INVISIBLE = "\u00ad"  # stands for all of them in the table
_SPACE_OF_NO_WIDTH = 0x200B  # separates
_NUMBER_SIGNS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
_BEYOND_LETTERS = (*range(0xA0, 0x20000), *range(0xE0000, 0xE0200))  # all marks and formats
_END_OF_LETTERS = 0x40000  # beyond are unassigned planes, tags and private use
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_HEBREW_QUOTE = re.compile('"(?<=[א-ת]")(?=[א-ת])')

# in a mapped text all others are letters, digits or marks
_NO_LETTER = f" '?_{MIDDLE}{ZERO_WIDTH}"
_UTF32 = "utf-32-le"


@lru_cache(maxsize=2)
def marks(joiners: bool) -> str:
    r"""List the combining marks: part of a word in many scripts, but not in Python's ``\w``.

    Without joiners, those that embedviz 0.1.0 knew.
    """
    signs = map(chr, _BEYOND_LETTERS if joiners else range(0x300, 0x11000))
    found = "".join(sign for sign in signs if unicodedata.category(sign).startswith("M"))
    return found.translate(dict.fromkeys(map(ord, invisible()))) if joiners else found


@lru_cache(maxsize=1)
def invisible() -> str:
    """List the characters that change only how others look: soft hyphen, directions, variants."""
    kept = _NUMBER_SIGNS | {_SPACE_OF_NO_WIDTH, *map(ord, ZERO_WIDTH)}
    formats = (code for code in _BEYOND_LETTERS if unicodedata.category(chr(code)) == "Cf")
    return "".join(map(chr, [*(code for code in formats if code not in kept), *_SELECTORS]))


@lru_cache(maxsize=16)
def character_table(
    lowercase: bool, digits: bool, apostrophes: bool, question_marks: bool, joiners: bool
) -> NDArray[np.uint32]:
    """Map each code point to itself, its lower case, or a space between words.

    With joiners, these stay, and one invisible sign stands for all.
    """
    table = np.full(sys.maxunicode + 1, ord(" "), dtype=np.uint32)
    combining = set(marks(joiners))
    for code in range(_END_OF_LETTERS):
        sign = chr(code)
        if (sign.isalnum() and (digits or not sign.isdecimal())) or sign in combining:
            lower = sign.lower() if lowercase else sign
            # the few characters with a longer lower case are folded beforehand
            table[code] = ord(lower) if len(lower) == 1 else code
    if apostrophes:
        table[[ord(sign) for sign in ("'’", f"'{_APOSTROPHES}")[joiners]]] = ord("'")
    if joiners:
        table[[ord(sign) for sign in invisible()]] = ord(_INVISIBLE)
        table[[ord(sign) for sign in f"_{_CONNECTORS}"]] = ord("_")
        kept = [ord(sign) for sign in MIDDLE + ZERO_WIDTH]
        table[kept] = kept
    if question_marks:
        table[[ord(sign) for sign in "?？؟"]] = ord("?")
    return table


def join_acronyms(text: str) -> str:
    """Write the quotation mark inside a Hebrew word as gershayim.

    >>> join_acronyms('צה"ל'), join_acronyms('"a"')
    ('צה״ל', '"a"')
    """
    if text.isascii() or '"' not in text:
        return text
    return _HEBREW_QUOTE.sub("״", text)


def tidy_joiners(text: str) -> str:
    """Leave in a mapped text only the joiners inside a word.

    A joiner of no width follows a letter, mark or digit; the non-joiner also precedes one. A middle
    dot stands between letters or marks, underscores between anything, but never next to another
    joiner.

    >>> tidy_joiners(" new_york _so_ col·lecció ·a· 3·5 ").split()
    ['new_york', 'so', 'col·lecció', 'a', '3', '5']
    """
    has_others = False
    if not text.isascii():
        text = remove_invisible(text)
        has_others = any(sign in text for sign in ZERO_WIDTH + MIDDLE)
    has_underscores = "_" in text
    if not (has_others or has_underscores):
        return text
    codes = np.frombuffer(bytearray(text, _UTF32, "surrogatepass"), dtype=np.uint32)
    if has_others:
        codes = _without_loose_zero_width(codes)
        _separate_loose_dots(codes)
    if has_underscores:
        _separate_loose_underscores(codes)
    return codes.tobytes().decode(_UTF32, "surrogatepass")


def _places(codes: Codes, signs: str) -> NDArray[np.intp]:
    found = codes == ord(signs[0])
    for sign in signs[1:]:
        found |= codes == ord(sign)
    return np.flatnonzero(found)


def _at(codes: Codes, places: NDArray[np.intp]) -> Codes:
    """Return the characters at places; a space beyond the ends."""
    inside = (places >= 0) & (places < len(codes))
    return np.where(inside, codes[np.where(inside, places, 0)], ord(" "))


def _among(codes: Codes, signs: str) -> NDArray[np.bool_]:
    return np.isin(codes, [ord(sign) for sign in signs])


def _without_loose_zero_width(codes: Codes) -> Codes:
    places = _places(codes, ZERO_WIDTH)
    loose = _among(_at(codes, places - 1), _NO_LETTER)
    is_non_joiner = codes[places] == ord(ZERO_WIDTH[0])
    loose |= is_non_joiner & _among(_at(codes, places + 1), _NO_LETTER)
    return np.delete(codes, places[loose])


def _separate_loose_dots(codes: Codes) -> None:
    places = _places(codes, MIDDLE)
    before, after = _at(codes, places - 1), _at(codes, places + 1)
    loose = _among(before, f" '?_{MIDDLE}") | _among(after, _NO_LETTER)
    loose |= _are_digits(before) | _are_digits(after)
    codes[places[loose]] = ord(" ")


def _are_digits(codes: Codes) -> NDArray[np.bool_]:
    distinct, which = np.unique(codes, return_inverse=True)
    return np.array([chr(code).isdecimal() for code in distinct], dtype=bool)[which]


def _separate_loose_underscores(codes: Codes) -> None:
    places = _places(codes, "_")
    begins = np.diff(places, prepend=-2) > 1  # of runs
    first = places[begins]
    last = places[np.append(begins[1:], True)]
    loose = _among(_at(codes, first - 1), " '?") | _among(_at(codes, last + 1), " '?")
    codes[places[loose[np.cumsum(begins) - 1]]] = ord(" ")


def remove_invisible(text: str) -> str:
    """Remove the sign that stands for all invisible ones, and compose what it kept apart."""
    if _INVISIBLE not in text:
        return text
    return unicodedata.normalize("NFC", text.replace(_INVISIBLE, ""))


@lru_cache(maxsize=1)
def _unified() -> dict[int, str]:
    signs = {_INVISIBLE: invisible(), "_": _CONNECTORS, "'": _APOSTROPHES}
    return {ord(sign): to for to, some in signs.items() for sign in some}


def unify_joiners(text: str) -> str:
    """Write joiners as the table of characters does; loose ones of no width are removed.

    >>> unify_joiners("Donau\u00addampf\u00adschiff O‘zbek new＿york")
    "Donaudampfschiff O'zbek new_york"
    """
    if text.isascii():
        return text
    text = remove_invisible(join_acronyms(text).translate(_unified()))
    if "\u200c" in text or "\u200d" in text:
        letter = rf"(?:[^\W_]|[{marks(True)}])"
        text = re.sub(
            rf"[{ZERO_WIDTH}](?:(?<!{letter}[{ZERO_WIDTH}])|(?<=\u200c)(?!{letter}))", "", text
        )
    return text
