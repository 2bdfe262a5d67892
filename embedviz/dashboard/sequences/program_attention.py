"""Where the heads of a net look while it writes a trace, beside the net before training."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.dashboard.sequences.program_charts import build_attention_chart, tabulate_weights
from embedviz.dashboard.state.executions import ShownExecution
from embedviz.dashboard.widgets.csv_download import show_csv_download

_PROGRAM, _TRACE = "the program", "its own trace"
_ALL = "all"
_BOTH = (
    "Each head looks at the program and at the trace so far at once: its weights over both sum to "
    "1. "
)


def show_attention(shown: ShownExecution) -> None:
    """Show the matrices of weights after and before training."""
    found, before = shown.execution, shown.looked
    if found.attention is None or before is None:
        st.markdown("This model has no attention: it keeps the program in its state alone.")
        return
    n_heads = len(found.attention)
    looks_back = found.own_attention is not None
    with st.container(horizontal=True, gap="medium"):
        where = st.segmented_control(
            "Looks at",
            [_PROGRAM, _TRACE] if looks_back else [_PROGRAM],
            default=_PROGRAM,
            required=True,
            key="execute-looks",
            persist_state="session",
        )
        heads = [_ALL, *(str(number) for number in range(1, n_heads + 1))]
        head = st.segmented_control(
            "Head",
            heads,
            default=_ALL,
            required=True,
            key="execute-head",
            help="All: the largest weight of any head.",
            persist_state="session",
        )
    is_own = where == _TRACE and found.own_attention is not None
    seen = found.trace if is_own else shown.source
    dark = st.context.theme.type == "dark"
    pairs = (
        ("After training", found.own_attention if is_own else found.attention),
        ("Before training, along the same trace", before.own if is_own else before.program),
    )
    for title, weights in pairs:
        assert weights is not None
        table = tabulate_weights(_pick_head(weights, head or _ALL), found.trace, seen)
        st.markdown(f"**{title}**")
        st.vega_lite_chart(
            table,
            build_attention_chart(found.trace, seen, has_legend=title == pairs[0][0], dark=dark),
            key=f"execute-attention-{title}",
            alt=f"Weights of {len(seen)} characters at each of {len(found.trace)}, {title}",
        )
        show_csv_download(
            "Download (CSV)", table, "embedviz-attention.csv", key=f"download-{title}"
        )
    after_focus, before_focus = (
        mean_focus(program, own)
        for program, own in (
            (found.attention, found.own_attention),
            (before.program, before.own),
        )
    )
    st.caption(
        f"A head's largest weight is {after_focus:.2f} on average over the trace, before training "
        f"{before_focus:.2f}. {_BOTH if looks_back else ''}There is no position to look at: places "
        "are found by what stands there."
    )


def mean_focus(program: NDArray[np.float32], own: NDArray[np.float32] | None) -> float:
    """Return the largest weight of a head over all places, mean over heads and characters.

    >>> mean_focus(np.array([[[0.2, 0.1]]], np.float32), np.array([[[0.5]]], np.float32))
    0.5
    """
    weights = program if own is None else np.concatenate([program, own], axis=2)
    return float(weights.max(axis=2).mean())


def _pick_head(weights: NDArray[np.float32], head: str) -> NDArray[np.float32]:
    """Return the weights of a head, or the largest of all heads, (n_written + 1, n_seen)."""
    if head == _ALL or int(head) > len(weights):
        return np.asarray(weights.max(axis=0))
    return np.asarray(weights[int(head) - 1])
