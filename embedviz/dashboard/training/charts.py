"""The chart of a run's cost, as a Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedviz.jobs import Metrics

_MOST_POINTS = 200
_HEIGHT = 180


def show_cost(metrics: Sequence[Metrics]) -> None:
    """Show the cost by words read."""
    st.markdown("**Cost**, by words read")
    change = f"Cost changed from {metrics[0].cost:.2f} to {metrics[-1].cost:.2f}"
    st.vega_lite_chart(spec=build_cost_chart(metrics), key="train-cost", alt=change)


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
