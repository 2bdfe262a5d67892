"""Tokenization: the single definition of a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any

import numpy as np

from embedviz.settings import Setting, check, documented, own_settings, setting_error
from embedviz.text.word_characters import (
    MIDDLE,
    ZERO_WIDTH,
    character_table,
    join_acronyms,
    marks,
    tidy_joiners,
    unify_joiners,
)

_TEXT = "Text"

SENTENCE_END = "</s>"
"""The token that `sentence_ends` inserts at the end of a sentence."""

WORDS, WHITESPACE = "words", "whitespace"
_CLOSING, _OPENING = frozenset(",.;:!?)]}…"), frozenset("([{")  # attached to what stands beside
_ELIDED = frozenset("cdjlmnst")
_NOT_ELIDED = frozenset({"quelqu", "presqu"})  # of those that end in qu: quelqu'un, presqu'ile
_BEFORE: dict[str, Any] = {
    "elisions": False,
    "question_marks": False,
    "characters": False,
    "split": WORDS,
    "joiners": False,
}  # what embedviz 0.1.0 did, which does not know these settings
_OTHER_QUESTION_MARKS = str.maketrans("？؟", "??")


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
    split: Annotated[
        str,
        Setting(
            "What the words are, found in the text or given in it.",
            group=_TEXT,
            option="--tokens",
            choices={
                WORDS: "runs of letters and digits, by the other options",
                WHITESPACE: "what stands between white space, in texts with given tokens",
            },
        ),
    ] = WORDS
    joiners: Annotated[
        bool,
        Setting(
            "Keep words whole at joiners inside them (new_york, col·lecció, the non-joiner of "
            "Persian), as Unicode does (UAX 29), and leave out soft hyphens.",
            group=_TEXT,
        ),
    ] = True

    def __post_init__(self) -> None:
        """Check that all values are valid (a configuration file may be damaged)."""
        check(self)
        if self.split == WHITESPACE:
            self._refuse_options_of_words()
        if self.elisions and not self.apostrophes:
            raise setting_error(
                "{elisions} needs {apostrophes}: keep apostrophes, or do not split elisions.",
                Tokenizer,
            )

    def _refuse_options_of_words(self) -> None:
        for one in own_settings(Tokenizer):
            if one.kind is not bool or one.name in ("lowercase", "joiners"):
                continue
            if getattr(self, one.name) != one.default:
                raise setting_error(
                    f"{{split}}={WHITESPACE} keeps tokens as they are, so that "
                    f"{{{one.name}}}={getattr(self, one.name)} has no effect: omit one.",
                    Tokenizer,
                )

    def as_stored(self) -> dict[str, Any]:
        """Return the settings as files store them: `from_stored` reads them.

        Settings added since model version 1 are stored only if they are used, since programs that
        do not know them refuse the file.

        >>> Tokenizer(elisions=True).as_stored().keys() - Tokenizer().as_stored().keys()
        {'elisions'}
        """
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in _BEFORE or value != _BEFORE[name]
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Tokenizer:
        """Make the tokenizer of a file; a setting that it does not name is as before it existed.

        >>> Tokenizer.from_stored({}).joiners, Tokenizer().joiners
        (False, True)
        """
        return cls(**(_BEFORE | dict(stored)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Pattern of words and other characters; only for options that need it, as it is slower."""
        if self.joiners:
            letter = rf"(?:[^\W_{'' if self.digits else chr(92) + 'd'}]|[{marks(True)}])"
            run = rf"(?:{letter}(?:\u200d|\u200c(?={letter}))?)+"
            signs = rf"(?:{chr(39) + '|' if self.apostrophes else ''}_+|(?<!\d)[{MIDDLE}](?!\d))"
            parts = [f"{run}(?:{signs}{run})*"]
            other = rf"[^\w\s{ZERO_WIDTH}]"
        else:
            letter = rf"[\w{marks(False)}]" if self.digits else rf"(?:[^\W\d]|[{marks(False)}])"
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
        if self.split == WHITESPACE:
            return self._normal(text).split()
        if not (self.punctuation or self.sentence_ends):
            return self._words(text)
        text = self._normal(text)
        if not self.joiners:
            text = text.replace("_", " ")
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
        if self.joiners:
            text = join_acronyms(text)
        table = character_table(
            self.lowercase, self.digits, self.apostrophes, self.question_marks, self.joiners
        )
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        text = table[codes].tobytes().decode("utf-32-le", "surrogatepass")
        if self.question_marks and "?" in text:
            text = re.sub(r"\?+", " ? ", text)
        if self.joiners:
            text = tidy_joiners(text)
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
        text = _composed(text)
        if self.lowercase:
            text = text.lower()
        if self.split == WHITESPACE or self.characters:
            return text
        return unify_joiners(text) if self.joiners else text.replace("’", "'")
