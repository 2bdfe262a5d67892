"""Escaping of text in Streamlit's Markdown: words come from untrusted files."""

from __future__ import annotations

import re

from embedviz.support import clip

_MAX_LENGTH = 400
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# sequences that Streamlit turns into links or arrows even if they are escaped
_JOINED = re.compile(r"(www(?=\.)|:(?=//)|@(?=\S)|<(?=-)|-(?=[->]))")


def escape(text: str, longest: int = _MAX_LENGTH) -> str:
    r"""Escape a text for Streamlit's Markdown, so that it is shown verbatim.

    >>> escape("$x$ :smile: <b>")
    '\\$x\\$ \\:smile\\: \\<b\\>'
    """
    joined = _JOINED.sub("\\1\u2060", clip(text, longest))  # a word joiner is invisible
    return _PUNCTUATION.sub(r"\\\1", joined)
