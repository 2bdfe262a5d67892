"""Models in an order, on shared axes: checkpoints, seeds, or corpora such as decades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.dashboard.state.models import Model, hash_pairs
from embedviz.evaluation import (
    FREQUENT,
    RelationMoment,
    StabilityReport,
    distances_after_turning,
    measure_moment,
    on_shared_axes,
    on_shared_words,
    stability,
)
from embedviz.relations import Relation
from embedviz.vectors import WordVectors

MOST_MODELS = 12
"""Maximum number of models of a series."""


@dataclass(frozen=True)
class ModelSeries:
    """Models in an order, at least two.

    Only the shared words among the 30,000 most frequent of each are used.
    """

    models: tuple[Model, ...]

    @property
    def aligned(self) -> tuple[WordVectors, ...]:
        """All models on their shared words, each rotated onto the last one (Procrustes).

        Raises `InputError` if they share too few words.
        """
        return _align(self._key, self)

    def measure(self, relation: Relation) -> tuple[RelationMoment | None, ...]:
        """Measure a relation in each model, among the shared words."""
        return _measure(self._key, hash_pairs(relation), relation, self)

    def mean_moves(self, words: Sequence[str]) -> tuple[float, float]:
        """Mean distance, 1 - cosine, that words move between two models in succession.

        Returns
        -------
        (float, float)
            Of these words, and of the most frequent shared words.
        """
        moves = _find_moves(self._key, self)
        ids = self.aligned[-1].ids(list(words))
        own = [float(move[ids].mean()) for move in moves]
        others = [float(move[:FREQUENT].mean()) for move in moves]
        return sum(own) / len(own), sum(others) / len(others)

    @property
    def stability(self) -> StabilityReport:
        """Agreement of all models on the nearest shared words."""
        return _measure_stability(self._key, self)

    @property
    def _key(self) -> tuple[str, ...]:
        return tuple(model.key for model in self.models)


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=2, show_spinner="Rotating the models onto the last one …")
def _align(key: tuple[str, ...], _series: ModelSeries) -> tuple[WordVectors, ...]:
    shared = on_shared_words([model.vectors for model in _series.models])
    return on_shared_axes(*shared[::-1])[::-1]


@st.cache_resource(max_entries=2, show_spinner="Finding how far words moved …")
def _find_moves(key: tuple[str, ...], _series: ModelSeries) -> list[NDArray[np.float64]]:
    return [distances_after_turning(*both) for both in pairwise(_series.aligned)]


@st.cache_resource(max_entries=2, show_spinner="Comparing the nearest words …")
def _measure_stability(key: tuple[str, ...], _series: ModelSeries) -> StabilityReport:
    return stability(_series.aligned, n_words=None)


@st.cache_resource(max_entries=64, show_spinner="Measuring the relations …")
def _measure(
    key: tuple[str, ...], pairs: str, _relation: Relation, _series: ModelSeries
) -> tuple[RelationMoment | None, ...]:
    return tuple(measure_moment(vectors, _relation) for vectors in _series.aligned)
