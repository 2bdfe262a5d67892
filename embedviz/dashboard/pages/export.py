"""The page Export: the map's present view as files, and a session file down and up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec

import streamlit as st

from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state import server_options
from embedviz.dashboard.widgets import controls, map_view
from embedviz.dashboard.widgets.export_formats import PAGES, PICTURES, TABLES, Format, n_rows
from embedviz.dashboard.widgets.model_choice import SAID, chosen_model, models
from embedviz.dashboard.widgets.plain_text import plain
from embedviz.errors import EmbedvizError
from embedviz.export import Scene, packed, report_page
from embedviz.support import arrow_name

_REPORT, _REOPENED, _REFUSED, _UPLOAD = "report", "reopened", "session-refused", "session-file"
_WIDTHS = (3, 5)  # of a button and what it is for, side by side on a phone too


def show() -> None:
    """Show the page."""
    said = st.session_state.pop(_REOPENED, None)
    if said is not None:
        st.session_state[SAID] = said
        st.switch_page(map_page.page())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = chosen_model()
        choice = controls.choose()
    word = controls.find(model.vectors, "Marked word")
    asked = [word, *controls.selected(model.vectors)] if word else []
    marked = list(dict.fromkeys(model.vectors.known(asked)))
    scene = map_view.taken(model, choice, marked)
    st.markdown(_summary(scene), help="The same view as on the page Map, and the same controls.")
    if word and word not in model.vectors:
        st.caption(f"{plain(word, 60)} is not in the vocabulary, and is not marked.")
    if scene.known and choice.kind == "arrows" and set(choice.fitted_on) - set(choice.names):
        st.caption(
            "As on the map, the plane is fitted on all three families, also on those left out; "
            "embedviz project \\-\\-from fits it on the relations of the session."
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Tables", anchors=False)
        _offer(TABLES, scene, disabled=n_rows(scene) == 0)
        st.markdown("#### Pages", anchors=False)
        _offer(PAGES, scene, disabled=n_rows(scene) == 0)
        _report(scene)
    with right:
        _pictures(scene)
        _session(scene)


def _summary(scene: Scene) -> str:
    """Say what is exported."""
    view = scene.view
    named = ", ".join(arrow_name(one.name) for one in scene.known) or "no relation"
    n_pairs = sum(len(one.pairs) for one in scene.known)
    parts = [
        f"**{plain(view.model, 60)}**: {plain(named, 300)} ({n_pairs:,} pairs)",
        f"{min(view.n_words, len(scene.vectors)):,} most frequent words",
        f"{view.n_components}-D",
    ]
    if view.marked:
        parts.append(f"marked: {plain(', '.join(view.marked), 80)}")
    return "; ".join(parts) + ". Every file says where it comes from."


def _offer(formats: Sequence[Format], scene: Scene, *, disabled: bool, dark: bool = False) -> None:
    """Show a button for each format; none is made before it is asked for."""
    for one in formats:
        button, said = st.columns(_WIDTHS, vertical_alignment="center", wrap=False)
        with button:
            st.download_button(
                one.label,
                data=partial(packed, one.written, scene, dark=dark),
                file_name=one.sent,
                mime=one.mime,
                on_click="ignore",
                key=f"export-{one.label}",
                disabled=disabled,
                width="stretch",
            )
        said.caption(f"{one.purpose} {one.size(scene)}.")


def _pictures(scene: Scene) -> None:
    """Offer pictures, or say why there are none."""
    st.markdown("#### Pictures", anchors=False)
    without = _no_picture(scene)
    dark = st.toggle("Dark ground", key="dark-ground", persist_state="session")
    st.caption(without or "The arrows of each relation with its figures; drawn in some seconds.")
    _offer(PICTURES, scene, disabled=bool(without), dark=dark)


def _no_picture(scene: Scene) -> str:
    if find_spec("matplotlib") is None:
        return "Pictures need matplotlib on the server: `pip install 'embedviz[figures]'`."
    if not scene.known:
        return "Pictures show arrows: choose a relation."
    if scene.view.n_components == 3:
        return "Pictures show two dimensions: choose 2-D."
    return ""


def _report(scene: Scene) -> None:
    """Offer a report, which is made by a click and then downloaded by another."""
    n_relations = len(scene.known)
    can = bool(n_relations) and find_spec("matplotlib") is not None
    button, said = st.columns(_WIDTHS, vertical_alignment="center", wrap=False)
    asked = button.button("Make a report", key="make-report", disabled=not can, width="stretch")
    said.caption(
        "Figures, pictures and doubts of each relation shown, as one HTML file. Takes some seconds "
        "a relation."
        if can
        else "A report needs a relation, and matplotlib on the server."
    )
    wanted = scene.view.to_json()
    if asked:
        with st.spinner(f"Measuring and drawing {n_relations} relations …"):
            st.session_state[_REPORT] = (wanted, report_page(scene).encode())
    made = st.session_state.get(_REPORT)
    if made and made[0] == wanted:
        st.download_button(
            f"Download the report ({len(made[1]) / 1e6:.1f} MB)",
            data=made[1],
            file_name="embedviz-report.html",
            mime="text/html",
            on_click="ignore",
            key="export-report",
            type="primary",
        )


def _session(scene: Scene) -> None:
    """Offer the view as a session file, and take one."""
    st.markdown("#### Session", anchors=False)
    button, said = st.columns(_WIDTHS, vertical_alignment="center", wrap=False)
    with button:
        st.download_button(
            "Session file",
            data=scene.view.to_json,
            file_name="embedviz-session.json",
            mime="application/json",
            on_click="ignore",
            key="export-session",
            width="stretch",
        )
    said.caption(
        "What is looked at, without the vectors: opens the same view here, or with "
        "embedviz project \\-\\-from. 1 kB."
    )
    if server_options.read_only():
        return  # the gate takes no files
    st.file_uploader(
        "Open a session file",
        type=["json"],
        max_upload_size=map_view.MEGABYTES,
        key=_UPLOAD,
        on_change=_receive,
        help="It opens on the page Map. Nothing that it names is opened but a model of this "
        "server.",
    )
    if st.session_state.get(_REFUSED):
        st.error(plain(st.session_state[_REFUSED]))


def _receive() -> None:
    """Open what was uploaded; it runs before the controls are shown."""
    file = st.session_state.get(_UPLOAD)
    st.session_state[_REFUSED] = ""
    if file is None:
        return
    try:
        view = map_view.read(file.getvalue())
        said = map_view.reopen(map_view.find_model(view, models()), view)
    except EmbedvizError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_REOPENED] = said
