"""Two charts of a run: its cost, and the consistency of the families."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedviz.jobs import Metrics, Snapshot
from embedviz.relations import FAMILIES, style_number
from embedviz.support import arrow_name, palette

_MOST_POINTS = 200
_HEIGHT = 220
_LINE_WIDTH = 2.5


def both(told: Sequence[Metrics], moments: Sequence[Snapshot]) -> None:
    """Show both charts beside each other."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Cost**, by words read")
        says = _says("Cost", told[0].cost, told[-1].cost)
        st.vega_lite_chart(spec=cost_chart(told), key="train-cost", alt=says)
    families = [name for name in FAMILIES if _consistencies(moments, name)]
    if families:
        dark = st.context.theme.type == "dark"
        ends = {name: _consistencies(moments, name) for name in families}
        says = "; ".join(
            _says(arrow_name(name), values[0][1], values[-1][1]) for name, values in ends.items()
        )
        with right:
            st.markdown("**Consistency**, by share of the run")
            spec = consistency_chart(moments, families, dark=dark)
            st.vega_lite_chart(spec=spec, key="train-consistency", alt=says)


def cost_chart(told: Sequence[Metrics]) -> dict[str, object]:
    """Return the cost by words read, in the notation of Vega-Lite."""
    rows = [{"words": words, "cost": round(cost, 4)} for words, cost in thinned(told)]
    return {
        "data": {"values": rows},
        "height": _HEIGHT,
        "mark": {"type": "line"},
        "encoding": {
            "x": _axis("words", format="~s"),
            "y": _axis("cost", "nats a word") | {"scale": {"zero": False}},
            "tooltip": [_number("words", ","), _number("cost", ".2f")],
        },
    }


def consistency_chart(
    moments: Sequence[Snapshot], families: Sequence[str], *, dark: bool
) -> dict[str, object]:
    """Return the consistency of families by share of the run, in the notation of Vega-Lite."""
    rows = [
        {"done": share, "family": arrow_name(name), "consistency": round(value, 4)}
        for name in families
        for share, value in _consistencies(moments, name)
    ]
    styles = [style_number(name) for name in families]
    names = [arrow_name(name) for name in families]
    colours = [(palette.DARK if dark else palette.LIGHT).colour(style) for style in styles]
    dashes = [palette.DASHES[palette.dash_number(style)] or (1, 0) for style in styles]
    family = {"field": "family", "type": "nominal", "legend": {"orient": "bottom", "title": None}}
    return {
        "data": {"values": rows},
        "height": _HEIGHT,
        "mark": {"type": "line", "strokeWidth": _LINE_WIDTH},
        "encoding": {
            "x": _axis("done", format="%"),
            "y": _axis("consistency"),
            "color": family | {"scale": {"domain": names, "range": colours}},
            "strokeDash": family
            | {
                "scale": {
                    "domain": names,
                    "range": [[_LINE_WIDTH * length for length in dash] for dash in dashes],
                }
            },
            "tooltip": [{"field": "family"}, _number("done", ".0%"), _number("consistency", ".2f")],
        },
    }


def _axis(name: str, title: str | None = None, **axis: object) -> dict[str, object]:
    return {
        "field": name,
        "type": "quantitative",
        "title": title,
        "axis": {"tickCount": 5, **axis},
    }


def _number(name: str, form: str) -> dict[str, object]:
    return {"field": name, "type": "quantitative", "format": form}


def thinned(told: Sequence[Metrics]) -> list[tuple[int, float]]:
    """Return words read and cost, at most 200 of them: each the mean of its neighbours."""
    step = -(-len(told) // _MOST_POINTS)
    parts = [told[start : start + step] for start in range(0, len(told), step)]
    return [(part[-1].tokens, sum(one.cost for one in part) / len(part)) for part in parts]


def _consistencies(moments: Sequence[Snapshot], name: str) -> list[tuple[float, float]]:
    """Share done and consistency of a family, where it has one."""
    return [
        (moment.share, family.consistency)
        for moment in moments
        for family in moment.families
        if family.name == name and family.consistency is not None
    ]


def _says(name: str, first: float, last: float) -> str:
    return f"{name} went from {first:.2f} to {last:.2f}"
