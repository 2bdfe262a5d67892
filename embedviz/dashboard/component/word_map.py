"""The word map as Streamlit components: the data that Python sends to ``component/*.mjs``.

There are three components. The *base* contains the words (large, an Arrow table), the *overlay* the
arrows and marks (small), and *word facts* requests the facts of the word under the pointer (its
count and three nearest words). Streamlit sends an element again only when its data changes, so that
new arrows on the same plane do not send the words again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.export import COMPONENT, LONGEST_WORD, bundle, word_facts
from embedviz.projection import Region
from embedviz.relations import Pair
from embedviz.support import clip, clip_all
from embedviz.vectors import WordVectors

PictureOf: TypeAlias = Callable[[str], str | None]
"""Function from a label to the address of its picture, None if it has none."""

_IN_SUM = 20
_ROWS_AT_ONCE = 1 << 16
MOST_SELECTED = 100
"""Maximum number of words selected on the map; selection.mjs has the same value."""


@dataclass(frozen=True)
class Mark:
    """A word at a point, drawn even if the map omits the word; rank 0 marks a point only."""

    word: str
    rank: int
    x: float
    y: float
    z: float = 0.0


class Coordinates(Protocol):
    """A layout that places unit vectors, such as a plane."""

    def coordinates(self, rows: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return coordinates of vectors (n, n_dims), shape (n, n_components)."""


@dataclass(frozen=True)
class Family:
    """Arrows of one colour and dash pattern, or points of one colour and mark.

    Attributes
    ----------
    label : str
    style : int
    pairs : sequence of (int, int)
        Row numbers of the map's words; of a point twice the same.
    is_points : bool
    shade : float, optional
        Of points with a number, from 0 to 1: colour on a ramp and size, instead of the style's.
    """

    label: str
    style: int
    pairs: Sequence[tuple[int, int]]
    is_points: bool = False
    shade: float | None = None


@dataclass(frozen=True)
class Rows:
    """From a word's id to its row: the most frequent words first, then others.

    >>> rows = Rows(2, {7: 2})
    >>> rows[1], rows[7], 3 in rows
    (1, 2, False)
    """

    n_first: int
    others: Mapping[int, int]

    def __getitem__(self, id_: int) -> int:
        """Return the row of a word that is on the map."""
        return id_ if id_ < self.n_first else self.others[id_]

    def __contains__(self, id_: int) -> bool:
        """Whether a word is on the map."""
        return id_ < self.n_first or id_ in self.others


@dataclass(frozen=True)
class Points:
    """The words of a map.

    Attributes
    ----------
    table : pyarrow.Table
        Columns x, y, rank and word, and z if the plane has a third axis; sorted by rank.
    rows : Rows
    version : str
        Changes when the table does.
    """

    table: pa.Table
    rows: Rows
    version: str

    def rows_of(self, vectors: WordVectors, pairs: Sequence[Pair]) -> list[tuple[int, int]]:
        """Return the rows of pairs of words that are on the map, for a `Family`."""
        ids = [vectors.ids(pair) for pair in pairs]
        return [(self.rows[source], self.rows[target]) for source, target in ids]


@dataclass(frozen=True)
class WordFacts:
    """The facts of a word that its card shows.

    Rank, count, nearest words, a picture, and the share of the nearest that other seeds have too.
    """

    rank: int
    count: int | None
    near: Sequence[str]
    picture: str | None = None
    stability: float | None = None


@dataclass(frozen=True)
class Overlay:
    """What the map draws over the words.

    Attributes
    ----------
    families : sequence of Family
    chosen : Mark or None
        The searched or clicked word, or the answer.
    near : sequence of Mark
        Its nearest words.
    selected : sequence of int
        Row numbers of the map's words.
    parallelogram : sequence of Mark
        Corners a, b, c and b - a + c of an analogy, or empty.
    dims : int
        2, or 3 for a map that can be rotated.
    has_legend : bool
        A map with one relation is named by its title.
    axis_titles : sequence of str
        Names of the x and the y axis, which are drawn through 0; empty for axes without a meaning.
    summary : str
        Text alternative for screen readers.
    version : str
        Version of the points that the rows refer to.
    """

    families: Sequence[Family] = ()
    chosen: Mark | None = None
    near: Sequence[Mark] = ()
    selected: Sequence[int] = ()
    parallelogram: Sequence[Mark] = ()
    dims: int = 2
    has_legend: bool = True
    axis_titles: Sequence[str] = ()
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


def place_words(
    vectors: WordVectors, plane: Coordinates, n_words: int, also: Sequence[str]
) -> Points:
    """Project the most frequent words, and those in `also`, onto a plane."""
    n_first = min(n_words, len(vectors))
    others = sorted({id_ for id_ in vectors.ids(list(also)) if id_ >= n_first})
    ids = np.concatenate([np.arange(n_first), np.array(others, dtype=np.intp)])
    blocks = np.array_split(ids, 1 + len(ids) // _ROWS_AT_ONCE)
    places = [plane.coordinates(vectors.unit_rows(block)) for block in blocks]
    return build_points(vectors, ids, np.concatenate(places))


def build_points(
    vectors: WordVectors, ids: NDArray[np.intp], places: NDArray[np.float32]
) -> Points:
    """Build the words of a map from ids, in order of rank, and places (n, n_components)."""
    n_first = int((ids == np.arange(len(ids))).cumprod().sum())
    others = ids[n_first:].tolist()
    words = [*vectors.words[:n_first], *(vectors.words[id_] for id_ in others)]
    table = pa.table(
        {
            **dict(zip("xyz", map(pa.array, places.T), strict=False)),
            "rank": pa.array(ids + 1, pa.int32()),
            "word": pa.array(clip_all(words, LONGEST_WORD), pa.string()),
        }
    )
    digest = hashlib.sha256(places.tobytes() + ids.tobytes()).hexdigest()[:12]
    rows = Rows(n_first, {id_: n_first + place for place, id_ in enumerate(others)})
    return Points(table, rows, digest)


def place_mark(vectors: WordVectors, plane: Coordinates, word: str) -> Mark:
    """Project a single word onto a plane."""
    id_ = vectors.id(word)
    place = plane.coordinates(vectors.unit_rows([id_]))[0]
    return Mark(clip(vectors.words[id_], LONGEST_WORD), id_ + 1, *_round(place))


def find_mark(shown: Points, id_: int) -> Mark | None:
    """Return the mark of a word where the map has it; None if it does not."""
    if id_ not in shown.rows:
        return None
    row = shown.table.slice(shown.rows[id_], 1).to_pylist()[0]
    return Mark(row["word"], id_ + 1, *(round(row[axis], 5) for axis in "xyz" if axis in row))


def place_sum(vectors: WordVectors, plane: Coordinates, a: str, b: str, c: str) -> Mark:
    """Project b - a + c, the fourth corner of the parallelogram, which is not a word."""
    places = plane.coordinates(vectors.unit([a, b, c]))
    name = f"{clip(b, _IN_SUM)} − {clip(a, _IN_SUM)} + {clip(c, _IN_SUM)}"
    return Mark(name, 0, *_round(places[1] - places[0] + places[2]))


def _round(place: NDArray[np.float32]) -> list[float]:
    return [round(float(value), 5) for value in place]


def look_up_facts(
    vectors: WordVectors, rank: object, picture_of: PictureOf | None = None
) -> WordFacts | None:
    """Return the facts of the word of a rank; None if the browser sent no valid rank."""
    found = word_facts(vectors, rank)
    if found is None:
        return None
    word = vectors.words[found["rank"] - 1]
    return WordFacts(**found, picture=picture_of(word) if picture_of else None)


def show_map(
    key: str,
    shown: Points,
    *,
    small: bool = False,
    regions: Sequence[Region] = (),
    on_pick: Callable[[], None] = lambda: None,
    on_place: Callable[[], None] = lambda: None,
    on_select: Callable[[], None] = lambda: None,
) -> None:
    """Show the words.

    A click sets ``st.session_state[key]["picked"]`` to the word's rank for one rerun, or
    ``["placed"]`` to [x, y] where there is no word on a map of two dimensions. A box, a
    lasso or Space sets ``st.session_state[key]["selected"]`` to the selected words, at most 100,
    the most frequent first.
    """
    _base(
        key=key,
        data={
            "map": key,
            "version": shown.version,
            "points": shown.table,
            "small": small,
            "regions": [asdict(one) for one in regions],
        },
        on_picked_change=on_pick,
        on_placed_change=on_place,
        on_selected_change=on_select,
    )


def show_overlay(key: str, content: Overlay) -> None:
    """Draw arrows and marks over the map with this key."""
    _overlay(key=f"{key}-overlay", data={"map": key, "overlay": asdict(content)})


@st.fragment
def show_facts(key: str, vectors: WordVectors, picture_of: PictureOf | None = None) -> None:
    """Send the facts of the word under the pointer to the map with this key.

    A fragment, so that the page does not rerun: a request and its response are 2 kB, and some 6 kB
    more with a picture.
    """
    name = f"{key}-facts"
    requested = st.session_state.get(name, {}).get("requested")
    found = look_up_facts(vectors, requested, picture_of)
    data = {"map": key, "facts": asdict(found) if found else None}
    _word_facts(key=name, data=data, on_requested_change=lambda: None)
