"""The Map page: relations as arrows in one of several views, and how far to trust them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.navigation.page import StreamlitPage

from embedviz import export
from embedviz.dashboard.component import word_map
from embedviz.dashboard.map_views.all_words import MapContent, show_map_and_search
from embedviz.dashboard.map_views.one_relation import show_one_relation
from embedviz.dashboard.map_views.own_words import show_own_words
from embedviz.dashboard.map_views.three_panels import show_panels
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.state.neighbour_maps import MapOfNeighbours, place_points
from embedviz.dashboard.widgets import (
    map_controls,
    map_view,
    neighbour_map,
    own_marks,
    relation_statistics,
)
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.map_controls import Choice
from embedviz.dashboard.widgets.model_choice import choose_model
from embedviz.dashboard.widgets.relation_statistics import Evidence
from embedviz.projection import Plane, RegionNames
from embedviz.relations import FAMILIES, Relation, offsets
from embedviz.support import arrow_name, percent
from embedviz.vectors import WordVectors

_FEWEST_WITH_AREAS = 1_000  # words


def build_page() -> StreamlitPage:
    """Build the page for the navigation; other pages switch to it."""
    return st.Page(show_page, title="Map", default=True)


@st.fragment
def show_page() -> None:
    """Show the page as a fragment, so that new arrows do not resend the elements around it."""
    run_safely(_show_map_page)


def _show_map_page() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = choose_model()
        view = map_controls.choose_view()
        has_relations = view in (map_controls.PANELS, map_controls.ALL_WORDS)
        choice = map_controls.show_controls(model, view) if has_relations else None
    if choice is None and view == map_controls.ONE:
        show_one_relation(model)
        return
    if choice is None:
        show_own_words(model, has_axes=view == map_controls.AXES)
        return
    known = choice.relations
    relations = {name: there for name in choice.names if (there := known.find(name))}
    verdict = st.container()
    if choice.notice:
        verdict.info(choice.notice)
    if view == map_controls.PANELS and relations:
        _show_three_panels(model, choice, relations)
    else:
        _show_all_words(model, choice, relations)
    reports = [known.measure(name) for name in relations]
    with verdict:
        if choice.names and not relations:
            st.markdown("This model's vocabulary contains no pair of the chosen relations.")
        else:
            said = relation_statistics.state_verdict(reports)
            is_elsewhere = view == map_controls.ALL_WORDS and choice.is_neighbour_map and reports
            elsewhere = f"In the full space, {said[0].lower()}{said[1:]}"
            st.markdown(elsewhere if is_elsewhere else said)
        if warning := relation_statistics.warn_if_synthetic(model.vectors):
            st.caption(warning)
    left_out = [name for name in choice.names if name not in relations]
    if left_out and relations:
        named = ", ".join(map(known.label, left_out))
        st.caption(f"No pair of {named} is in this model's vocabulary.")


def _show_three_panels(model: Model, choice: Choice, relations: Mapping[str, Relation]) -> None:
    show_panels(choice.relations, list(relations), choice.n_pairs)
    places = {
        name: model.place_relation(relation, choice.n_pairs, is_shuffled=False)
        for name, relation in relations.items()
    }
    evidence = {
        name: Evidence(choice.relations.measure(name), place.fidelity)
        for name, place in places.items()
        if place
    }
    fold = _fold()
    if not fold.open:
        return
    with fold:
        st.markdown(
            "Each panel has a plane of its own: to the right the mean direction of the relation's "
            "arrows, upwards the largest remaining variance of its words. A plane that is chosen "
            "to show arrows makes even chance look a little parallel: shuffle the pairs to see how "
            "much. All figures are computed in the full space."
        )
        relation_statistics.show_cards(evidence)


def _show_all_words(model: Model, choice: Choice, relations: Mapping[str, Relation]) -> None:
    layout = map_view.lay_out(choice)
    if not isinstance(layout, Plane):
        _show_neighbour_map(model, choice, relations, layout)
        return
    plane, vectors, fitted_on = layout, model.vectors, choice.fitted_on
    dims = min(choice.dims, len(plane.axes))
    seen = map_view.keep_axes(plane, dims)
    others = [word for one in relations.values() for word in one.words]
    others += [word for words in choice.own_words.values() for word in words]
    shown = model.place_words(choice.kind, fitted_on, choice.n_words, others)
    names = RegionNames()
    if choice.has_areas and choice.n_words >= _FEWEST_WITH_AREAS:
        names = model.name_regions(choice.kind, fitted_on, choice.n_words)
    families = _build_families(model, choice, relations, shown)
    show_map_and_search(MapContent(model, plane, shown, families, dims, names.regions))
    evidence = {
        name: Evidence(choice.relations.measure(name), seen.fidelity(offsets(vectors, relation)))
        for name, relation in relations.items()
    }
    fold = _fold()
    if fold.open:
        with fold:
            st.markdown(
                relation_statistics.summarise(
                    list(evidence.values()), fitted_to_arrows=choice.kind == "arrows", n_axes=dims
                )
            )
            kind = map_controls.PLANES[choice.kind if fitted_on else "all"]
            relation_statistics.show_cards(evidence, seen, kind)
            _show_area_figures(names)
    if relations:
        # built only on download: it reads every vector once
        _show_download(lambda: map_view.build_scene(replace(choice, n_words=0, own_words={}), ()))


def _show_neighbour_map(
    model: Model, choice: Choice, relations: Mapping[str, Relation], found: MapOfNeighbours
) -> None:
    """Show the words on a map of neighbours: without areas and without shares of offsets."""
    st.markdown(neighbour_map.describe(choice.kind, found), help=neighbour_map.TRUST_HELP)
    shown = place_points(model, found.layout)
    families = _build_families(model, choice, relations, shown)
    show_map_and_search(MapContent(model, None, shown, families, 2))
    with _fold():
        st.markdown(
            "All figures are computed in the full space, not on the map of neighbours: it retains "
            "no share of an offset that could be given."
        )
        relation_statistics.show_cards(
            {name: Evidence(choice.relations.measure(name), None) for name in relations}
        )
    if relations:
        _show_download(lambda: map_view.build_scene(replace(choice, own_words={}), ()))


def _fold() -> ExpanderContainer:
    """Return the fold of the figures; a closed one stays empty, which spares time and bytes."""
    return st.expander("How far to trust it", key="trust", on_change="rerun")


def _show_area_figures(names: RegionNames) -> None:
    """Say how well the names of areas predict their words, beside chance."""
    if not names.predicted:
        return
    figures = "; ".join(
        f"{sum(one.level == level for one in names.regions)} areas: {percent(true)} (names moved "
        f"to other areas {percent(other)})"
        for level, (true, other) in enumerate(zip(names.predicted, names.by_chance, strict=True))
    )
    st.caption(
        f"Names of areas: share of words whose nearest name, in the full space, is that of their "
        f"own area. {figures}."
    )


def _build_families(
    model: Model, choice: Choice, relations: Mapping[str, Relation], shown: word_map.Points
) -> list[word_map.Family]:
    """Build the arrows of the relations, and the visitor's words as points."""
    styles = choice.relations.styles
    arrows = [
        _build_family(model.vectors, shown, relation, choice.n_pairs, styles[name])
        for name, relation in relations.items()
    ]
    # the colours after those of the families and of the own relations, which are shown beside them
    first_style = len(FAMILIES) + len(choice.relations.own)
    points = own_marks.build_points(model.vectors, shown, choice.own_words, first_style)
    return [*arrows, *points]


def _build_family(
    vectors: WordVectors, shown: word_map.Points, relation: Relation, n_pairs: int, style: int
) -> word_map.Family:
    """Build the arrows of a relation from its most frequent pairs."""
    pairs = relation.pairs[:n_pairs]
    label = arrow_name(relation.name)
    if len(pairs) < len(relation.pairs):
        label = f"{label} ({len(pairs)} of {len(relation.pairs)})"
    return word_map.Family(label, style, shown.rows_of(vectors, pairs))


def _show_download(take: Callable[[], export.Scene]) -> None:
    """Show the download button for the coordinates of the arrows."""
    st.download_button(
        "Download the arrows (CSV)",
        data=lambda: export.points_csv(take()),
        file_name="embedviz-map.csv",
        mime="text/csv",
        on_click="ignore",
        key="download",
        help="Word, relation, role, pair and coordinates of all pairs of the relations shown. "
        "The Export page has all other formats.",
    )
