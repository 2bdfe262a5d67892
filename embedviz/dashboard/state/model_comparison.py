"""Comparison of two models, computed once and cached for all sessions."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from embedviz.dashboard.state.models import Model, hash_pairs
from embedviz.evaluation import (
    ComparedRelation,
    Moved,
    Overlap,
    compare_relation,
    most_moved,
    neighbour_overlap,
    on_shared_axes,
    on_shared_words,
)
from embedviz.relations import Relation
from embedviz.vectors import WordVectors

N_MOVED = 20

_Both = tuple[WordVectors, WordVectors]


@dataclass(frozen=True)
class ModelComparison:
    """Two different models, A and B, restricted to their shared words.

    Only the 30,000 most frequent words of each are used, so that large files stay fast.
    """

    first: Model
    second: Model

    @property
    def shared(self) -> _Both:
        """Both models on their shared vocabulary; raises `InputError` if it is too small."""
        return _find_shared(*self._key, self)

    @property
    def on_shared_axes(self) -> _Both:
        """The same, B rotated onto A (Procrustes)."""
        return _align(*self._key, self)

    @property
    def overlap(self) -> Overlap:
        """Overlap of the neighbours of the most frequent words."""
        return _measure_overlap(*self._key, self)

    @property
    def moved(self) -> tuple[Moved, ...]:
        """The words with the largest distance between A and the rotated B."""
        return _find_moved(*self._key, self)

    def compare_relation(self, relation: Relation) -> ComparedRelation | None:
        """Compare a relation; None if the models share no pair of it."""
        return _compare_relation(*self._key, hash_pairs(relation), relation, self)

    @property
    def _key(self) -> tuple[str, str]:
        return self.first.key, self.second.key


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=4, show_spinner="Finding shared words …")
def _find_shared(key: str, other_key: str, _comparison: ModelComparison) -> _Both:
    first, second = on_shared_words([_comparison.first.vectors, _comparison.second.vectors])
    return first, second


@st.cache_resource(max_entries=4, show_spinner="Rotating one model onto the other …")
def _align(key: str, other_key: str, _comparison: ModelComparison) -> _Both:
    first, second = on_shared_axes(*_comparison.shared)
    return first, second


@st.cache_resource(max_entries=16, show_spinner="Comparing neighbours …")
def _measure_overlap(key: str, other_key: str, _comparison: ModelComparison) -> Overlap:
    return neighbour_overlap(_comparison.shared)


@st.cache_resource(max_entries=16, show_spinner="Finding words that moved …")
def _find_moved(key: str, other_key: str, _comparison: ModelComparison) -> tuple[Moved, ...]:
    return most_moved(*_comparison.shared, n_moved=N_MOVED)


@st.cache_resource(max_entries=128, show_spinner="Comparing the relations …")
def _compare_relation(
    key: str, other_key: str, pairs: str, _relation: Relation, _comparison: ModelComparison
) -> ComparedRelation | None:
    return compare_relation(*_comparison.shared, _relation)
