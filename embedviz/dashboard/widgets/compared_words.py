"""Words in two models: nearest words of a word in both, and the words that moved most."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state.model_comparison import ModelComparison
from embedviz.dashboard.widgets.answers import COSINE_HELP, show_spellings
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import UnknownWordError
from embedviz.evaluation import FREQUENT, N_NEIGHBOURS
from embedviz.support import clip
from embedviz.vectors import Neighbour

_WORD = "word"
_MAX_LENGTH = 200


@st.fragment
def show_words(comparison: ModelComparison) -> None:
    """Show both parts as a fragment: a search reruns only this part."""
    run_safely(lambda: _draw(comparison))


def _draw(comparison: ModelComparison) -> None:
    left, right = st.columns(2, gap="large")
    with right:
        _show_moved(comparison)
    with left:
        _show_neighbours(comparison)


def _show_neighbours(comparison: ModelComparison) -> None:
    st.markdown(
        "#### Nearest words in both",
        anchors=False,
        help="By cosine, among the words that both models have.",
    )
    first, second = comparison.shared
    is_set = _WORD in st.session_state or _WORD in st.query_params
    if not is_set and comparison.moved:
        st.session_state[_WORD] = comparison.moved[0].word
    word = st.text_input(
        "Find a word in both",
        key=_WORD,
        type="search",
        live=True,
        placeholder="Type a word",
        label_visibility="collapsed",
        bind="query-params",
        persist_state="session",
    )
    word = (word or "").strip()
    if not word:
        st.caption("Type a word, or click one, to see its nearest words in both models.")
        return
    try:
        near = [model.most_similar(word, N_NEIGHBOURS) for model in (first, second)]
    except UnknownWordError as error:
        _explain_unknown(comparison, word, error)
        return
    common = {one.word for one in near[0]} & {one.word for one in near[1]}
    st.markdown(
        f"**{len(common)} of {len(near[0])}** words nearest to **{escape(word, 60)}** are the same."
    )
    for letter, other, mine, others, column in zip(
        "AB", "BA", near, reversed(near), st.columns(2, gap="small"), strict=True
    ):
        with column:
            _show_neighbour_table(letter, other, mine, [one.word for one in others])


def _explain_unknown(comparison: ModelComparison, word: str, error: UnknownWordError) -> None:
    letters = [
        letter
        for letter, model in (("A", comparison.first), ("B", comparison.second))
        if word in model.vectors
    ]
    where = {
        0: "neither model has it",
        1: f"only {''.join(letters)} has it",
        2: "it is too rare in one of the models",
    }[len(letters)]
    st.markdown(f"**{escape(word, 60)}** is not among the shared words: {where}.")
    if error.suggestions:
        st.caption("Similar spellings:")
        show_spellings(error.suggestions, key="shared-spelling", on_choose=_search_word)


def _show_neighbour_table(
    letter: str, other: str, near: Sequence[Neighbour], others: Sequence[str]
) -> None:
    """Show the nearest words in one model, with their ranks in the other."""
    places = [others.index(one.word) + 1 if one.word in others else None for one in near]
    table = pa.table(
        {
            "word": [clip(one.word, _MAX_LENGTH) for one in near],
            "score": [round(one.score, 2) for one in near],
            "place": [f"✓ {place}" if place else "–" for place in places],
        }
    )
    columns = {
        "word": st.column_config.TextColumn(f"Nearest in {letter}"),
        "score": st.column_config.NumberColumn("Cosine", format="%.2f", help=COSINE_HELP),
        "place": st.column_config.TextColumn(
            f"In {other}",
            help=f"✓ and its rank, if it is one of the {N_NEIGHBOURS} nearest in {other}.",
        ),
    }
    _show_clickable_table(table, f"near-{letter}", [one.word for one in near], columns)


def _show_moved(comparison: ModelComparison) -> None:
    """Show the words that moved most, with their nearest words in both models."""
    moved, overlap = comparison.moved, comparison.overlap
    shares = dict(zip(overlap.words, overlap.shares, strict=True))
    st.markdown(
        "#### Words that moved most",
        anchors=False,
        help=f"Of the {min(FREQUENT, len(overlap.words)):,} most frequent shared words. A large "
        "distance with the same neighbours in both models does not indicate a different use.",
    )
    st.caption("Click a word to see its nearest words in both models.")
    table = pa.table(
        {
            "word": [clip(one.word, _MAX_LENGTH) for one in moved],
            "distance": [round(one.distance, 2) for one in moved],
            "common": [round(N_NEIGHBOURS * shares[one.word]) for one in moved],
            "first": [_join(one.first) for one in moved],
            "second": [_join(one.second) for one in moved],
        }
    )
    columns = {
        "word": st.column_config.TextColumn("Word"),
        "distance": st.column_config.NumberColumn(
            "Moved",
            format="%.2f",
            help="1 − cosine between the word's two vectors after rotating one model onto the "
            "other: 0 for the same direction, 1 if they are orthogonal.",
        ),
        "common": st.column_config.NumberColumn(
            "Same", help=f"How many of its {N_NEIGHBOURS} nearest words are the same in both."
        ),
        "first": st.column_config.TextColumn("Nearest in A", help="Its three nearest words in A."),
        "second": st.column_config.TextColumn("Nearest in B", help="Its three nearest words in B."),
    }
    _show_clickable_table(table, "moved", [one.word for one in moved], columns, height=500)


def _join(words: Sequence[str]) -> str:
    return ", ".join(clip(word, 30) for word in words)


def _show_clickable_table(
    table: pa.Table,
    key: str,
    words: Sequence[str],
    columns: Mapping[str, object],
    *,
    height: int | str = "content",
) -> None:
    """Show a table; a click on a row searches its word."""
    # a new key for a new list, so that no cell of the previous table stays selected
    key = f"{key}-{hashlib.sha256(chr(0).join(words).encode()).hexdigest()[:8]}"

    def choose() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells:
            _search_word(words[int(cells[0][0])])

    st.dataframe(
        table,
        key=key,
        column_config=columns,  # type: ignore[arg-type]
        hide_index=True,
        height=height,  # type: ignore[arg-type]
        on_select=guarded(choose),
        selection_mode="single-cell",
    )


def _search_word(word: str) -> None:
    """Search a word at the next rerun."""
    st.session_state[_WORD] = word
