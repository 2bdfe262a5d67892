"""A table of pairs that is linked with a map of their arrows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from embedviz.export import bundle

LEFT_OUT = "left_out"
"""Name of the component's state: numbers of the rows that are left out."""


@dataclass(frozen=True)
class PairRow:
    """A row: a pair, its fit to the others, the rank of its target, and rows of the map's words."""

    source: str
    target: str
    fit: float | None
    rank: int | None
    ids: tuple[int, int]


_component = st.components.v2.component(
    "embedviz_pair_table",
    html='<div class="pairs" role="group" aria-label="Pairs; a click leaves one out"></div>',
    css=(Path(__file__).parent / "pair_table.css").read_text(encoding="utf-8"),
    js=bundle("pair_table"),
)


def show_pair_table(
    key: str,
    map_key: str,
    style: int,
    rows: Sequence[PairRow],
    left_out: Sequence[int],
    on_change: Callable[[], None],
) -> None:
    """Show the table, in the colour of the relation's style.

    ``st.session_state[key][LEFT_OUT]`` are the rows left out by the visitor.
    """
    _component(
        key=key,
        data={
            "map": map_key,
            "style": style,
            "rows": [asdict(row) for row in rows],
            LEFT_OUT: list(left_out),
        },
        on_left_out_change=on_change,
    )
