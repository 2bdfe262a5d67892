"""The units that are on along a span, and where else in a corpus they are on."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.sequences.unit_charts import build_unit_chart
from embedviz.dashboard.state import server_options
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.relations import FAMILIES, built_in
from embedviz.states import (
    MOST_WORDS,
    AnnotatedText,
    Place,
    RecordedStates,
    UnitPattern,
    count_values,
    find_pattern,
    find_places,
)
from embedviz.support import clip_all, counted, percent

_SPAN, _THRESHOLD, _ONLY, _COLUMN = "read-span", "read-threshold", "read-only", "read-column-of"
_FILE = "read-corpus"
_MOST_MEGABYTES = 4
_FIRST, _LENGTH = "read-first", "read-length"
_N_PLACES, _CONTEXT = 30, 6
_MOST_BEFORE, _MOST_AFTER, _MOST_SLID = 60, 60, 400  # words
_WORD, _NEXT, _ROLE = "word", "next word", "role in the built-in relations"


def choose_corpus() -> str | None:
    """Show the upload of a corpus, and return its content; None for the bundled one."""
    if server_options.is_read_only():
        return None
    with st.popover("Corpus"):
        given = st.file_uploader(
            "A corpus of your own",
            type=[".txt", ".tsv"],
            key=_FILE,
            max_upload_size=_MOST_MEGABYTES,
            help="Plain text, a text on each line; or a table with tabs whose first line names "
            "its columns: word, and metadata such as pos, speaker, section; an empty line ends a "
            f"text. Up to {MOST_WORDS:,} words.",
        )
        st.caption("Without one: 20,000 words of the bundled corpus.")
    if given is None:
        return None
    return decode_upload(given.getvalue(), _MOST_MEGABYTES << 20, "choose a plain text")


def show_places(
    text: RecordedStates, corpus: RecordedStates, text_start: int | None = None
) -> None:
    """Show the choice of a span of the text, its units, and their places in the corpus.

    Parameters
    ----------
    text : RecordedStates
        One text.
    corpus : RecordedStates
        Of the same net.
    text_start : int, optional
        Place of the text's first word in the corpus, if it is part of it.
    """
    words = text.text.words
    begin, end = _choose_span(words)
    most = float(np.abs(text.states).max()) or 1.0
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        threshold = st.slider(
            "On from",
            0.05,
            0.95,
            0.4,
            0.05,
            key=_THRESHOLD,
            width=260,
            bind="query-params",
            persist_state="session",
            help=f"As a share of the largest value in the text, {most:.2g}. A unit is on where "
            "the size of its value reaches this, with one sign throughout the span.",
        )
        only = st.checkbox(
            "and not just before and after",
            key=_ONLY,
            bind="query-params",
            persist_state="session",
            help="Leave out units that are still on at the words beside the span.",
        )
    pattern = find_pattern(text.states, begin, end, threshold * most, only_there=only)
    n_units = text.states.shape[1]
    st.markdown(
        f"**{counted(len(pattern.units), 'unit')}** of {n_units} on throughout "
        f"{counted(pattern.length, 'word')}."
    )
    dark = st.context.theme.type == "dark"
    here = slice(max(0, begin - _MOST_BEFORE), end + _MOST_AFTER)  # of a long text
    chart = build_unit_chart(
        clip_all(words[here], 24),
        text.states[here, list(pattern.units)],
        "",
        is_gate=False,
        dark=dark,
    )
    st.vega_lite_chart(spec=chart, key="read-pattern", alt="The units that are on")
    places = find_places(corpus, pattern, _N_PLACES + 1)
    if text_start is not None:  # the span itself is no other place
        own = range(text_start + begin - pattern.length + 1, text_start + end)
        places = [place for place in places if place.start not in own]
    places = places[:_N_PLACES]
    if not places:
        st.info("Nowhere in the corpus is one of these units on for as long.")
        return
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _show_found(corpus, pattern, places)
    with right:
        run_safely(lambda: _show_counts(corpus, pattern, places))


def _choose_span(words: tuple[str, ...]) -> tuple[int, int]:
    labels = [f"{place + 1} {word[:20]}" for place, word in enumerate(words)]
    if len(labels) < 2:
        return 0, 1
    if len(labels) > _MOST_SLID:  # too many for a slider
        if not 1 <= st.session_state.get(_FIRST, 1) <= len(labels):
            st.session_state.pop(_FIRST)  # of a longer text
        with st.container(horizontal=True, gap="small"):
            place = st.number_input("First word", 1, len(labels), 1, key=_FIRST, width=140)
            n = st.number_input("Words", 1, 20, 2, key=_LENGTH, width=140)
        begin = int(place) - 1
        return begin, min(begin + int(n), len(labels))
    kept = st.session_state.get(_SPAN)
    if kept is not None and not set(kept) <= set(labels):
        st.session_state.pop(_SPAN)  # of another text
    last = min(6, len(labels) - 1)
    first, after = st.select_slider(
        "Span",
        labels,
        value=(labels[last - 1], labels[last]),
        key=_SPAN,
        bind="query-params",
        persist_state="session",
    )
    return labels.index(first), labels.index(after) + 1


def _show_found(corpus: RecordedStates, pattern: UnitPattern, places: list[Place]) -> None:
    """List the places with their context."""
    words = corpus.text.words
    n_on: list[int] = []
    texts: dict[str, list[str]] = {"before": [], "span": [], "after": []}
    extra: dict[str, list[str]] = {name: [] for name in corpus.text.columns}
    for place in places:
        begin, end = corpus.text.bounds(corpus.text.text_of(place.start))
        stop = place.start + pattern.length
        n_on.append(place.n_on)
        texts["before"].append(" ".join(words[max(begin, place.start - _CONTEXT) : place.start]))
        texts["span"].append(" ".join(words[place.start : stop]))
        texts["after"].append(" ".join(words[stop : min(end, stop + _CONTEXT)]))
        for name, values in corpus.text.columns.items():
            extra[name].append(values[place.start])
    st.markdown(
        f"The **{counted(len(places), 'place')}** with the most units on, {max(n_on)} to "
        f"{min(n_on)} of {len(pattern.units)}"
    )
    named = {
        name if name not in (*texts, "units_on") else f"{name} (metadata)": values
        for name, values in extra.items()
    }
    shown = {name: clip_all(values, 120) for name, values in (texts | named).items()}
    table = pa.table({"units_on": pa.array(n_on, pa.int32()), **shown})
    config = {
        "units_on": st.column_config.NumberColumn("Units on", help=f"Of {len(pattern.units)}"),
        "before": st.column_config.TextColumn("Before", alignment="right"),
        "span": st.column_config.TextColumn("Span"),
        "after": st.column_config.TextColumn("After"),
    }
    st.dataframe(table, key="read-places", column_config=config, hide_index=True, height=460)
    show_csv_download("Download the places (CSV)", table, "embedviz-places.csv", key="down-places")


def _show_counts(corpus: RecordedStates, pattern: UnitPattern, places: list[Place]) -> None:
    """Count what stands at the places, beside the whole corpus and random units."""
    columns = list(dict.fromkeys([*corpus.text.columns, _ROLE, _WORD, _NEXT]))
    if st.session_state.get(_COLUMN, columns[0]) not in columns:
        st.session_state.pop(_COLUMN)
    column = st.selectbox(
        "Count by",
        columns,
        key=_COLUMN,
        width=300,
        bind="query-params",
        persist_state="session",
    )
    values = _column_values(corpus.text, column)
    counts = count_values(corpus, pattern, places, values)
    table = pa.table(
        {
            "value": clip_all([one.value for one in counts], 40),
            "found": pa.array([one.n_found for one in counts], pa.int32()),
            "share": [_share(one.share, one.interval) for one in counts],
            "corpus": [percent(one.expected) for one in counts],
            "random": [percent(one.by_random) for one in counts],
        }
    )
    config = {
        "value": st.column_config.TextColumn("Value"),
        "found": st.column_config.NumberColumn("Words"),
        "share": st.column_config.TextColumn("Share (95 % interval)"),
        "corpus": st.column_config.TextColumn("Whole corpus"),
        "random": st.column_config.TextColumn(
            "Random units", help="The mean of 20 random sets of as many units."
        ),
    }
    st.dataframe(table, key="read-counts", column_config=config, hide_index=True)
    st.caption(
        "A value that the units stand for is more frequent at their places than in the whole "
        "corpus and than at the places of random units. Words of one text are not "
        "independent, so that the true interval is wider."
    )
    show_csv_download("Download the counts (CSV)", table, "embedviz-counts.csv", key="down-counts")


def _share(share: float, interval: tuple[float, float] | None) -> str:
    if interval is None:
        return percent(share)
    return f"{percent(share)} ({percent(interval[0])} – {percent(interval[1])})"


def _column_values(text: AnnotatedText, column: str) -> tuple[str, ...]:
    """Return the values of a column: of the metadata, or one that every text has."""
    if column in text.columns:
        return text.columns[column]
    if column == _NEXT:
        last = {start - 1 for start in text.starts[1:]}
        following = zip(text.words[1:], range(len(text.words)), strict=False)
        return (*("" if place in last else word for word, place in following), "")
    if column == _ROLE:
        roles: dict[str, str] = {}
        for name in FAMILIES:
            sides = name.partition("-")[::2]
            for pair in built_in(name).pairs:
                for word, side in zip(pair, sides, strict=True):
                    roles.setdefault(word, side)
        return tuple(roles.get(word.lower(), "none") for word in text.words)
    return text.words
