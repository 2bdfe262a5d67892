"""The path of a net's state among the words, as it reads."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component import time_line, word_map
from embedviz.projection import fit_plane
from embedviz.support import clip_all, percent
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from embedviz.sequences import Reading

_MAP = "reading-map"
_STATE = "h[t]"


def show_path(reading: Reading, control: Reading, vectors: WordVectors) -> None:
    """Draw Dec(h[t]), the point at which the model looks for the next word, after each word.

    Parameters
    ----------
    reading, control : Reading
        Of the model and of the untrained one.
    vectors : WordVectors
        The output embedding; not centred, as the model scores it.
    """
    guessed = [guess.word for guesses in reading.guesses for guess in guesses]
    words = list(dict.fromkeys(vectors.known([*reading.words, *guessed])))
    steps = reading.decoded / np.maximum(
        np.linalg.norm(reading.decoded, axis=1, keepdims=True), 1e-12
    )
    plane = fit_plane(vectors, words)
    places = plane.coordinates(vectors.unit(words))
    path = plane.coordinates(steps)  # (n_steps, 2)
    kept = [
        np.square((rows - plane.centre) @ plane.axes.T).sum() / np.square(rows - plane.centre).sum()
        for rows in (steps, vectors.unit(words))
    ]
    rows = np.concatenate([places, path[-1:]])
    table = pa.table(
        {
            "x": pa.array(rows[:, 0]),
            "y": pa.array(rows[:, 1]),
            "rank": pa.array([*(vectors.id(word) + 1 for word in words), 0], pa.int32()),
            "word": pa.array(clip_all([*words, _STATE], 40), pa.string()),
        }
    )
    version = hashlib.sha256(rows.tobytes() + path.tobytes()).hexdigest()[:12]
    n = len(words)
    points = word_map.Points(table, word_map.Rows(n + 1, {}), version)
    word_map.show_map(_MAP, points, small=True)
    labels = [f"after “{word}”" for word in clip_all(reading.words, 24)]
    moving = np.repeat(places[np.newaxis], len(path), axis=0)
    time_line.show_time_line(
        _MAP, version, labels, np.concatenate([moving, path[:, np.newaxis]], axis=1)
    )
    read = dict.fromkeys(vectors.known(list(reading.words)))
    families = [
        word_map.Family(_STATE, 0, [(n, n)], is_points=True),
        word_map.Family(
            "words of the text", 1, [(words.index(w),) * 2 for w in read], is_points=True
        ),
    ]
    word_map.show_overlay(
        _MAP,
        word_map.Overlay(
            families=families,
            summary=f"The path of the state through {len(path)} words, among {n} words",
            version=version,
        ),
    )
    st.caption(
        "Dec(h[t]) is the point at which the model looks for the next word, among the words of "
        "the text and those that it expected, on their principal plane. The plane keeps "
        f"{percent(float(kept[0]))} of the squared length of the path and "
        f"{percent(float(kept[1]))} of that of the words. {_say_moves(reading, control)}"
    )


def _say_moves(reading: Reading, control: Reading) -> str:
    """Say how far the state moves from word to word, beside the untrained model."""
    found = []
    for one in (reading, control):
        unit = one.states / np.maximum(np.linalg.norm(one.states, axis=1, keepdims=True), 1e-12)
        found.append(float((1 - (unit[1:] * unit[:-1]).sum(axis=1)).mean()) if len(unit) > 1 else 0)
    return (
        f"From word to word h[t] turns by {found[0]:.2f} on average (1 − cosine), in the untrained "
        f"model by {found[1]:.2f}."
    )
