"""What stands around every page: navigation, colours, and the choice of a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from embedviz.dashboard import controls, copy_link, settings, uploads
from embedviz.dashboard.guard import guarded
from embedviz.dashboard.plain import plain
from embedviz.dashboard.store import Model, offered

_HERE = Path(__file__).parent
_VIEWS = _HERE / "views"
_TRAIN = "train"
_MODEL, _SECOND, _MISSING, _PAGE = "model", "second", "model-missing", "page"
_STALE = "shell-stale"  # set while what stands around the page speaks of the model before
# Streamlit writes white on the primary colour, which in the dark is light: 2.5 : 1
_DARK = """<style>
[data-testid=stBaseButton-primary], [data-testid=stBaseButton-primary] * { color: #11151C }
</style>"""
SAID = "session-said"
"""Where a session file that was opened leaves sentences for the page that it opens."""


def show() -> None:
    """Show the page that is chosen."""
    st.session_state[_STALE] = False
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
        st.Page(_VIEWS / "map.py", title="Map", default=True),
        st.Page(_VIEWS / "analogies.py", title="Analogies", url_path="analogies"),
        st.Page(_VIEWS / "relations.py", title="Relations", url_path="relations"),
        st.Page(_VIEWS / "compare.py", title="Compare", url_path="compare"),
        st.Page(_VIEWS / "export.py", title="Export", url_path="export"),
    ]
    if not settings.read_only():
        pages.append(st.Page(_VIEWS / "train.py", title="Train", url_path=_TRAIN))
    page = st.navigation(pages, position="top")
    _carry_over(page.url_path)
    there = models()
    _tell_missing(there)
    for sentence in st.session_state.pop(SAID, ()):
        st.warning(plain(sentence))
    guarded(page.run if there or page.url_path == _TRAIN else _welcome)
    copy_link.show(_named_model(), page.url_path)


def _carry_over(path: str) -> None:
    """Give a page the choices of the one before, where both show the same controls.

    Streamlit keeps what widgets hold when they are gone, but takes one of the same name on another
    page for a new one if it follows at once.
    """
    before = st.session_state.get(_PAGE)
    if before not in (None, path):
        st.session_state.pop(_MISSING, None)  # once is enough
    if before != path:
        for key in (_MODEL, *controls.KEYS):
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
    st.session_state[_PAGE] = path


def chosen_model() -> Model:
    """Return the model that all pages share, chosen here if there are several or may be.

    In a fragment, a new choice runs the whole script again, and so does a model that is gone.
    """
    there = models()
    names = [model.name for model in there]
    if st.session_state.get(_STALE) or not there or _is_gone(_MODEL, names):
        st.rerun()
    name = names[0]
    with st.container(horizontal=True, gap="small", width="content"):
        if len(there) > 1:
            name = st.selectbox(
                "Model",
                names,
                key=_MODEL,
                on_change=_model_changed,
                label_visibility="collapsed",
                width=240,
                bind="query-params",
                persist_state="session",
            )
        if not settings.read_only():
            with st.popover("Open a file"):
                uploads.ask(names, on_open=_choose)
    return next(model for model in there if model.name == name)


def models() -> list[Model]:
    """Return the models that this visitor can choose from."""
    return [*offered(), *uploads.uploaded()]


def _named_model() -> dict[str, str]:
    """Return the model for a link: the address leaves out the first, which elsewhere is another."""
    there = [model.name for model in models()]
    chosen = st.session_state.get(_MODEL)
    return {_MODEL: chosen if chosen in there else there[0]} if there else {}


def second_model(first: Model) -> Model | None:
    """Return the model to hold beside the first, chosen here; None if there is no other."""
    others = {model.name: model for model in models() if model.name != first.name}
    if not others:
        return None
    if st.session_state.get(_SECOND, next(iter(others))) not in others:
        st.session_state[_SECOND] = next(iter(others))  # it has become the first
    name = st.selectbox(
        "Second model",
        list(others),
        key=_SECOND,
        on_change=_model_changed,
        label_visibility="collapsed",
        width=240,
        bind="query-params",
        persist_state="session",
    )
    return others[name]


def _choose(name: str) -> None:
    st.session_state[_MODEL] = name
    _model_changed()


def _tell_missing(on_offer: Sequence[Model]) -> None:
    """Say so if a link asks for a model that is not here; a name is never taken for a path."""
    names = [model.name for model in on_offer]
    for key in (_MODEL, _SECOND):
        asked = st.query_params.get(key)
        if asked and asked not in names:
            # Streamlit takes it out of the link
            says = "The link asks for the model “{}”, which this server does not have."
            st.session_state[_MISSING] = says.format(plain(asked, 60))
        elif _is_gone(key, names):
            gone = plain(st.session_state.pop(key), 60)
            st.session_state[_MISSING] = f"The model “{gone}” is no longer on this server."
    if missing := st.session_state.get(_MISSING):
        there = ", ".join(plain(name, 60) for name in names) or "none"
        st.warning(
            f"{missing} It has: {there}. (A file that someone opened is seen by nobody else, and "
            "goes when its page is loaded anew: open it again.)"
        )


def _is_gone(key: str, names: Sequence[str]) -> bool:
    return key in st.session_state and st.session_state[key] not in names


def _model_changed() -> None:
    st.session_state.pop(_MISSING, None)
    st.session_state[_STALE] = True


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
