"""The visitor's words as marked points on the map of all words: the lists of the view My words."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.widgets import word_lists
from embedviz.support import clip
from embedviz.vectors import WordVectors

KEY = "mark-words"
"""Key of the choice whether they are marked."""

Groups = Mapping[str, tuple[str, ...]]


def choose_marks(vectors: WordVectors) -> Groups:
    """Show the input of words; return those in the vocabulary, by group.

    Without words, or if they are not to be marked, there are none.
    """
    is_marked = st.toggle(
        "Mark my words",
        value=True,
        key=KEY,
        bind="query-params",
        persist_state="session",
    )
    groups = word_lists.read_groups(show_words_field(height=110))
    missing = [word for words in groups.values() for word in words if word not in vectors]
    if missing:
        st.caption(f"Not in the vocabulary: {word_lists.name_some(missing)}.")
    known = {name: tuple(vectors.known(words)) for name, words in groups.items()}
    n_words = sum(map(len, known.values()))
    if n_words > word_lists.MOST_WORDS:
        st.caption(f"The first {word_lists.MOST_WORDS} of {n_words:,} words are marked.")
    return _first(known, word_lists.MOST_WORDS) if is_marked else {}


def show_words_field(*, height: int) -> str:
    """Show the field for words, which is the same on every page; return its text.

    An uploaded list takes its place, see `word_lists.read_groups`.
    """
    if word_lists.FILE in st.session_state:
        word_lists.show_file_name()
        return ""
    text = st.text_area(
        "My words",
        key=word_lists.KEY,
        height=height,
        placeholder="colours: red, green, blue\nanimals: cat, dog",
        max_chars=word_lists.MAX_LENGTH,
        help="The words of the view My words. A name and a colon before them make a group, "
        "which has a colour and a mark of its own. The text is part of the link.",
        bind="query-params",
        persist_state="session",
    )
    return text or ""


def _first(groups: Groups, n: int) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, words in groups.items():
        if words[:n]:
            found[name] = words[:n]
        n -= len(found.get(name, ()))
    return found


def build_points(
    vectors: WordVectors, points: word_map.Points, groups: Groups, first_style: int
) -> list[word_map.Family]:
    """Build the groups as families of points, with styles from a number on."""
    return [
        word_map.Family(
            clip(name, 40),
            first_style + number,
            points.rows_of(vectors, [(word, word) for word in words]),
            is_points=True,
        )
        for number, (name, words) in enumerate(groups.items())
    ]
