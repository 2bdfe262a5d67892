"""Back-propagation through time: how far a cost reaches back, and the sum for one weight."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.dashboard.sequences import unit_charts
from embedviz.dashboard.state.language_models import ReadingModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.support import clip_all

_WEIGHTS, _ROW, _COLUMN = "read-weights", "read-row", "read-column"


def show_gradients(model: ReadingModel, text: str) -> None:
    """Show how far the cost of each word reaches back, before and after training."""
    after, before = (model.reach(text, is_trained=trained) for trained in (True, False))
    dark = st.context.theme.type == "dark"
    words = clip_all(after.words, 24)
    st.markdown(
        "‖∂C[t] / ∂h[s]‖: how much the state after word s moves the cost of the word after t, "
        "relative to s = t."
        + (" Paler: farther back than training goes (dashed below)." if after.is_cut else "")
    )
    for column, (name, found) in zip(
        st.columns(2, gap="medium"),
        (("Before training", before), ("After training", after)),
        strict=True,
    ):
        with column:
            st.markdown(f"**{name}**")
            chart = unit_charts.build_triangle(words, found.norms, found.truncation, dark=dark)
            st.vega_lite_chart(spec=chart, key=f"triangle-{name}", alt=f"Gradient norms, {name}")
    st.markdown("**By distance k = t − s**, median and quartiles over t")
    curves = [("after training", after.by_distance), ("before training", before.by_distance)]
    chart = unit_charts.build_curves(curves, after.truncation, dark=dark)
    reaches = [one.reach for one in (after, before)]
    said = [f"more than {len(after.norms) - 1}" if one is None else str(one) for one in reaches]
    st.vega_lite_chart(spec=chart, key="reach-curves", alt=f"Reach {said[0]}, untrained {said[1]}")
    st.caption(
        f"The median falls below a hundredth after {said[0]} words, before training {said[1]}. Of "
        "an LSTM, h and c together, as both are carried over. embedviz figure bptt draws all cells."
    )
    _show_sum(model, text, words)


@st.fragment
def _show_sum(model: ReadingModel, text: str, words: list[str]) -> None:
    """Show the terms that back-propagation through time adds up for one weight."""
    st.markdown(
        "**The sum for one weight**: ∂F/∂w = Σ over t, Σ over s ≤ t of ∂C[t]/∂h[s] · ∂h[s]/∂w"
    )
    shapes = model.weights
    with st.container(horizontal=True, gap="small"):
        name = st.selectbox(
            "Weights of the cell",
            list(shapes),
            key=_WEIGHTS,
            width=260,
            bind="query-params",
            persist_state="session",
            help="A weight is used at every step. Its derivative is the sum, over all costs C[t] "
            "and all steps s up to t, of what the use at step s does to C[t].",
        )
        n_rows, n_columns = shapes[name]
        for key, most in ((_ROW, n_rows), (_COLUMN, n_columns)):
            if not 0 <= st.session_state.get(key, 0) < most:
                st.session_state.pop(key, None)  # of a larger matrix
        row, column = (
            st.number_input(
                label,
                0,
                most - 1,
                0,
                key=key,
                width=140,
                bind="query-params",
                persist_state="session",
            )
            for label, key, most in (("Row", _ROW, n_rows), ("Column", _COLUMN, n_columns))
        )
    found = model.sum_of_weight(text, name, (int(row), int(column)))
    within = _sum_within(found.terms, model.truncation)
    dark = st.context.theme.type == "dark"
    chart = unit_charts.build_terms(words, found.terms, dark=dark)
    st.vega_lite_chart(spec=chart, key="weight-terms", alt=f"Terms of the sum, {found.total:.3g}")
    st.caption(
        f"Rows: the cost of the word after t. Columns: the step s at which w is used. All "
        f"{len(found.terms) * (len(found.terms) + 1) // 2} terms add up to ∂F/∂w = "
        f"**{found.total:.4g}** ({escape(name, 60)}[{row}, {column}]), the derivative of the cost "
        "over the full softmax. Of these, the terms that truncation after "
        f"{model.truncation} steps can keep add up to {within:.4g}."
    )
    steps = [(t, s) for t in range(len(found.terms)) for s in range(t + 1)]
    table = pa.table(
        {
            "t": [t for t, _ in steps],
            "s": [s for _, s in steps],
            "cost_of": [words[t + 1] for t, _ in steps],
            "used_at": [words[s] for _, s in steps],
            "term": [float(found.terms[t, s]) for t, s in steps],
        }
    )
    show_csv_download("Download the terms (CSV)", table, "embedviz-bptt.csv", key="download-bptt")


def _sum_within(terms: NDArray[np.float64], truncation: int) -> float:
    """Sum of the terms of at most so many steps back."""
    t, s = np.indices(terms.shape)
    return float(terms[(t - s) < truncation].sum())
