"""Tokenization: the single definition of a word."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from embedviz.settings import Setting, check, documented

_TEXT = "Text"

SENTENCE_END = "</s>"
"""The token that `sentence_ends` inserts at the end of a sentence."""


@lru_cache(maxsize=1)
def _marks() -> str:
    r"""List the combining marks: part of a word in many scripts, but not in Python's ``\w``."""
    return "".join(sign for sign in map(chr, range(0x300, 0x11000)) if _is_mark(sign))


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")


def _composed(text: str) -> str:
    """Normalise to NFC; checked first, since nearly all text is normalised already."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=4)
def _character_table(lowercase: bool, digits: bool, apostrophes: bool) -> NDArray[np.uint32]:
    """Map each code point to itself, its lower case, or a space between words."""
    table = np.full(sys.maxunicode + 1, ord(" "), dtype=np.uint32)
    marks = set(_marks())
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if (sign.isalnum() and (digits or not sign.isdecimal())) or sign in marks:
            lower = sign.lower() if lowercase else sign
            # the few characters with a longer lower case are folded beforehand
            table[code] = ord(lower) if len(lower) == 1 else code
    if apostrophes:
        table[[ord("'"), ord("’")]] = ord("'")
    return table


@documented
@dataclass(frozen=True)
class Tokenizer:
    """Tokenizer settings; stored in the model, so that queries are folded the same way.

    A word is a run of letters, digits and combining marks of any script; text is first normalised
    to Unicode's composed form (NFC). Scripts without spaces between words must be segmented
    beforehand.

    Examples
    --------
    >>> Tokenizer().tokens("The King’s men can't, in 1066.")
    ['the', "king's", 'men', "can't", 'in', '1066']
    >>> Tokenizer(lowercase=False, sentence_ends=True).tokens("Yes! No")
    ['Yes', '</s>', 'No']
    """

    lowercase: Annotated[
        bool,
        Setting(
            "Convert text to lower case, so that all spellings of a word count together.",
            group=_TEXT,
        ),
    ] = True
    digits: Annotated[
        bool,
        Setting(
            "Keep words with digits, such as years; if off, digits separate words.", group=_TEXT
        ),
    ] = True
    apostrophes: Annotated[
        bool,
        Setting("Keep apostrophes inside words; both kinds become the straight one.", group=_TEXT),
    ] = True
    punctuation: Annotated[
        bool, Setting("Treat every other character as a separate word.", group=_TEXT)
    ] = False
    sentence_ends: Annotated[
        bool, Setting("Insert </s> at the end of a sentence (. ! ?).", group=_TEXT)
    ] = False

    def __post_init__(self) -> None:
        """Check that all values are booleans (a configuration file may be damaged)."""
        check(self)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Pattern of words and other characters; only for options that need it, as it is slower."""
        letter = rf"[\w{_marks()}]" if self.digits else rf"(?:[^\W\d]|[{_marks()}])"
        parts = [rf"{letter}+(?:'{letter}+)*" if self.apostrophes else f"{letter}+"]
        if self.sentence_ends:
            parts.append(r"[.!?]+(?=\s|$)")
        if self.punctuation:
            parts.append(r"[^\w\s]")
        return re.compile("|".join(parts))

    def tokens(self, text: str) -> list[str]:
        """Return the words of a text, in order."""
        if not (self.punctuation or self.sentence_ends):
            return self._words(text)
        found = self._pattern.findall(self._normal(text).replace("_", " "))
        if self.sentence_ends:
            return [SENTENCE_END if token[0] in ".!?" else token for token in found]
        return found

    def _words(self, text: str) -> list[str]:
        """Split by one table look-up per character, twice as fast as a regular expression."""
        text = _composed(text)
        if self.lowercase and ("İ" in text or "Σ" in text):
            text = text.lower()  # characters whose lower case is longer or depends on context
        table = _character_table(self.lowercase, self.digits, self.apostrophes)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        text = table[codes].tobytes().decode("utf-32-le", "surrogatepass")
        if "'" in text:  # keep only those inside a word
            text = f" {text} ".replace("''", "  ").replace(" '", " ").replace("' ", " ")
        return text.split()

    def fold(self, word: str) -> str:
        """Normalise a single word to its form in the vocabulary.

        >>> Tokenizer().fold(" Paris ")
        'paris'
        """
        return self._normal(word).strip()

    def _normal(self, text: str) -> str:
        text = _composed(text).replace("’", "'")
        return text.lower() if self.lowercase else text
