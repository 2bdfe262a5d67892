"""The path of a net's state among the words, as it reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component import time_line, word_map
from embedviz.dashboard.state.watched_texts import WatchedText
from embedviz.projection import fit_plane
from embedviz.support import clip_all, percent
from embedviz.vectors import WordVectors, unit_rows

_MAP = "reading-map"


def show_path(texts: Mapping[str, WatchedText], vectors: WordVectors, what: str) -> None:
    """Draw the point of the state after each word of one or two texts.

    Parameters
    ----------
    texts : mapping of str to WatchedText
        By the name of the moving point; at least one.
    vectors : WordVectors
        Of the words, in the space of the points.
    what : str
        What the points are, for the caption.
    """
    named = [word for one in texts.values() for word in (*one.words, *one.among)]
    words = list(dict.fromkeys(vectors.known(named)))
    steps = {name: unit_rows(one.points) for name, one in texts.items()}
    plane = fit_plane(vectors, words)
    places = plane.coordinates(vectors.unit(words))
    longest = max(map(len, steps.values()))
    # a shorter text waits at its end
    paths = np.stack(
        [
            plane.coordinates(rows)[np.minimum(np.arange(longest), len(rows) - 1)]
            for rows in steps.values()
        ],
        axis=1,
    )  # (n_steps, n_texts, 2)
    rows = np.concatenate([places, paths[-1]])
    n = len(words)
    table = pa.table(
        {
            "x": pa.array(rows[:, 0]),
            "y": pa.array(rows[:, 1]),
            "rank": pa.array(
                [*(vectors.id(word) + 1 for word in words), *[0] * len(steps)], pa.int32()
            ),
            "word": pa.array(clip_all([*words, *steps], 40), pa.string()),
        }
    )
    version = hashlib.sha256(rows.tobytes() + paths.tobytes()).hexdigest()[:12]
    points = word_map.Points(table, word_map.Rows(len(rows), {}), version)
    word_map.show_map(_MAP, points, small=True)
    read = [
        dict.fromkeys(one.words[step] for one in texts.values() if step < len(one.words))
        for step in range(longest)
    ]
    labels = [f"after “{'” / “'.join(clip_all(list(words), 24))}”" for words in read]
    moving = np.repeat(places[np.newaxis], longest, axis=0)
    time_line.show_time_line(_MAP, version, labels, np.concatenate([moving, paths], axis=1))
    styles = (0, 3)
    families = [
        word_map.Family(name, styles[number], [(n + number, n + number)], is_points=True)
        for number, name in enumerate(steps)
    ]
    marked = dict.fromkeys(vectors.known([w for one in texts.values() for w in one.words]))
    at = {word: place for place, word in enumerate(words)}
    families.append(
        word_map.Family(
            "words of the text", 1, [(at[word], at[word]) for word in marked], is_points=True
        )
    )
    word_map.show_overlay(
        _MAP,
        word_map.Overlay(
            families=families,
            summary=f"The path of the state through {longest} words, among {n} words",
            version=version,
        ),
    )
    kept = [
        plane.kept(rows) for rows in (np.concatenate(list(steps.values())), vectors.unit(words))
    ]
    st.caption(
        f"{what}, on the principal plane of the words shown. The plane keeps {percent(kept[0])} of "
        f"the squared length of the path and {percent(kept[1])} of that of the words."
    )


def describe_turns(after: WatchedText, before: WatchedText) -> str:
    """Say how far the state moves from word to word, beside the untrained net."""
    found = []
    for one in (after, before):
        unit = unit_rows(one.states)
        found.append(float((1 - (unit[1:] * unit[:-1]).sum(axis=1)).mean()) if len(unit) > 1 else 0)
    return (
        f"From word to word h[t] turns by {found[0]:.2f} on average (1 − cosine), in the untrained "
        f"model by {found[1]:.2f}."
    )
