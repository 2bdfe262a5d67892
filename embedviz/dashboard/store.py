"""Models on offer, and what is worked out about them once and kept for all sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from embedviz import opening
from embedviz.dashboard import settings
from embedviz.errors import ModelError
from embedviz.folders import english_folder, model_folder
from embedviz.projection import Plane, fit
from embedviz.relations import Relation, RelationReport, built_in, measure
from embedviz.vectors import WordVectors

DEMO_MODEL = Path("out/model")
"""Where ``make run`` leaves its model."""


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

    def plane(self, kind: str, names: Sequence[str]) -> Plane:
        """Plane of some built-in relations; of all words if there is none."""
        return _plane(self.key, kind if names else "all", tuple(names), self.path)

    def report(self, name: str) -> RelationReport:
        """Measure how far the offsets of a built-in relation agree."""
        return _report(self.key, name, self.path)

    def relation(self, name: str) -> Relation | None:
        """Return a built-in relation with the pairs it knows, the most frequent first."""
        vectors = self.vectors
        known = built_in(name).known_to(vectors)
        if known is None:
            return None
        rarer = {pair: max(vectors.ids(pair)) for pair in known.pairs}
        return Relation(name, tuple(sorted(known.pairs, key=rarer.__getitem__)))


def offered() -> list[Model]:
    """Models given at the start, and at the end the English model that ships.

    Without any given, that of ``make run`` is if it is there. These and no others: a name in a link
    is looked up among theirs, and never taken for a path.
    """
    given = [model_folder(name) for name in settings.models()]
    own = [english_folder()] if given else [DEMO_MODEL, english_folder()]
    paths = [*given, *(path for path in own if path.exists())]
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
    return opening.open_vectors(_path)


@st.cache_resource(max_entries=32, show_spinner=False)
def _plane(key: str, kind: str, names: tuple[str, ...], _path: Path) -> Plane:
    return fit(_vectors(key, _path), [built_in(name) for name in names], kind)


@st.cache_resource(max_entries=128, show_spinner=False)
def _report(key: str, name: str, _path: Path) -> RelationReport:
    return measure(_vectors(key, _path), built_in(name))
