"""Navigation between pages, and the elements of every page: theme, warnings, the link button."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from embedviz.dashboard.component import copy_link
from embedviz.dashboard.pages import (
    analogies,
    comparison,
    description,
    execution,
    export,
    grading,
    phrases,
    pictures,
    reading,
    relations,
    training,
    writing,
)
from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.state.widget_values import ignore_invalid_values
from embedviz.dashboard.widgets import map_controls, missing_choice, model_choice
from embedviz.dashboard.widgets.error_boundary import NOTICES, run_safely
from embedviz.dashboard.widgets.markdown import escape

_HERE = Path(__file__).parent
_TRAIN, _GRADE = "train", "grade"
_SEQUENCES = {
    "read": ("Read", reading.show_page),
    "write": ("Write", writing.show_page),
    "phrases": ("Phrases", phrases.show_page),
    "execute": ("Execute", execution.show_page),
    "describe": ("Describe and find", description.show_page),
    "pictures": ("Pictures", pictures.show_page),
}
_NO_WORD_VECTORS = (_TRAIN, _GRADE, *_SEQUENCES)
_MAP = "map"
_PAGE = "page"
# Streamlit writes white on the primary colour, which is light in the dark theme: contrast 2.5 : 1
_DARK = """<style>
[data-testid=stBaseButton-primary], [data-testid=stBaseButton-primary] * { color: #11151C }
</style>"""
# the button in a table's toolbar writes words such as =1+1 as they are: formulas in a spreadsheet
_NO_UNESCAPED_CSV = """<style>
[data-testid=stElementToolbarButton]:has([aria-label^="Download as CSV"]) { display: none }
</style>"""


def show_dashboard() -> None:
    """Show the selected page, or a message; nothing raises."""
    ignore_invalid_values()
    run_safely(_show)


def _show() -> None:
    st.session_state[model_choice.STALE] = False
    st.set_page_config(
        page_title="embedviz",
        page_icon=str(_HERE / "static" / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.html(_NO_UNESCAPED_CSV)
    if st.context.theme.type == "dark":
        st.html(_DARK)
    st.logo(str(_HERE / "static" / "logo.svg"), size="large")
    pages = [
        map_page.build_page(),
        st.Page(analogies.show_page, title="Analogies", url_path="analogies"),
        st.Page(relations.show_page, title="Relations", url_path="relations"),
        st.Page(comparison.show_page, title="Compare", url_path="compare"),
        st.Page(export.show_page, title="Export", url_path="export"),
    ]
    sequences = [
        st.Page(show, title=title, url_path=path) for path, (title, show) in _SEQUENCES.items()
    ]
    if not server_options.is_read_only():  # these take uploads, which the request filter refuses
        pages.append(st.Page(training.show_page, title="Train", url_path=_TRAIN))
        sequences.append(st.Page(grading.show_page, title="Grade", url_path=_GRADE))
    page = st.navigation({"": [*pages, _build_map_alias()], "Sequences": sequences}, position="top")
    _carry_over(page.url_path)
    there = model_choice.list_models()
    _warn_of_missing_model(there)
    for message in st.session_state.pop(NOTICES, ()):
        st.warning(escape(message))
    run_safely(page.run if there or page.url_path in _NO_WORD_VECTORS else _show_welcome)
    copy_link.show_button(model_choice.link_parameters(), page.url_path)


def _build_map_alias() -> StreamlitPage:
    """Build a hidden page at /map: the Map page itself, as the first page, is at /."""

    def show_map() -> None:
        parameters = {name: st.query_params.get_all(name) for name in st.query_params}
        st.switch_page(map_page.build_page(), query_params=parameters)

    return st.Page(show_map, title="Map", url_path=_MAP, visibility="hidden")


def _carry_over(path: str) -> None:
    """Transfer widget values to a page that shows the same controls as the previous one.

    Streamlit keeps the value of a widget that is no longer shown, but treats a widget with the same
    key on the next page as a new one.
    """
    before = st.session_state.get(_PAGE)
    if before not in (None, path):
        for key in (model_choice.MISSING, missing_choice.MISSING):
            st.session_state.pop(key, None)  # shown on one page only
    if before != path:
        for key in (model_choice.MODEL, *map_controls.KEYS):
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
    st.session_state[_PAGE] = path


def _warn_of_missing_model(on_offer: Sequence[Model]) -> None:
    """Warn if a link names a model that does not exist here; a name is never used as a path."""
    names = [model.name for model in on_offer]
    for key in (model_choice.MODEL, model_choice.SECOND):
        if message := missing_choice.name_missing(key, names):
            st.session_state[model_choice.MISSING] = message
        elif model_choice.is_gone(key, names):
            gone = escape(st.session_state.pop(key), 60)
            st.session_state[model_choice.MISSING] = (
                f"The model “{gone}” is no longer on this server."
            )
    if missing := st.session_state.get(model_choice.MISSING):
        there = ", ".join(escape(name, 60) for name in names) or "none"
        st.warning(
            f"{missing} Available: {there}. (An uploaded file is visible only to the visitor "
            "who uploaded it, and is lost when the page is reloaded: upload it again.)"
        )


def _show_welcome() -> None:
    """Explain how to get a model."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("No model yet", anchor=False)
        st.markdown("This dashboard explores the word vectors of a trained model.")
        st.markdown("**To get one quickly**, run in the project's folder (about a minute):")
        st.code("make run", language=None)
        st.markdown("**Your own text:** train on it, then open the result.")
        st.code("embedviz train TEXT --out MODEL\nembedviz app MODEL", language=None)
