"""Escaping for HTML, Markdown and scripts: words come from untrusted files."""

from __future__ import annotations

import json
import re
from html import escape

from embedviz.support import clip

_LONGEST = 5_000
LONGEST_CELL = 400
"""Maximum number of characters shown in a table cell."""

# markup characters, and those by which GitHub links an address
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~$&]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"^(\d*)(?=[-+=.)])")


def encodable(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode."""
    return text.encode(errors="replace").decode()


def html_text(text: str, longest: int = _LONGEST) -> str:
    """Escape a text for HTML, on one line and truncated.

    >>> html_text("<b>")
    '&lt;b&gt;'
    """
    return escape(encodable(clip(text, longest)))


def isolated(text: str, longest: int = _LONGEST) -> str:
    """Escape a text for HTML, with its writing direction isolated.

    >>> isolated("<b>")
    '<bdi>&lt;b&gt;</bdi>'
    """
    return f"<bdi>{html_text(text, longest)}</bdi>"


def markdown_text(text: str, longest: int = _LONGEST) -> str:
    r"""Escape a text within a Markdown line.

    >>> print(markdown_text("*a* | <b>"))
    \*a\* \| \<b\>
    """
    return _MARKDOWN.sub(r"\\\g<0>", encodable(clip(text, longest)))


def markdown_paragraph(text: str) -> str:
    r"""Escape a text as a Markdown paragraph, which begins no list or heading.

    >>> print(markdown_paragraph("1. a"), markdown_paragraph("---"))
    1\. a \---
    """
    return _BLOCK.sub(r"\1\\", markdown_text(text.strip()))


def json_text(content: object) -> str:
    """Return JSON for a file: indented, not escaped to ASCII."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return encodable(text) + "\n"


def script_json(content: object) -> str:
    r"""Return JSON for a script element, which cannot end or open one.

    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    packed = json.dumps(content, separators=(",", ":"), allow_nan=False)  # all in ASCII
    for sign in "<>&":
        packed = packed.replace(sign, f"\\u{ord(sign):04x}")
    return packed
