"""Words and numbers as text: words come from files of strangers, and are never read as markup."""

from __future__ import annotations

import re

from embedviz.support import clip

_LONGEST = 400
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# places where Streamlit makes links of addresses and arrows of signs, escaped or not
_JOINED = re.compile(r"(www(?=\.)|:(?=//)|@(?=\S)|<(?=-)|-(?=[->]))")


def escape(text: str, longest: int = _LONGEST) -> str:
    r"""Escape a text for Streamlit's Markdown, so that it is shown sign for sign.

    >>> escape("$x$ :smile: <b>")
    '\\$x\\$ \\:smile\\: \\<b\\>'
    """
    joined = _JOINED.sub("\\1\u2060", clip(text, longest))  # a word joiner is not seen
    return _PUNCTUATION.sub(r"\\\1", joined)
