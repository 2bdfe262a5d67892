"""The page Export: the map's present view as files, and a session file down and up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import streamlit as st

from embedviz.dashboard import controls, sessions, settings
from embedviz.dashboard.plain import arrow_name, plain
from embedviz.dashboard.shell import SAID, chosen_model, models
from embedviz.errors import EmbedvizError
from embedviz.export import Scene
from embedviz.export.packing import packed
from embedviz.export.report import report_page

_MAP = Path(__file__).parent / "views" / "map.py"
_REPORT, _REOPENED, _REFUSED, _UPLOAD = "report", "reopened", "session-refused", "session-file"
_NAME = "embedviz-map"


@dataclass(frozen=True)
class _Format:
    """What a view is written as.

    Attributes
    ----------
    label : str
    written : str
        Name of the file that is written, or of a folder.
    sent : str
        Name of what is downloaded: the same, or a zip of several files.
    mime : str
    purpose : str
    n_fixed, n_row, n_number : float
        Bytes of every file, of a row and of a number of a word's vector, as measured.
    """

    label: str
    written: str
    sent: str
    mime: str
    purpose: str
    n_fixed: int
    n_row: int
    n_number: float = 0

    @property
    def is_picture(self) -> bool:
        return Path(self.written).suffix in (".png", ".svg", ".pdf")


_TABLES = (
    _Format(
        "CSV",
        f"{_NAME}.csv",
        f"{_NAME}-csv.zip",
        "application/zip",
        "For spreadsheets: points, figures and provenance, a file each.",
        4_000,
        15,
    ),
    _Format(
        "JSON",
        f"{_NAME}.json",
        f"{_NAME}.json",
        "application/json",
        "For programs: points, figures and provenance in one document.",
        6_000,
        180,
    ),
    _Format(
        "Parquet",
        f"{_NAME}.parquet",
        f"{_NAME}-parquet.zip",
        "application/zip",
        "For pandas, Polars and DuckDB: points and figures with types, provenance in the schema.",
        6_000,
        30,
    ),
    _Format(
        "TensorBoard",
        _NAME,
        f"{_NAME}-tensorboard.zip",
        "application/zip",
        "For TensorBoard's projector: the words' whole vectors as TSV, with relations and places.",
        4_000,
        25,
        3.7,
    ),
)
_PICTURES = (
    _Format(
        "PNG",
        f"{_NAME}.png",
        f"{_NAME}.png",
        "image/png",
        "A picture of the arrows for slides and web pages.",
        150_000,
        0,
    ),
    _Format(
        "SVG",
        f"{_NAME}.svg",
        f"{_NAME}.svg",
        "image/svg+xml",
        "The same as lines: sharp at any size, and can be edited.",
        100_000,
        0,
    ),
    _Format(
        "PDF",
        f"{_NAME}.pdf",
        f"{_NAME}.pdf",
        "application/pdf",
        "The same for LaTeX and print.",
        40_000,
        0,
    ),
)
_PAGES = (
    _Format(
        "Web page",
        f"{_NAME}.html",
        f"{_NAME}.html",
        "text/html",
        "The map itself as one HTML file: it turns, zooms and searches, and works offline.",
        120_000,
        30,
    ),
)


def show() -> None:
    """Show the page."""
    if st.session_state.pop(_REOPENED, False):
        st.switch_page(_MAP)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = chosen_model()
        choice = controls.choose()
    word = controls.find(model.vectors, "Marked word")
    asked = [word, *controls.selected(model.vectors)] if word else []
    marked = list(dict.fromkeys(model.vectors.known(asked)))
    scene = sessions.taken(model, choice, marked)
    st.markdown(_summary(scene), help="The same view as on the page Map, and the same controls.")
    if word and word not in model.vectors:
        st.caption(f"{plain(word, 60)} is not in the vocabulary, and is not marked.")
    if scene.known and choice.kind == "arrows" and set(choice.fitted_on) - set(choice.names):
        st.caption(
            "As on the map, the plane is fitted on all three families, also on those left out; "
            "`embedviz project --from` fits it on the relations of the session."
        )
    data, rest = st.columns(2, gap="large")
    with data:
        _offer("Tables", _TABLES, scene)
        _session(scene)
    with rest:
        _offer_pictures(scene)
        _offer("Pages", _PAGES, scene)
        _report(scene)


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


def _offer(title: str, formats: tuple[_Format, ...], scene: Scene, without: str = "") -> None:
    """Show a button for each format; none is made before it is asked for.

    If there is something `without` which none can be made, it is said.
    """
    st.markdown(f"#### {title}", anchors=False)
    if without:
        st.caption(without)
    dark = False
    if formats is _PICTURES and not without:
        dark = st.toggle("Dark ground", key="dark-ground")
    for one in formats:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.download_button(
                one.label,
                data=partial(packed, one.written, scene, dark=dark),
                file_name=one.sent,
                mime=one.mime,
                on_click="ignore",
                key=f"export-{one.label}",
                disabled=bool(without) or _n_rows(scene) == 0,
                width=130,
            )
            st.caption(f"{one.purpose} {_size(one, scene)}", width="stretch")


def _offer_pictures(scene: Scene) -> None:
    without = ""
    if find_spec("matplotlib") is None:
        without = "Pictures need matplotlib on the server: `pip install 'embedviz[figures]'`."
    elif not scene.known:
        without = "A picture shows arrows: choose a relation."
    elif scene.view.n_components == 3:
        without = "A picture shows two dimensions: choose 2-D."
    _offer("Pictures", _PICTURES, scene, without)


def _n_rows(scene: Scene) -> int:
    ends = 2 * sum(len(one.pairs) for one in scene.known)
    return ends + len(scene.view.marked) + min(scene.view.n_words, len(scene.vectors))


def _size(one: _Format, scene: Scene) -> str:
    a_row = one.n_row + one.n_number * scene.vectors.n_dims
    n_bytes = one.n_fixed + a_row * _n_rows(scene)
    if n_bytes < 950_000:
        return f"About {max(10, round(n_bytes, -4) // 1000):.0f} kB."
    return f"About {n_bytes / 1e6:.1f} MB."


def _report(scene: Scene) -> None:
    """Offer a report, which is made by a click and then downloaded by another."""
    n_relations = len(scene.known)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        asked = st.button("Make a report", key="make-report", disabled=not _has_report(scene))
        if not n_relations:
            said = "A report needs a relation."
        else:
            said = (
                "Every figure, picture and doubt of the relations shown, as one HTML file. It "
                "takes some seconds a relation, and is then offered here."
            )
        st.caption(said, width="stretch")
    wanted = scene.view.to_json()
    if asked:
        with st.spinner(f"Measuring {n_relations} relations …"):
            st.session_state[_REPORT] = (wanted, report_page(scene).encode())
    made = st.session_state.get(_REPORT)
    if made and made[0] == wanted:
        st.download_button(
            "Download the report",
            data=made[1],
            file_name="embedviz-report.html",
            mime="text/html",
            on_click="ignore",
            key="export-report",
            type="primary",
        )


def _has_report(scene: Scene) -> bool:
    return bool(scene.known) and find_spec("matplotlib") is not None


def _session(scene: Scene) -> None:
    """Offer the view as a session file, and take one."""
    st.markdown("#### Session", anchors=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Session",
            data=scene.view.to_json,
            file_name="embedviz-session.json",
            mime="application/json",
            on_click="ignore",
            key="export-session",
            width=130,
        )
        st.caption(
            "What is looked at, without the words' places: opens the same view here, or with "
            "`embedviz project --from`. About 1 kB.",
            width="stretch",
        )
    if settings.read_only():
        return  # the gate takes no files
    st.file_uploader(
        "Open a session file",
        type=["json"],
        max_upload_size=sessions.MEGABYTES,
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
        view = sessions.read(file.getvalue())
        said = sessions.reopen(sessions.find_model(view, models()), view)
    except EmbedvizError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[SAID] = said
    st.session_state[_REOPENED] = True
