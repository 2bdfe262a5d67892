"""Sequence models of the server, by what they do, and the nets themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from embedviz.checkpoints import checkpoint
from embedviz.dashboard.state.models import fingerprint, list_server_models, read_shape
from embedviz.errors import InputError
from embedviz.support import BUNDLED, bundled_folder
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from embedviz.sequences import SequenceModel

TRANSLATES, EXECUTES, FINDS = "texts into texts", "programs into results", "descriptions into words"
DESCRIBES, CAPTIONS = "points into texts", "pictures into texts"
"""What sequence models do."""


@dataclass(frozen=True)
class ServerSequenceModel:
    """A sequence model of the server.

    Attributes
    ----------
    name : str
        Part of links.
    path : Path
    key : str
        Cache key; changes when the files change.
    task : str
        What it does: ``TRANSLATES``, ``EXECUTES``, ``FINDS``, ``DESCRIBES`` or ``CAPTIONS``.
    """

    name: str
    path: Path
    key: str
    task: str

    def open(self, *, trained: bool = True) -> SequenceModel:
        """Load the model, or its control before training, once for all sessions."""
        return _open(self.key, trained, self.name, self.path, self.task == CAPTIONS)

    @property
    def labels(self) -> WordVectors:
        """Vectors of the labels of a model that has some, and of further words beside them."""
        return _take_labels(self.key, self)


def has_torch() -> bool:
    """Whether PyTorch is installed."""
    return find_spec("torch") is not None


def list_sequence_models(tasks: Collection[str]) -> list[ServerSequenceModel]:
    """List the models of some tasks: those given to the server or trained on it, then bundled."""
    paths = {model.path: model.name for model in list_server_models() if model.path.is_dir()}
    for name in BUNDLED:
        own = f"{name} (ships)" if name in paths.values() else name  # a run may have this name
        paths.setdefault(bundled_folder(name).resolve(), own)
    return [
        ServerSequenceModel(name, path, fingerprint(path), task)
        for path, name in paths.items()
        if (task := _read_task(path)) and task in tasks
    ]


def require_sequence_models(tasks: Collection[str]) -> list[ServerSequenceModel]:
    """List the models of some tasks; `InputError` if there is none."""
    found = list_sequence_models(tasks)
    if not found:
        raise InputError(
            f"This server has no model that turns {' or '.join(tasks)}: train one on the page "
            "Train, or give its folder to embedviz app."
        )
    return found


def _read_task(folder: Path) -> str | None:
    """Read what a model does from its settings; None of any other model, and of a damaged one."""
    shape = read_shape(folder)
    if shape in (None, checkpoint.LANGUAGE_MODEL):
        return None
    training = checkpoint.read_training(folder)
    if shape == "seq-vec":
        return FINDS
    if shape == "vec-seq":
        return CAPTIONS if training.get("picture_size") else DESCRIBES
    return EXECUTES if "n_programs" in training else TRANSLATES


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=12, show_spinner="Loading the model …")
def _open(key: str, trained: bool, _name: str, _path: Path, _of_pictures: bool) -> SequenceModel:
    from embedviz.sequences import open_sequence_model

    found = open_sequence_model(_path, trained=trained, of_pictures=_of_pictures)
    return replace(found, name=_name)  # messages for visitors name no path of the server


@st.cache_resource(max_entries=4, show_spinner="Reading the vectors …")
def _take_labels(key: str, _model: ServerSequenceModel) -> WordVectors:
    from embedviz.sequences import label_vectors

    return label_vectors(_model.open())
