"""A map of the words whose places can be described: a word, a place between words, a selection."""

from __future__ import annotations

import math

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.sequences.point_description import (
    describe_mean,
    describe_place,
    describe_word,
)
from embedviz.dashboard.state import descriptions
from embedviz.dashboard.state.descriptions import DescribedPoint
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.support import percent

_KEY = "describe-map"
_N_NEAR, _MOST_IN_MEAN = 5, 12


def show_words_to_describe(model: ServerSequenceModel, found: DescribedPoint) -> None:
    """Show the map with the point that is described, and the words nearest to it."""
    laid_out = descriptions.lay_out(model)

    def pick() -> None:
        rank = st.session_state[_KEY].get("picked")
        words = model.labels.words
        if isinstance(rank, int) and 1 <= rank <= len(words):
            describe_word(words[rank - 1])

    def place() -> None:
        at = st.session_state[_KEY].get("placed")
        if isinstance(at, list) and len(at) == 2 and all(map(_is_finite, at)):
            describe_place(float(at[0]), float(at[1]))

    def select() -> None:
        sent = st.session_state[_KEY].get("selected")
        known = model.labels
        sent = sent if isinstance(sent, list) else []
        words = [one for one in sent if isinstance(one, str) and one in known]
        if len(words) == 1:
            describe_word(words[0])
        elif words:
            describe_mean(words[:_MOST_IN_MEAN])

    word_map.show_map(
        _KEY,
        laid_out.points,
        small=True,
        on_pick=guarded(pick),
        on_place=guarded(place),
        on_select=guarded(select),
    )
    near = [word for word, _ in found.nearest[:_N_NEAR]]
    word_map.show_overlay(
        _KEY,
        word_map.Overlay(
            chosen=found.mark,
            near=descriptions.find_marks(model, near),
            summary=f"Map of {laid_out.points.table.num_rows:,} words; {found.name} is marked. "
            "N and P step through words, Enter describes one.",
            version=laid_out.points.version,
        ),
    )
    word_map.show_facts(_KEY, model.labels)
    st.caption(
        f"The {laid_out.points.table.num_rows:,} most frequent words on their principal plane, "
        f"which keeps {percent(laid_out.kept)} of their variance: points that look near may be far "
        "apart. Click a word to describe it, or a place where no word is. Shift and drag selects "
        f"words, whose mean is described (of the first {_MOST_IN_MEAN})."
    )


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
