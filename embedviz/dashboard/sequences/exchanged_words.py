"""Two texts against each other: the same text with a word exchanged, or another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.dashboard.sequences.state_path import show_path
from embedviz.dashboard.sequences.unit_charts import build_distances
from embedviz.dashboard.state.watched_texts import Reader, WatchedText
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.support import clip_all
from embedviz.vectors import unit_rows

_HOW, _AT, _BY, _OTHER = "read-how", "read-at", "read-by", "read-other"
_EXCHANGE, _ANOTHER = "A word exchanged", "Another text"
_EXAMPLES = {"king": "queen", "writes": "sells", "tea": "coffee"}
_N_RANDOM, _NEAR = 20, 200  # random words, and how far their frequency rank may be away
_MAX_LENGTH = 2_000


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two texts word by word.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Steps of the two texts that stand for each other.
    distances : ndarray, shape (n_pairs,)
        1 - cosine between the states after them.
    """

    pairs: tuple[tuple[int, int], ...]
    distances: NDArray[np.float64]


def compare_states(first: WatchedText, second: WatchedText) -> Comparison:
    """Align two texts by their words, and compare the states after each pair.

    Words of texts of one length stand for each other by their place if at most one differs, as
    after an exchange; else words that differ do if as many differ in both texts.
    """
    pairs: list[tuple[int, int]] = []
    n_other = sum(a != b for a, b in zip(first.words, second.words, strict=False))
    if len(first.words) == len(second.words) and n_other <= 1:
        return _compare_pairs(first, second, [(step, step) for step in range(len(first.words))])
    matcher = SequenceMatcher(None, first.words, second.words, autojunk=False)
    for kind, a, a_end, b, b_end in matcher.get_opcodes():
        if kind == "equal" or a_end - a == b_end - b:
            pairs += zip(range(a, a_end), range(b, b_end), strict=True)
    return _compare_pairs(first, second, pairs)


def _compare_pairs(
    first: WatchedText, second: WatchedText, pairs: Sequence[tuple[int, int]]
) -> Comparison:
    one, other = unit_rows(first.states), unit_rows(second.states)
    distances = [1 - float(one[a] @ other[b]) for a, b in pairs]
    return Comparison(tuple(pairs), np.array(distances))


def show_two_texts(reader: Reader, text: str, what: str) -> None:
    """Show the choice of a second text, and both texts as the net reads them."""
    first = reader.watch(text)
    how = st.segmented_control(
        "Second text",
        [_EXCHANGE, _ANOTHER],
        default=_EXCHANGE,
        required=True,
        key=_HOW,
        bind="query-params",
        persist_state="session",
    )
    at = None
    if how == _ANOTHER:
        given = st.text_area(
            "The other text",
            key=_OTHER,
            height=90,
            max_chars=_MAX_LENGTH,
            placeholder="For instance the text above with its sentences in another order",
            bind="query-params",
            persist_state="session",
        )
        if not (given or "").strip():
            st.info("Give a second text.")
            return
        other = str(given)
    else:
        at, by = _choose_word(first.words)
        if not by:
            st.info("Give the word that stands in its place.")
            return
        other = reader.join([*first.words[:at], by, *first.words[at + 1 :]])
    second = reader.watch(other)
    compared = compare_states(first, second)
    control = compare_states(*(reader.watch(one, is_trained=False) for one in (text, other)))
    random = None if at is None else _compare_random_words(reader, first, at)
    if unknown := dict.fromkeys((*first.unknown, *second.unknown)):
        named = ", ".join(escape(word, 30) for word in list(unknown)[:12])
        st.caption(f"Not in the net's vocabulary, read as unknown: {named}.")
    left, right = st.columns([6, 5], gap="medium")
    with left:
        points = reader.place((*first.words, *second.words))
        show_path({"h[t], first text": first, "h[t], second text": second}, points, what)
    with right:
        _show_distances(first, compared, control, random)
        if first.bits is not None and second.bits is not None:
            _show_costs(first, second, at, random)
    _show_table(first, second, compared)


def _choose_word(words: tuple[str, ...]) -> tuple[int, str]:
    """Show the choice of a word and of what stands in its place."""
    first = next((place for place, word in enumerate(words) if word in _EXAMPLES), len(words) - 1)
    # the labels are the options, as they stand in the link
    labels = [f"{place + 1} {word[:24]}" for place, word in enumerate(words)]
    if st.session_state.get(_AT, labels[first]) not in labels:
        st.session_state.pop(_AT, None)  # of another text
    with st.container(horizontal=True, gap="small"):
        label = st.selectbox(
            "Exchange",
            labels,
            index=first,
            key=_AT,
            width=220,
            bind="query-params",
            persist_state="session",
        )
        at = labels.index(label)
        by = st.text_input(
            "by",
            key=_BY,
            placeholder=_EXAMPLES.get(words[at], "a word"),
            max_chars=60,
            width=220,
            bind="query-params",
            persist_state="session",
        )
    given = (by or "").strip() or _EXAMPLES.get(words[at], "")
    if len(given.split()) > 1:
        raise InputError(f"“{given}” is more than one word: choose “Another text” for several.")
    return at, given


@dataclass(frozen=True, eq=False)
class _RandomWords:
    """What random words of about the same frequency do in place of a word.

    Attributes
    ----------
    distances : ndarray, shape (n_random, n_words)
    costs : ndarray, shape (n_random,), or None
        Bits of the words after the exchanged one.
    """

    distances: NDArray[np.float64]
    costs: NDArray[np.float64] | None


def _compare_random_words(reader: Reader, first: WatchedText, at: int) -> _RandomWords | None:
    """Exchange a word by random ones of about the same frequency; None if it is unknown."""
    vocabulary = reader.vocabulary
    if first.words[at] not in vocabulary:
        return None
    rank = vocabulary.id(first.words[at])
    near = [
        word
        for word in vocabulary.words[max(1, rank - _NEAR) : rank + _NEAR]
        if word != first.words[at] and word.isalpha()
    ]
    if len(near) < _N_RANDOM:
        return None
    drawn = np.random.default_rng(at).choice(near, _N_RANDOM, replace=False)
    texts = [reader.join([*first.words[:at], word, *first.words[at + 1 :]]) for word in drawn]
    read = [one for text in texts if len((one := reader.watch(text)).words) == len(first.words)]
    if not read:
        return None
    costs = [one.bits[at + 1 :].sum() for one in read if one.bits is not None]
    distances = np.stack([compare_states(first, one).distances for one in read])
    return _RandomWords(distances, np.array(costs) if costs else None)


def _show_distances(
    first: WatchedText, compared: Comparison, control: Comparison, random: _RandomWords | None
) -> None:
    st.markdown("**How far apart the states are**, 1 − cosine")
    words = clip_all([first.words[a] for a, _ in compared.pairs], 24)
    band = None
    if random is not None and random.distances.shape[1] == len(compared.distances):
        band = np.quantile(random.distances, [0.25, 0.5, 0.75], axis=0)
    dark = st.context.theme.type == "dark"
    chart = build_distances(words, compared.distances, control.distances, band, dark=dark)
    st.vega_lite_chart(spec=chart, key="read-distances", alt="Distance of the states by word")
    if band is not None:
        st.caption(
            f"The band: quartiles of {len(random.distances) if random else 0} random words of "
            "about the same frequency in that place. Below it the net takes both words for alike."
        )


def _show_costs(
    first: WatchedText, second: WatchedText, at: int | None, random: _RandomWords | None
) -> None:
    """Say what both texts cost, and after an exchanged word beside random ones."""
    assert first.bits is not None and second.bits is not None
    st.markdown(
        f"The first text costs **{first.bits.sum():.1f} bits**, the second "
        f"**{second.bits.sum():.1f}**."
    )
    if at is None or at + 1 >= len(first.bits) or len(first.words) != len(second.words):
        return
    rest = [float(one.bits[at + 1 :].sum()) for one in (first, second) if one.bits is not None]
    said = f"The words after the exchanged one cost {rest[1] - rest[0]:+.1f} bits"
    if random is not None and random.costs is not None:
        low, middle, high = np.quantile(random.costs, [0.25, 0.5, 0.75]) - rest[0]
        said += f"; after random words {middle:+.1f} (quartiles {low:+.1f} to {high:+.1f})"
    st.caption(f"{said}.")


def _show_table(first: WatchedText, second: WatchedText, compared: Comparison) -> None:
    columns: dict[str, object] = {
        "first": clip_all([first.words[a] for a, _ in compared.pairs], 40),
        "second": clip_all([second.words[b] for _, b in compared.pairs], 40),
        "distance": pa.array(np.round(compared.distances, 3)),
    }
    config = {
        "first": st.column_config.TextColumn("First text"),
        "second": st.column_config.TextColumn("Second text"),
        "distance": st.column_config.NumberColumn("Distance of states", format="%.3f"),
    }
    for name, one, side in (("first", first, 0), ("second", second, 1)):
        if one.bits is not None:
            bits = [one.bits[pair[side]] for pair in compared.pairs]
            columns[f"bits_{name}"] = pa.array(np.round(bits, 2))
            config[f"bits_{name}"] = st.column_config.NumberColumn(f"Bits, {name}", format="%.1f")
        columns[f"note_{name}"] = clip_all([one.notes[pair[side]] for pair in compared.pairs], 120)
        config[f"note_{name}"] = st.column_config.TextColumn(f"Net, {name}")
    table = pa.table(columns)
    height = min(420, 38 + 35 * len(compared.pairs))
    st.dataframe(table, key="read-two", column_config=config, hide_index=True, height=height)
    show_csv_download("Download (CSV)", table, "embedviz-two-texts.csv", key="download-two")
