"""The Map page: the families as arrows on the word map, a search, and their statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from embedviz import export
from embedviz.dashboard.component import word_map
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls, map_view, relation_statistics
from embedviz.dashboard.widgets.answers import show_answers, show_spellings
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.model_choice import choose_model
from embedviz.dashboard.widgets.place import (
    forget_place,
    read_place,
    show_place,
    store_place,
)
from embedviz.errors import UnknownWordError
from embedviz.projection import Plane
from embedviz.relations import Relation, offsets, style_number
from embedviz.support import arrow_name, clip
from embedviz.vectors import WordVectors

_KEY = "map"
_N_NEAR = 12
_BESIDE = 252  # height in pixels: six rows, above the list of selected words


@st.fragment
def build_page() -> StreamlitPage:
    """Build the page for the navigation; other pages switch to it."""
    return st.Page(show_page, title="Map", default=True)


def show_page() -> None:
    """Show the page as a fragment, so that new arrows do not resend the elements around it."""
    run_safely(_show_map_page)


def _show_map_page() -> None:
    top, claim, body, cards = (st.container() for _ in range(4))
    with top, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = choose_model()
        choice = map_controls.show_controls()
    vectors = model.vectors
    relations = {name: there for name in choice.names if (there := model.find_relation(name))}
    fitted_on = [name for name in choice.fitted_on if model.find_relation(name)]
    plane = model.fit_plane(choice.kind, fitted_on)
    dims = min(choice.dims, len(plane.axes))
    seen = map_view.keep_axes(plane, dims)
    shown = model.place_words(choice.kind, fitted_on, choice.n_words)
    families = [
        _build_family(vectors, shown, there, choice.n_pairs) for there in relations.values()
    ]
    with body:
        _map_and_search(_MapContent(model, plane, shown, families, dims))

    evidence = {
        name: relation_statistics.Evidence(
            model.measure_built_in(name), seen.fidelity(offsets(vectors, relation))
        )
        for name, relation in relations.items()
    }
    along = choice.kind == "arrows"
    if choice.names and not evidence:
        claim.markdown("This model's vocabulary contains no pair of the chosen relations.")
    else:
        claim.markdown(
            relation_statistics.summarise(
                list(evidence.values()), fitted_to_arrows=along, n_axes=dims
            )
        )
    if warning := relation_statistics.warn_if_synthetic(vectors):
        claim.caption(warning)
    with cards:
        relation_statistics.show_cards(
            seen, map_controls.PLANES[choice.kind if fitted_on else "all"], evidence
        )
        if relations:
            # built only on download: it reads every vector once
            _show_download(lambda: map_view.build_scene(model, replace(choice, n_words=0), ()))
        left_out = [name for name in choice.names if name not in relations]
        if left_out and relations:
            named = ", ".join(arrow_name(name) for name in left_out)
            st.caption(f"No pair of {named} is in this model's vocabulary.")


@dataclass(frozen=True)
class _MapContent:
    """What the map shows, independent of search and selection."""

    model: Model
    plane: Plane
    points: word_map.Points
    families: Sequence[word_map.Family]
    dims: int


@st.fragment
def _map_and_search(scene: _MapContent) -> None:
    """Show the map and the search as a fragment: a search or selection reruns only this part."""
    run_safely(lambda: _draw(scene))


def _draw(scene: _MapContent) -> None:
    vectors, shown = scene.model.vectors, scene.points
    left, right = st.columns([7, 3], gap="medium")
    with left:
        word_map.show_map(
            _KEY,
            shown,
            on_pick=guarded(_search_on_click(scene.model)),
            on_place=guarded(_show_clicked_place(shown.version)),
            on_select=guarded(_store_selection),
        )
    with right:
        selected = vectors.ids(map_controls.restore_selection(vectors))
        chosen, near = _show_search(scene, height=_BESIDE if selected else "content")
        _show_selection(vectors, selected)
        # invisible components at the end: they would leave an empty line between other elements
        word_map.show_overlay(
            _KEY,
            word_map.Overlay(
                families=scene.families,
                chosen=chosen,
                near=near,
                selected=[shown.rows[id_] for id_ in selected if id_ in shown.rows],
                dims=scene.dims,
                summary=_describe(shown, scene.families, scene.dims),
                version=shown.version,
            ),
        )
        word_map.show_facts(_KEY, vectors, scene.model.picture_of)


def _show_search(
    scene: _MapContent, *, height: int | Literal["content"]
) -> tuple[word_map.Mark | None, Sequence[word_map.Mark]]:
    """Show the search and the nearest words; return the marks for the map."""
    vectors, plane = scene.model.vectors, scene.plane
    word = map_controls.show_search(vectors, "Find a word")
    if not word:
        place = read_place(scene.points.version)
        if place and scene.dims == 2:
            return show_place(scene.model, plane, place, _search_word)
        st.caption(
            "Type a word, or click one on the map, to see the words nearest to it; or click where "
            "no word is."
        )
        return None, ()
    try:
        near = vectors.most_similar(word, _N_NEAR)
    except UnknownWordError as error:
        st.markdown(f"**{escape(word, 60)}** is not in the vocabulary.")
        if error.suggestions:
            st.caption("Similar spellings:")
            show_spellings(error.suggestions, key="near-spelling", on_choose=_search_word)
        return None, ()
    st.caption("Nearest words, by cosine. Click one to search for it.")
    show_answers(
        near,
        key="near",
        on_choose=_search_word,
        height=height,
        picture_of=scene.model.picture_of,
    )
    chosen = word_map.place_mark(vectors, plane, word)
    return chosen, [word_map.place_mark(vectors, plane, item.word) for item in near[:6]]


def _search_word(word: str) -> None:
    """Search a word at the next rerun."""
    st.session_state[map_controls.FIND] = word


def _search_on_click(model: Model) -> Callable[[], None]:
    """Return the callback for a click on a word of the map."""

    def search() -> None:
        rank = st.session_state[_KEY].get("picked")
        words = model.vectors.words
        if isinstance(rank, int) and 0 <= rank <= len(words):
            _search_word(words[rank - 1] if rank else "")
            forget_place()

    return search


def _show_clicked_place(version: str) -> Callable[[], None]:
    """Return the callback for a click on a place of the map without a word."""

    def show() -> None:
        store_place(_KEY, version)
        _search_word("")

    return show


def _store_selection() -> None:
    """Store the selection: the state of the component is lost when the page is left."""
    words = st.session_state[_KEY].get("selected")
    words = words if isinstance(words, list) else []
    st.session_state[map_controls.SELECTED] = [word for word in words if isinstance(word, str)]


def _show_selection(vectors: WordVectors, ids: Sequence[int]) -> None:
    """Show the words selected on the map."""
    if not ids:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(ids)} selected on the map**", width="stretch")
        clear = guarded(_clear_selection)
        st.button("Clear", key="clear-selection", on_click=clear, type="tertiary")
    words = [clip(vectors.words[id_]) for id_ in ids]
    ranks = pa.array([id_ + 1 for id_ in ids], pa.int32())
    table = pa.table({"Word": words, "Rank": ranks})
    st.dataframe(table, key="selection", hide_index=True, height=min(280, 38 + 35 * len(ids)))


def _clear_selection() -> None:
    st.session_state[map_controls.SELECTED] = []


def _build_family(
    vectors: WordVectors, shown: word_map.Points, relation: Relation, n_pairs: int
) -> word_map.Family:
    """Build the arrows of a relation from its most frequent pairs."""
    pairs = relation.pairs[:n_pairs]
    rows = [tuple(shown.rows[id_] for id_ in vectors.ids(pair)) for pair in pairs]
    label = arrow_name(relation.name)
    if len(pairs) < len(relation.pairs):
        label = f"{label} ({len(pairs)} of {len(relation.pairs)})"
    return word_map.Family(
        label,
        style_number(relation.name),
        [(source, target) for source, target in rows],
    )


def _describe(shown: word_map.Points, families: Sequence[word_map.Family], dims: int) -> str:
    """Describe the map for screen readers."""
    arrows = ", ".join(family.label for family in families) or "none"
    keys = "Arrow keys move" if dims == 2 else "Arrow keys rotate, with Shift they move"
    return (
        f"Word map of {shown.table.num_rows:,} words in {dims} dimensions; arrows: {arrows}. "
        f"{keys}, plus and minus zoom, 0 shows the whole map, N and P step through words, "
        "Enter chooses one, Space adds it to the selection, Escape clears, slash goes to the "
        "search."
    )


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
