"""States of other people's nets: opened from a file, kept for the session."""

from __future__ import annotations

import tempfile
import weakref
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.server_options import MOST_SERVER_MEGABYTES
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.errors import EmbedvizError, InputError
from embedviz.states import (
    STATE_ENDINGS,
    RecordedStates,
    parse_text,
    read_state_matrix,
)
from embedviz.support import clip

_FILES, _NAME, _OPENED, _REFUSED = "states-files", "states-name", "states-opened", "states-refused"
_ROUND = "states-round"
_TEXT_ENDINGS = (".txt", ".tsv")
CHOSEN = "reader"
"""Key of the net that the page Read shows."""

_MOST_BYTES = 4 << 20  # of a text


class _Opened:
    """States that a visitor has opened, by name; one at a time, as they are large."""

    def __init__(self) -> None:
        self.states: dict[str, RecordedStates] = {}
        _visitors.add(self)

    @property
    def n_bytes(self) -> int:
        """Size of the states."""
        return sum(one.states.nbytes for one in self.states.values())

    def replace(self, name: str, recorded: RecordedStates) -> None:
        """Take other states; `InputError` if those of all visitors were too large."""
        others = sum(one.n_bytes for one in list(_visitors) if one is not self)
        if others + recorded.states.nbytes > MOST_SERVER_MEGABYTES << 20:
            raise InputError(
                f"The states of all visitors would take more than {MOST_SERVER_MEGABYTES:,} MB of "
                "this server: try again in some minutes, or open fewer steps."
            )
        self.states = {name: recorded}


# the end of a session releases what it holds
_visitors: weakref.WeakSet[_Opened] = weakref.WeakSet()


def list_opened() -> dict[str, RecordedStates]:
    """Return the states that this visitor has opened, by name."""
    opened = st.session_state.get(_OPENED)
    return opened.states if isinstance(opened, _Opened) else {}


def show_opener() -> None:
    """Show the upload of states and their text, unless the server is read-only."""
    if server_options.is_read_only():
        return
    with st.popover("Open states"):
        st.file_uploader(
            "States and their text",
            type=[*STATE_ENDINGS, *_TEXT_ENDINGS],
            accept_multiple_files=True,
            key=_name_uploader(),
            on_change=guarded(_receive),
            help="Two files, as your own code writes them: a matrix of shape (steps, units), and "
            "the text with a word for each step, words separated by spaces, one text on each "
            "line; or a table with tabs, one column named word, others metadata, an empty line "
            "between texts.",
        )
        st.text_input(
            "Name of the matrix, if the file has several",
            key=_NAME,
            on_change=guarded(_receive),
            max_chars=200,
        )
        if list_opened():
            st.button("Close the states", key="states-close", on_click=guarded(_close))
        if st.session_state.get(_REFUSED):
            st.error(escape(st.session_state[_REFUSED]))
        st.code(
            'np.save("states.npy", states)  # (steps, units)\n'
            'Path("states.txt").write_text("\\n".join(" ".join(words) for words in texts))',
            language="python",
        )


def _name_uploader() -> str:
    """Return the key of the uploader: a new one, which is empty, once states are closed."""
    number = st.session_state.get(_ROUND, 0)
    return f"{_FILES}-{number}" if number else _FILES


def _close() -> None:
    st.session_state.pop(_OPENED, None)
    st.session_state.pop(CHOSEN, None)
    st.session_state[_REFUSED] = ""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _receive() -> None:
    files: list[UploadedFile] = st.session_state.get(_name_uploader()) or []
    st.session_state[_REFUSED] = ""
    if len(files) < 2:
        if files:
            st.session_state[_REFUSED] = "One of two files is missing: choose the text too."
        return
    try:
        name, recorded = _read(files, st.session_state.get(_NAME) or None)
        if not isinstance(st.session_state.get(_OPENED), _Opened):
            st.session_state[_OPENED] = _Opened()
        st.session_state[_OPENED].replace(name, recorded)
    except EmbedvizError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[CHOSEN] = name


def _read(files: list[UploadedFile], name: str | None) -> tuple[str, RecordedStates]:
    def of(endings: tuple[str, ...]) -> list[UploadedFile]:
        return [file for file in files if file.name.lower().endswith(endings)]

    states, texts = of(STATE_ENDINGS), of(_TEXT_ENDINGS)
    if len(states) != 1 or len(texts) != 1 or len(files) != 2:
        raise InputError(
            f"{len(files)} files were chosen: give one file of states ({', '.join(STATE_ENDINGS)}) "
            f"and one text ({', '.join(_TEXT_ENDINGS)})."
        )
    content = decode_upload(texts[0].getvalue(), _MOST_BYTES, "choose a plain text")
    text = parse_text(content)
    shown = Path(states[0].name)
    with tempfile.TemporaryDirectory(prefix="embedviz-states-") as folder:
        path = Path(folder) / f"{clip(shown.stem, 40)}{shown.suffix.lower()}".replace("/", "_")
        path.write_bytes(states[0].getbuffer())
        matrix = read_state_matrix(path, name).copy()
    return f"states: {clip(shown.name, 40)}", RecordedStates(text, matrix)
