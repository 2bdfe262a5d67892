"""Query parameters of a link other than widget values, which Streamlit stores itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from embedviz.support import parse_json

_SELECTED = "selected"
_MAX_LENGTH = 4_000  # characters


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
