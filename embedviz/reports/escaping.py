"""Escaping for HTML, Markdown and scripts: words come from strangers' files, never as markup."""

from __future__ import annotations

import json
import re
from html import escape

from embedviz.support import clip

_LONGEST = 5_000
LONGEST_CELL = 400
"""Letters of a table's cell that are shown."""

# besides the signs of markup, what makes GitHub turn an address into a link
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~$&]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"^(\d*)(?=[-+=.)])")


def encodable(text: str) -> str:
    """Replace lone surrogates, which no file in UTF-8 can hold."""
    return text.encode(errors="replace").decode()


def html_text(text: str, longest: int = _LONGEST) -> str:
    """Escape a text for HTML, on one line and cut to a length.

    >>> html_text("<b>")
    '&lt;b&gt;'
    """
    return escape(encodable(clip(text, longest)))


def isolated(text: str, longest: int = _LONGEST) -> str:
    """Escape a text for HTML and keep its direction of writing from what stands beside it.

    >>> isolated("<b>")
    '<bdi>&lt;b&gt;</bdi>'
    """
    return f"<bdi>{html_text(text, longest)}</bdi>"


def markdown_text(text: str, longest: int = _LONGEST) -> str:
    r"""Escape a text for the inside of a Markdown line.

    >>> print(markdown_text("*a* | <b>"))
    \*a\* \| \<b\>
    """
    return _MARKDOWN.sub(r"\\\g<0>", encodable(clip(text, longest)))


def markdown_paragraph(text: str) -> str:
    r"""Escape a text for a Markdown line of its own, which begins no list and underlines nothing.

    >>> print(markdown_paragraph("1. a"), markdown_paragraph("---"))
    1\. a \---
    """
    return _BLOCK.sub(r"\1\\", markdown_text(text.strip()))


def json_text(content: object) -> str:
    """Return JSON for a file: indented, every letter as it is."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return encodable(text) + "\n"


def script_json(content: object) -> str:
    r"""Return JSON for a script element: no sign in it ends or opens one.

    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    packed = json.dumps(content, separators=(",", ":"), allow_nan=False)  # all in ASCII
    for sign in "<>&":
        packed = packed.replace(sign, f"\\u{ord(sign):04x}")
    return packed
