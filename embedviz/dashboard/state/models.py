"""Models on offer, and what is worked out about them once and kept for all sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from embedviz.analogies import MethodPanel, MethodScore, compare_methods, score_methods
from embedviz.checkpoints import loading
from embedviz.dashboard.component.word_map import Points, place_words
from embedviz.dashboard.state import job_queue, server_options
from embedviz.errors import InputError, ModelError
from embedviz.projection import Plane, fit, view
from embedviz.relations import (
    Pair,
    Relation,
    RelationReport,
    built_in,
    built_in_names,
    by_frequency,
    measure,
)
from embedviz.support import english_folder, model_folder
from embedviz.vectors import WordVectors

DEMO_MODEL = Path("out/model")
"""Where ``make run`` leaves its model."""

_N_DRAWS = 100  # of a relation's pairs: LRCos learns anew from each, which takes a second or two


@dataclass(frozen=True)
class Model:
    """A model folder, or a file of word vectors, as it stands now.

    Attributes
    ----------
    name : str
        Unique among those on offer; part of links.
    path : Path
        The server's own: never shown to visitors.
    key : str
        Changes when the folder's files change.
    """

    name: str
    path: Path
    key: str

    @property
    def vectors(self) -> WordVectors:
        """Its word vectors; raises `ModelError` if they cannot be read."""
        return _vectors(self.key, self.path)

    @property
    def sha256(self) -> str:
        """SHA-256 of its words and vectors, which sessions know it by; every vector is read."""
        return _sha256(self.key, self.path)

    def plane(self, kind: str, names: Sequence[str]) -> Plane:
        """Plane of some built-in relations, with a third axis if it can have one.

        Of all words, if there is no relation.
        """
        return _plane(self.key, kind if names else "all", tuple(names), self.path)

    def points(self, kind: str, names: Sequence[str], n_words: int) -> Points:
        """Place the most frequent words, and those of all built-in relations, on a plane."""
        return _points(self.key, kind if names else "all", tuple(names), n_words, self.path)

    def report(self, name: str) -> RelationReport:
        """Measure how far the offsets of a built-in relation agree."""
        return self.measured(built_in(name))

    def measured(self, relation: Relation) -> RelationReport:
        """Measure how far the offsets of any relation agree."""
        return _measured(self.key, relation.name, relation.pairs, relation.also_right, self.path)

    def scores(self, relation: Relation) -> tuple[MethodScore, ...]:
        """Ask every method for the pairs of a relation, by leave-one-out."""
        return _scores(self.key, relation.name, relation.pairs, relation.also_right, self.path)

    def panel(self, pairs: tuple[Pair, ...], word: str, n: int) -> MethodPanel:
        """Answer a question by every method."""
        return _panel(self.key, pairs, word, n, self.path)

    def relation(self, name: str) -> Relation | None:
        """Return a built-in relation with the pairs it knows, the most frequent first."""
        return _relation(self.key, name, self.path)


def list_server_models() -> list[Model]:
    """Models given at the start, and at the end the English model that ships.

    Without any given, that of ``make run`` is if it is there. Those trained on the page Train
    follow, where it is open. These and no others: a name in a link is looked up among theirs, and
    never taken for a path.
    """
    given = [model_folder(name) for name in server_options.list_models()]
    own = [english_folder()] if given else [DEMO_MODEL, english_folder()]
    trained = (
        [] if server_options.is_read_only() else [job.model for job in job_queue.list_trained()]
    )
    paths = [*given, *(path for path in own if path.exists()), *trained]
    models: list[Model] = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        taken = {model.name for model in models}
        name = path.name
        while name in taken:
            name = f"{path.parent.name}/{name}" if "/" not in name else f"{name} again"
        models.append(Model(name, path, fingerprint(path)))
    return models


def fingerprint(path: Path) -> str:
    """Short text that changes when a file of the folder does."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    parts = [str(path)]
    for file in files:
        try:
            facts = file.stat()
        except OSError:
            continue  # loading says what is wrong
        parts.append(f"{file.name}:{facts.st_size}:{facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


# Parameters that begin with an underscore are not part of the cache's key.


@st.cache_resource(max_entries=4, show_spinner="Loading the model …")
def _vectors(key: str, _path: Path) -> WordVectors:
    if not _path.exists():
        raise ModelError(f"{_path} does not exist: train a model, or give another folder.")
    return loading.open_vectors(_path)


@st.cache_resource(max_entries=32, show_spinner=False)
def _sha256(key: str, _path: Path) -> str:
    return view.fingerprint(_vectors(key, _path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _plane(key: str, kind: str, names: tuple[str, ...], _path: Path) -> Plane:
    vectors, relations = _vectors(key, _path), [built_in(name) for name in names]
    try:
        return fit(vectors, relations, kind, n_components=3)
    except InputError:  # too few words or dimensions to turn
        return fit(vectors, relations, kind)


@st.cache_resource(max_entries=128, show_spinner=False)
def _relation(key: str, name: str, _path: Path) -> Relation | None:
    vectors = _vectors(key, _path)
    known = built_in(name).known_to(vectors)
    return by_frequency(vectors, known) if known else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _points(key: str, kind: str, names: tuple[str, ...], n_words: int, _path: Path) -> Points:
    vectors = _vectors(key, _path)
    relations = [known for name in built_in_names() if (known := built_in(name).known_to(vectors))]
    also = dict.fromkeys(word for relation in relations for word in relation.words)
    return place_words(vectors, _plane(key, kind, names, _path), n_words, list(also))


@st.cache_resource(max_entries=128, show_spinner=False)
def _measured(
    key: str,
    name: str,
    pairs: tuple[Pair, ...],
    also_right: tuple[tuple[str, ...], ...],
    _path: Path,
) -> RelationReport:
    return measure(_vectors(key, _path), Relation(name, pairs, also_right))


@st.cache_resource(max_entries=64, show_spinner="Asking every method for every pair …")
def _scores(
    key: str,
    name: str,
    pairs: tuple[Pair, ...],
    also_right: tuple[tuple[str, ...], ...],
    _path: Path,
) -> tuple[MethodScore, ...]:
    return score_methods(_vectors(key, _path), Relation(name, pairs, also_right))


@st.cache_resource(max_entries=128, show_spinner="Asking every method …")
def _panel(key: str, pairs: tuple[Pair, ...], word: str, n: int, _path: Path) -> MethodPanel:
    return compare_methods(_vectors(key, _path), pairs, word, n, n_draws=_N_DRAWS)
