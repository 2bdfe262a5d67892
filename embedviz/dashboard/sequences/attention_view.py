"""The attention of a decoder along the text that it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.dashboard.component.svg_picture import show_svg
from embedviz.dashboard.sequences.attention_picture import build_matrix, render_links
from embedviz.dashboard.state.written_texts import Writer
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.support import clip_all, palette

if TYPE_CHECKING:
    from embedviz.sequences import DecodedText, WritingTree

_SOURCE, _OWN = "what was read", "what was written before"
_MEAN = "Mean"
_END = "end"


def show_attention(writer: Writer, tree: WritingTree) -> None:
    """Show the weights of the path's text, or say that there are none."""
    text = tree.path
    if text.attention is None:
        st.info(
            f"The model {writer.model.name} has no attention: at every step its decoder sees the "
            "summary of the source alone. Train one with --heads, or choose a model that executes "
            "programs."
        )
        return
    with st.container(horizontal=True, gap="medium"):
        to = _SOURCE
        if text.own_attention is not None:
            to = st.segmented_control(
                "Looks at",
                [_SOURCE, _OWN],
                default=_SOURCE,
                required=True,
                key="write-looks",
                bind="query-params",
                persist_state="session",
            )
        heads = [*(f"Head {n + 1}" for n in range(len(text.attention))), _MEAN]
        head = st.segmented_control(
            "Head",
            heads,
            default=heads[0],
            required=True,
            key="write-head",
            bind="query-params",
            persist_state="session",
        )
    written = [*text.words, _END]
    read = writer.words() if to != _OWN else written
    weights = _take(text, to or _SOURCE, heads.index(head or heads[0]))
    colours = palette.DARK if st.context.theme.type == "dark" else palette.LIGHT
    show_svg(
        "write-links",
        render_links(read, written, weights, colours),
        description=f"Links from {len(written)} written words to the words that they looked at",
    )
    st.caption(_describe(weights, is_own=to == _OWN))
    st.vega_lite_chart(
        spec=build_matrix(read, written, weights, colours),
        key="write-matrix",
        alt=f"Weights of {len(read)} words at {len(written)} written words",
    )
    table = pa.table(
        {
            "written": pa.array(
                clip_all([written[i] for i in range(len(written)) for _ in read], 40)
            ),
            "step": [i + 1 for i in range(len(written)) for _ in read],
            "looked_at": clip_all(read * len(written), 40),
            "place": [j + 1 for _ in written for j in range(len(read))],
            "weight": pa.array(np.round(weights.astype(np.float64), 4).ravel()),
        }
    )
    show_csv_download(
        "Download (CSV)", table, "embedviz-attention.csv", key="download-write-attention"
    )


def _take(text: DecodedText, to: str, number: int) -> NDArray[np.float32]:
    """Return the weights of a head, or behind the last one their mean."""
    weights = text.own_attention if to == _OWN else text.attention
    assert weights is not None
    return np.asarray(weights.mean(axis=0) if number == len(weights) else weights[number])


def _describe(weights: NDArray[np.float32], *, is_own: bool) -> str:
    """Say how sharply it looks, beside looking everywhere alike."""
    sums = np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    shares = np.maximum(weights / sums, 1e-12)
    entropy = -(shares * np.log(shares)).sum(axis=1)
    n = np.arange(len(weights)) if is_own else np.full(len(weights), weights.shape[1])
    alike = float(np.maximum(n, 1).mean())
    spread = float(np.exp(entropy[weights.sum(axis=1) > 1e-6]).mean()) if weights.any() else 0.0
    whole = float(weights.sum(axis=1).mean())
    return (
        "Point at a written word to see its links alone; weights below 0.03 are not drawn. At each "
        f"step {whole:.0%} of the weight is here, spread over {spread:.1f} words on average (exp "
        f"of the entropy); looking everywhere alike would be {alike:.1f}."
        + (
            " The rest is on the source."
            if is_own
            else " The rest is on what was written before."
            if whole < 0.995
            else ""
        )
    )
