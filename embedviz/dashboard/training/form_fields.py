"""Fields that every form of the Train page has: the name, numbers, and the button."""

from __future__ import annotations

import re
from collections.abc import Collection

import streamlit as st

from embedviz.settings import setting

_NUMBER = 100  # width of a field in pixels; fields wrap to the next line if necessary
_NAME, _CLEAR_NAME = "train-name", "train-forget-name"


def show_name(suggested: str) -> str:
    """Show the field for the name of the run; return it, or the suggestion."""
    if st.session_state.pop(_CLEAR_NAME, False):
        st.session_state[_NAME] = ""
    name = st.text_input(
        "Name",
        key=_NAME,
        placeholder=suggested,
        help="Name of the model: up to 40 letters a to z, digits, dots, dashes and underscores.",
        persist_state="session",
    )
    return name.strip() or suggested


def clear_name() -> None:
    """Clear the name at the next rerun of the page, because a run now uses it."""
    st.session_state[_CLEAR_NAME] = True


def show_number(config: type, name: str, value: int, *, key: str, step: int = 1) -> int:
    """Show a field for a setting; its range is checked when the form is submitted."""
    declared = setting(config, name)
    return st.number_input(
        declared.label,
        value=value,
        step=step,
        key=key,
        width=_NUMBER,
        help=declared.meaning + (f" A number {declared.range}." if declared.kind is int else ""),
        persist_state="session",
    )


def show_choice(config: type, name: str, default: str, *, key: str) -> str:
    """Show the choices of a setting."""
    declared = setting(config, name)
    choices = list(declared.choices)
    return st.selectbox(
        declared.label,
        choices,
        index=choices.index(default),
        format_func=declared.choices.__getitem__,
        key=key,
        help=declared.meaning,
        persist_state="session",
    )


def show_start(*, is_busy: bool, is_ready: bool = True) -> bool:
    """Show the button that starts a run; return whether it was pressed."""
    return st.button(
        "Add to the queue" if is_busy else "Start training",
        type="primary",
        key="train-start",
        disabled=not is_ready,
        help="One run at a time: it starts when those ahead of it have ended." if is_busy else None,
    )


def free_name(name: str, taken: Collection[str]) -> str:
    """Derive an unused name of a run from the name of a file.

    >>> free_name("My novel (2).txt", [])
    'My-novel-2'
    >>> free_name("...", ["model", "model-2"])
    'model-3'
    """
    stem = re.sub(r"\.(txt|text|md|tsv|csv|jsonl)$", "", name, flags=re.IGNORECASE)
    base = re.sub(r"[^A-Za-z0-9_]+", "-", stem)[:36].strip("-_") or "model"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(free for free in (base, *numbered) if free not in taken)
