"""A filter of the visitor's words: by rank, by spelling, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.relations import ListedWord, WordList
from embedviz.support import clip
from embedviz.vectors import Filter, WordVectors

RANKS, PATTERN, GROUPS = "word-ranks", "word-pattern", "word-groups"

_LAST = 10_000_000
_RANKS = (1, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, _LAST)
_SECONDS = 1.0  # of a pattern, which every rerun of the page looks for
_LONGEST_PATTERN = 200


def filter_words(vectors: WordVectors, words: WordList, place: DeltaGenerator) -> WordList:
    """Show the controls of the filter at a place; return the words that it keeps."""
    with place, st.popover("Filter", key="word-filter"):
        low, high = st.select_slider(
            "Ranks by frequency",
            _RANKS,
            value=(1, _LAST),
            format_func=lambda rank: "last" if rank == _LAST else f"{rank:,}",
            key=RANKS,
            help="Rank 1 is the most frequent word of the training text.",
            bind="query-params",
            persist_state="session",
        )
        pattern = st.text_input(
            "Pattern",
            key=PATTERN,
            max_chars=_LONGEST_PATTERN,
            placeholder="ing$",
            help="A regular expression that is found in the word: ^un for words that begin with "
            "un, ing$ for those that end with ing, a|b for an a or a b.",
            bind="query-params",
            persist_state="session",
        )
        groups = _choose_groups(list(words.groups))
        kept = [
            one
            for one in words.words
            if low <= vectors.id(one.word) + 1 <= high and (not groups or one.group in groups)
        ]
        try:
            kept, is_ignored = _matching(kept, (pattern or "").strip()), False
        except InputError as error:
            is_ignored = True
            st.error(escape(str(error)))
    if is_ignored:  # a link opens the page with the popover closed
        st.caption("The pattern of the filter is ignored: it cannot be used.")
    if len(kept) == len(words.words):
        return words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(kept):,} of {len(words.words):,} words** pass the filter")
        st.button("Show all", key="word-filter-reset", on_click=guarded(_reset), type="tertiary")
    return replace(words, words=kept)


def _choose_groups(names: Sequence[str]) -> list[str]:
    """Show the groups if there are several; none chosen means all."""
    if len(names) < 2:
        return []
    return st.pills(
        "Groups",
        names,
        selection_mode="multi",
        format_func=lambda name: escape(clip(name, 40)),
        key=GROUPS,
        help="None chosen: all groups.",
        bind="query-params",
        persist_state="session",
    )


def _matching(words: Sequence[ListedWord], pattern: str) -> list[ListedWord]:
    if not pattern:
        return list(words)
    found = Filter(matching=pattern).mask([one.word for one in words], seconds=_SECONDS)
    return [words[i] for i in np.flatnonzero(found).tolist()]


def _reset() -> None:
    st.session_state[RANKS] = (1, _LAST)
    st.session_state[PATTERN] = ""
    st.session_state[GROUPS] = []
