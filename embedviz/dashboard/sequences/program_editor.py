"""The program that a net is to execute: examples, new ones, and an editor."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import streamlit as st

from embedviz.corpora import EXAMPLE_PROGRAMS, draw_program
from embedviz.dashboard.widgets.error_boundary import guarded

PROGRAM = "execute"
_DRAWN = "execute-drawn"
_LENGTH, _NESTING = "execute-length", "execute-nesting"
_MOST_CHARACTERS = 1_000
GREATEST = 8, 6
"""Digits and operations of new programs, at most; as `ProgramConfig` allows."""

_EXAMPLES = {"lecture-loop": "Lecture: a loop", "lecture-if": "Lecture: a condition"}
_CODE = f"""<style>
.st-key-{PROGRAM} textarea {{ font-family: "Source Code Pro", monospace; font-size: 14px }}
</style>"""
_DEFAULT = EXAMPLE_PROGRAMS["lecture-loop"]


@dataclass(frozen=True)
class Dial:
    """The length and nesting that are chosen for new programs."""

    length: int
    nesting: int


def show_editor() -> tuple[str, Dial]:
    """Show the program and the dial; return them."""
    st.html(_CODE)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        dial = _show_dial()
    with left:
        text = st.text_area(
            "Program",
            key=PROGRAM,
            height=188,
            placeholder=_DEFAULT,
            max_chars=_MOST_CHARACTERS,
            help="Assignments, sums, differences, products with a number up to 99, "
            "`… if a<b else …`, loops of up to 20 passes with one line `a+=…`, and `print` at the "
            "end; values of at most eight digits. The program is part of the link.",
            bind="query-params",
            persist_state="session",
        )
        with st.container(horizontal=True, gap="small"):
            for name, label in _EXAMPLES.items():
                st.button(
                    label,
                    key=f"execute-{name}",
                    on_click=guarded(_fill_in),
                    args=(EXAMPLE_PROGRAMS[name],),
                )
    return (text or "").strip() or _DEFAULT, dial


def _show_dial() -> Dial:
    with st.container(border=True):
        length, nesting = (
            st.slider(
                label,
                1,
                most,
                value=value,
                key=key,
                help=text,
                bind="query-params",
                persist_state="session",
            )
            for label, most, value, key, text in (
                ("Digits", GREATEST[0], 4, _LENGTH, "Of most numbers of a new program."),
                ("Operations", GREATEST[1], 3, _NESTING, "In a new program."),
            )
        )
        dial = Dial(int(length), int(nesting))
        st.button(
            "New program",
            key="execute-new",
            on_click=guarded(_draw),
            args=(dial,),
            help="One that no model was trained on: one program in ten is kept from training.",
        )
    return dial


def _draw(dial: Dial) -> None:
    """Fill in the next program of this difficulty."""
    number = st.session_state.get(_DRAWN, 0) + 1
    st.session_state[_DRAWN] = number
    rng = Random(f"new {number} {dial.length} {dial.nesting}")  # a text as seed
    program, _ = draw_program(rng, dial.length, dial.nesting, held_out=True)
    _fill_in(program.text)


def _fill_in(text: str) -> None:
    st.session_state[PROGRAM] = text
