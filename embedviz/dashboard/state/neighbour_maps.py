"""Neighbour maps of a model's words, computed one at a time and cached for all sessions."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from embedviz.dashboard.component.word_map import Points, build_points
from embedviz.dashboard.state.models import Model
from embedviz.projection import MOST_JUDGED, NeighbourMap, fit_map, fit_plane, trustworthiness

_SEED = 0
_ONE_AT_A_TIME = threading.Lock()  # a map takes a core for seconds: the other sessions keep theirs


@dataclass(frozen=True)
class MapOfNeighbours:
    """A neighbour map, and how far to trust it.

    Attributes
    ----------
    layout : NeighbourMap
    plane_trustworthiness : float
        That of the principal components of the words it was fitted on, measured on as many of them.
    n_fitted : int
        Number of words it was fitted on; others were placed among them later.
    """

    layout: NeighbourMap
    plane_trustworthiness: float
    n_fitted: int


def fit_neighbour_map(
    model: Model, method: str, n_words: int, fitted: Sequence[str], also: Sequence[str]
) -> MapOfNeighbours:
    """Fit a map on the most frequent words and some more, and place others in it.

    Parameters
    ----------
    model : Model
    method : str
        See `embedviz.projection.fit_map`.
    n_words : int
    fitted : sequence of str
        Words that it is also fitted on.
    also : sequence of str
        Words that are placed among their neighbours: the map stays where it is when they change.
    """
    found = _fit(model.key, method, n_words, tuple(fitted), model)
    new = tuple(dict.fromkeys(word for word in also if word not in found.layout))
    if not new:
        return found
    layout = found.layout.extended(model.vectors, new)
    return MapOfNeighbours(layout, found.plane_trustworthiness, found.n_fitted)


def place_points(model: Model, layout: NeighbourMap) -> Points:
    """Return the words of a map with their places, for the browser."""
    ids = np.array(model.vectors.ids(layout.words), dtype=np.intp)
    order = np.argsort(ids, kind="stable")
    return build_points(model.vectors, ids[order], layout.coordinates[order])


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=8, show_spinner="Computing the map of neighbours …")
def _fit(
    key: str, method: str, n_words: int, fitted: tuple[str, ...], _model: Model
) -> MapOfNeighbours:
    vectors = _model.vectors
    words = list(dict.fromkeys((*vectors.words[:n_words], *fitted)))
    with _ONE_AT_A_TIME:
        layout = fit_map(vectors, words, method, seed=_SEED)
    drawn = np.random.default_rng(_SEED).permutation(len(layout.words))[:MOST_JUDGED]
    rows = vectors.unit([layout.words[number] for number in np.sort(drawn)])
    plane = fit_plane(vectors, layout.words)
    trust = trustworthiness(rows, plane.coordinates(rows))
    return MapOfNeighbours(layout, trust, len(layout.words))
