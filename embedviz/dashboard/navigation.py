"""Navigation between pages, and what every page shows: colours, warnings, the link button."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from embedviz.dashboard.component import copy_link
from embedviz.dashboard.pages import analogies, comparison, export, relations, training
from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import controls, model_choice
from embedviz.dashboard.widgets.guard import guarded
from embedviz.dashboard.widgets.plain_text import plain

_HERE = Path(__file__).parent
_TRAIN = "train"
_PAGE = "page"
# Streamlit writes white on the primary colour, which in the dark is light: 2.5 : 1
_DARK = """<style>
[data-testid=stBaseButton-primary], [data-testid=stBaseButton-primary] * { color: #11151C }
</style>"""


def show() -> None:
    """Show the page that is chosen."""
    st.session_state[model_choice.STALE] = False
    st.set_page_config(
        page_title="embedviz",
        page_icon=str(_HERE / "static" / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    if st.context.theme.type == "dark":
        st.html(_DARK)
    st.logo(str(_HERE / "static" / "logo.svg"), size="large")
    pages = [
        map_page.page(),
        st.Page(analogies.show, title="Analogies", url_path="analogies"),
        st.Page(relations.show, title="Relations", url_path="relations"),
        st.Page(comparison.show, title="Compare", url_path="compare"),
        st.Page(export.show, title="Export", url_path="export"),
    ]
    if not server_options.read_only():
        pages.append(st.Page(training.show, title="Train", url_path=_TRAIN))
    page = st.navigation(pages, position="top")
    _carry_over(page.url_path)
    there = model_choice.models()
    _tell_missing(there)
    for sentence in st.session_state.pop(model_choice.SAID, ()):
        st.warning(plain(sentence))
    guarded(page.run if there or page.url_path == _TRAIN else _welcome)
    copy_link.show(model_choice.named_model(), page.url_path)


def _carry_over(path: str) -> None:
    """Give a page the choices of the one before, where both show the same controls.

    Streamlit keeps what widgets hold when they are gone, but takes one of the same name on another
    page for a new one if it follows at once.
    """
    before = st.session_state.get(_PAGE)
    if before not in (None, path):
        st.session_state.pop(model_choice.MISSING, None)  # once is enough
    if before != path:
        for key in (model_choice.MODEL, *controls.KEYS):
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
    st.session_state[_PAGE] = path


def _tell_missing(on_offer: Sequence[Model]) -> None:
    """Say so if a link asks for a model that is not here; a name is never taken for a path."""
    names = [model.name for model in on_offer]
    for key in (model_choice.MODEL, model_choice.SECOND):
        asked = st.query_params.get(key)
        if asked and asked not in names:
            # Streamlit takes it out of the link
            says = "The link asks for the model “{}”, which this server does not have."
            st.session_state[model_choice.MISSING] = says.format(plain(asked, 60))
        elif model_choice.is_gone(key, names):
            gone = plain(st.session_state.pop(key), 60)
            st.session_state[model_choice.MISSING] = (
                f"The model “{gone}” is no longer on this server."
            )
    if missing := st.session_state.get(model_choice.MISSING):
        there = ", ".join(plain(name, 60) for name in names) or "none"
        st.warning(
            f"{missing} It has: {there}. (A file that someone opened is seen by nobody else, and "
            "goes when its page is loaded anew: open it again.)"
        )


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
