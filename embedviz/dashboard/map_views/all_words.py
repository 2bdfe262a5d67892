"""The map of all words, with the relations as arrows, a search and a selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.map_views.search import (
    N_MARKED,
    place_marks,
    search_on_click,
    search_word,
    show_nearest,
)
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.place import read_place, show_place, store_place
from embedviz.dashboard.widgets.word_selection import show_selection, store_selection
from embedviz.projection import Plane, Region

_KEY = "map"
_BESIDE = 252  # height in pixels: six rows, above the list of selected words


@dataclass(frozen=True)
class MapContent:
    """What a map shows, independent of search and selection.

    Attributes
    ----------
    model : Model
    plane : Plane or None
        None for a map of neighbours, on which only its words have a place.
    points : Points
    families : sequence of Family
    dims : int
    regions : sequence of Region
        Named areas.
    """

    model: Model
    plane: Plane | None
    points: word_map.Points
    families: Sequence[word_map.Family]
    dims: int
    regions: Sequence[Region] = ()


@st.fragment
def show_map_and_search(content: MapContent) -> None:
    """Show the map and the search as a fragment: a search or selection reruns only this part."""
    run_safely(lambda: _draw(content))


def _draw(scene: MapContent) -> None:
    vectors, shown = scene.model.vectors, scene.points
    left, right = st.columns([7, 3], gap="medium")
    with left:
        word_map.show_map(
            _KEY,
            shown,
            regions=scene.regions,
            on_pick=guarded(search_on_click(scene.model, _KEY)),
            on_place=guarded(_show_clicked_place(shown.version)),
            on_select=guarded(store_selection(_KEY)),
        )
    with right:
        selected = vectors.ids(map_controls.restore_selection(vectors))
        chosen, near = _show_search(scene, height=_BESIDE if selected else "content")
        mean = show_selection(scene.model, scene.plane, selected, groups={}, on_choose=search_word)
        if mean and chosen is None:
            chosen, near = mean.mean, mean.near
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
    scene: MapContent, *, height: int | Literal["content"]
) -> tuple[word_map.Mark | None, Sequence[word_map.Mark]]:
    """Show the search and the nearest words; return the marks for the map."""
    vectors, plane = scene.model.vectors, scene.plane
    word = map_controls.show_search("Find a word")
    if word:
        near = show_nearest(scene.model, word, height=height)
        if plane is None:
            return _find_marks(scene, word, near)
        return place_marks(vectors, plane, word, near) if word in vectors else (None, ())
    if plane is None:
        st.caption("Type a word, or click one on the map, to see the words nearest to it.")
        return None, ()
    place = read_place(scene.points.version)
    if place and scene.dims == 2:
        return show_place(scene.model, plane, place, search_word)
    st.caption(
        "Type a word, or click one on the map, to see the words nearest to it; or click where no "
        "word is."
    )
    return None, ()


def _find_marks(
    scene: MapContent, word: str, near: Sequence[str]
) -> tuple[word_map.Mark | None, Sequence[word_map.Mark]]:
    """Return the marks of words that have a place on the map."""
    vectors, points = scene.model.vectors, scene.points
    marks = [word_map.find_mark(points, id_) for id_ in vectors.ids(near)] if near else []
    drawn = [mark for mark in marks if mark][:N_MARKED]
    if word not in vectors:
        return None, ()
    chosen = word_map.find_mark(points, vectors.id(word))
    if chosen is None:
        st.caption(f"{escape(word, 60)} is not among the words of this map, and is not marked.")
    return chosen, drawn


def _show_clicked_place(version: str) -> Callable[[], None]:
    """Return the callback for a click on a place of the map without a word."""

    def show() -> None:
        store_place(_KEY, version)
        search_word("")

    return show


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
