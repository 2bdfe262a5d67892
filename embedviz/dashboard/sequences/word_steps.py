"""A text word by word: surprise, and what the net expected or understood."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state.watched_texts import WatchedText
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.support import clip_all, counted


def show_summary(after: WatchedText, before: WatchedText, n_words: int) -> None:
    """Say how surprised a language model is, beside the untrained one and even guessing.

    Parameters
    ----------
    after, before : WatchedText
        Of the trained model and of the untrained one.
    n_words : int
        Of the vocabulary.
    """
    if after.bits is not None and before.bits is not None:
        st.markdown(
            f"Mean surprise **{after.bits.mean():.1f} bits** a word over "
            f"{counted(len(after.words), 'word')}; untrained {before.bits.mean():.1f}, all words "
            f"equally likely {math.log2(n_words):.1f}."
        )
    if after.unknown:
        named = ", ".join(escape(word, 30) for word in dict.fromkeys(after.unknown[:12]))
        st.caption(f"Not in its vocabulary of {n_words:,} words, read as unknown: {named}.")


def show_steps(after: WatchedText, before: WatchedText, title: str) -> None:
    """List the words with their surprise, and notes on each beside those of the untrained net."""
    columns: dict[str, object] = {"word": clip_all(after.words, 40)}
    config = {"word": st.column_config.TextColumn("Word")}
    if after.bits is not None:
        columns["bits"] = pa.array(np.round(after.bits, 2))
        config["bits"] = st.column_config.ProgressColumn(
            "Surprise, bits",
            format="%.1f",
            min_value=0.0,
            max_value=float(after.bits.max()),
            help="−log₂ p(word | words before), over the full softmax.",
        )
    columns["note"] = clip_all(after.notes, 200)
    config["note"] = st.column_config.TextColumn(title)
    if after.bits is None:
        columns["untrained"] = clip_all(before.notes, 200)
        config["untrained"] = st.column_config.TextColumn("Untrained")
    table = pa.table(columns)
    height = min(560, 38 + 35 * len(after.words))
    st.dataframe(table, key="read-words", column_config=config, hide_index=True, height=height)
    show_csv_download("Download (CSV)", table, "embedviz-reading.csv", key="download-reading")
