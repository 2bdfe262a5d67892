"""Heat maps of states and gates along texts."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from embedviz.dashboard.sequences import unit_charts
from embedviz.dashboard.state.watched_texts import WatchedText
from embedviz.support import clip_all

_STATES = "states"


def show_units(texts: Mapping[str, WatchedText]) -> None:
    """Show the heat map of states or gates of each text, by its heading."""
    first = next(iter(texts.values()))
    kinds = [_STATES, *(f"{name} gate" for name in first.gates)]
    if st.session_state.get("read-unit", _STATES) not in kinds:
        st.session_state.pop("read-unit")  # another cell has that gate
    with st.container(horizontal=True, gap="medium"):
        kind = st.segmented_control(
            "Values",
            kinds,
            default=_STATES,
            required=True,
            key="read-unit",
            bind="query-params",
            persist_state="session",
        )
        order = st.segmented_control(
            "Order of units",
            [unit_charts.SORTED, unit_charts.CLUSTERED, unit_charts.AS_THEY_ARE],
            default=unit_charts.SORTED,
            required=True,
            key="read-order",
            bind="query-params",
            persist_state="session",
            help="Sorted: by the word at which a unit is strongest. Clustered: alike units beside "
            "each other (average linkage).",
        )
    is_gate = kind is not None and kind != _STATES
    dark = st.context.theme.type == "dark"
    for name, one in texts.items():
        st.markdown(f"**{name}**")
        values = one.gates[(kind or _STATES).removesuffix(" gate")] if is_gate else one.states
        chart = unit_charts.build_unit_chart(
            clip_all(one.words, 24), values, order or "", is_gate=is_gate, dark=dark
        )
        description = f"{kind} of {values.shape[1]} units along {len(one.words)} words"
        st.vega_lite_chart(spec=chart, key=f"units-{name}", alt=description)
    st.caption(
        "Each row is a unit, each column a word. Hold a unit that seems to have a meaning "
        "against many texts: among a hundred units, some fit any text."
    )
