"""Charts of a run: its cost, and the consistency of the families, as Vega-Lite specifications."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedviz.jobs import Metrics, Snapshot
from embedviz.relations import FAMILIES, style_number
from embedviz.support import arrow_name, palette

_MOST_POINTS = 200
_HEIGHT = 220
_LINE_WIDTH = 2.5


def show_charts(metrics: Sequence[Metrics], snapshots: Sequence[Snapshot]) -> None:
    """Show both charts side by side."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Cost**, by words read")
        description = _describe_change("Cost", metrics[0].cost, metrics[-1].cost)
        st.vega_lite_chart(spec=build_cost_chart(metrics), key="train-cost", alt=description)
    families = [name for name in FAMILIES if _list_consistencies(snapshots, name)]
    if families:
        dark = st.context.theme.type == "dark"
        ends = {name: _list_consistencies(snapshots, name) for name in families}
        description = "; ".join(
            _describe_change(arrow_name(name), values[0][1], values[-1][1])
            for name, values in ends.items()
        )
        with right:
            st.markdown("**Consistency**, by share of the run")
            spec = build_consistency_chart(snapshots, families, dark=dark)
            st.vega_lite_chart(spec=spec, key="train-consistency", alt=description)


def build_cost_chart(metrics: Sequence[Metrics]) -> dict[str, object]:
    """Build the chart of the cost by words read."""
    rows = [{"words": words, "cost": round(cost, 4)} for words, cost in downsample(metrics)]
    return {
        "data": {"values": rows},
        "height": _HEIGHT,
        "mark": {"type": "line"},
        "encoding": {
            "x": _encode_axis("words", format="~s"),
            "y": _encode_axis("cost", "nats per word") | {"scale": {"zero": False}},
            "tooltip": [_encode_number("words", ","), _encode_number("cost", ".2f")],
        },
    }


def build_consistency_chart(
    snapshots: Sequence[Snapshot], families: Sequence[str], *, dark: bool
) -> dict[str, object]:
    """Build the chart of the consistency of families by share of the run."""
    rows = [
        {"done": share, "family": arrow_name(name), "consistency": round(value, 4)}
        for name in families
        for share, value in _list_consistencies(snapshots, name)
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
            "x": _encode_axis("done", format="%"),
            "y": _encode_axis("consistency"),
            "color": family | {"scale": {"domain": names, "range": colours}},
            "strokeDash": family
            | {
                "scale": {
                    "domain": names,
                    "range": [[_LINE_WIDTH * length for length in dash] for dash in dashes],
                }
            },
            "tooltip": [
                {"field": "family"},
                _encode_number("done", ".0%"),
                _encode_number("consistency", ".2f"),
            ],
        },
    }


def _encode_axis(name: str, title: str | None = None, **axis: object) -> dict[str, object]:
    return {
        "field": name,
        "type": "quantitative",
        "title": title,
        "axis": {"tickCount": 5, **axis},
    }


def _encode_number(name: str, form: str) -> dict[str, object]:
    return {"field": name, "type": "quantitative", "format": form}


def downsample(metrics: Sequence[Metrics]) -> list[tuple[int, float]]:
    """Reduce to at most 200 points of words read and cost, each averaged over adjacent metrics."""
    step = -(-len(metrics) // _MOST_POINTS)
    parts = [metrics[start : start + step] for start in range(0, len(metrics), step)]
    return [(part[-1].tokens, sum(one.cost for one in part) / len(part)) for part in parts]


def _list_consistencies(snapshots: Sequence[Snapshot], name: str) -> list[tuple[float, float]]:
    """List share of the run and consistency of a family, where it is defined."""
    return [
        (snapshot.share, family.consistency)
        for snapshot in snapshots
        for family in snapshot.families
        if family.name == name and family.consistency is not None
    ]


def _describe_change(name: str, first: float, last: float) -> str:
    return f"{name} changed from {first:.2f} to {last:.2f}"
