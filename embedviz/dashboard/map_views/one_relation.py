"""One relation: a large picture beside the table of its pairs, linked both ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.component.pair_table import LEFT_OUT, PairRow, show_pair_table
from embedviz.dashboard.map_views.search import search_on_click, show_nearest
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls, own_pairs, relation_statistics
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.known_relations import KnownRelations, describe_unknown
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.projection import Plane, fit
from embedviz.relations import Pair, Relation, RelationReport, offsets
from embedviz.support import arrow_name, clip, percent, signed
from embedviz.vectors import WordVectors

_KEY, _TABLE = "one-map", "one-pairs"
_CHOSEN = "one"
_KEPT = "one-left-out"
_MOST_ROWS = 300


@st.fragment
def show_one_relation(model: Model) -> None:
    """Show the view as a fragment."""
    run_safely(lambda: _draw(model))


def _draw(model: Model) -> None:
    head, verdict, body, below = (st.container() for _ in range(4))
    with below:
        relations = KnownRelations(model, own_pairs.choose_pairs(model.vectors))
    relation = _choose(relations, head)
    if relation is None:
        verdict.caption("No pair of any relation is in this model's vocabulary: give your own.")
        return
    left_out = [pair for pair in relation.pairs if pair in st.session_state.get(_KEPT, ())]
    kept = tuple(pair for pair in relation.pairs if pair not in left_out)
    whole = relations.measure(relation.name)
    report = model.measure(Relation(relation.name, kept)) if left_out and kept else whole
    verdict.markdown(_describe(whole, report, left_out))
    try:
        plane = fit(model.vectors, [relation], "arrows")
    except InputError as error:
        body.error(escape(str(error)))
        return
    left, right = body.columns([7, 4], gap="medium")
    points = word_map.place_words(model.vectors, plane, 0, relation.words)
    with left:
        word_map.show_map(_KEY, points, on_pick=guarded(search_on_click(model, _KEY)))
        retained = percent(plane.fidelity(offsets(model.vectors, relation)))
        st.caption(
            "To the right the mean direction of all pairs, upwards the largest remaining variance "
            f"of their words; the plane retains {retained} of the offsets' squared length."
        )
    with right:
        rows = _rows(model.vectors, relation, whole, points)
        st.caption(
            "From the pair that fits the others best; the bar is its cosine with their mean, ✓ a "
            "hit. A click leaves a pair out."
        )
        pairs = [(row.source, row.target) for row in rows]
        places = [number for number, pair in enumerate(pairs) if pair in left_out]
        style = relations.styles[relation.name]
        show_pair_table(_TABLE, _KEY, style, rows, places, guarded(_store_on_change(pairs)))
        word = map_controls.show_search("Find a word")
        if word:
            show_nearest(model, word)
        arrows = points.rows_of(model.vectors, kept)
        family = word_map.Family(arrow_name(relation.name), style, arrows)
        _show_arrows(model.vectors, family, plane, points, word)
        word_map.show_facts(_KEY, model.vectors, model.picture_of)


def _choose(relations: KnownRelations, place: st.delta_generator.DeltaGenerator) -> Relation | None:
    """Show the choice of a relation; own ones come first."""
    known = {name: there for name in relations.names if (there := relations.find(name))}
    ordered = list(known)
    if not ordered:
        return None
    if notice := describe_unknown(_CHOSEN, relations.names):
        place.info(notice)
    if st.session_state.get(_CHOSEN) not in ordered:
        st.session_state.pop(_CHOSEN, None)
    name = place.selectbox(
        "Relation",
        ordered,
        format_func=arrow_name,
        key=_CHOSEN,
        label_visibility="collapsed",
        width=320,
        bind="query-params",
        persist_state="session",
    )
    return known[name]


def _describe(whole: RelationReport, report: RelationReport, left_out: Sequence[Pair]) -> str:
    """State the verdict and its figures; with pairs left out, beside those of all."""
    parts = [f"**{relation_statistics.describe_agreement(report)}.** {_figures(report)}."]
    if left_out:
        n = len(left_out)
        parts.append(
            f"Without {n} pair{'' if n == 1 else 's'}; of all {whole.n_pairs}: "
            f"{_figures(whole)}. To leave out what does not fit raises every figure, also of "
            "pairs without a direction."
        )
    return " ".join(parts)


def _figures(report: RelationReport) -> str:
    if report.consistency is None:
        return "No consistency: it needs two pairs"
    shuffled, hits = report.shuffled_consistency, report.hit_rate
    parts = [f"consistency {signed(report.consistency, interval=report.consistency_interval)}"]
    if shuffled is not None:
        parts.append(f"with shuffled pairs {signed(shuffled)}")
    if hits is not None:
        parts.append(f"hit rate {percent(hits)}")
    return ", ".join(parts)


def _rows(
    vectors: WordVectors, relation: Relation, report: RelationReport, points: word_map.Points
) -> list[PairRow]:
    fits = {(one.source, one.target): one for one in report.fits}
    rows = []
    for source, target in relation.pairs:
        found = fits.get((source, target))
        first, second = (points.rows[id_] for id_ in vectors.ids([source, target]))
        fit_, rank = (found.cosine, found.rank) if found else (None, None)
        rows.append(PairRow(clip(source, 64), clip(target, 64), fit_, rank, (first, second)))
    rows.sort(key=lambda row: -2.0 if row.fit is None else row.fit, reverse=True)
    return rows[:_MOST_ROWS]


def _store_on_change(pairs: Sequence[Pair]) -> Callable[[], None]:
    """Return the callback that keeps the pairs that are left out."""

    def store() -> None:
        numbers = st.session_state[_TABLE].get(LEFT_OUT)
        chosen = (
            [one for one in numbers if isinstance(one, int)] if isinstance(numbers, list) else []
        )
        now = {pairs[one] for one in chosen if 0 <= one < len(pairs)}
        others = set(st.session_state.get(_KEPT, ())) - set(pairs)
        st.session_state[_KEPT] = sorted(others | now)

    return store


def _show_arrows(
    vectors: WordVectors,
    family: word_map.Family,
    plane: Plane,
    points: word_map.Points,
    word: str,
) -> None:
    is_drawn = word in vectors and vectors.id(word) in points.rows
    word_map.show_overlay(
        _KEY,
        word_map.Overlay(
            families=[family],
            chosen=word_map.place_mark(vectors, plane, word) if is_drawn else None,
            summary=f"{len(family.pairs)} arrows of {family.label}",
            version=points.version,
        ),
    )
