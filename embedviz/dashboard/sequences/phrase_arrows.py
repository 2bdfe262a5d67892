"""Relations between phrases: their arrows, and how consistent these are beside the controls."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.sequences.typed_phrases import OWN_PAIRS, read_phrase_pairs
from embedviz.dashboard.state.phrase_vectors import MODEL, RELATIONS, SPACES, PhraseSpaces
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.projection import fit
from embedviz.relations import (
    PHRASE_RELATIONS,
    Relation,
    RelationReport,
    built_in,
    offsets,
    phrase_relations,
    shuffle_pairs,
)
from embedviz.support import clip, percent, signed

_MAP = "phrase-arrows"
_PREFIX = "phrase-"
_MAX_LENGTH = 4_000
_NAMED = 6
_GONE = "The word vectors that the model began with are no longer there: no untrained control."
_COLUMNS = {
    "relation": st.column_config.TextColumn("Relation"),
    "vectors": st.column_config.TextColumn("Vectors", width=150),
    "pairs": st.column_config.NumberColumn("Pairs"),
    "consistency": st.column_config.NumberColumn(
        "Consistency",
        format="%.2f",
        help="Mean cosine between the offsets of every two pairs: 1 if all arrows are parallel.",
    ),
    "interval": st.column_config.TextColumn("95 %", help="Interval of the consistency."),
    "shuffled": st.column_config.NumberColumn(
        "Shuffled",
        format="%.2f",
        help="Control: the same phrases paired at random, on average.",
    ),
    "p": st.column_config.NumberColumn(
        "p", format="%.3f", help="Share of random pairings that are at least as consistent."
    ),
    "hits": st.column_config.NumberColumn(
        "Hits",
        format="%.0f %%",
        help="Share of pairs whose target is nearest to source + mean offset of the others.",
    ),
}


def show_phrase_arrows(model: ServerSequenceModel) -> None:
    """Show the choice of a relation, its arrows and its statistics in all spaces."""
    left, right = st.columns([3, 2], gap="medium")
    with right:
        own = _type_pairs()
        relation = _choose_relation(own)
        words = relation.words if relation.name == OWN_PAIRS else ()
        spaces = PhraseSpaces(model, RELATIONS, words)
        space, is_shuffled = _choose_view()
        _say_unread(spaces)
        known = relation.known_to(spaces.vectors())
        if known is None:
            raise InputError(
                f"{model.name} can read no pair of these: write pairs with words that it knows on "
                "both sides."
            )
        reports = {one: spaces.measure(one, relation) for one in SPACES if spaces.is_there(one)}
        _show_statistics(reports)
    with left:
        _show_arrows(spaces, space, known, is_shuffled=is_shuffled)
    if st.toggle(
        "All relations", key="phrase-all-relations", bind="query-params", persist_state="session"
    ):
        _show_all(PhraseSpaces(model, RELATIONS))


def _type_pairs() -> Relation | None:
    """Show the field for own pairs; say which lines have none."""
    text = st.text_area(
        "Your own pairs, one per line",
        key="phrase-pairs",
        height=100,
        max_chars=_MAX_LENGTH,
        placeholder="he goes home | he went home\ni am tired | i was tired",
        help="Two phrases with | between them, or a tab or an arrow. Part of the link.",
        bind="query-params",
        persist_state="session",
    )
    relation, bad = read_phrase_pairs(text or "")
    if bad:
        lines = (text or "").splitlines()
        named = "\n".join(
            f"- Line {number}: “{escape(lines[number - 1].strip(), 60)}”" for number in bad[:_NAMED]
        )
        st.warning(f"Left out: write two different phrases with | between them.\n\n{named}")
    return relation


def _choose_relation(own: Relation | None) -> Relation:
    names = {_show_name(name): name for name in PHRASE_RELATIONS}
    offered = [*([OWN_PAIRS] if own else []), *names]
    if st.session_state.get("phrase-relation", offered[0]) not in offered:
        st.session_state.pop("phrase-relation", None)  # the own pairs are gone
    name = st.selectbox(
        "Relation", offered, key="phrase-relation", bind="query-params", persist_state="session"
    )
    return own if own is not None and name == OWN_PAIRS else built_in(names[name])


def _show_name(name: str) -> str:
    return name.removeprefix(_PREFIX).replace("-", " → ")


def _choose_view() -> tuple[str, bool]:
    space = st.segmented_control(
        "Vectors",
        SPACES,
        default=MODEL,
        required=True,
        key="phrase-arrow-space",
        bind="query-params",
        persist_state="session",
    )
    is_shuffled = st.toggle(
        "Shuffled pairs (control)",
        key="phrase-shuffled",
        help="Draw the same phrases paired at random, on a plane fitted to these arrows.",
        bind="query-params",
        persist_state="session",
    )
    return space or MODEL, is_shuffled


def _say_unread(spaces: PhraseSpaces) -> None:
    if unread := spaces.unread():
        named = ", ".join(f"“{escape(text, 60)}”" for text in unread[:_NAMED])
        st.caption(f"Without a word that {escape(spaces.model.name)} knows: {named}.")


def _show_arrows(
    spaces: PhraseSpaces, space: str, relation: Relation, *, is_shuffled: bool
) -> None:
    """Draw the pairs on the plane that is fitted to them."""
    vectors = spaces.vectors(space)
    drawn = shuffle_pairs(relation) if is_shuffled else relation
    plane = fit(vectors, [drawn], "arrows")
    points = word_map.place_words(vectors, plane, 0, drawn.words)
    word_map.show_map(_MAP, points)
    name = f"{_show_name(relation.name)}{', shuffled' if is_shuffled else ''}"
    word_map.show_overlay(
        _MAP,
        word_map.Overlay(
            families=[word_map.Family(clip(name, 40), 0, points.rows_of(vectors, drawn.pairs))],
            summary=f"{len(drawn.pairs)} pairs of phrases as arrows: {name}",
            version=points.version,
        ),
    )
    kept = plane.fidelity(offsets(vectors, drawn))
    st.caption(
        f"{len(drawn.pairs)} pairs on the plane that is fitted to their arrows, which flatters "
        f"them: it keeps {percent(kept)} of the offsets' squared length. Trust the figures, which "
        "are of all dimensions."
    )


def _show_statistics(reports: dict[str, RelationReport]) -> None:
    """Show the consistency in each space, and what to conclude."""
    table = _build_table(reports.items())
    st.dataframe(
        table.drop_columns(["relation", "pairs", "p"]),
        key="phrase-statistics",
        column_config=_COLUMNS,
        hide_index=True,
        placeholder="–",
    )
    if len(reports) < len(SPACES):
        st.caption(_GONE)
    st.markdown(_conclude(reports))
    show_csv_download(
        "Download (CSV)", table, "embedviz-phrase-relation.csv", key="download-phrase-relation"
    )


def _conclude(reports: dict[str, RelationReport]) -> str:
    """Say the verdict, and whether the relation is learnt: it is above all controls.

    The interval is above the untrained model and the mean of word vectors, and the excess over
    shuffled pairs is above 0.
    """
    ours = reports[MODEL]
    if ours.consistency is None:
        return "One pair has no consistency: give more."
    if ours.consistency_interval is None:
        return (
            f"Consistency **{signed(ours.consistency)}** of {ours.n_pairs} pairs: too few for an "
            "interval, give at least 8."
        )
    low = ours.consistency_interval[0]
    controls = {name.lower(): one.consistency for name, one in reports.items() if name != MODEL}
    above = [name for name, value in controls.items() if value is not None and value >= low]
    _, beyond, _ = ours.findings
    if not beyond.found:
        above.append("shuffled pairs")
    said = f"Verdict: **{ours.verdict.in_sentence}**."
    if not above:
        return f"{said} The model lies **above all controls**: training made this direction."
    return (
        f"{said} The model is **not above** {' and '.join(above)}: nothing here shows that "
        "training made this direction. An exchanged word is consistent in any encoder."
    )


def _build_table(rows: Iterable[tuple[str, RelationReport]]) -> pa.Table:
    found = list(rows)
    intervals = [one.consistency_interval for _, one in found]
    return pa.table(
        {
            "relation": [clip(_show_name(one.name), 40) for _, one in found],
            "vectors": [space for space, _ in found],
            "pairs": [one.n_pairs for _, one in found],
            "consistency": pa.array([one.consistency for _, one in found], pa.float64()),
            "interval": [
                None if one is None else f"{signed(one[0])} to {signed(one[1])}"
                for one in intervals
            ],
            "shuffled": pa.array([one.shuffled_consistency for _, one in found], pa.float64()),
            "p": pa.array([one.p_value for _, one in found], pa.float64()),
            "hits": pa.array(
                [None if one.hit_rate is None else 100 * one.hit_rate for _, one in found],
                pa.float64(),
            ),
        }
    )


def _show_all(spaces: PhraseSpaces) -> None:
    """List all built-in relations in all spaces."""
    with st.spinner("Measuring …"):
        rows = [
            (space, spaces.measure(space, relation))
            for relation in phrase_relations()
            if relation.known_to(spaces.vectors())
            for space in SPACES
            if spaces.is_there(space)
        ]
    table = _build_table(rows)
    st.dataframe(
        table, key="phrase-relations", column_config=_COLUMNS, hide_index=True, placeholder="–"
    )
    show_csv_download(
        "Download (CSV)", table, "embedviz-phrase-relations.csv", key="download-phrase-relations"
    )
