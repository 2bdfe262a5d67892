"""What the page Map shows, as a view that files carry, and the way back from a session file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls
from embedviz.errors import EmbedvizError, InputError
from embedviz.export import Scene
from embedviz.projection import Plane, View
from embedviz.relations import built_in
from embedviz.support import clip

MEGABYTES = 4
"""Of a session file."""


def build_scene(model: Model, choice: map_controls.Choice, marked: Sequence[str]) -> Scene:
    """Return what the map shows, on the map's own plane."""
    vectors = model.vectors
    fitted_on = [name for name in choice.fitted_on if model.find_relation(name)]
    plane = keep_axes(model.fit_plane(choice.kind, fitted_on), choice.dims)
    relations = [built_in(name) for name in choice.names]
    known = {one.name: there for one in relations if (there := one.known_to(vectors))}
    view = View(
        model.name,
        model.sha256,
        tuple(one for one in relations if one.name in known),
        plane=choice.kind,
        n_components=len(plane.axes),
        n_words=choice.n_words,
        n_pairs=choice.n_pairs,
        marked=tuple(marked),
    )
    return Scene(view, vectors, tuple(known.values()), plane)


def keep_axes(plane: Plane, dims: int) -> Plane:
    """Return the plane that is seen: in two dimensions the third axis counts for nothing."""
    shares = plane.explained_variance[:dims]
    names = plane.names[:dims]
    return replace(plane, axes=plane.axes[:dims], explained_variance=shares, names=names)


@dataclass(frozen=True)
class SessionModel:
    """The model that a session asks for, and whether its vectors are the very same."""

    model: Model
    is_same: bool


def read_session(content: bytes) -> View:
    """Read a session file that someone gives.

    Raises
    ------
    InputError
        If it is too long or holds no view.
    """
    if len(content) > MEGABYTES << 20:
        raise InputError(
            f"The file has {len(content):,} bytes, and a session may have {MEGABYTES << 20:,}: "
            "give one with fewer pairs."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file is no text in UTF-8 (byte {error.start + 1}): give a session file."
        ) from None
    return View.from_json(text)


def find_model(view: View, models: Sequence[Model]) -> SessionModel:
    """Find a session's model by its vectors, or else by its name; no name is taken for a path.

    Raises
    ------
    InputError
        If no model has these vectors or that name.
    """
    by_name = sorted(models, key=lambda model: model.name != view.model)
    same = next((model for model in by_name if _try_sha256(model) == view.sha256), None)
    if same:
        return SessionModel(same, True)
    if by_name and by_name[0].name == view.model:
        return SessionModel(by_name[0], False)
    there = ", ".join(clip(model.name, 60) for model in models)
    raise InputError(
        f"The session is of the model '{clip(view.model, 60)}', which this server does not have "
        f"(it has {there}): open its file here first, or start the server with it."
    )


def _try_sha256(model: Model) -> str | None:
    try:
        return model.sha256
    except EmbedvizError:
        return None  # a damaged model beside it is not what is asked for


def apply_session(found: SessionModel, view: View) -> list[str]:
    """Set the map as a session says, before its controls are shown; say what cannot be as it was.

    Returns
    -------
    list of str
        Sentences; none if the map is the very same.
    """
    said = []
    if not found.is_same:
        said.append(
            f"The vectors of “{clip(found.model.name, 60)}” are not those that the session was "
            "saved with (their SHA-256 differs): the picture is another one."
        )
    st.session_state["model"] = found.model.name
    st.session_state[map_controls.FIND] = next(iter(view.marked), "")
    st.session_state[map_controls.SELECTED] = list(view.marked[1:])
    return [*said, *map_controls.apply_view(view)]
