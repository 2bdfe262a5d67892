"""The word map as a Streamlit component: what Python sends to ``component/*.mjs``.

Two components: the *base* holds the words (heavy, an Arrow table) and the *overlay* the arrows and
marks (light). Streamlit sends an element again only when its data changed, so that new arrows on
the same plane do not send the words again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.bundling import COMPONENT, bundle
from embedviz.dashboard.plain import clip
from embedviz.projection import Plane
from embedviz.vectors import WordVectors

_LONGEST_WORD = 64


@dataclass(frozen=True)
class Mark:
    """A word at a place of the plane, drawn whether or not it is among the map's words."""

    word: str
    rank: int
    x: float
    y: float


@dataclass(frozen=True)
class Family:
    """Arrows that share a colour and a dash; pairs are rows of the map's words."""

    label: str
    style: int
    pairs: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Points:
    """The words of a map.

    Attributes
    ----------
    table : pyarrow.Table
        Columns x, y, rank and word, in order of rank as far as the map goes.
    rows : dict of int to int
        From a word's id to its row.
    version : str
        Changes when the table does.
    """

    table: pa.Table
    rows: dict[int, int]
    version: str


@dataclass(frozen=True)
class Overlay:
    """What is drawn over the words."""

    families: Sequence[Family] = ()
    chosen: Mark | None = None
    near: Sequence[Mark] = ()
    summary: str = "Word map"
    version: str = field(default="", kw_only=True)


_base = st.components.v2.component(
    "embedviz_word_map",
    html='<div class="word-map" tabindex="0" role="application" '
    'aria-roledescription="word map" aria-label="Word map"></div>',
    css=(COMPONENT / "word_map.css").read_text(encoding="utf-8"),
    js=bundle("base"),
)
_overlay = st.components.v2.component(
    "embedviz_word_map_overlay", html="<i hidden></i>", js=bundle("overlay")
)


def points(vectors: WordVectors, plane: Plane, n_words: int, also: Sequence[str]) -> Points:
    """Place the most frequent words, and some others, on a plane."""
    first = range(min(n_words, len(vectors)))
    others = sorted({id_ for id_ in vectors.ids(list(also)) if id_ >= len(first)})
    ids = np.array([*first, *others])
    places = plane.coordinates(vectors.unit_rows(ids))  # (n, 2)
    words = [clip(vectors.words[id_], _LONGEST_WORD) for id_ in ids]
    table = pa.table(
        {
            "x": pa.array(places[:, 0], pa.float32()),
            "y": pa.array(places[:, 1], pa.float32()),
            "rank": pa.array(ids + 1, pa.int32()),
            "word": pa.array(words, pa.string()),
        }
    )
    digest = hashlib.sha256(places.tobytes() + ids.tobytes()).hexdigest()[:12]
    return Points(table, {int(id_): row for row, id_ in enumerate(ids)}, digest)


def mark(vectors: WordVectors, plane: Plane, word: str) -> Mark:
    """Place a single word on a plane."""
    id_ = vectors.id(word)
    (x, y), *_ = plane.coordinates(vectors.unit_rows([id_])).tolist()
    return Mark(clip(vectors.words[id_], _LONGEST_WORD), id_ + 1, round(x, 5), round(y, 5))


def word_map(key: str, shown: Points, *, on_pick: Callable[[], None]) -> None:
    """Show the words; a click leaves the word's rank in ``st.session_state[key]["picked"]``."""
    data = {"map": key, "version": shown.version, "points": shown.table}
    _base(key=key, data=data, on_picked_change=on_pick)


def overlay(key: str, content: Overlay) -> None:
    """Draw arrows and marks over the map with that key."""
    _overlay(key=f"{key}-overlay", data={"map": key, "overlay": asdict(content)})
