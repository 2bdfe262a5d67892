"""The tree of a decoder: its path, the beam, and other words to go on from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component.svg_picture import show_svg
from embedviz.dashboard.sequences.tree_layout import lay_out
from embedviz.dashboard.sequences.tree_picture import render_tree
from embedviz.dashboard.state.written_texts import Writer
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import NOTICES, guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.support import clip, counted, palette, signed

if TYPE_CHECKING:
    from embedviz.sequences import DecodedText, Search, WritingTree

PREFIX_LENGTH = 400
"""Maximum number of characters of a prefix."""

_MAP = "write-tree"


@dataclass(frozen=True)
class SearchChoice:
    """How texts are searched: the beam, and the words listed at each step."""

    how: Search
    n_choices: int


def choose_search() -> SearchChoice:
    """Show the settings of the search in a popover."""
    from embedviz.sequences import Search

    with st.popover("Search"):
        beam = st.slider(
            "Beam",
            1,
            8,
            5,
            key="write-beam",
            help="Texts that are continued at each step. 1 is the likeliest word each time.",
            bind="query-params",
            persist_state="session",
        )
        alpha = st.slider(
            "Length normalisation α",
            0.0,
            1.5,
            0.7,
            0.1,
            key="write-alpha",
            help="Texts of the beam are ranked by log p / length^α. 0 compares log p, which "
            "favours short texts.",
            bind="query-params",
            persist_state="session",
        )
        n_choices = st.slider(
            "Words listed at each step",
            1,
            8,
            4,
            key="write-choices",
            bind="query-params",
            persist_state="session",
        )
    return SearchChoice(Search(beam=beam, n_best=beam, alpha=round(alpha, 1)), n_choices)


def choose_prefix(key: str) -> str:
    """Show the field for the begin of the text, and the way back to the greedy path."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        prefix = st.text_input(
            "The text begins with",
            key=key,
            max_chars=PREFIX_LENGTH,
            placeholder="nothing: the likeliest word at each step",
            help="Type words, or click a word of the tree: the model has to go on from there. "
            "Part of the link.",
            bind="query-params",
            persist_state="session",
        )
        st.button(
            "Back to the greedy path",
            key="write-back",
            disabled=not prefix,
            on_click=guarded(_clear),
            args=(key,),
        )
    return prefix or ""


def _clear(key: str) -> None:
    st.session_state[key] = ""


def show_tree(writer: Writer, tree: WritingTree, prefix_key: str) -> None:
    """Show the tree, what the prefix costs, and the texts as a table."""
    model = writer.model.open()
    colours = palette.DARK if st.context.theme.type == "dark" else palette.LIGHT
    named = _name_texts(tree)
    log_p = {name: text.log_probability for name, text in named.items()}
    picture = render_tree(lay_out(tree), log_p, model.tokenizer.join, colours)

    def take() -> None:
        picked = st.session_state[_MAP].get("picked")
        if not isinstance(picked, str):
            return
        if len(picked) > PREFIX_LENGTH:
            st.session_state[NOTICES] = [
                f"This begin has {len(picked):,} characters, more than the {PREFIX_LENGTH} of its "
                "field: click an earlier word."
            ]
            return
        st.session_state[prefix_key] = picked

    st.markdown(_say_cost(tree))
    show_svg(
        _MAP,
        picture,
        description=f"Tree of “{tree.path.text}”, {counted(len(tree.beam), 'text')} of the beam "
        "above it and other words below it",
        on_pick=guarded(take),
    )
    st.caption(
        "Filled: the likeliest word at each step, with its probability; inverted: words that you "
        "chose. Dashed: the best text of the beam; thin: its other texts; dotted: the greedy text, "
        "once you left it. Below: words that could stand there instead. Click a word to go on from "
        "it. Probabilities are over all words, so that the end of a text is one of them."
        + (f" The text was cut after {len(tree.path.words)} words." if tree.path.is_cut else "")
    )
    show_texts(tree, writer.write_untrained(), key="write-texts")


def _name_texts(tree: WritingTree) -> dict[str, DecodedText]:
    path = {"yours": tree.path} if tree.n_forced else {}
    beam = {f"beam {number}": text for number, text in enumerate(tree.beam, 1)}
    return {"greedy": tree.greedy, **path, **beam}


def _say_cost(tree: WritingTree) -> str:
    """Say what was written, and what the prefix costs."""
    greedy = tree.greedy
    said = f"Greedy: “**{escape(greedy.text)}**”, log p {signed(greedy.log_probability)}."
    if not tree.n_forced:
        best = tree.beam[0] if tree.beam else greedy
        if best.words == greedy.words:
            return f"{said} The best text of the beam is the same."
        return (
            f"{said} Best of the beam: “**{escape(best.text)}**”, "
            f"log p {signed(best.log_probability)}."
        )
    cost = tree.cost_of_prefix
    factor = math.exp(min(abs(cost), 100))
    verb = "costs" if cost >= 0 else "gains"
    times = f"{factor:,.0f}" if factor >= 10 else f"{factor:.1f}"
    change = "less" if cost >= 0 else "more"
    return (
        f"Yours: “**{escape(tree.path.text)}**”, log p {signed(tree.path.log_probability)}. "
        f"{said} The branch {verb} **{abs(cost):.2f} nats**: {times} times {change} probable."
    )


def show_texts(tree: WritingTree, untrained: DecodedText, *, key: str) -> None:
    """List the texts with their log p, beside what the model wrote before training."""
    named = {**_name_texts(tree), "before training": untrained}
    best = tree.greedy.log_probability
    table = pa.table(
        {
            "which": list(named),
            "text": [
                f"{clip(text.text)} …" if text.is_cut else clip(text.text)
                for text in named.values()
            ],
            "log_p": [round(text.log_probability, 3) for text in named.values()],
            "per_token": [
                round(text.log_probability / len(text.log_probabilities), 3)
                for text in named.values()
            ],
            "beside_greedy": [
                None if name == "before training" else round(text.log_probability - best, 3)
                for name, text in named.items()
            ],
        }
    )
    columns = {
        "which": st.column_config.TextColumn("Text", width="small"),
        "text": st.column_config.TextColumn("Words", width="large"),
        "log_p": st.column_config.NumberColumn(
            "log p", format="%.2f", help="In nats, of the words and the end, by its own model."
        ),
        "per_token": st.column_config.NumberColumn("per token", format="%.2f"),
        "beside_greedy": st.column_config.NumberColumn(
            "beside greedy", format="%+.2f", help="log p less that of the greedy text."
        ),
    }
    st.dataframe(table, key=key, column_config=columns, hide_index=True, placeholder="–")
    show_csv_download("Download (CSV)", table, "embedviz-texts.csv", key=f"download-{key}")
