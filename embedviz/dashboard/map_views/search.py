"""The word search beside a map: the nearest words, and the marks for the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls
from embedviz.dashboard.widgets.answers import show_answers, show_spellings
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.place import forget_place
from embedviz.errors import UnknownWordError
from embedviz.projection import Plane
from embedviz.support import percent
from embedviz.vectors import WordVectors, quote_word

_N_NEAR = 12
N_MARKED = 6
"""Number of nearest words with a mark on the map."""


def show_nearest(
    model: Model, word: str, *, height: int | Literal["content"] = "content"
) -> Sequence[str]:
    """Show the words nearest to a word, or near spellings; return the former."""
    try:
        near = model.vectors.most_similar(word, _N_NEAR)
    except UnknownWordError as error:
        _show_others(model.vectors, word, error.suggestions)
        return ()
    stability = model.vectors.stability_of(word)
    stable = (
        ""
        if stability is None
        else f" With another seed, {percent(stability)} of its ten nearest are the same."
    )
    st.caption(f"Nearest words, by cosine. Click one to search for it.{stable}")
    show_answers(
        near,
        key="near",
        on_choose=search_word,
        height=height,
        picture_of=model.picture_of,
    )
    return [item.word for item in near]


def _show_others(vectors: WordVectors, word: str, similar: Sequence[str]) -> None:
    """Show what could be meant by a text that is not in the vocabulary."""
    parts = word.split()
    if len(parts) > 1 and all(part in vectors for part in parts):
        st.markdown(
            f"**{escape(word, 60)}** is not one word of this vocabulary, its parts are. For the "
            "sum of their vectors, write "
            f"`{' + '.join(map(quote_word, parts))[:80].replace('`', '')}` on the page Analogies."
        )
        show_spellings(parts[:4], key="part", on_choose=search_word)
        return
    st.markdown(f"**{escape(word, 60)}** is not in the vocabulary.")
    if begun := vectors.vocabulary.completions(word):
        st.caption("Words that begin so:")
        show_spellings(begun, key="completion", on_choose=search_word)
    if others := [one for one in similar if one not in begun]:
        st.caption("Similar spellings:")
        show_spellings(others, key="near-spelling", on_choose=search_word)


def place_marks(
    vectors: WordVectors, plane: Plane, word: str, near: Sequence[str]
) -> tuple[word_map.Mark, Sequence[word_map.Mark]]:
    """Return the marks of a word and of the first of those nearest to it."""
    marks = [word_map.place_mark(vectors, plane, one) for one in (word, *near[:N_MARKED])]
    return marks[0], marks[1:]


def search_word(word: str) -> None:
    """Search a word at the next rerun."""
    st.session_state[map_controls.FIND] = word


def search_on_click(model: Model, key: str) -> Callable[[], None]:
    """Return the callback for a click on a word of the map with this key."""

    def search() -> None:
        rank = st.session_state[key].get("picked")
        words = model.vectors.words
        if isinstance(rank, int) and 0 <= rank <= len(words):
            search_word(words[rank - 1] if rank else "")
            forget_place()

    return search
