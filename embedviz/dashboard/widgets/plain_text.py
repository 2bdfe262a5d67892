"""Words and numbers as text: words come from files of strangers, and are never read as markup."""

from __future__ import annotations

import re

from embedviz.support import arrow_name, clip, p_value, percent, signed

__all__ = ["arrow_name", "clip", "p_value", "percent", "plain", "signed"]

_LONGEST = 400
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# places where Streamlit makes links of addresses and arrows of signs, escaped or not
_JOINED = re.compile(r"(www(?=\.)|:(?=//)|@(?=\S)|<(?=-)|-(?=[->]))")


def plain(text: str, longest: int = _LONGEST) -> str:
    r"""Escape a text for Streamlit's Markdown, so that it is shown sign for sign.

    >>> plain("$x$ :smile: <b>")
    '\\$x\\$ \\:smile\\: \\<b\\>'
    """
    joined = _JOINED.sub("\\1\u2060", clip(text, longest))  # a word joiner is not seen
    return _PUNCTUATION.sub(r"\\\1", joined)
