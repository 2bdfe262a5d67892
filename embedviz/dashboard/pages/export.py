"""The Export page: files of the map's current view, and download and upload of session files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec

import streamlit as st

from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state import server_options
from embedviz.dashboard.widgets import map_controls, map_view
from embedviz.dashboard.widgets.error_boundary import NOTICES, guarded
from embedviz.dashboard.widgets.export_formats import PAGES, PICTURES, TABLES, Format, count_rows
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.model_choice import choose_model, list_models
from embedviz.dashboard.widgets.picture_size import choose_picture_size
from embedviz.errors import EmbedvizError
from embedviz.export import PictureSettings, Scene, packed, report_page
from embedviz.support import arrow_name

_REPORT, _REOPENED, _REFUSED, _UPLOAD = "report", "reopened", "session-refused", "session-file"
_LONGEST_TITLE, _LONGEST_CAPTION = 80, 400
_WIDTHS = (3, 5)  # of a button and its description, side by side even on a phone


def show_page() -> None:
    """Show the page."""
    notices = st.session_state.pop(_REOPENED, None)
    if notices is not None:
        st.session_state[NOTICES] = notices
        st.switch_page(map_page.build_page())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = choose_model()
        view = map_controls.choose_view()
        is_classic = view == map_controls.PANELS
        # tables and pages are of the map of all words
        choice = map_controls.show_controls(model)
    if choice.notice:
        st.info(choice.notice)
    if view not in (map_controls.PANELS, map_controls.ALL_WORDS):
        st.caption(
            "This view is exported on the Map page: by *Picture* and the table below the map, or "
            "by the button on it. Here is the map of all words."
        )
    word = map_controls.show_search("Marked word")
    words = [word, *map_controls.restore_selection(model.vectors)] if word else []
    marked = list(dict.fromkeys(model.vectors.known(words)))
    scene = map_view.build_scene(choice, marked)
    st.markdown(_summarise(scene), help="The same view and controls as on the Map page.")
    if word and word not in model.vectors:
        st.caption(f"{escape(word, 60)} is not in the vocabulary, and is not marked.")
    hidden = {relation.name for relation in choice.fitted_on} - set(choice.names)
    if scene.known and (choice.is_neighbour_map or (choice.kind == "arrows" and hidden)):
        st.caption(
            "As on the map, the plane is fitted on all three families, including those not shown; "
            "embedviz project \\-\\-from fits it on the relations of the session."
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Tables", anchors=False)
        _show_downloads(TABLES, scene, disabled=count_rows(scene) == 0)
        st.markdown("#### Pages", anchors=False)
        _show_downloads(PAGES, scene, disabled=count_rows(scene) == 0)
        _show_report(scene)
    with right:
        _show_pictures(scene, is_classic=is_classic)
        _show_session(scene)


def _summarise(scene: Scene) -> str:
    """Describe what is exported."""
    view = scene.view
    named = ", ".join(arrow_name(one.name) for one in scene.known) or "no relation"
    n_pairs = sum(len(one.pairs) for one in scene.known)
    parts = [
        f"**{escape(view.model, 60)}**: {escape(named, 300)} ({n_pairs:,} pairs)",
        f"{min(view.n_words, len(scene.vectors)):,} most frequent words",
        f"{view.n_components}-D",
    ]
    if view.marked:
        parts.append(f"marked: {escape(', '.join(view.marked), 80)}")
    return "; ".join(parts) + ". Every file contains its provenance."


def _show_downloads(
    formats: Sequence[Format],
    scene: Scene,
    *,
    disabled: bool,
    picture: PictureSettings = PictureSettings(),  # noqa: B008 - frozen
) -> None:
    """Show a download button for each format; a file is created only when it is downloaded."""
    for one in formats:
        button, caption = st.columns(_WIDTHS, vertical_alignment="center", wrap=False)
        with button:
            st.download_button(
                one.label,
                data=partial(packed, one.file_name, scene, picture),
                file_name=one.download_name,
                mime=one.mime,
                on_click="ignore",
                key=f"export-{one.label}",
                disabled=disabled,
                width="stretch",
            )
        caption.caption(f"{one.purpose} {one.estimate_size(scene)}.")


def _show_pictures(scene: Scene, *, is_classic: bool) -> None:
    """Show the settings and downloads of pictures, or the reason why there are none."""
    st.markdown("#### Pictures", anchors=False)
    without = _explain_missing_pictures(scene, is_classic=is_classic)
    size, dark = choose_picture_size("picture-size", "dark-ground")
    title = st.text_input(
        "Title", key="picture-title", max_chars=_LONGEST_TITLE, persist_state="session"
    )
    caption = st.text_input(
        "Caption", key="picture-caption", max_chars=_LONGEST_CAPTION, persist_state="session"
    )
    picture = PictureSettings(
        dark=dark,
        size=size,
        is_classic=is_classic,
        title=title or "",
        caption=caption or "",
    )
    content = (
        "The three panels: each relation on a plane of its own"
        if is_classic
        else "The map: arrows, words behind them, and marked words"
    )
    st.caption(without or f"{content}, with statistics; drawing takes a few seconds.")
    _show_downloads(PICTURES, scene, disabled=bool(without), picture=picture)
    preview = st.expander("Preview", key="picture-preview", on_change="rerun")
    if preview.open and not without:
        with preview, st.spinner("Drawing …"):
            st.image(_draw_preview(scene.view.to_json(), picture, scene))


@st.cache_data(max_entries=16, show_spinner=False)
def _draw_preview(view: str, picture: PictureSettings, _scene: Scene) -> bytes:
    return packed("preview.png", _scene, picture)


def _explain_missing_pictures(scene: Scene, *, is_classic: bool) -> str:
    if find_spec("matplotlib") is None:
        return "Pictures need matplotlib on the server: `pip install 'embedviz[figures]'`."
    if not scene.known:
        return "Pictures show arrows: choose a relation."
    if scene.view.n_components == 3 and not is_classic:
        return "Pictures show two dimensions: choose 2-D."
    return ""


def _show_report(scene: Scene) -> None:
    """Show the report button: one click creates the report, a second one downloads it."""
    n_relations = len(scene.known)
    is_possible = bool(n_relations) and find_spec("matplotlib") is not None
    button, caption = st.columns(_WIDTHS, vertical_alignment="center", wrap=False)
    is_clicked = button.button(
        "Create a report", key="make-report", disabled=not is_possible, width="stretch"
    )
    caption.caption(
        "Statistics, pictures and caveats of the relations shown, as one HTML file. Takes a few "
        "seconds per relation."
        if is_possible
        else "A report needs a relation, and matplotlib on the server."
    )
    content = scene.view.to_json()
    if is_clicked:
        with st.spinner(f"Measuring and drawing {n_relations} relations …"):
            st.session_state[_REPORT] = (content, report_page(scene).encode())
    made = st.session_state.get(_REPORT)
    if made and made[0] == content:
        st.download_button(
            f"Download the report ({len(made[1]) / 1e6:.1f} MB)",
            data=made[1],
            file_name="embedviz-report.html",
            mime="text/html",
            on_click="ignore",
            key="export-report",
            type="primary",
        )


def _show_session(scene: Scene) -> None:
    """Show the download of the view as a session file, and the upload of one."""
    st.markdown("#### Session", anchors=False)
    button, caption = st.columns(_WIDTHS, vertical_alignment="center", wrap=False)
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
    caption.caption(
        "The settings of the view, without the vectors: opens the same view here, or with "
        "embedviz project \\-\\-from. 1 kB."
    )
    if server_options.is_read_only():
        return  # the request filter refuses uploads
    st.file_uploader(
        "Open a session file",
        type=["json"],
        max_upload_size=map_view.MEGABYTES,
        key=_UPLOAD,
        on_change=guarded(_open_session),
        help="It opens on the Map page. The file can select only models of this server.",
    )
    if st.session_state.get(_REFUSED):
        st.error(escape(st.session_state[_REFUSED]))


def _open_session() -> None:
    """Open the uploaded session file; a callback, so it runs before the controls are shown."""
    file = st.session_state.get(_UPLOAD)
    st.session_state[_REFUSED] = ""
    if file is None:
        return
    try:
        view = map_view.read_session(file.getvalue())
        notices = map_view.apply_session(map_view.find_model(view, list_models()), view)
    except EmbedvizError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_REOPENED] = notices
