"""The translation of a phrase, and scores of a phrase with targets."""

from __future__ import annotations

from random import Random
from urllib.parse import urlencode

import streamlit as st

from embedviz.dashboard.sequences.candidate_scores import Candidate, read_candidates, show_scores
from embedviz.dashboard.sequences.decoder_tree import show_texts
from embedviz.dashboard.state.sequence_models import TRANSLATES, ServerSequenceModel
from embedviz.dashboard.state.written_texts import Writer
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.read_words import say_cut
from embedviz.support import signed

OTHER = "where is my book ?"
_BEAM, _ALPHA = 5, 0.7
_MAX_LENGTH = 1_000


def show_translation(model: ServerSequenceModel, phrase: str) -> None:
    """Show what a model writes for a phrase, and the scores of targets."""
    if model.task != TRANSLATES:
        st.info(
            f"The model {model.name} finds words and writes no texts: choose a model that "
            "translates."
        )
        return
    from embedviz.sequences import Search

    writer = Writer(model, phrase)
    tree = writer.write(Search(beam=_BEAM, n_best=_BEAM, alpha=_ALPHA))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(
            f"“{escape(phrase, 80)}” → “**{escape(tree.greedy.text)}**”, "
            f"log p {signed(tree.greedy.log_probability)}",
            width="content",
        )
        query = urlencode({"writer": model.name, "write-text": phrase})
        st.link_button("Every step on the page Write", f"write?{query}")
    say_cut(model, [phrase])
    show_texts(tree, writer.write_untrained(), key="phrase-texts")
    st.markdown("**Score of two phrases**: how likely is a target, and because of the source?")
    left, right = st.columns(2, gap="medium")
    with left:
        typed = st.text_area(
            "Target phrases, one per line",
            key="phrase-targets",
            height=100,
            max_chars=_MAX_LENGTH,
            placeholder=tree.greedy.text,
            bind="query-params",
            persist_state="session",
        )
    with right:
        other = st.text_input(
            "Another source, a control",
            key="phrase-other",
            max_chars=_MAX_LENGTH,
            placeholder=OTHER,
            help="The targets are scored for it too, and its translation for the phrase.",
            bind="query-params",
            persist_state="session",
        )
    other = (other or "").strip() or OTHER
    own = read_candidates(typed or "")
    elsewhere = Writer(model, other).write(Search(beam=_BEAM, n_best=_BEAM, alpha=_ALPHA))
    named = [
        *(Candidate("yours", text) for text in own),
        Candidate("greedy", tree.greedy.text),
        *(
            Candidate("shuffled words", _shuffle(text))
            for text in own or [tree.greedy.text]
            if len(text.split()) > 1
        ),
        Candidate("other source", elsewhere.greedy.text),
    ]
    show_scores(writer, other, named, key="phrase-scores")


def _shuffle(text: str) -> str:
    """Put the words of a text into another order, always the same one.

    >>> _shuffle("a b")
    'b a'
    """
    words = text.split()
    shuffled = list(words)
    for seed in range(20):
        Random(seed).shuffle(shuffled)
        if shuffled != words:
            break
    return " ".join(shuffled)
