"""Uploaded files of word vectors: visible only to their visitor, deleted with the session."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from embedviz.checkpoints import convert_confined
from embedviz.dashboard.state.models import Model, fingerprint
from embedviz.dashboard.state.server_options import (
    MOST_SERVER_MEGABYTES,
    MOST_UPLOAD_MEGABYTES,
    MOST_VISITOR_MEGABYTES,
)
from embedviz.dashboard.widgets.error_boundary import NOTICES, UPLOADS, guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError, InputError, SeveralTablesError
from embedviz.support import clip
from embedviz.vectors.formats import COMPRESSED, WITH_REPLACEMENT, WITH_WORDS

MOST_BYTES = 100_000_000
"""Maximum bytes of decompressed words and numbers: about 200,000 words of 100 dimensions."""

MOST_WORD_BYTES = 10_000_000
"""Maximum size of the word file of a bare matrix; in memory it can take ten times as much."""

MOST_FILES = 3
"""Maximum number of files of a session; another one replaces the oldest."""

GRACE_PERIOD = 120.0
"""Seconds until the files of a disconnected session are deleted: as Streamlit keeps a session."""

_POLL_INTERVAL = 5.0  # seconds
_REFUSED, _ROUND = "upload-refused", "upload-round"
_ENDINGS = (".vec", ".txt", ".glove", ".bin", ".npz", ".parquet", ".csv", ".tsv")
_PACKED = (*COMPRESSED, ".zip")
_MATRICES = (".npy", ".safetensors")
_WORDS = (".jsonl", ".json")
# remedies of the command line, and what can be done here
_REMEDIES = {
    WITH_WORDS: "choose the file of the words together with it",
    f", or use {WITH_REPLACEMENT}": "",
    "leave out --words (in Python, words=)": "choose it alone",
}
_TABLE = "upload-table"


@dataclass(frozen=True)
class _Undecided:
    """An upload of several tables, of which the visitor chooses one.

    Attributes
    ----------
    name : str
    folder : Path
        Holds the file and that of its words.
    file : Path
    words : Path or None
    tables : tuple of str
    """

    name: str
    folder: Path
    file: Path
    words: Path | None
    tables: tuple[str, ...]


class _UploadFolder:
    """Temporary folder of a visitor's files, deleted soon after the session or with the server."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="embedviz-upload-"))
        self.models: list[Model] = []
        self.undecided: _Undecided | None = None
        self._end = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        context = get_script_run_ctx()
        if context and runtime.exists():
            is_active = partial(runtime.get_instance().is_active_session, context.session_id)
            watch = partial(_delete_after_session, self.folder, is_active)
            threading.Thread(target=watch, daemon=True).start()

        _folders.add(self)

    def add(
        self, name: str, source: Path, words: Path | None, table: str | None = None
    ) -> tuple[str, ...]:
        """Save vectors in a format that opens quickly, and return the reader's warnings.

        The oldest file beyond the maximum is deleted.
        """
        _refuse_full_disk()
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        path = folder / "vectors.safetensors"
        try:
            warnings = convert_confined(
                source, path, words=words, most_bytes=MOST_BYTES, tensor=table
            )
        except EmbedvizError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.models.append(Model(name, path, fingerprint(path)))
        while len(self.models) > MOST_FILES:
            shutil.rmtree(self.models.pop(0).path.parent, ignore_errors=True)
        return warnings

    def keep_undecided(
        self, name: str, source: Path, words: Path | None, tables: tuple[str, ...]
    ) -> None:
        """Keep an upload until one of its tables is chosen."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        moved = [Path(shutil.move(path, folder / path.name)) for path in (source, words) if path]
        self.undecided = _Undecided(name, folder, moved[0], moved[1] if words else None, tables)

    def forget_undecided(self) -> None:
        """Delete an upload of which no table was chosen."""
        if self.undecided:
            shutil.rmtree(self.undecided.folder, ignore_errors=True)
            self.undecided = None

    @property
    def n_bytes(self) -> int:
        """Size of the files."""
        return sum(file.stat().st_size for file in self.folder.glob("*/*"))


_folders: weakref.WeakSet[_UploadFolder] = weakref.WeakSet()


def _refuse_full_disk() -> None:
    """Raise `InputError` if the files of all visitors take too much of the server's disk."""
    if sum(folder.n_bytes for folder in list(_folders)) > MOST_SERVER_MEGABYTES << 20:
        raise InputError(
            f"The opened files of all visitors take more than {MOST_SERVER_MEGABYTES:,} MB on this "
            "server: try again in some minutes, or open the file with embedviz app FILE."
        )


def _delete_after_session(folder: Path, is_active: Callable[[], bool]) -> None:
    """Delete a folder after the end of its session; Streamlit does so only at the next visit."""
    away = 0.0
    while away < GRACE_PERIOD and folder.exists():
        time.sleep(_POLL_INTERVAL)
        away = 0.0 if is_active() else away + _POLL_INTERVAL
    shutil.rmtree(folder, ignore_errors=True)


def list_uploads() -> list[Model]:
    """List the models of this visitor, in order of upload."""
    folder = st.session_state.get(UPLOADS)
    return list(folder.models) if isinstance(folder, _UploadFolder) else []


def show_uploader(taken: Collection[str], *, on_open: Callable[[str], None]) -> None:
    """Show the file uploader.

    Parameters
    ----------
    taken : collection of str
        Names of the existing models.
    on_open : callable
        Called with the name of the new model.
    """
    key = f"upload-{st.session_state.get(_ROUND, 0)}"

    def receive() -> None:
        files: list[UploadedFile] = st.session_state.get(key) or []
        if not files:
            return
        st.session_state[_ROUND] = (
            st.session_state.get(_ROUND, 0) + 1
        )  # a new key empties the uploader
        st.session_state[_REFUSED] = ""
        try:
            if name := _store(files, taken):
                on_open(name)
        except EmbedvizError as error:
            st.session_state[_REFUSED] = str(error)
        for file in files:
            _free_memory(file)

    st.file_uploader(
        "A file of word vectors",
        type=[*_ENDINGS, *_MATRICES, *_WORDS, *_PACKED],
        accept_multiple_files=True,
        key=key,
        on_change=guarded(receive),
        help="word2vec, fastText and GloVe (text or binary), NumPy, safetensors, Parquet or CSV, "
        "also compressed or in a zip. Choose .npy and .safetensors together with their word file. "
        "Only you see it, and it is deleted when you leave.",
    )
    st.caption(
        f"Up to {MOST_UPLOAD_MEGABYTES} MB, {MOST_VISITOR_MEGABYTES} MB per visitor: binary files "
        "and .npy are the smallest. Any size opens with `embedviz app FILE`."
    )
    if st.session_state.get(_REFUSED):
        st.error(escape(st.session_state[_REFUSED]))
    folder = st.session_state.get(UPLOADS)
    if isinstance(folder, _UploadFolder) and folder.undecided:
        _show_tables(folder, folder.undecided, on_open)


def _show_tables(folder: _UploadFolder, upload: _Undecided, on_open: Callable[[str], None]) -> None:
    """Show the choice of a table of an upload that has several."""

    def open_chosen() -> None:
        st.session_state[_REFUSED] = ""
        table = upload.tables[st.session_state[_TABLE]]
        try:
            warnings = folder.add(upload.name, upload.file, upload.words, table)
        except EmbedvizError as error:
            st.session_state[_REFUSED] = _adapt(str(error), upload.file, upload.name)
            return
        st.session_state[NOTICES] = [_adapt(one, upload.file, upload.name) for one in warnings]
        folder.forget_undecided()
        on_open(upload.name)

    st.selectbox(
        f"Table of {escape(upload.name, 60)} with the vectors",
        range(len(upload.tables)),
        format_func=lambda number: clip(upload.tables[number], 80),
        key=_TABLE,
        help="The file has several tables, and their names do not say which is that of the words.",
    )
    with st.container(horizontal=True):
        st.button("Open", key="upload-table-open", on_click=guarded(open_chosen), type="primary")
        st.button("Forget", key="upload-table-forget", on_click=guarded(folder.forget_undecided))


def _store(files: Sequence[UploadedFile], taken: Collection[str]) -> str | None:
    """Read an upload, save it in the session's folder, and return the name of the model.

    None if it has several tables, of which one must be chosen first.
    """
    file, words = _match_files(files)
    shown = clip(Path(file.name).name, 60)
    name = shown
    while name in taken:
        name = f"{name} again"
    with tempfile.TemporaryDirectory(prefix="embedviz-upload-") as inbox:
        path = _write(file, inbox, "vectors")
        word_file = _write(words, inbox, "words") if words else None
        if UPLOADS not in st.session_state:
            st.session_state[UPLOADS] = _UploadFolder()
        folder: _UploadFolder = st.session_state[UPLOADS]
        folder.forget_undecided()
        try:
            warnings = folder.add(name, path, word_file)
        except SeveralTablesError as error:
            folder.keep_undecided(name, path, word_file, error.tables)
            return None
        except EmbedvizError as error:
            raise InputError(_adapt(str(error), path, shown)) from None
    st.session_state[NOTICES] = [_adapt(one, path, shown) for one in warnings]
    return name


def _adapt(message: str, path: Path, shown: str) -> str:
    """Name an upload as its visitor does, not by its path, and remedies that this page has."""
    for remedy, here in _REMEDIES.items():
        message = message.replace(remedy, here)
    return message.replace(str(path), shown).replace(str(path.parent), "")


def _match_files(files: Sequence[UploadedFile]) -> tuple[UploadedFile, UploadedFile | None]:
    """Return a single file, or a bare matrix and the file of its words."""
    bare = [file for file in files if _format_suffix(file.name) in _MATRICES]
    others = [file for file in files if file not in bare]
    if len(files) == 2 and not bare:  # such as tensors.tsv and metadata.tsv
        bare = [max(files, key=lambda file: file.size)]
        others = [file for file in files if file is not bare[0]]
    if len(files) == 1 and not bare:
        return files[0], None
    if len(bare) == 1 and len(others) == 1:
        if others[0].size > MOST_WORD_BYTES:
            raise InputError(
                f"{others[0].name} has {others[0].size:,} bytes, and a word file may have at most "
                f"{MOST_WORD_BYTES:,}: keep the most frequent words with embedviz convert --top N."
            )
        return bare[0], others[0]
    named = ", ".join(clip(file.name, 60) for file in files)
    raise InputError(
        f"{named}: choose one file, or a matrix such as .npy or .safetensors together with the "
        "file of its words."
    )


def _write(file: UploadedFile, folder: str, stem: str) -> Path:
    path = Path(folder) / f"{stem}{_format_suffix(file.name)}"
    path.write_bytes(file.getbuffer())
    return path


def _format_suffix(name: str) -> str:
    """Return only the suffixes of a name that indicate a known format."""
    known = (*_ENDINGS, *_MATRICES, *_WORDS, *_PACKED)
    return "".join([s for s in map(str.lower, Path(name).suffixes) if s in known][-2:])


def _free_memory(file: UploadedFile) -> None:
    """Remove a file from Streamlit's memory, where it would stay until the end of the session."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
