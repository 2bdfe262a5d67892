"""The models of the server, and results about them, computed once and cached for all sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz import projection
from embedviz.analogies import MethodPanel, MethodScore, iterate_methods, score_methods
from embedviz.checkpoints import checkpoint, label_pictures, loading
from embedviz.corpora import data_url
from embedviz.dashboard.component.word_map import PictureOf, Points, place_words
from embedviz.dashboard.state import job_queue, server_options
from embedviz.errors import InputError, ModelError
from embedviz.projection import Plane, RegionNames, fit, name_regions
from embedviz.relations import (
    Pair,
    Relation,
    RelationReport,
    built_in,
    built_in_names,
    by_frequency,
    measure,
    offsets,
    shuffle_pairs,
)
from embedviz.support import english_folder, model_folder
from embedviz.vectors import WordVectors

DEMO_MODEL = Path("out/model")
"""Where ``make run`` leaves its model."""

_N_DRAWS = 100  # bootstrap draws of a relation's pairs; LRCos is refitted to each, 1 to 2 s in all


@dataclass(frozen=True)
class RelationPlace:
    """A relation on the plane that was fitted to it.

    Attributes
    ----------
    plane : Plane
    points : Points
        The words of the pairs drawn.
    pairs : tuple of (int, int)
        Their rows.
    fidelity : float
        Share of the squared length of all the relation's offsets that the plane retains.
    """

    plane: Plane
    points: Points
    pairs: tuple[tuple[int, int], ...]
    fidelity: float


@dataclass(frozen=True)
class Model:
    """A model folder or a file of word vectors, in its current version.

    Attributes
    ----------
    name : str
        Unique among the listed models; part of links.
    path : Path
        On the server; never shown to visitors.
    key : str
        Cache key; changes when the files change.
    """

    name: str
    path: Path
    key: str

    @property
    def vectors(self) -> WordVectors:
        """Its word vectors; raises `ModelError` if they cannot be read."""
        return _load_vectors(self.key, self.path)

    @property
    def sha256(self) -> str:
        """SHA-256 of its words and vectors, which identifies it in session files; reads all."""
        return _hash_vectors(self.key, self.path)

    @property
    def picture_of(self) -> PictureOf | None:
        """Function from a label to its picture as the address of a PNG file; None without them."""
        vectors, pictures = self.vectors, self.pictures
        if pictures is None:
            return None
        return lambda label: data_url(pictures[vectors.id(label)]) if label in vectors else None

    @property
    def pictures(self) -> NDArray[np.uint8] | None:
        """Pictures of its labels, from a sheet beside its file; (n, side, side, 3)."""
        return _read_pictures(self.key, self.path)

    def fit_plane(self, kind: str, relations: Sequence[Relation]) -> Plane:
        """Fit a plane to relations, with a third axis if possible.

        Without relations, the plane is fitted to all words.
        """
        return _fit_plane(self.key, *_fitted(kind, relations), tuple(relations), self.path)

    def place_words(
        self, kind: str, relations: Sequence[Relation], n_words: int, also: Sequence[str] = ()
    ) -> Points:
        """Project the most frequent words, those of all built-in relations, and others."""
        return _place_words(
            self.key, *_fitted(kind, relations), n_words, tuple(also), tuple(relations), self.path
        )

    def name_regions(self, kind: str, relations: Sequence[Relation], n_words: int) -> RegionNames:
        """Name the areas of the map that `place_words` places."""
        return _name_regions(
            self.key, *_fitted(kind, relations), n_words, tuple(relations), self.path
        )

    def place_relation(
        self, relation: Relation, n_pairs: int, *, is_shuffled: bool
    ) -> RelationPlace | None:
        """Place the first pairs of a relation, all of them in the vocabulary, on its own plane."""
        return _place_relation(
            self.key, hash_pairs(relation), n_pairs, is_shuffled, relation, self.path
        )

    def measure_built_in(self, name: str) -> RelationReport:
        """Measure how consistent the offsets of a built-in relation are."""
        return self.measure(built_in(name))

    def measure(self, relation: Relation) -> RelationReport:
        """Measure how consistent the offsets of a relation are."""
        return _measure(self.key, hash_pairs(relation), relation, self.path)

    def score_methods(self, relation: Relation) -> tuple[MethodScore, ...]:
        """Score every method on the pairs of a relation, by leave-one-out."""
        return _score_methods(self.key, hash_pairs(relation), relation, self.path)

    def iterate_methods(
        self, pairs: tuple[Pair, ...], word: str, n: int, first: str
    ) -> Iterator[MethodPanel]:
        """Answer a question with every method; at once if it was answered before."""
        kept = _panel_of(self.key, pairs, word, n)
        if kept:
            yield kept[0]
            return
        steps = iterate_methods(self.vectors, pairs, word, n, first=first, n_draws=_N_DRAWS)
        for panel in steps:
            yield panel
        kept[:] = [panel]

    def find_relation(self, name: str) -> Relation | None:
        """Return the pairs of a built-in relation in the vocabulary, most frequent first."""
        return _find_relation(self.key, name, self.path)


def list_server_models() -> list[Model]:
    """List the models of the server.

    These are the models given on the command line (without any, the model of ``make run``, if it
    exists), the English model that ships, and the models trained on the page Train, unless the
    server is read-only. A name in a link is looked up among these names, and never used as a path.
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
    """Return a short text that changes when the file, or a file of the folder, changes."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    parts = [str(path)]
    for file in files:
        try:
            facts = file.stat()
        except OSError:
            continue  # loading reports the error
        parts.append(f"{file.name}:{facts.st_size}:{facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def read_shape(path: Path) -> str | None:
    """Read the shape of a model; None of a file of vectors, and of a damaged model.

    The page that opens the model reports the damage.
    """
    try:
        return checkpoint.read_shape(path)
    except ModelError:
        return None


def hash_pairs(relation: Relation) -> str:
    """Return a short text that changes with the name or a pair: the cache key of a relation."""
    content = repr((relation.name, relation.pairs, relation.also_right))
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()[:16]


def _fitted(kind: str, relations: Sequence[Relation]) -> tuple[str, tuple[str, ...]]:
    """Return the plane that is fitted to relations, and their keys."""
    return kind if relations else "all", tuple(map(hash_pairs, relations))


# Streamlit leaves parameters with a leading underscore out of the cache key. A relation is named by
# `hash_pairs`, since Streamlit takes a hundred times as long to hash its pairs.


@st.cache_resource(max_entries=4, show_spinner="Loading the model …")
def _load_vectors(key: str, _path: Path) -> WordVectors:
    if not _path.exists():
        raise ModelError(f"{_path} does not exist: train a model, or give another folder.")
    return loading.open_vectors(_path)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read_pictures(key: str, _path: Path) -> NDArray[np.uint8] | None:
    return label_pictures(_path, _load_vectors(key, _path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _hash_vectors(key: str, _path: Path) -> str:
    return projection.fingerprint(_load_vectors(key, _path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _fit_plane(
    key: str, kind: str, pairs: tuple[str, ...], _relations: tuple[Relation, ...], _path: Path
) -> Plane:
    vectors = _load_vectors(key, _path)
    try:
        return fit(vectors, _relations, kind, n_components=3)
    except InputError:  # too few words or dimensions for a third axis
        return fit(vectors, _relations, kind)


@st.cache_resource(max_entries=128, show_spinner=False)
def _find_relation(key: str, name: str, _path: Path) -> Relation | None:
    vectors = _load_vectors(key, _path)
    known = built_in(name).known_to(vectors)
    return by_frequency(vectors, known) if known else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _name_regions(
    key: str,
    kind: str,
    pairs: tuple[str, ...],
    n_words: int,
    _relations: tuple[Relation, ...],
    _path: Path,
) -> RegionNames:
    vectors = _load_vectors(key, _path)
    ids = np.arange(min(n_words, len(vectors)))
    plane = _fit_plane(key, kind, pairs, _relations, _path)
    return name_regions(vectors, ids, plane.place_ids(vectors, ids))


@st.cache_resource(max_entries=64, show_spinner=False)
def _place_relation(
    key: str, pairs: str, n_pairs: int, is_shuffled: bool, _relation: Relation, _path: Path
) -> RelationPlace | None:
    vectors, name = _load_vectors(key, _path), _relation.name
    # those drawn are shuffled among themselves, so that the same words are shown
    parts = [
        Relation(name, some)
        for some in (_relation.pairs[:n_pairs], _relation.pairs[n_pairs:])
        if some
    ]
    if is_shuffled:
        parts = [shuffle_pairs(part) for part in parts]
    fitted = Relation(name, tuple(pair for part in parts for pair in part.pairs))
    try:
        plane = fit(vectors, [fitted], "arrows")
    except InputError:  # too few words or dimensions
        return None
    points = place_words(vectors, plane, 0, parts[0].words)
    ids = [vectors.ids(pair) for pair in parts[0].pairs]
    rows = tuple((points.rows[source], points.rows[target]) for source, target in ids)
    return RelationPlace(plane, points, rows, plane.fidelity(offsets(vectors, fitted)))


@st.cache_resource(max_entries=8, show_spinner=False)
def _place_words(
    key: str,
    kind: str,
    pairs: tuple[str, ...],
    n_words: int,
    also: tuple[str, ...],
    _relations: tuple[Relation, ...],
    _path: Path,
) -> Points:
    vectors = _load_vectors(key, _path)
    relations = [known for name in built_in_names() if (known := built_in(name).known_to(vectors))]
    words = dict.fromkeys(word for relation in relations for word in relation.words)
    plane = _fit_plane(key, kind, pairs, _relations, _path)
    return place_words(vectors, plane, n_words, [*words, *also])


@st.cache_resource(max_entries=128, show_spinner=False)
def _measure(key: str, pairs: str, _relation: Relation, _path: Path) -> RelationReport:
    return measure(_load_vectors(key, _path), _relation)


@st.cache_resource(max_entries=64, show_spinner="Scoring every method on every pair …")
def _score_methods(
    key: str, pairs: str, _relation: Relation, _path: Path
) -> tuple[MethodScore, ...]:
    return score_methods(_load_vectors(key, _path), _relation)


@st.cache_resource(max_entries=128, show_spinner=False)
def _panel_of(key: str, pairs: tuple[Pair, ...], word: str, n: int) -> list[MethodPanel]:
    """Return a list for the finished panel of a question: empty until a session has filled it."""
    return []
