"""The view of the Map page as a scene for export, and restoring it from a session file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from embedviz.dashboard.state.models import Model
from embedviz.dashboard.state.neighbour_maps import MapOfNeighbours, fit_neighbour_map
from embedviz.dashboard.widgets import map_controls, word_lists
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.errors import EmbedvizError, InputError
from embedviz.export import Scene
from embedviz.projection import Plane, View
from embedviz.relations import FAMILIES, GroupedWords, look_up_groups
from embedviz.support import clip

MEGABYTES = 4
"""Maximum size of a session file."""


def lay_out(choice: map_controls.Choice) -> Plane | MapOfNeighbours:
    """Lay out the words of the map: with all axes, or as a map of neighbours.

    Words that are marked, or of relations in addition to the families, join a map of neighbours
    without changing it.
    """
    model = choice.relations.model
    if not choice.is_neighbour_map:
        return model.fit_plane(choice.kind, choice.fitted_on)
    families = [word for name in FAMILIES for word in _words_of(choice, name)]
    drawn = [word for name in choice.names for word in _words_of(choice, name)]
    own = [word for words in choice.own_words.values() for word in words]
    return fit_neighbour_map(model, choice.kind, choice.n_words, families, [*drawn, *own])


def _words_of(choice: map_controls.Choice, name: str) -> Sequence[str]:
    relation = choice.relations.find(name)
    return relation.words if relation else ()


def build_scene(choice: map_controls.Choice, marked: Sequence[str]) -> Scene:
    """Build the scene that the map shows, on the plane of the map."""
    model = choice.relations.model
    vectors, layout = model.vectors, lay_out(choice)
    plane = keep_axes(layout, choice.dims) if isinstance(layout, Plane) else layout.layout
    relations = [choice.relations.listed(name) for name in choice.names]
    known = {one.name: there for one in relations if (there := one.known_to(vectors))}
    relations = [one for one in relations if one.name in known]
    groups = tuple(GroupedWords(name, words) for name, words in choice.own_words.items() if words)
    view = View(
        model.name,
        model.sha256,
        tuple(relations),
        styles=tuple(choice.relations.styles[one.name] for one in relations),
        plane=choice.kind,
        n_components=len(plane.axis_titles),
        n_words=choice.n_words,
        n_pairs=choice.n_pairs,
        marked=tuple(marked),
        groups=groups,
    )
    grouped = look_up_groups(groups, vectors)
    return Scene(view, vectors, tuple(known.values()), plane, model.pictures, grouped)


def keep_axes(plane: Plane, dims: int) -> Plane:
    """Return the plane with only its first axes, so that a hidden third axis is not counted."""
    shares = plane.explained_variance[:dims]
    names = plane.names[:dims]
    return replace(plane, axes=plane.axes[:dims], explained_variance=shares, names=names)


@dataclass(frozen=True)
class SessionModel:
    """The model of a session, and whether its vectors are identical to the saved ones."""

    model: Model
    is_same: bool


def read_session(content: bytes) -> View:
    """Read an uploaded session file.

    Raises
    ------
    InputError
        If it is too large or contains no view.
    """
    text = decode_upload(content, MEGABYTES << 20, "choose a session file")
    return View.from_json(text)


def find_model(view: View, models: Sequence[Model]) -> SessionModel:
    """Find the model of a session by its vectors, or else by its name, never used as a path.

    Raises
    ------
    InputError
        If no model has these vectors or this name.
    """
    by_name = sorted(models, key=lambda model: model.name != view.model)
    same = next((model for model in by_name if _try_sha256(model) == view.sha256), None)
    if same:
        return SessionModel(same, True)
    if by_name and by_name[0].name == view.model:
        return SessionModel(by_name[0], False)
    there = ", ".join(clip(model.name, 60) for model in models)
    raise InputError(
        f"The session uses the model '{clip(view.model, 60)}', which this server does not have "
        f"(available: {there}): upload its file first, or start the server with it."
    )


def _try_sha256(model: Model) -> str | None:
    try:
        return model.sha256
    except EmbedvizError:
        return None  # another, damaged model must not prevent opening


def apply_session(found: SessionModel, view: View) -> list[str]:
    """Restore the map from a session, before its controls are shown.

    Returns
    -------
    list of str
        A message for each difference; empty if the map is identical.
    """
    messages = []
    if not found.is_same:
        messages.append(
            f"The vectors of “{clip(found.model.name, 60)}” are not those of the session "
            "(their SHA-256 differs): the picture is different."
        )
    st.session_state["model"] = found.model.name
    st.session_state[map_controls.FIND] = next(iter(view.marked), "")
    st.session_state[map_controls.SELECTED] = list(view.marked[1:])
    if view.groups:
        word_lists.replace_groups(view.groups)
    return [*messages, *map_controls.apply_view(view)]
