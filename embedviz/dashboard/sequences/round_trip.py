"""From a word to its description and back."""

from __future__ import annotations

import streamlit as st

from embedviz.dashboard.state import descriptions
from embedviz.dashboard.state.descriptions import NOTHING, Asked, DescribedPoint
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError


def show_round_trip(
    describer: ServerSequenceModel, finder: ServerSequenceModel, found: DescribedPoint
) -> None:
    """Say how far up the word is when its description is read back, beside controls."""
    if not found.word:
        return
    text = descriptions.remove_part_of_speech(found.texts[0].text)
    which = "" if found.is_word else "the nearest word "
    word = escape(found.word, 40)
    try:
        ranked = descriptions.rank(finder, text, found.word)
    except InputError:
        st.caption(f"{escape(finder.name)} cannot read the sentence back: it knows no word of it.")
        return
    if ranked is None:
        st.caption(
            f"Read back, the sentence cannot find {which}{word}: {escape(finder.name)} does not "
            "know it."
        )
        return
    of_nothing = descriptions.describe(describer, Asked(NOTHING)).texts[0].text
    try:
        control = descriptions.rank(
            finder, descriptions.remove_part_of_speech(of_nothing), found.word
        )
    except InputError:
        control = None
    beside = []
    if ranked.by_mean is not None:
        beside.append(f"by the mean of the words' vectors {ranked.by_mean:,.0f}")
    if control is not None:
        beside.append(f"the sentence for no vector gives it {control.rank:,.0f}")
    more = f" ({'; '.join(beside)})" if beside else ""
    st.markdown(
        f"**Round trip**: read back, this sentence gives {which}**{word}** the "
        f"rank **{ranked.rank:,.0f}** of {ranked.n:,}{more}."
    )
