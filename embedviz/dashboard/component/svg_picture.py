"""An SVG that a page draws: it scrolls sideways, its parts can be pointed at and picked.

Parts with ``data-row`` light up together with those of the same row; a click on a part with
``data-pick``, or Enter on it, sends that text. Words in the markup must be escaped, see `escape`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from embedviz.export import bundle
from embedviz.support import clip

_HERE = Path(__file__).parent
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_component = st.components.v2.component(
    "embedviz_svg_picture",
    html='<div class="svg-picture" tabindex="0" role="group"></div>',
    css=(_HERE / "svg_picture.css").read_text(encoding="utf-8"),
    js=bundle("svg_picture"),
)


def show_svg(
    key: str, svg: str, *, description: str, on_pick: Callable[[], None] = lambda: None
) -> None:
    """Show it; a pick sets ``st.session_state[key]["picked"]`` to its text for one rerun.

    The text comes from the browser and is untrusted.
    """
    _component(
        key=key, data={"svg": svg, "description": clip(description)}, on_picked_change=on_pick
    )


def escape(text: str) -> str:
    """Escape a text for an attribute or the content of an SVG; what XML cannot hold is replaced.

    >>> escape("a<b")
    'a&lt;b'
    """
    return html.escape(_NOT_XML.sub("\ufffd", text))
