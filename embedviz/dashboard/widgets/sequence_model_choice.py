"""What the pages of recurrent nets begin with: PyTorch, and a model."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from embedviz.dashboard.state import sequence_models
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.missing_choice import forget_missing, warn_of_missing


def is_torch_missing() -> bool:
    """Whether PyTorch is missing; says so."""
    if sequence_models.has_torch():
        return False
    st.markdown("#### PyTorch is missing", anchors=False)
    st.markdown("This page runs a recurrent net: install it on the server with")
    st.code("pip install 'embedviz[train]'", language=None)
    return True


def choose_sequence_model(key: str, tasks: Collection[str], label: str) -> ServerSequenceModel:
    """Show the choice of a model of some tasks, unless there is one only, and return it.

    Raises
    ------
    InputError
        If the server has none.
    """
    there = {model.name: model for model in sequence_models.require_sequence_models(tasks)}
    names = list(there)
    warn_of_missing(key, names)
    if st.session_state.get(key, names[0]) not in there:
        st.session_state.pop(key, None)  # a link or an earlier choice names one that is gone
    if len(names) == 1:
        return there[names[0]]
    name = st.selectbox(
        label,
        names,
        key=key,
        on_change=guarded(forget_missing),
        args=(key,),
        bind="query-params",
        persist_state="session",
    )
    return there[name]
