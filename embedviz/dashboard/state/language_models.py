"""Language models that can be watched while they read, and what was computed with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from embedviz.checkpoints import checkpoint
from embedviz.dashboard.state.models import list_server_models, read_shape
from embedviz.support import CELLS, bundled_folder, english_folder
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from embedviz.models import TrainedModel
    from embedviz.sequences import GradientReach, Reading, WeightSum

_MOST_KEPT = 64


@dataclass(frozen=True)
class ReadingModel:
    """A language model with the weights of its recurrence.

    Attributes
    ----------
    name : str
        Part of links.
    path : Path
    key : str
        Cache key; changes when the files change.
    """

    name: str
    path: Path
    key: str

    def read(self, text: str, *, is_trained: bool = True) -> Reading:
        """Read a text word by word, with the model or with its untrained control."""
        return _read(self.key, text, is_trained, self.path)

    def reach(self, text: str, *, is_trained: bool = True) -> GradientReach:
        """Measure how far back the cost of each word reaches."""
        return _reach(self.key, text, is_trained, self.path)

    def sum_of_weight(self, text: str, name: str, place: tuple[int, int]) -> WeightSum:
        """Split the derivative by a weight of the cell into steps."""
        return _sum_of_weight(self.key, text, name, place, self.path)

    @property
    def weights(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the cell's matrices, by name."""
        from embedviz.sequences import cell_weights

        return cell_weights(self.trained)

    @property
    def truncation(self) -> int:
        """Steps after which training cuts the graph."""
        return int(self.trained.settings["n_steps"])

    @property
    def trained(self) -> TrainedModel:
        """The model; loads PyTorch."""
        return _load(self.key, self.path)

    @property
    def output_vectors(self) -> WordVectors:
        """The output embedding as the model scores it, without the unknown word."""
        return _take_output(self.key, self.path)


def list_reading_models() -> list[ReadingModel]:
    """List the language models of this server: those that ship, and those that were trained."""
    found = [
        ReadingModel(f"cells/{cell}", folder, str(folder))
        for cell in CELLS
        if checkpoint.is_model(folder := bundled_folder(f"cells/{cell}"))
    ]
    found += [
        ReadingModel(model.name, model.path, model.key)
        for model in list_server_models()
        if model.path.is_dir()
        and model.path != english_folder().resolve()
        and read_shape(model.path) == checkpoint.LANGUAGE_MODEL
    ]
    return found


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=8, show_spinner="Loading the language model …")
def _load(key: str, _path: Path) -> TrainedModel:
    from embedviz.models import load_model

    return load_model(_path)


@st.cache_resource(max_entries=8, show_spinner=False)
def _take_output(key: str, _path: Path) -> WordVectors:
    trained = _load(key, _path)
    words = Vocabulary(trained.vocabulary.words[1:])
    return WordVectors(words, trained.model.output[1:].detach().numpy(), trained.tokenizer)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Reading …")
def _read(key: str, text: str, is_trained: bool, _path: Path) -> Reading:
    from embedviz.sequences import read_text

    model = _load(key, _path)
    return read_text(model if is_trained else model.untrained(), text)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Going back through time …")
def _reach(key: str, text: str, is_trained: bool, _path: Path) -> GradientReach:
    from embedviz.sequences import gradient_reach

    model = _load(key, _path)
    return gradient_reach(model if is_trained else model.untrained(), text)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Adding up …")
def _sum_of_weight(
    key: str, text: str, name: str, place: tuple[int, int], _path: Path
) -> WeightSum:
    from embedviz.sequences import weight_sum

    return weight_sum(_load(key, _path), text, name, place)
