"""The Read page: what a recurrent language model does while it reads a text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.sequences import unit_charts
from embedviz.dashboard.sequences.state_path import show_path
from embedviz.dashboard.state import language_models
from embedviz.dashboard.state.language_models import ReadingModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.sequence_model_choice import is_torch_missing
from embedviz.support import clip_all, counted

if TYPE_CHECKING:
    from embedviz.sequences import Reading

_TEXT, _MODEL, _PART = "read", "reader", "read-part"
_WORDS, _UNITS, _BACK = "Word by word", "Units", "Back through time"
_STATES = "states"
EXAMPLE = (
    "the king of france was born in paris , and the queen of england was born in london . she was "
    "the daughter of an american writer ."
)
_MAX_LENGTH = 2_000
_N_GUESSES = 3


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    model, text = _show_input()
    part = st.segmented_control(
        "Part",
        [_WORDS, _UNITS, _BACK],
        default=_WORDS,
        required=True,
        key=_PART,
        label_visibility="collapsed",
        bind="query-params",
        persist_state="session",
    )
    run_safely(lambda: _show_part(part or _WORDS, model, text))


def _show_input() -> tuple[ReadingModel, str]:
    """Show the choice of a model and the text."""
    there = {model.name: model for model in language_models.require_models()}
    if st.session_state.get(_MODEL, next(iter(there))) not in there:
        st.session_state.pop(_MODEL, None)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        name = st.selectbox(
            "Language model",
            list(there),
            key=_MODEL,
            help="cells/… are four small models that ship, one for each cell, trained alike on the "
            "same English text.",
            bind="query-params",
            persist_state="session",
        )
    with right:
        text = st.text_area(
            "Text",
            key=_TEXT,
            height=90,
            placeholder=EXAMPLE,
            max_chars=_MAX_LENGTH,
            help="Words outside the vocabulary are read as unknown. The text is part of the link.",
            bind="query-params",
            persist_state="session",
        )
    return there[name], (text or "").strip() or EXAMPLE


def _show_part(part: str, model: ReadingModel, text: str) -> None:
    if part == _BACK:
        _show_gradients(model, text)
        return
    reading, control = (model.read(text, is_trained=trained) for trained in (True, False))
    _show_summary(model, reading, control)
    if part == _UNITS:
        _show_units(reading, control)
        return
    left, right = st.columns([6, 5], gap="medium")
    with left:
        show_path(reading, control, model.output_vectors)
    with right:
        _show_words(reading)


def _show_summary(model: ReadingModel, reading: Reading, control: Reading) -> None:
    """Say how surprised the model is, beside the untrained one and even guessing."""
    n_words = len(model.trained.vocabulary)
    unknown = [
        word for word, is_known in zip(reading.words, reading.is_known, strict=True) if not is_known
    ]
    st.markdown(
        f"Mean surprise **{reading.mean_bits:.1f} bits** a word over "
        f"{counted(len(reading.words), 'word')}; untrained {control.mean_bits:.1f}, all words "
        f"equally likely {math.log2(n_words):.1f}."
    )
    if unknown:
        named = ", ".join(escape(word, 30) for word in dict.fromkeys(unknown[:12]))
        st.caption(f"Not in its vocabulary of {n_words:,} words, read as unknown: {named}.")
    if model.trained.skipped:
        st.caption(
            "Frequent words were skipped in this model's training: it never saw running text, and "
            "its guesses avoid frequent words."
        )


def _show_words(reading: Reading) -> None:
    """List the words with their surprise and what was expected instead."""
    guesses = [
        ", ".join(f"{guess.word} {guess.probability:.0%}" for guess in row[:_N_GUESSES])
        for row in reading.guesses
    ]
    table = pa.table(
        {
            "word": clip_all(reading.words, 40),
            "bits": pa.array(np.round(reading.bits, 2)),
            "expected": clip_all(guesses, 200),
        }
    )
    columns = {
        "word": st.column_config.TextColumn("Word"),
        "bits": st.column_config.ProgressColumn(
            "Surprise, bits",
            format="%.1f",
            min_value=0.0,
            max_value=float(reading.bits.max()),
            help="−log₂ p(word | words before), over the full softmax.",
        ),
        "expected": st.column_config.TextColumn(
            "Expected before it", help="The likeliest words, with their probabilities."
        ),
    }
    height = min(560, 38 + 35 * len(reading.words))
    st.dataframe(table, key="read-words", column_config=columns, hide_index=True, height=height)
    show_csv_download("Download (CSV)", table, "embedviz-reading.csv", key="download-reading")


def _show_units(reading: Reading, control: Reading) -> None:
    """Show the heat map of states or gates, of the model and of its control."""
    kinds = [_STATES, *(f"{name} gate" for name in reading.gates)]
    with st.container(horizontal=True, gap="medium"):
        kind = st.segmented_control(
            "Values", kinds, default=_STATES, required=True, key="read-unit"
        )
        order = st.segmented_control(
            "Order of units",
            [unit_charts.SORTED, unit_charts.CLUSTERED, unit_charts.AS_THEY_ARE],
            default=unit_charts.SORTED,
            required=True,
            key="read-order",
            help="Sorted: by the word at which a unit is strongest. Clustered: alike units beside "
            "each other (average linkage).",
        )
    is_gate = kind != _STATES
    dark = st.context.theme.type == "dark"
    for name, one in (("After training", reading), ("Before training", control)):
        st.markdown(f"**{name}**")
        values = one.gates[(kind or _STATES).removesuffix(" gate")] if is_gate else one.states
        chart = unit_charts.build_unit_chart(
            clip_all(one.words, 24), values, order or "", is_gate=is_gate, dark=dark
        )
        description = f"{kind} of {values.shape[1]} units along {len(one.words)} words"
        st.vega_lite_chart(spec=chart, key=f"units-{name}", alt=description)
    st.caption(
        "Each row is a unit, each column a word. Hold a unit that seems to have a meaning "
        "against many texts: among a hundred units, some fit any text."
    )


def _show_gradients(model: ReadingModel, text: str) -> None:
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
