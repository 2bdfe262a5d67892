"""Query parameters of a link other than widget values, which Streamlit stores itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from embedviz.support import parse_json

_BLANK, _SELECTED = "blank", "selected"
_MAX_LENGTH = 4_000  # characters


def is_set(key: str) -> bool:
    """Whether the session or the link has a value for a text field, possibly a blank one."""
    given = key in st.session_state or key in st.query_params
    return given or st.query_params.get(_BLANK) == key


def store_blank(key: str, text: str) -> None:
    """Store in the link that a field is blank; otherwise its page starts with an example."""
    if not text:
        _set_parameter(_BLANK, key)
    elif st.query_params.get(_BLANK) == key:
        _set_parameter(_BLANK, "")


def read_selection() -> list[str]:
    """Return the selected words in the link, which is untrusted."""
    try:
        words = parse_json(st.query_params.get(_SELECTED, "")[:_MAX_LENGTH])
    except ValueError:
        return []
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []


def store_selection(words: Sequence[str]) -> None:
    """Store the selected words in the link, unless they are too long for it."""
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":")) if words else ""
    _set_parameter(_SELECTED, text if len(text) <= _MAX_LENGTH else "")


def _set_parameter(name: str, value: str) -> None:
    if value == st.query_params.get(name, ""):
        return  # every change sends a message to the browser
    if value:
        st.query_params[name] = value
    else:
        del st.query_params[name]
