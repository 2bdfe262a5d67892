"""The choice of a part of a page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def choose_part(key: str, parts: Sequence[str]) -> str:
    """Show the parts of a page, the first of them chosen, and return the chosen one.

    A part that the session or a link names but that is not there gives way to the first.
    """
    if st.session_state.get(key, parts[0]) not in parts:
        st.session_state.pop(key, None)
    part = st.segmented_control(
        "Part",
        parts,
        default=parts[0],
        required=True,
        key=key,
        label_visibility="collapsed",
        bind="query-params",
        persist_state="session",
    )
    return part or parts[0]
