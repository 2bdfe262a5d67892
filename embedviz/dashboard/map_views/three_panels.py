"""The lecture's picture: relations side by side, each as arrows on a plane of its own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.map_views.search import search_on_click, show_nearest
from embedviz.dashboard.state.models import RelationPlace
from embedviz.dashboard.widgets import map_controls, relation_statistics
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.known_relations import KnownRelations
from embedviz.dashboard.widgets.markdown import escape
from embedviz.relations import RelationReport
from embedviz.support import arrow_name, percent

_A_ROW = 3


def show_panels(relations: KnownRelations, names: Sequence[str], n_pairs: int) -> None:
    """Show the panels, the control beside them, and the search below."""
    shuffled = st.toggle(
        "Control: shuffle the pairs",
        key="shuffled",
        help="Pairs each source with the target of another pair, and fits the plane to those "
        "arrows in the same way: what remains parallel is not due to the pairing.",
        bind="query-params",
        persist_state="session",
    )
    _show_panels_and_search(relations, names, n_pairs, is_shuffled=bool(shuffled))


@st.fragment
def _show_panels_and_search(
    relations: KnownRelations, names: Sequence[str], n_pairs: int, *, is_shuffled: bool
) -> None:
    """Show both as a fragment: a click reruns only this part."""
    run_safely(lambda: _draw(relations, names, n_pairs, is_shuffled=is_shuffled))


def _draw(
    relations: KnownRelations, names: Sequence[str], n_pairs: int, *, is_shuffled: bool
) -> None:
    model = relations.model
    places = {
        name: place
        for name in names
        if (known := relations.find(name))
        and (place := model.place_relation(known, n_pairs, is_shuffled=is_shuffled))
    }
    panels = list(places)
    columns = []
    for begin in range(0, len(panels), _A_ROW):
        n_columns = _A_ROW if len(panels) > 1 else 1
        for name, column in zip(
            panels[begin : begin + _A_ROW], st.columns(n_columns, gap="small"), strict=False
        ):
            columns.append((name, column))
    searched, _ = st.columns([4, 5], gap="large")
    with searched:
        word = map_controls.show_search("Find a word")
        if word:
            show_nearest(model, word)
        else:
            st.caption("Type a word, or click one on a panel, to see the words nearest to it.")
    for name, column in columns:
        with column:
            _show_panel(relations, name, places[name], word, is_shuffled=is_shuffled)


def _show_panel(
    relations: KnownRelations,
    name: str,
    place: RelationPlace,
    word: str,
    *,
    is_shuffled: bool,
) -> None:
    key, title, model = f"panel-{name}", arrow_name(name), relations.model
    st.markdown(f"**{relations.label(name)}**" + (" – pairs shuffled" if is_shuffled else ""))
    word_map.show_map(key, place.points, small=True, on_pick=guarded(search_on_click(model, key)))
    st.caption(_describe(relations.measure(name), place, is_shuffled=is_shuffled))
    is_drawn = word in model.vectors and model.vectors.id(word) in place.points.rows
    word_map.show_overlay(
        key,
        word_map.Overlay(
            families=[word_map.Family(title, relations.styles[name], place.pairs)],
            chosen=word_map.place_mark(model.vectors, place.plane, word) if is_drawn else None,
            summary=f"{len(place.pairs)} arrows of {title}"
            + (", pairs shuffled" if is_shuffled else ""),
            version=place.points.version,
            has_legend=False,
        ),
    )
    word_map.show_facts(key, model.vectors, model.picture_of)


def _describe(report: RelationReport, place: RelationPlace, *, is_shuffled: bool) -> str:
    """Say how far the arrows agree, beside the control."""
    verdict = relation_statistics.describe_agreement(report)
    true, shuffled = report.consistency, report.shuffled_consistency
    figures = "" if true is None else f" Consistency {true:.2f}"
    if shuffled is not None:
        figures += f", with shuffled pairs {shuffled:.2f}"
    kept = percent(place.fidelity)
    if is_shuffled:
        return f"The same words, paired at random.{figures}; this plane retains {kept}."
    return f"{verdict}.{figures}; this plane retains {kept}.{_name_backwards(report, place)}"


def _name_backwards(report: RelationReport, place: RelationPlace) -> str:
    """Name the drawn pairs whose offset is opposed to the mean of the others."""
    words = place.points.table["word"].to_pylist()
    drawn = {(words[source], words[target]) for source, target in place.pairs}
    opposed = [
        f"{escape(fit.source, 30)} → {escape(fit.target, 30)}"
        for fit in report.fits
        if fit.cosine is not None and fit.cosine < 0 and (fit.source, fit.target) in drawn
    ]
    if not opposed:
        return ""
    verb = "runs" if len(opposed) == 1 else "run"
    return f" {', '.join(opposed)} {verb} backwards."
