"""Links that name a net which is not on the server."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from embedviz.dashboard.widgets.markdown import escape

MISSING = "missing-choices"
"""Key of the messages by the key of their choice; a page forgets those of the page before."""


def name_missing(key: str, names: Collection[str]) -> str | None:
    """Say which model a link names that is not there; None if all are.

    Streamlit removes the name from the link once the choice is shown: keep the message.
    """
    requested = st.query_params.get(key)
    if not requested or requested in names:
        return None
    return f"The link names the model “{escape(requested, 60)}”, which this server does not have."


def warn_of_missing(key: str, names: Collection[str]) -> None:
    """Warn above a choice, until another one is made, if a link names a model that is not there."""
    said: dict[str, str] = st.session_state.setdefault(MISSING, {})
    if message := name_missing(key, names):
        said[key] = message
    if key in said:
        there = ", ".join(escape(name, 60) for name in names)
        st.warning(f"{said[key]} Available: {there}.")


def forget_missing(key: str) -> None:
    """Forget the message of a choice."""
    st.session_state.get(MISSING, {}).pop(key, None)
