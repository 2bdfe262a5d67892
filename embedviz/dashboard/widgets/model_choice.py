"""The choice of a model, shared by all pages, and of a second model for comparison."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.models import Model, list_server_models
from embedviz.dashboard.widgets import uploads
from embedviz.dashboard.widgets.error_boundary import guarded

MODEL, SECOND, MISSING = "model", "second", "model-missing"
"""Session keys: the names of the two models, and the message about a missing model in a link."""
STALE = "model-stale"
"""Session key, set while the elements around a fragment still show the previous model."""


def choose_model() -> Model:
    """Show the choice of the model that all pages share, and return it.

    In a fragment, a new choice reruns the whole script, and so does a model that no longer exists.
    """
    there = list_models()
    names = [model.name for model in there]
    if st.session_state.get(STALE) or not there or is_gone(MODEL, names):
        st.rerun()
    name = names[0]
    with st.container(horizontal=True, gap="small", width="content"):
        if len(there) > 1:
            name = st.selectbox(
                "Model",
                names,
                key=MODEL,
                on_change=guarded(_on_model_change),
                label_visibility="collapsed",
                width=240,
                bind="query-params",
                persist_state="session",
            )
        if not server_options.is_read_only():
            with st.popover("Open a file"):
                uploads.show_uploader(names, on_open=_select_model)
    return next(model for model in there if model.name == name)


def list_models() -> list[Model]:
    """List the models that this visitor can choose from."""
    return [*list_server_models(), *uploads.list_uploads()]


def link_parameters() -> dict[str, str]:
    """Return the model as a query parameter; Streamlit omits the first, which differs by server."""
    there = [model.name for model in list_models()]
    chosen = st.session_state.get(MODEL)
    return {MODEL: chosen if chosen in there else there[0]} if there else {}


def choose_second_model(first: Model) -> Model | None:
    """Show the choice of the model to compare with; return None if there is no other."""
    others = {model.name: model for model in list_models() if model.name != first.name}
    if not others:
        return None
    if st.session_state.get(SECOND, next(iter(others))) not in others:
        st.session_state[SECOND] = next(iter(others))  # the second model has become the first
    name = st.selectbox(
        "Second model",
        list(others),
        key=SECOND,
        on_change=guarded(_on_model_change),
        label_visibility="collapsed",
        width=240,
        bind="query-params",
        persist_state="session",
    )
    return others[name]


def _select_model(name: str) -> None:
    st.session_state[MODEL] = name
    _on_model_change()


def is_gone(key: str, names: Sequence[str]) -> bool:
    """Whether the session has chosen a model that no longer exists."""
    return key in st.session_state and st.session_state[key] not in names


def _on_model_change() -> None:
    st.session_state.pop(MISSING, None)
    st.session_state[STALE] = True
