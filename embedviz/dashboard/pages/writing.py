"""The page Write: how a decoder writes a text."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from embedviz.corpora import EXAMPLE_PROGRAMS
from embedviz.dashboard.sequences.attention_view import show_attention
from embedviz.dashboard.sequences.candidate_scores import (
    Candidate,
    read_candidates,
    show_scores,
)
from embedviz.dashboard.sequences.decoder_tree import (
    SearchChoice,
    choose_prefix,
    choose_search,
    show_tree,
)
from embedviz.dashboard.state.sequence_models import DESCRIBES, EXECUTES, TRANSLATES
from embedviz.dashboard.state.written_texts import WRITES, Writer
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.part_choice import choose_part
from embedviz.dashboard.widgets.read_words import say_cut
from embedviz.dashboard.widgets.sequence_model_choice import choose_sequence_model, is_torch_missing

_MODEL, _PART = "writer", "write-part"
_TREE, _ATTENTION, _SCORES = "Tree", "Attention", "Scores"
_MAX_LENGTH = 1_000
_BEGIN = "-begin"  # added to the key of a source


@dataclass(frozen=True)
class _Source:
    """The field for a source: its key, what it is called, and examples."""

    key: str
    label: str
    example: str
    other: str
    help: str


_SOURCES = {
    TRANSLATES: _Source(
        "write-text",
        "Text to translate",
        "i am very tired today",
        "where is my book ?",
        "A phrase or a sentence in the language that the model reads.",
    ),
    DESCRIBES: _Source(
        "write-point",
        "Point to describe",
        "king - man + woman",
        "river",
        "A word, or a formula over the words' vectors.",
    ),
    EXECUTES: _Source(
        "write-program",
        "Program to execute",
        "print((12+34))",
        EXAMPLE_PROGRAMS["lecture-if"],
        "A small Python program: assignments, sums, if, for, and print at the end.",
    ),
}


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    writer, field = _show_source()
    prefix_key = f"{field.key}{_BEGIN}"
    left, right = st.columns([5, 1], gap="medium", vertical_alignment="bottom")
    with left:
        prefix = choose_prefix(prefix_key)
    with right:
        search = choose_search()
    part = choose_part(_PART, [_TREE, _ATTENTION, _SCORES])
    run_safely(lambda: _show_part(part, writer, field, search, prefix))


def _show_source() -> tuple[Writer, _Source]:
    """Show the choice of a model and its source."""
    left, right = st.columns([1, 3], gap="medium")
    with left:
        model = choose_sequence_model(_MODEL, WRITES, "Model")
    field = _SOURCES[model.task]
    with right:
        source = _show_field(model.task, field.key, field.label, field.example, field.help)
        if model.task != DESCRIBES:  # whose source is a formula
            say_cut(model, [source])
    return Writer(model, source), field


def _show_field(task: str, key: str, label: str, example: str, help_: str) -> str:
    """Show a field for a source, of several lines for programs; return its text or the example."""
    if task == EXECUTES:
        typed = st.text_area(
            label,
            key=key,
            height=100,
            max_chars=_MAX_LENGTH,
            placeholder=example,
            help=help_,
            on_change=guarded(_forget_prefix),
            args=(key,),
            bind="query-params",
            persist_state="session",
        )
    else:
        typed = st.text_input(
            label,
            key=key,
            max_chars=_MAX_LENGTH,
            placeholder=example,
            help=help_,
            on_change=guarded(_forget_prefix),
            args=(key,),
            bind="query-params",
            persist_state="session",
        )
    return (typed or "").strip() or example


def _forget_prefix(key: str) -> None:
    """Forget how a text had to begin: another source has another text."""
    if f"{key}{_BEGIN}" in st.session_state:
        st.session_state[f"{key}{_BEGIN}"] = ""


def _show_part(
    part: str, writer: Writer, field: _Source, search: SearchChoice, prefix: str
) -> None:
    if part == _SCORES:
        _show_scores(writer, field, search, prefix)
        return
    tree = writer.write(search.how, prefix, search.n_choices)
    if part == _ATTENTION:
        show_attention(writer, tree)
    else:
        show_tree(writer, tree, f"{field.key}{_BEGIN}")


def _show_scores(writer: Writer, field: _Source, search: SearchChoice, prefix: str) -> None:
    """Show the fields for own candidates and another source, and the scores."""
    left, right = st.columns(2, gap="medium")
    with left:
        typed = st.text_area(
            "Your own candidates, one per line",
            key=f"{field.key}-own",
            max_chars=_MAX_LENGTH,
            height=100,
            bind="query-params",
            persist_state="session",
        )
    with right:
        other = _show_field(
            writer.model.task,
            f"{field.key}-other",
            "Another source, a control",
            field.other,
            "The same texts are scored for this source too.",
        )
    tree = writer.write(search.how, prefix, search.n_choices)
    named = [
        Candidate("greedy", tree.greedy.text),
        Candidate("greedy after your begin", tree.path.text),
        *(Candidate(f"beam {number}", text.text) for number, text in enumerate(tree.beam, 1)),
        *(Candidate("yours", text) for text in read_candidates(typed or "")),
    ]
    show_scores(writer, other, named, key="write-scores")
