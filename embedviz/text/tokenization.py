"""Tokenization: the single definition of a word."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from embedviz.settings import Setting, check, documented, setting_error

_TEXT = "Text"

SENTENCE_END = "</s>"
"""The token that `sentence_ends` inserts at the end of a sentence."""

_CLOSING, _OPENING = frozenset(",.;:!?)]}…"), frozenset("([{")  # attached to what stands beside
_ELIDED = frozenset("cdjlmnst")
_NOT_ELIDED = frozenset({"quelqu", "presqu"})  # of those that end in qu: quelqu'un, presqu'ile
_ADDED = ("elisions", "question_marks", "characters")  # settings that embedviz 0.1.0 does not know
_OTHER_QUESTION_MARKS = str.maketrans("？؟", "??")


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


def _elides(part: str) -> bool:
    """Whether a French word loses its vowel here, before an apostrophe: l', jusqu'."""
    part = part.lower()
    return part in _ELIDED or (part.endswith("qu") and part not in _NOT_ELIDED)


@lru_cache(maxsize=1 << 14)  # the same few words make up most of a text
def _split_elisions(word: str) -> tuple[str, ...]:
    """Split a word after its elisions; an apostrophe at the end stays only with an elision.

    >>> _split_elisions("jusqu'aujourd'hui"), _split_elisions("l'"), _split_elisions("amis'")
    (("jusqu'", "aujourd'hui"), ("l'",), ('amis',))
    """
    *parts, last = word.split("'")
    n = next((n for n, part in enumerate(parts) if not _elides(part)), len(parts))
    rest = "'".join([*parts[n:], last]).removesuffix("'")
    return (*(f"{part}'" for part in parts[:n]), *[rest] * bool(rest))


@lru_cache(maxsize=8)
def _character_table(
    lowercase: bool, digits: bool, apostrophes: bool, question_marks: bool
) -> NDArray[np.uint32]:
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
    if question_marks:
        table[[ord(sign) for sign in "?？؟"]] = ord("?")
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
    >>> Tokenizer(elisions=True, question_marks=True).tokens("Qu’est-ce que l'art aujourd'hui ??")
    ["qu'", 'est', 'ce', 'que', "l'", 'art', "aujourd'hui", '?']

    Notes
    -----
    Elisions are c' d' j' l' m' n' s' t' and words in qu', such as jusqu', except quelqu' and
    presqu'. One that stands alone keeps its apostrophe too, so that words joined by spaces are
    found again: l' homme. With question marks and sentence ends, "Go?" is go, ? and </s>.
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
    elisions: Annotated[
        bool,
        Setting(
            "Split French elisions: l'homme becomes l' and homme; needs apostrophes.", group=_TEXT
        ),
    ] = False
    question_marks: Annotated[
        bool, Setting("Keep the question mark as a word; a run of them is one.", group=_TEXT)
    ] = False
    characters: Annotated[
        bool,
        Setting(
            "Make every character a word, white space included; no other option but lower case "
            "counts.",
            group=_TEXT,
        ),
    ] = False

    def __post_init__(self) -> None:
        """Check that all values are booleans (a configuration file may be damaged)."""
        check(self)
        if self.elisions and not self.apostrophes:
            raise setting_error(
                "{elisions} needs {apostrophes}: keep apostrophes, or do not split elisions.",
                Tokenizer,
            )

    def as_stored(self) -> dict[str, Any]:
        """Return the settings as files store them: `Tokenizer(**stored)` reads them.

        Settings added since model version 1 are stored only if they are used, since programs that
        do not know them refuse the file.

        >>> Tokenizer(elisions=True).as_stored().keys() - Tokenizer().as_stored().keys()
        {'elisions'}
        """
        return {name: value for name, value in asdict(self).items() if value or name not in _ADDED}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Pattern of words and other characters; only for options that need it, as it is slower."""
        letter = rf"[\w{_marks()}]" if self.digits else rf"(?:[^\W\d]|[{_marks()}])"
        parts = [rf"{letter}+(?:'{letter}+)*" if self.apostrophes else f"{letter}+"]
        other = r"[^\w\s]"
        if self.elisions:
            single = "".join(sorted(_ELIDED))
            not_elided = "|".join(sorted(_NOT_ELIDED))
            elided = rf"(?ai:[{single}])|(?!(?ai:{not_elided})'){letter}*(?ai:qu)"
            parts.insert(0, rf"(?:{elided})'(?!')")
        if self.question_marks:
            parts.append(r"\?+")
        if self.sentence_ends and self.question_marks:
            parts.append(r"(?<=[.!?])(?=\s|$)")  # empty, so that a question mark comes before it
            other = rf"(?![.!?]+(?:\s|$)){other}"
        elif self.sentence_ends:
            parts.append(r"[.!?]+(?=\s|$)")
        if self.punctuation:
            parts.append(other)
        return re.compile("|".join(parts))

    def tokens(self, text: str) -> list[str]:
        """Return the words of a text, in order."""
        if self.characters:
            text = _composed(text)
            return list(text.lower() if self.lowercase else text)
        if not (self.punctuation or self.sentence_ends):
            return self._words(text)
        text = self._normal(text).replace("_", " ")
        if self.question_marks:
            found = self._pattern.findall(text.translate(_OTHER_QUESTION_MARKS))
            ends = {"": SENTENCE_END}
            return [ends.get(token, token) if token[:1] != "?" else "?" for token in found]
        found = self._pattern.findall(text)
        if self.sentence_ends:
            return [SENTENCE_END if token[0] in ".!?" else token for token in found]
        return found

    def _words(self, text: str) -> list[str]:
        """Split by one table look-up per character, twice as fast as a regular expression."""
        text = _composed(text)
        if self.lowercase and ("İ" in text or "Σ" in text):
            text = text.lower()  # characters whose lower case is longer or depends on context
        table = _character_table(self.lowercase, self.digits, self.apostrophes, self.question_marks)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        text = table[codes].tobytes().decode("utf-32-le", "surrogatepass")
        if self.question_marks and "?" in text:
            text = re.sub(r"\?+", " ? ", text)
        if "'" not in text:
            return text.split()
        text = f" {text} ".replace("''", "  ").replace(" '", " ")  # only those inside a word stay
        if self.elisions:
            words = text.split()
            return [
                part
                for word in words
                for part in (_split_elisions(word) if "'" in word else (word,))
            ]
        return text.replace("' ", " ").split()

    def fold(self, word: str) -> str:
        """Normalise a single word to its form in the vocabulary.

        >>> Tokenizer().fold(" Paris ")
        'paris'
        """
        return self._normal(word).strip() if not self.characters else self._normal(word)

    def join(self, tokens: Iterable[str]) -> str:
        r"""Put tokens together as a text that has the same tokens.

        >>> Tokenizer().join(["two", "words"]), Tokenizer(characters=True).join("a\n b")
        ('two words', 'a\n b')
        >>> Tokenizer(punctuation=True).join(["noun", ":", "a", "dog", "(", "female", ")"])
        'noun: a dog (female)'
        >>> Tokenizer(elisions=True).join(["j'", "ai", "faim"])
        "j'ai faim"
        >>> Tokenizer(sentence_ends=True).join(["it", "rains", SENTENCE_END])
        'it rains.'
        """
        if self.characters:
            return "".join(tokens)
        text = ""
        for token in tokens:
            if self.sentence_ends and token == SENTENCE_END:
                text += "."
                continue
            is_attached = (self.elisions and text.endswith("'")) or (
                self.punctuation and (token in _CLOSING or text[-1:] in _OPENING)
            )
            text += token if is_attached else f" {token}"
        return text.removeprefix(" ")

    def _normal(self, text: str) -> str:
        text = _composed(text).replace("’", "'")
        return text.lower() if self.lowercase else text
