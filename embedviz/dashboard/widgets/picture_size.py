"""The choice of a picture's size and background."""

from __future__ import annotations

import streamlit as st

_SIZES = {"page": "Page", "column": "Column", "slide": "Slide 16:9"}


def choose_picture_size(size_key: str, dark_key: str) -> tuple[str, bool]:
    """Show the choice; return the name of one of `plotting.FRAMES`, and whether it is dark."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        size = st.segmented_control(
            "Size",
            list(_SIZES),
            default="page",
            required=True,
            format_func=_SIZES.__getitem__,
            key=size_key,
            label_visibility="collapsed",
            persist_state="session",
        )
        dark = st.toggle("Dark background", key=dark_key, persist_state="session")
    return size or "page", dark
