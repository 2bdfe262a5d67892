"""How far several models agree on the nearest words, on the Compare page."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state.model_series import ModelSeries
from embedviz.evaluation import N_NEIGHBOURS
from embedviz.support import clip, percent

_N_WORDS = 10


def show_stability(series: ModelSeries) -> None:
    """Show the overlap of nearest words between every two models, and the words at both ends."""
    report = series.stability
    n_words = len(report.overlap.words)
    st.markdown("##### Stability", anchors=False)
    st.markdown(
        f"Of the {N_NEIGHBOURS} words nearest to one of the {n_words:,} most frequent, every two "
        f"models share **{percent(report.overlap.mean)}**; by chance they would share "
        f"{100 * N_NEIGHBOURS / (report.n_shared - 1):.2f} %.",
        help="Mean over the words and over every two models, among the shared words. Models of one "
        "recipe that differ only by their seed show what of a neighbourhood is chance "
        "(Antoniak and Mimno 2018).",
    )
    names = [f"{number}. {clip(model.name, 40)}" for number, model in enumerate(series.models, 1)]
    rows = zip(*report.between, strict=True)
    table = pa.table(
        {"model": names}
        | {
            f"with_{number}": [
                "–" if i + 1 == number else percent(share) for i, share in enumerate(row)
            ]
            for number, row in enumerate(rows, 1)
        }
    )
    columns = {"model": st.column_config.TextColumn("Model")} | {
        f"with_{number}": st.column_config.TextColumn(f"with {number}.", width="small")
        for number in range(1, len(names) + 1)
    }
    st.dataframe(table, key="series-between", column_config=columns, hide_index=True)
    for column, title, found in zip(
        st.columns(2, gap="medium"),
        ("Words that agree most", "Words that agree least"),
        (report.most_stable(_N_WORDS), report.least_stable(_N_WORDS)),
        strict=True,
    ):
        with column:
            _show_words(title, found)


def _show_words(title: str, found: Sequence[tuple[str, float]]) -> None:
    table = pa.table(
        {
            "word": [clip(word, 60) for word, _ in found],
            "shared": [share for _, share in found],
        }
    )
    columns = {
        "word": st.column_config.TextColumn(title),
        "shared": st.column_config.ProgressColumn(
            "Shared", min_value=0, max_value=1, format="percent"
        ),
    }
    st.dataframe(table, key=f"series-{title}", column_config=columns, hide_index=True)
