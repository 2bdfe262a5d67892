"""What a link must say beside the values of widgets, which Streamlit keeps in it by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

_BLANK, _SELECTED = "blank", "selected"
_LONGEST = 4_000


def is_set(key: str) -> bool:
    """Whether this session or its link says what a text field holds, if only that it is blank."""
    given = key in st.session_state or key in st.query_params
    return given or st.query_params.get(_BLANK) == key


def store_blank(key: str, text: str) -> None:
    """Keep in the link that a field is blank: without it, its page begins with an example."""
    if not text:
        _put(_BLANK, key)
    elif st.query_params.get(_BLANK) == key:
        _put(_BLANK, "")


def read_selection() -> list[str]:
    """Return the selected words that the link says; a link may say anything."""
    try:
        words = json.loads(st.query_params.get(_SELECTED, "")[:_LONGEST])
    except (ValueError, RecursionError):
        return []
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []


def store_selection(words: Sequence[str]) -> None:
    """Keep the selected words in the link, unless they are too long for one."""
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":")) if words else ""
    _put(_SELECTED, text if len(text) <= _LONGEST else "")


def _put(name: str, value: str) -> None:
    if value == st.query_params.get(name, ""):
        return  # each change is a message to the browser
    if value:
        st.query_params[name] = value
    else:
        del st.query_params[name]
