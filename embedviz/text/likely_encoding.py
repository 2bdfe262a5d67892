"""The likely encoding of text that is not UTF-8, for messages."""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

# of equally good ones the first is named
_CANDIDATES = {
    "cp1252": "Western European",
    "cp1250": "Central European",
    "cp1255": "Hebrew",
    "cp1251": "Cyrillic",
    "koi8_r": "Cyrillic",
    "cp1253": "Greek",
    "cp1256": "Arabic",
    "cp874": "Thai",
    "gb18030": "Chinese",
    "big5": "Chinese",
    "shift_jis": "Japanese",
    "euc_jp": "Japanese",
    "euc_kr": "Korean",
}
_SAMPLE = 1 << 16
_FEWEST_HIGH = 4  # fewer may be valid UTF-8 by chance
_SCRIPTS = {
    "Western European": r"\p{Latin}",
    "Central European": r"\p{Latin}",
    "Cyrillic": r"\p{Cyrillic}",
    "Greek": r"\p{Greek}",
    "Hebrew": r"\p{Hebrew}",
    "Arabic": r"\p{Arabic}",
    "Thai": r"\p{Thai}",
    "Chinese": r"\p{Han}",
    "Japanese": r"\p{Han}\p{Hiragana}\p{Katakana}ー",
    "Korean": r"\p{Hangul}",
}
_HIGH_WORDS = r"[\p{L}\p{M}]*[^\x00-\x7f][^\x00-\x7f\s]*[\p{L}\p{M}]*"
_RARE = r"[㐀-䶿\ue000-\uf8ff\uff61-\uff9f\p{C}]|(?<=\p{Ll})\p{Lu}"
_QUOTES = "[’‘“”„‚–—…«»°€¿¡。，、！？：；「」（）]"
_KANA, _COMMON_HAN = "[ぁ-ヿ]", "[的一是不了在人有我他這这中大来來上国國]"


@cache
def _pattern(text: str) -> regex.Pattern[str]:
    import regex  # takes long, and few texts have another encoding

    return regex.compile(text, flags=regex.V1)


def name_wide_encoding(data: bytes) -> str:
    """Return the encoding of text with 16 or 32 bits a character; empty if it has others.

    >>> name_wide_encoding("wide".encode("utf-16-le")), name_wide_encoding(b"narrow")
    ('utf-16-le', '')
    """
    for mark, name in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if not even + odd:
        return ""
    names = ("utf-16-le", "utf-16-be") if odd > even else ("utf-16-be", "utf-16-le")
    if even and odd:
        names = ("utf-32-le", "utf-32-be")
    for name in names:
        try:
            text = sample[: len(sample) // 4 * 4].decode(name)
        except UnicodeDecodeError:
            continue
        if not any(sign < "\t" or unicodedata.category(sign) == "Cn" for sign in text):
            return name
    return ""


def name_contradiction(data: bytes, encoding: str) -> str:
    """Return the encoding of a text's beginning if it cannot be the given one; empty if it can.

    >>> name_contradiction("grüßt die Bäckerin schön".encode(), "cp1252")
    'utf-8'
    >>> name_contradiction("wide".encode("utf-16-le"), "utf-16-be")
    'utf-16-le'
    """
    if wide := name_wide_encoding(data):
        return "" if encoding.startswith(wide) else wide
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)  # may end inside a character
    except UnicodeDecodeError:
        return ""
    if encoding.startswith(("utf-16", "utf-32")):
        return "utf-8" if text and "\x00" not in text else ""
    n_high = sum(sign > "\x7f" for sign in text)
    return "utf-8" if n_high >= _FEWEST_HIGH or text.startswith("\ufeff") else ""


def name_likely_encoding(data: bytes) -> str:
    """Return the likely encoding of text that is neither UTF-8 nor wide; empty if none fits.

    Words with letters beyond ASCII should be of one script, without signs, capitals or rare
    letters inside; Latin words have more ASCII letters than others.

    >>> name_likely_encoding("Tür und Köln".encode("latin-1"))
    'cp1252 (Western European)'
    >>> name_likely_encoding("Привет, мир".encode("koi8_r"))
    'koi8_r (Cyrillic)'
    """
    sample = data[:_SAMPLE]
    sample = sample[: max(sample.rfind(b" "), sample.rfind(b"\n")) + 1] or sample
    scores = {name: _score(sample, name) for name in _CANDIDATES}
    best = max(scores, key=scores.__getitem__)
    return f"{best} ({_CANDIDATES[best]})" if scores[best] > 0.5 else ""


def _score(sample: bytes, name: str) -> float:
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return 0
    language = _CANDIDATES[name]
    words = _pattern(_HIGH_WORDS).findall(text)
    high = sum(sign > "\x7f" for word in words for sign in word)
    if not high:
        return 0
    script = _SCRIPTS[language]
    joined = " ".join(words)
    own = rf"[[{script}]--\p{{M}}--[\x00-\x7f]]"
    n_fitting: float = len(_pattern(own).findall(joined))
    n_fitting += 0.9 * min(n_fitting, len(_pattern(r"\p{M}").findall(joined)))  # not marks alone
    n_other = len(_pattern(rf"[\p{{L}}--[{script}]]").findall(joined))
    n_marks = len(_pattern(_QUOTES).findall(joined))
    n_letters = sum(sign.isalpha() for sign in joined)
    score: float = (
        n_fitting + 0.9 * n_marks - n_other - len(_pattern(_RARE).findall(joined))
    ) / high
    if r"\p{Latin}" in script and n_fitting > 0.6 * n_letters:
        score -= 0.5
    if language == "Japanese":
        score += 0.2 * bool(_pattern(_KANA).search(joined)) - 0.1
    if language == "Chinese":
        score += min(0.2, len(_pattern(_COMMON_HAN).findall(joined)) / high) - 0.1
    return score
