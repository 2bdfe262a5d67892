"""The forms of the Train page for sequence models: pairs, programs, pictures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import PurePath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from embedviz.corpora import PICTURE_ENDINGS
from embedviz.dashboard.state.models import list_server_models
from embedviz.dashboard.training.form_fields import (
    free_name,
    show_choice,
    show_name,
    show_number,
    show_start,
)
from embedviz.errors import InputError
from embedviz.jobs import PAIRS, PICTURES, PROGRAMS, SequenceJobRequest
from embedviz.settings import (
    EXECUTION,
    SCENES,
    ProgramConfig,
    SceneConfig,
    SequenceConfig,
    as_arguments,
)
from embedviz.support import bundled_folder
from embedviz.text import PairConfig, is_compressed

_LARGEST_UPLOAD, _MOST_PICTURES = 50, 2_000  # megabytes; files
_TABLES = (".tsv", ".csv", ".jsonl")
_DRAWN, _OWN = "Drawn scenes", "Your own pictures"
_SHAPES = {
    "seq-seq": "text → text, such as a translation",
    "seq-vec": "description → word",
    "vec-seq": "word → description",
}
_FEW_PROGRAMS, _FEW_SCENES = 20_000, 5_000  # some minutes on one core


@dataclass(frozen=True)
class _Order:
    """What is to be trained: the arguments of the command, and files."""

    arguments: tuple[str, ...]
    files: dict[str, bytes]


def show_sequence_form(
    kind: str, taken: Collection[str], *, is_busy: bool
) -> SequenceJobRequest | None:
    """Show the form for pairs, programs or pictures; return a request once it is submitted.

    Raises
    ------
    InputError
        If the request is invalid; the form keeps its values.
    """
    forms = {PAIRS: _show_pairs, PROGRAMS: _show_programs, PICTURES: _show_pictures}
    suggested, order = forms[kind]()
    name = show_name(free_name(suggested, taken))
    if not show_start(is_busy=is_busy, is_ready=order is not None):
        return None
    if order is None:  # a client can submit a disabled button
        raise InputError("There is nothing to train on yet: upload a file first.")
    return SequenceJobRequest(name, kind, order.arguments, order.files)


def _show_pairs() -> tuple[str, _Order | None]:
    """Show the form for a table of pairs."""
    shape = st.selectbox(
        "What it learns",
        list(_SHAPES),
        format_func=_SHAPES.__getitem__,
        key="train-shape",
        persist_state="session",
    )
    file = st.file_uploader(
        "Table of pairs",
        type=_TABLES,
        key="train-pairs",
        max_upload_size=_LARGEST_UPLOAD,
        help="TSV, CSV or JSON lines in UTF-8 with the columns source and target; a TSV file "
        "without a first line that names them has the source first. It stays on this server.",
    )
    columns = st.container(horizontal=True, gap="small")
    with columns:
        source = st.text_input("Column of sources", "source", key="train-source", width=150)
        target = st.text_input("Column of targets", "target", key="train-target", width=150)
    labels = None
    if shape != "seq-seq":
        there = {model.name: model.path for model in list_server_models()}
        labels = st.selectbox(
            "Vectors of the words",
            list(there),
            key="train-labels",
            help="A word without a vector in this model is left out.",
        )
    default = SequenceConfig(shape=shape)
    config = _show_settings(default)
    if file is None:
        return "pairs", None
    content = file.getvalue()
    if is_compressed(content):
        raise InputError(f"{file.name[:60]} is compressed: decompress it and upload the table.")
    path = f"pairs{PurePath(file.name).suffix.lower()}"
    arguments = (
        f"files/{path}",
        *("--shape", shape, "--source", source.strip(), "--target", target.strip()),
        *as_arguments(config, unlike=default),
        *(("--vectors", _named(there[labels])) if labels else ()),
    )
    return file.name, _Order(arguments, {path: content})


def _named(path: PurePath) -> str:
    """Return the name of a bundled model, or the path of another one."""
    return "english" if path == bundled_folder("english").resolve() else str(path)


def _show_settings(default: SequenceConfig) -> SequenceConfig:
    """Show the settings that count for all sequence models."""
    cell = show_choice(SequenceConfig, "cell", default.cell, key="train-sequence-cell")
    with st.container(horizontal=True, gap="small"):
        states = show_number(
            SequenceConfig, "n_states", default.n_states, key="train-states", step=16
        )
        epochs = show_number(
            SequenceConfig, "epochs", int(default.epochs), key=f"train-epochs-{default.shape}"
        )
    return replace(default, cell=cell, n_states=states, epochs=float(epochs))


def _show_programs() -> tuple[str, _Order]:
    """Show the form for generated programs."""
    st.caption(
        "Small Python programs are drawn, and the net learns to write their traces. 20,000 take "
        "some minutes and are enough for one operation; the model execute that ships read 190,000."
    )
    with st.container(horizontal=True, gap="small"):
        n = show_number(
            ProgramConfig, "n_programs", _FEW_PROGRAMS, key="train-programs", step=10_000
        )
        length = show_number(ProgramConfig, "length", 2, key="train-length")
        nesting = show_number(ProgramConfig, "nesting", 1, key="train-nesting")
    curriculum = show_choice(ProgramConfig, "curriculum", "growing", key="train-curriculum")
    writes = show_choice(ProgramConfig, "writes", "trace", key="train-writes")
    cell = show_choice(SequenceConfig, "cell", EXECUTION.cell, key="train-programs-cell")
    programs = ProgramConfig(
        length=length, nesting=nesting, n_programs=n, curriculum=curriculum, writes=writes
    )
    arguments = (
        "programs",
        *as_arguments(programs),
        *as_arguments(replace(EXECUTION, cell=cell), unlike=EXECUTION),
    )
    return "programs", _Order(arguments, {})


def _show_pictures() -> tuple[str, _Order | None]:
    """Show the form for drawn scenes or uploaded pictures."""
    of = st.segmented_control(
        "Pictures",
        [_DRAWN, _OWN],
        default=_DRAWN,
        required=True,
        key="train-pictures-of",
        label_visibility="collapsed",
        persist_state="session",
    )
    if of != _OWN:
        st.caption("Scenes are drawn with their captions, and the net learns to write these.")
        with st.container(horizontal=True, gap="small"):
            n = show_number(SceneConfig, "n_scenes", _FEW_SCENES, key="train-scenes", step=1_000)
            epochs = show_number(
                SequenceConfig, "epochs", int(SCENES.epochs), key="train-epochs-scenes"
            )
        config = replace(SCENES, epochs=float(epochs))
        scenes = as_arguments(SceneConfig(n_scenes=n))
        return "scenes", _Order(("scenes", *scenes, *as_arguments(config, unlike=SCENES)), {})
    files = st.file_uploader(
        "Pictures, and their captions in COCO's JSON",
        type=[*PICTURE_ENDINGS, ".json"],
        accept_multiple_files=True,
        key="train-picture-files",
        help="The JSON file has images with id and file_name, and annotations with image_id and "
        "caption. They stay on this server.",
    )
    with st.container(horizontal=True, gap="small"):
        epochs = show_number(SequenceConfig, "epochs", 20, key="train-epochs-pictures")
        min_count = show_number(PairConfig, "min_count", 1, key="train-min-count-pictures")
    config = replace(SCENES, epochs=float(epochs))
    options = (
        *as_arguments(config, unlike=SCENES),
        *as_arguments(PairConfig(min_count=min_count), unlike=PairConfig()),
    )
    order = _order_pictures(files)
    if order is None:
        return "pictures", None
    return "pictures", _Order((*order.arguments, *options), order.files)


def _order_pictures(files: list[UploadedFile]) -> _Order | None:
    if not files:
        return None
    captions = [file for file in files if file.name.lower().endswith(".json")]
    pictures = [file for file in files if file not in captions]
    if not captions and 0 < len(pictures) <= _MOST_PICTURES:
        st.caption("Add the JSON file with the captions of these pictures.")
        return None
    if not pictures and len(captions) == 1:
        st.caption("Add the pictures that the JSON file names.")
        return None
    if len(captions) != 1 or not 0 < len(pictures) <= _MOST_PICTURES:
        raise InputError(
            f"{len(pictures)} pictures and {len(captions)} files of captions were chosen: give up "
            f"to {_MOST_PICTURES:,} pictures and one JSON file."
        )
    content = {f"pictures/{PurePath(file.name).name}": file.getvalue() for file in pictures}
    content["captions.json"] = captions[0].getvalue()
    arguments = ("--pictures", "files/pictures", "--captions", "files/captions.json")
    return _Order(arguments, content)
