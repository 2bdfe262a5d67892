"""The word map for other Streamlit apps: `word_map` is a component like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from embedviz.dashboard.component import word_map as component
from embedviz.export import Scene, focus_marks, map_families, map_scene, shown_ids, summarise
from embedviz.relations import Relation
from embedviz.vectors import WordVectors


@dataclass(frozen=True)
class MapState:
    """What the visitor chose on a map.

    Attributes
    ----------
    focus : str or None
        The word that was clicked last; None after a click beside the words, or before any.
    selection : tuple of str
        Words chosen with box, lasso or Space, the most frequent first.
    """

    focus: str | None
    selection: tuple[str, ...]


def word_map(
    vectors: WordVectors,
    *,
    relations: Sequence[str | Path | Relation] = (),
    words: int | Sequence[str] = 5_000,
    plane: str = "arrows",
    dims: int = 2,
    focus: str | None = None,
    key: str = "word-map",
) -> MapState:
    """Show the word map of the dashboard, and return what was chosen on it.

    A click, a box or a lasso reruns the script, as with any widget of Streamlit.

    Parameters
    ----------
    vectors : WordVectors
        Load them in a function with ``st.cache_resource``: the map is computed anew only if the
        vectors or another parameter change.
    relations : sequence of str, path or Relation
        Built-in names such as ``male-female``, files of pairs, or relations: drawn as arrows.
    words : int or sequence of str
        This many of the most frequent words besides the arrows, or these words only.
    plane : str
        ``arrows``, ``pairs``, ``relation``, ``all``, ``tsne`` or ``umap``; without relations
        ``arrows`` is ``all``.
    dims : int
        2, or 3 for a map that can be rotated.
    focus : str, optional
        A word to mark, with its nearest words, in place of the one that was clicked.
    key : str
        Of the component; different for every map of a page.

    Returns
    -------
    MapState

    Raises
    ------
    InputError, UnknownWordError
        If a relation, word or plane is unknown, or a number is out of range.
    """
    scene, points, families = _prepared(key, vectors, relations, words, plane, dims)
    chosen = focus or st.session_state.get(_focus(key))
    if not focus and chosen not in vectors:  # it was clicked on a map of other vectors
        chosen = None

    def pick() -> None:
        rank = st.session_state[key]["picked"]
        known = isinstance(rank, int) and 1 <= rank <= len(vectors)
        st.session_state[_focus(key)] = vectors.words[rank - 1] if known else None

    def leave() -> None:
        st.session_state[_focus(key)] = None

    component.show_map(key, points, on_pick=pick, on_place=leave)
    selected = _selected(vectors, points, st.session_state.get(key, {}).get("selected") or ())
    marks: dict[str, Any] = focus_marks(scene, chosen) if chosen else {"near": ()}
    component.show_overlay(
        key,
        component.Overlay(
            families=[component.Family(**one) for one in families],
            selected=[points.rows[id_] for id_ in selected],
            dims=dims,
            summary=summarise(len(points.table), families),
            version=points.version,
            chosen=component.Mark(**marks["chosen"]) if chosen else None,
            near=[component.Mark(**one) for one in marks["near"]],
        ),
    )
    component.show_facts(key, vectors)
    return MapState(chosen, tuple(vectors.words[id_] for id_ in selected))


def _selected(vectors: WordVectors, points: component.Points, shown: Sequence[str]) -> list[int]:
    """Return the ids of selected words, which the map names as it shows them, by rank."""
    wanted = set(shown)
    if not wanted:
        return []
    ranks, words = (points.table.column(name).to_pylist() for name in ("rank", "word"))
    found = {word: rank - 1 for rank, word in sorted(zip(ranks, words, strict=True), reverse=True)}
    return sorted(found[word] for word in wanted if word in found)


def _focus(key: str) -> str:
    return f"{key}-focus"


def _prepared(
    key: str,
    vectors: WordVectors,
    relations: Sequence[str | Path | Relation],
    words: int | Sequence[str],
    plane: str,
    dims: int,
) -> tuple[Scene, component.Points, list[dict[str, Any]]]:
    """Return scene, points and families, kept in the session while the parameters stay the same."""
    given = (
        tuple(one if isinstance(one, Relation) else str(one) for one in relations),
        words if isinstance(words, int | np.integer) else tuple(words),
        plane,
        dims,
    )
    kept = st.session_state.get(f"{key}-scene")
    if kept and kept[0] is vectors and kept[1] == given:
        return kept[2]  # type: ignore[no-any-return]
    scene = map_scene(vectors, relations, words, plane=plane, n_components=dims)
    ids = np.array(shown_ids(scene), dtype=np.intp)
    places = scene.plane.place(vectors, [vectors.words[id_] for id_ in ids])
    points = component.build_points(vectors, ids, places)
    made = (scene, points, map_families(scene, {id_: row for row, id_ in enumerate(ids.tolist())}))
    st.session_state[f"{key}-scene"] = (vectors, given, made)
    return made
