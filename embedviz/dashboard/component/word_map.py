"""The word map as a Streamlit component: what Python sends to ``component/*.mjs``.

Three components: the *base* holds the words (heavy, an Arrow table), the *overlay* the arrows and
marks (light), the *peek* asks for the facts of the word under the pointer (a count and three
words). Streamlit sends an element again only when its data changed, so that new arrows on the same
plane do not send the words again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.export import COMPONENT, bundle
from embedviz.projection import Plane
from embedviz.support import clip
from embedviz.vectors import WordVectors

_LONGEST_WORD = 64
_IN_SUM = 20
MOST_SELECTED = 100
"""How many words can be selected on the map; selection.mjs says the same."""
N_NEAR = 3
"""How many nearest words the card names."""


@dataclass(frozen=True)
class Mark:
    """A word at a place, drawn whether or not it is among the map's words; rank 0: no word."""

    word: str
    rank: int
    x: float
    y: float
    z: float = 0.0


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
        Columns x, y, rank and word, and z if the plane has a third axis; in order of rank.
    rows : dict of int to int
        From a word's id to its row.
    version : str
        Changes when the table does.
    """

    table: pa.Table
    rows: dict[int, int]
    version: str


@dataclass(frozen=True)
class WordFacts:
    """What the card beside a word shows besides its rank."""

    rank: int
    count: int | None
    near: Sequence[str]


@dataclass(frozen=True)
class Overlay:
    """What is drawn over the words.

    Attributes
    ----------
    families : sequence of Family
    chosen : Mark or None
        The word that was searched or clicked, or that answers.
    near : sequence of Mark
        Words that belong to it.
    selected : sequence of int
        Rows of the map's words.
    parallelogram : sequence of Mark
        Of an analogy: a, b, c and the place of b - a + c; or none.
    dims : int
        2, or 3 for a map that turns.
    summary : str
        The map in a sentence or comparison, for someone who does not see it.
    version : str
        Of the points it belongs to.
    """

    families: Sequence[Family] = ()
    chosen: Mark | None = None
    near: Sequence[Mark] = ()
    selected: Sequence[int] = ()
    parallelogram: Sequence[Mark] = ()
    dims: int = 2
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
_word_facts = st.components.v2.component(
    "embedviz_word_facts", html="<i hidden></i>", js=bundle("word_facts")
)


def place_words(vectors: WordVectors, plane: Plane, n_words: int, also: Sequence[str]) -> Points:
    """Place the most frequent words, and some others, on a plane."""
    first = range(min(n_words, len(vectors)))
    others = sorted({id_ for id_ in vectors.ids(list(also)) if id_ >= len(first)})
    ids = np.array([*first, *others])
    places = plane.coordinates(vectors.unit_rows(ids))  # (n, n_components)
    words = [clip(vectors.words[id_], _LONGEST_WORD) for id_ in ids]
    table = pa.table(
        {
            **dict(zip("xyz", map(pa.array, places.T), strict=False)),
            "rank": pa.array(ids + 1, pa.int32()),
            "word": pa.array(words, pa.string()),
        }
    )
    digest = hashlib.sha256(places.tobytes() + ids.tobytes()).hexdigest()[:12]
    return Points(table, {int(id_): row for row, id_ in enumerate(ids)}, digest)


def place_mark(vectors: WordVectors, plane: Plane, word: str) -> Mark:
    """Place a single word on a plane."""
    id_ = vectors.id(word)
    place = plane.coordinates(vectors.unit_rows([id_]))[0]
    return Mark(clip(vectors.words[id_], _LONGEST_WORD), id_ + 1, *_rounded(place))


def place_sum(vectors: WordVectors, plane: Plane, a: str, b: str, c: str) -> Mark:
    """Place b - a + c, the fourth corner of the parallelogram; it is no word's place."""
    places = plane.coordinates(vectors.unit([a, b, c]))
    name = f"{clip(b, _IN_SUM)} − {clip(a, _IN_SUM)} + {clip(c, _IN_SUM)}"
    return Mark(name, 0, *_rounded(places[1] - places[0] + places[2]))


def _rounded(place: NDArray[np.float32]) -> list[float]:
    return [round(float(value), 5) for value in place]


def look_up_facts(vectors: WordVectors, rank: object) -> WordFacts | None:
    """Return what a card shows of the word of a rank; None if a browser asks for no word."""
    if not isinstance(rank, int) or not 1 <= rank <= len(vectors):
        return None
    word = vectors.words[rank - 1]
    near = vectors.most_similar(word, N_NEAR)
    return WordFacts(rank, vectors.count(word), [clip(item.word, _LONGEST_WORD) for item in near])


def show_map(
    key: str,
    shown: Points,
    *,
    small: bool = False,
    on_pick: Callable[[], None] = lambda: None,
    on_select: Callable[[], None] = lambda: None,
) -> None:
    """Show the words.

    A click leaves the word's rank in ``st.session_state[key]["picked"]`` for one run; a box, a
    lasso or Space the selected words in ``st.session_state[key]["selected"]``, at most 100, the
    most frequent first.
    """
    _base(
        key=key,
        data={"map": key, "version": shown.version, "points": shown.table, "small": small},
        on_picked_change=on_pick,
        on_selected_change=on_select,
    )


def show_overlay(key: str, content: Overlay) -> None:
    """Draw arrows and marks over the map with that key."""
    _overlay(key=f"{key}-overlay", data={"map": key, "overlay": asdict(content)})


@st.fragment
def show_facts(key: str, vectors: WordVectors) -> None:
    """Answer what the map with that key asks of the word under the pointer.

    A fragment, so that the page does not run again: a question and its answer are 2 kB.
    """
    name = f"{key}-facts"
    requested = st.session_state.get(name, {}).get("requested")
    found = look_up_facts(vectors, requested)
    data = {"map": key, "facts": asdict(found) if found else None}
    _word_facts(key=name, data=data, on_requested_change=lambda: None)
