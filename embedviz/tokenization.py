"""Text to words: the one place that decides what a word is."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from embedviz.errors import InputError

SENTENCE_END = "</s>"
"""The token that `sentence_ends` puts where a sentence stops."""


@lru_cache(maxsize=1)
def _marks() -> str:
    r"""Ranges of combining marks: part of a word in many scripts, but not in Python's ``\w``."""
    ranges: list[tuple[int, int]] = []
    for code in range(0x300, min(sys.maxunicode, 0xFFFF) + 1):
        if unicodedata.category(chr(code)).startswith("M"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@dataclass(frozen=True)
class Tokenizer:
    """How text becomes words; stored in the model, so that queries are folded the same way.

    A word is a run of letters, digits and combining marks of any script; text is brought to
    Unicode's composed form (NFC) first. Scripts without spaces between words must be segmented
    beforehand.

    Parameters
    ----------
    lowercase : bool
        Fold capitals. On by default: it doubles what a small text says about a word.
    digits : bool
        Keep words with digits, such as years. Off: digits separate words.
    apostrophes : bool
        Keep an apostrophe inside a word (``don't``); both signs become the straight one.
    punctuation : bool
        Every other sign is a word of its own.
    sentence_ends : bool
        Put ``</s>`` where a sentence stops (``.``, ``!``, ``?``).

    Examples
    --------
    >>> Tokenizer().tokens("The King’s men can't, in 1066.")
    ['the', "king's", 'men', "can't", 'in', '1066']
    >>> Tokenizer(lowercase=False, sentence_ends=True).tokens("Yes! No")
    ['Yes', '</s>', 'No']
    """

    lowercase: bool = True
    digits: bool = True
    apostrophes: bool = True
    punctuation: bool = False
    sentence_ends: bool = False

    def __post_init__(self) -> None:
        """Refuse what is not a plain yes or no (a damaged configuration file)."""
        for name, value in vars(self).items():
            if not isinstance(value, bool):
                raise InputError(f"Tokenizer option {name}={value!r} must be true or false.")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        letter = rf"(?:[^\W_]|[{_marks()}])" if self.digits else rf"(?:[^\W\d_]|[{_marks()}])"
        # the plain class first: marks are rare, and a class is much faster than a choice
        plain = r"[^\W_]" if self.digits else r"[^\W\d_]"
        run = rf"{plain}+(?:[{_marks()}]{letter}*)?"
        parts = [rf"{run}(?:'{run})*" if self.apostrophes else run]
        if self.sentence_ends:
            parts.append(r"[.!?]+(?=\s|$)")
        if self.punctuation:
            parts.append(r"[^\w\s]")
        return re.compile("|".join(parts))

    def tokens(self, text: str) -> list[str]:
        """Words of a text, in order."""
        found = self._pattern.findall(self._normal(text))
        if self.sentence_ends:
            return [SENTENCE_END if token[0] in ".!?" else token for token in found]
        return found

    def fold(self, word: str) -> str:
        """Bring a single word to the form in which the vocabulary holds it.

        >>> Tokenizer().fold(" Paris ")
        'paris'
        """
        return self._normal(word).strip()

    def _normal(self, text: str) -> str:
        if not text.isascii():
            if not unicodedata.is_normalized("NFC", text):
                text = unicodedata.normalize("NFC", text)
            text = text.replace("’", "'")
        return text.lower() if self.lowercase else text
