"""The page Map: the families as arrows over all words, a search, and how far to trust it."""

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
from embedviz.dashboard.widgets import controls, map_view, trust
from embedviz.dashboard.widgets.answers import answers, spellings
from embedviz.dashboard.widgets.guard import guarded
from embedviz.dashboard.widgets.model_choice import chosen_model
from embedviz.dashboard.widgets.plain_text import plain
from embedviz.errors import UnknownWordError
from embedviz.projection import Plane
from embedviz.relations import Relation, offsets, style_number
from embedviz.support import arrow_name, clip
from embedviz.vectors import WordVectors

_KEY = "map"
_N_NEAR = 12
_BESIDE = 252  # pixels: six of them, above a list of selected words


@st.fragment
def page() -> StreamlitPage:
    """Return this page as the navigation registers it; other pages switch to it."""
    return st.Page(show, title="Map", url_path="map", default=True)


def show() -> None:
    """Show the page: a fragment, so that new arrows do not send what stands around it again."""
    guarded(_show)


def _show() -> None:
    top, claim, body, evidence_room = (st.container() for _ in range(4))
    with top, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = chosen_model()
        choice = controls.choose()
    vectors = model.vectors
    relations = {name: there for name in choice.names if (there := model.relation(name))}
    fitted_on = [name for name in choice.fitted_on if model.relation(name)]
    plane = model.plane(choice.kind, fitted_on)
    dims = min(choice.dims, len(plane.axes))
    seen = map_view.first_axes(plane, dims)
    shown = model.points(choice.kind, fitted_on, choice.n_words)
    families = [_family(vectors, shown, there, choice.n_pairs) for there in relations.values()]
    with body:
        _map_and_search(_Scene(model, plane, shown, families, dims))

    evidence = {
        name: trust.Evidence(model.report(name), seen.fidelity(offsets(vectors, relation)))
        for name, relation in relations.items()
    }
    along = choice.kind == "arrows"
    if choice.names and not evidence:
        claim.markdown("This model's vocabulary holds no pair of the chosen relations.")
    else:
        claim.markdown(trust.sentence(list(evidence.values()), fitted_to_arrows=along, n_axes=dims))
    if made_up := trust.origin(vectors):
        claim.caption(made_up)
    with evidence_room:
        trust.cards(seen, controls.PLANES[choice.kind if fitted_on else "all"], evidence)
        if relations:
            # taken when asked for: it reads every vector once
            _download(lambda: map_view.taken(model, replace(choice, n_words=0), ()))
        left_out = [name for name in choice.names if name not in relations]
        if left_out and relations:
            named = ", ".join(arrow_name(name) for name in left_out)
            st.caption(f"No pair of {named} is in this model's vocabulary.")


@dataclass(frozen=True)
class _Scene:
    """What the map shows, whatever is searched or selected on it."""

    model: Model
    plane: Plane
    points: word_map.Points
    families: Sequence[word_map.Family]
    dims: int


@st.fragment
def _map_and_search(scene: _Scene) -> None:
    """Show the map beside the search: what is searched or selected runs only this part again."""
    guarded(lambda: _draw(scene))


def _draw(scene: _Scene) -> None:
    vectors, plane, shown = scene.model.vectors, scene.plane, scene.points
    left, right = st.columns([7, 3], gap="medium")
    with left:
        word_map.word_map(_KEY, shown, on_pick=_picked(scene.model), on_select=_selected)
    with right:
        selected = vectors.ids(controls.selected(vectors))
        chosen, near = _search(vectors, plane, height=_BESIDE if selected else "content")
        _list_selection(vectors, selected)
        # these two are not seen, and take a line's gap where nothing follows
        word_map.overlay(
            _KEY,
            word_map.Overlay(
                families=scene.families,
                chosen=chosen,
                near=near,
                selected=[shown.rows[id_] for id_ in selected if id_ in shown.rows],
                dims=scene.dims,
                summary=_summary(shown, scene.families, scene.dims),
                version=shown.version,
            ),
        )
        word_map.peek(_KEY, vectors)


def _search(
    vectors: WordVectors, plane: Plane, *, height: int | Literal["content"]
) -> tuple[word_map.Mark | None, Sequence[word_map.Mark]]:
    """Show the search and the nearest words; return the marks for the map."""
    word = controls.find(vectors, "Find a word")
    if not word:
        st.caption("Type a word, or click one on the map, to see the words nearest to it.")
        return None, ()
    try:
        near = vectors.most_similar(word, _N_NEAR)
    except UnknownWordError as error:
        st.markdown(f"**{plain(word, 60)}** is not in the vocabulary.")
        if error.suggestions:
            st.caption("Spelled alike:")
            spellings(error.suggestions, key="near-spelling", on_choose=_find)
        return None, ()
    st.caption("Nearest words, by cosine. Click one to go on from it.")
    answers(near, key="near", on_choose=_find, height=height)
    chosen = word_map.mark(vectors, plane, word)
    return chosen, [word_map.mark(vectors, plane, item.word) for item in near[:6]]


def _find(word: str) -> None:
    """Search a word at the next run."""
    st.session_state[controls.FIND] = word


def _picked(model: Model) -> Callable[[], None]:
    """Return what happens when a word of the map is clicked."""

    def search() -> None:
        rank = st.session_state[_KEY].get("picked")
        words = model.vectors.words
        if isinstance(rank, int) and 0 <= rank <= len(words):
            _find(words[rank - 1] if rank else "")

    return search


def _selected() -> None:
    """Keep what was selected on the map: its own state is lost when the page is left."""
    words = st.session_state[_KEY].get("selected")
    words = words if isinstance(words, list) else []
    st.session_state[controls.SELECTED] = [word for word in words if isinstance(word, str)]


def _list_selection(vectors: WordVectors, ids: Sequence[int]) -> None:
    """Show the words selected on the map."""
    if not ids:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(ids)} selected on the map**", width="stretch")
        st.button("Clear", key="clear-selection", on_click=_forget_selection, type="tertiary")
    words = [clip(vectors.words[id_]) for id_ in ids]
    ranks = pa.array([id_ + 1 for id_ in ids], pa.int32())
    table = pa.table({"Word": words, "Rank": ranks})
    st.dataframe(table, key="selection", hide_index=True, height=min(280, 38 + 35 * len(ids)))


def _forget_selection() -> None:
    st.session_state[controls.SELECTED] = []


def _family(
    vectors: WordVectors, shown: word_map.Points, relation: Relation, n_pairs: int
) -> word_map.Family:
    """Return the arrows of a relation: its most frequent pairs."""
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


def _summary(shown: word_map.Points, families: Sequence[word_map.Family], dims: int) -> str:
    """Describe the map for someone who does not see it."""
    arrows = ", ".join(family.label for family in families) or "none"
    keys = "Arrow keys move" if dims == 2 else "Arrow keys turn, with Shift they move"
    return (
        f"Word map of {shown.table.num_rows:,} words in {dims} dimensions; arrows: {arrows}. "
        f"{keys}, plus and minus zoom, 0 shows the whole, N and P step through words, "
        "Enter chooses one, Space selects it beside others, Escape clears, slash goes to the "
        "search."
    )


def _download(take: Callable[[], export.Scene]) -> None:
    """Offer the arrows' coordinates."""
    st.download_button(
        "Download the arrows (CSV)",
        data=lambda: export.points_csv(take()),
        file_name="embedviz-map.csv",
        mime="text/csv",
        on_click="ignore",
        key="download",
        help="Word, relation, role, pair and both coordinates of all pairs of the relations shown. "
        "The page Export has every other format.",
    )
