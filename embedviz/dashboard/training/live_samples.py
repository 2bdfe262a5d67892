"""What a model writes while it learns, and how far its gradients reach."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.jobs import PICTURES, PROGRAMS, TEXT, Job, SampleMoment
from embedviz.support import clip_all, palette

_LEAST = 1e-4  # what is drawn as nothing
_MOST_CURVES = 6
_COLUMNS = ("source", "target", "text")


def show_live_samples(job: Job, moments: Sequence[SampleMoment]) -> None:
    """Show held-out examples with what the model makes of them at a moment, and its gradients."""
    if any(moment.samples for moment in moments):
        _show_texts(job, [moment for moment in moments if moment.samples])
    curves = [moment for moment in moments if moment.reach]
    if curves:
        _show_reach(curves)


def _show_texts(job: Job, moments: Sequence[SampleMoment]) -> None:
    st.markdown("**What it writes** of examples: held-out ones, if there are any")
    moment = moments[-1]
    if len(moments) > 1:
        number = st.select_slider(
            "Share of the run",
            range(len(moments)),
            format_func=lambda place: _name(moments[place]),
            key=_follow_newest(job, len(moments)),
        )
        moment = moments[number]
    if job.kind == TEXT:
        _show_passages(moment)
    else:
        _show_pairs(job, moment)
    everything = pa.table(
        {
            "share": [one.share for one in moments for _ in one.samples],
            **{
                name: clip_all([getattr(s, name) for one in moments for s in one.samples], 2_000)
                for name in _COLUMNS
            },
        }
    )
    show_csv_download(
        "Download all moments (CSV)", everything, "embedviz-samples.csv", key="download-samples"
    )


def _follow_newest(job: Job, n: int) -> str:
    """Move the slider of a job to the newest of n moments if it stands at the last newest one."""
    key = f"train-sample-{job.name}"
    seen, chosen = st.session_state.get(f"{key}-seen", 0), st.session_state.get(key)
    if chosen is None or chosen >= min(n, seen) - 1:
        chosen = n - 1
    st.session_state[key] = chosen
    st.session_state[f"{key}-seen"] = n
    return key


def _show_passages(moment: SampleMoment) -> None:
    """Show how a language model goes on with passages, and how these go on."""
    for one in moment.samples:
        st.markdown(f"{escape(one.source, 200)} … **{escape(one.text, 600)}**")
        st.caption(f"The text itself: {escape(one.target, 600)}")


def _show_pairs(job: Job, moment: SampleMoment) -> None:
    titles = {PICTURES: "Scene or picture", PROGRAMS: "Program"}
    config = {
        "source": st.column_config.TextColumn(titles.get(job.kind, "Source")),
        "target": st.column_config.TextColumn("Should be", width="medium"),
        "text": st.column_config.TextColumn("The model", width="medium"),
    }
    table = pa.table(
        {name: clip_all([getattr(one, name) for one in moment.samples], 240) for name in _COLUMNS}
    )
    st.dataframe(table, key="train-samples", column_config=config, hide_index=True)


def _name(moment: SampleMoment) -> str:
    return "untrained" if moment.share == 0 else f"{moment.share:.1%}"


def _show_reach(moments: Sequence[SampleMoment]) -> None:
    """Show how far back the cost reaches, at some moments of the run."""
    st.markdown("**How far back the cost reaches** while it learns, ‖∂C[t]/∂h[t − k]‖ by k")
    step = max(1, -(-(len(moments) - 1) // (_MOST_CURVES - 1)))
    some = [*moments[:-1:step], moments[-1]] if len(moments) > 1 else list(moments)
    chart = build_reach_chart(some, dark=st.context.theme.type == "dark")
    st.vega_lite_chart(spec=chart, key="train-reach", alt=f"Gradients at {len(some)} moments")
    st.caption(
        "The median over a passage of up to 40 words, held out if the text is long enough, "
        "relative to k = 0. Dashed: before training, the control."
    )


def build_reach_chart(moments: Sequence[SampleMoment], *, dark: bool) -> dict[str, object]:
    """Build the medians by distance k of several moments."""
    colours = palette.DARK if dark else palette.LIGHT
    names = [_name(one) for one in moments]
    rows = [
        {"k": k, "moment": name, "median": float(f"{max(middle, _LEAST):.4g}")}
        for name, one in zip(names, moments, strict=True)
        for k, (_, middle, _) in enumerate(one.reach)
    ]
    dashes = [[6, 4] if one.share == 0 else [1, 0] for one in moments]
    return {
        "data": {"values": rows},
        "height": 240,
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "k", "type": "quantitative", "title": "distance k in words"},
            "y": {
                "field": "median",
                "type": "quantitative",
                "title": None,
                "scale": {"type": "log", "domain": [_LEAST, 3]},
                "axis": {"tickCount": 5, "format": "~g"},
            },
            "color": {
                "field": "moment",
                "type": "ordinal",
                "scale": {
                    "domain": names,
                    "range": [colours.colour(number) for number in range(len(names))],
                },
                "legend": {"orient": "bottom", "title": None, "symbolType": "stroke"},
            },
            "strokeDash": {
                "field": "moment",
                "type": "ordinal",
                "legend": None,
                "scale": {"domain": names, "range": dashes},
            },
            "tooltip": [{"field": "moment"}, {"field": "k"}, {"field": "median"}],
        },
    }
