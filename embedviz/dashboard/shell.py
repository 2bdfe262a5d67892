"""What stands around every page: navigation, colours, and the choice of a model."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from embedviz.dashboard.guard import guarded
from embedviz.dashboard.store import Model, offered
from embedviz.dashboard.training_room import is_open

_HERE = Path(__file__).parent
_VIEWS = _HERE / "views"
_TRAIN = "train"


def show() -> None:
    """Show the page that is chosen."""
    st.set_page_config(
        page_title="embedviz",
        page_icon=str(_HERE / "static" / "icon.png"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.logo(str(_HERE / "static" / "logo.svg"), size="large")
    page = st.navigation(
        [
            st.Page(_VIEWS / "map.py", title="Map", default=True),
            st.Page(_VIEWS / "analogies.py", title="Analogies", url_path="analogies"),
            st.Page(_VIEWS / "relations.py", title="Relations", url_path="relations"),
            *([st.Page(_VIEWS / "train.py", title="Train", url_path=_TRAIN)] if is_open() else []),
        ],
        position="top",
    )
    guarded(page.run if offered() or page.url_path == _TRAIN else _welcome)


def chosen_model() -> Model:
    """Return the model that all pages share, chosen here if there are several."""
    models = offered()
    if len(models) == 1:
        return models[0]
    name = st.selectbox(
        "Model",
        [model.name for model in models],
        key="model",
        label_visibility="collapsed",
        width=240,
        bind="query-params",
        persist_state="session",
    )
    return next(model for model in models if model.name == name)


def _welcome() -> None:
    """Say how to get a model."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("No model yet", anchor=False)
        st.markdown("This dashboard explores the word vectors of a trained model.")
        st.markdown("**The quickest way to one**, from the project's folder, in about a minute:")
        st.code("make run", language=None)
        st.markdown("**Your own text:** train on it, then open the result.")
        st.code("embedviz train TEXT --out MODEL\nembedviz app MODEL", language=None)
