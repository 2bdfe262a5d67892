"""The page Describe and find: points in words, and words for descriptions."""

from __future__ import annotations

import streamlit as st

from embedviz.dashboard.sequences.described_map import show_words_to_describe
from embedviz.dashboard.sequences.point_description import (
    show_description,
    show_point,
    show_texts,
)
from embedviz.dashboard.sequences.round_trip import show_round_trip
from embedviz.dashboard.sequences.word_finding import find_text, show_search, show_words
from embedviz.dashboard.state.descriptions import Asked, DescribedPoint
from embedviz.dashboard.state.sequence_models import DESCRIBES, FINDS, ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.sequence_model_choice import (
    choose_sequence_model,
    is_torch_missing,
)


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### A point into words", anchors=False)
        describer = choose_sequence_model("describer", [DESCRIBES], "Model that describes")
        asked = show_point()
    with right:
        st.markdown("#### A description into words", anchors=False)
        finder = choose_sequence_model("finder", [FINDS], "Model that finds")
        description = show_search()
    with left:
        run_safely(lambda: _show_point(describer, finder, asked))
    with right:
        run_safely(lambda: show_words(finder, description, can_describe=True))


def _show_point(
    describer: ServerSequenceModel, finder: ServerSequenceModel, asked: Asked
) -> DescribedPoint:
    found = show_description(describer, asked, find_text)
    show_words_to_describe(describer, found)
    show_texts(found)
    show_round_trip(describer, finder, found)
    return found
