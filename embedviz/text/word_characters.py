"""What characters do in words: letters, joiners, invisible signs; one table look-up for each."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

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

# in a mapped text all but these signs are letters, digits or marks
_NO_LETTER = f" '?_{MIDDLE}{ZERO_WIDTH}"
_LOOSE_ZERO_WIDTH = re.compile(
    rf"[{ZERO_WIDTH}](?:(?<![^{_NO_LETTER}][{ZERO_WIDTH}])|(?<=\u200c)(?![^{_NO_LETTER}]))"
)
_LOOSE_MIDDLE = re.compile(rf"[{MIDDLE}](?:(?<![^ '?_{MIDDLE}\d][{MIDDLE}])|(?![^{_NO_LETTER}\d]))")
_LOOSE_UNDERSCORE = re.compile("_(?:(?<![^ '?]_)|(?![^ '?]))")
_UNDERSCORES = re.compile("_+")


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
    if not text.isascii():
        text = remove_invisible(text)
        if "\u200c" in text or "\u200d" in text:
            text = _LOOSE_ZERO_WIDTH.sub("", text)
        if any(sign in text for sign in MIDDLE):
            text = _LOOSE_MIDDLE.sub(" ", text)
    if "_" in text and _LOOSE_UNDERSCORE.search(text):
        text = _UNDERSCORES.sub(_keep_inside, text)
    return text


def _keep_inside(underscores: re.Match[str]) -> str:
    text, (begin, end) = underscores.string, underscores.span()
    before, after = text[max(begin - 1, 0) : begin], text[end : end + 1]
    is_inside = before.strip(" '?") and after.strip(" '?")
    return underscores[0] if is_inside else " "


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
