"""Files that are no plain text of words: JSON, markup, and text without spaces."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from itertools import islice

from embedviz.errors import InputError
from embedviz.support import clip, parse_json

logger = logging.getLogger(__name__)

_SEEN = 1 << 16  # characters
_JSON_LIST = re.compile(r'\s*\[\s*\{\s*"')
_CLOSING_TAG = re.compile(r"</(?!s>)[A-Za-z][\w:.-]{0,40}\s*>")
_FEW_TAGS = 3
_CHECKED_WORDS = 20_000
_FEW_WORDS = 20
_ENOUGH, _MOST = 0.1, 0.5  # shares of the characters in words without spaces
# by ranges of code points, as the package regex takes long to import
_CHINESE = re.compile(
    "[\u2e80-\u2fdf々〇\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)
_THAI = re.compile(
    "[\u0e01-\u0edf\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f]"
)
# of segmented texts, words have on average about 1.7 and 4 characters
_LONG_CHINESE, _LONG_THAI = 3.5, 10.0


def refuse_json(name: str, text: str) -> None:
    """Raise `InputError` if a text begins as JSON does: its fields' names are no words."""
    if _JSON_LIST.match(text):
        message = f"{name} is a JSON list of objects: "
        raise InputError(
            f"{message}give its texts as plain text.",
            in_options=f"{message}write one object a line (JSON lines), and name the field with "
            "the text by --field.",
        )
    lines = [line for line in islice(text.split("\n", 4), 3) if line.strip()]
    records = [_object(line) for line in lines]
    if records and all(records):
        names = ", ".join(clip(one, 30) for one in list(records[0])[:8])
        message = f"{name} consists of JSON lines with the fields {names}: "
        raise InputError(
            f"{message}give the texts as plain text.",
            in_options=f"{message}name the field with the text, such as --field "
            f"{clip(_longest_field(records[0]), 30)}.",
        )


def _object(line: str) -> dict[str, object]:
    """Return the JSON object in a line; empty if there is none."""
    if not line.lstrip().startswith("{"):
        return {}
    try:
        record = parse_json(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _longest_field(record: dict[str, object]) -> str:
    return max(record, key=lambda name: len(found) if isinstance(found := record[name], str) else 0)


def warn_of_markup(name: str, text: str) -> None:
    """Warn if a text is HTML or XML: the names of tags would be words."""
    found = _CLOSING_TAG.findall(text[:_SEEN])
    if len(found) >= _FEW_TAGS:
        logger.warning(
            "%s looks like HTML or XML (%d closing tags such as %s in its first %d characters): "
            "names of tags, attributes and entities count as words; take the text out of the "
            "markup before",
            name,
            len(found),
            clip(found[0], 30),
            min(len(text), _SEEN),
        )


def check_segmented(words: Sequence[str], *, given: bool) -> None:
    """Refuse a text whose words are mostly not separated, or warn if some are.

    Parameters
    ----------
    words : sequence of str
        Its first words.
    given : bool
        Whether the user says that tokens are separated by white space: then it only warns.

    Raises
    ------
    InputError
        If more than half of the characters are in such words.
    """
    words = words[:_CHECKED_WORDS]
    n_all = sum(map(len, words))
    for signs, long, remedy in (
        (_CHINESE, _LONG_CHINESE, "jieba for Chinese, or SudachiPy or fugashi for Japanese"),
        (_THAI, _LONG_THAI, "PyThaiNLP for Thai, or ICU for Khmer, Lao and Burmese"),
    ):
        found = [word for word in words if not word.isascii() and signs.search(word)]
        n_in = sum(map(len, found))
        if len(found) < _FEW_WORDS or n_in < long * len(found) or n_in < _ENOUGH * n_all:
            continue
        message = (
            f"The text has no spaces between words ({clip(max(found, key=len), 20)} would be one; "
            f"{n_in / len(found):.0f} characters on average): segment it first, with {remedy}, "
            "and put spaces between the words; or train on characters with --characters."
        )
        if n_in > _MOST * n_all and not given:
            raise InputError(message)
        logger.warning("%s", message)
