"""The controls of the Map page: relations, plane, number of words and arrows, and a search.

The Export page shows the same controls; they share their state through their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from embedviz.dashboard.component.word_map import MOST_SELECTED
from embedviz.dashboard.state import links
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import neighbour_map, own_marks, own_pairs, word_lists
from embedviz.dashboard.widgets.known_relations import KnownRelations, describe_unknown
from embedviz.dashboard.widgets.own_marks import Groups
from embedviz.projection import MAPS, View
from embedviz.relations import FAMILIES, Relation, built_in, built_in_names
from embedviz.support import arrow_name
from embedviz.vectors import WordVectors

T = TypeVar("T")

FIND, SELECTED = "find", "map-selection"
VIEW = "show"
PANELS, ONE, AXES, WORDS, ALL_WORDS = "panels", "one", "axes", "words", "all"
_VIEWS = {
    PANELS: "Three panels",
    ONE: "One relation",
    AXES: "My axes",
    WORDS: "My words",
    ALL_WORDS: "All words",
}
KEYS = (
    VIEW,
    "relations",
    own_pairs.DRAWN,
    own_pairs.KEY,
    own_marks.KEY,
    word_lists.KEY,
    "plane",
    "pairs",
    "words",
    neighbour_map.KEY,
    "areas",
    "dims",
    FIND,
)
"""Keys of the controls, which are also query parameters of links."""

_OF_ALL_WORDS = {"plane", "words", "dims", "selected"}
_WORDS_DRAWN = (0, 1_000, 5_000, 10_000, 20_000, 50_000, 200_000, 1_000_000)
_PAIRS_DRAWN = (6, 12, 25, 50, 1_000)
_N_WORDS, _N_PAIRS = 10_000, 12
PLANES = {
    "arrows": "Principal components of the arrows",
    "pairs": "Principal components of the shown pairs",
    "all": "Principal components of all words",
}


@dataclass(frozen=True)
class Choice:
    """Values of the controls: relations, those shown, and how to draw them."""

    relations: KnownRelations
    names: Sequence[str]
    more: Sequence[str]
    kind: str
    n_words: int
    n_pairs: int
    dims: int
    has_areas: bool = True
    own_words: Groups = field(default_factory=dict)
    notice: str = ""

    @property
    def fitted_on(self) -> list[Relation]:
        """Relations on which the plane is fitted; all have pairs in the vocabulary.

        The plane of the arrows is always fitted on all three families, even if hidden: hiding
        one moves no word and hardly changes the fidelity. So are neighbour maps, which cost more.
        """
        is_of_shown = self.kind in ("pairs", "all")
        wanted = self.names if is_of_shown else (*FAMILIES, *self.more)
        found = [name for name in self.relations.names if name in wanted]
        return [self.relations.listed(name) for name in found if self.relations.find(name)]

    @property
    def is_neighbour_map(self) -> bool:
        """Whether the layout is a neighbour map, which preserves no offsets."""
        return self.kind in MAPS


def choose_view() -> str:
    """Show the choice of a view, and return it.

    A link that sets anything of the map of all words, as all links of earlier versions did, shows
    that map.
    """
    given = set(st.query_params)
    if VIEW not in {*st.session_state, *given} and given & _OF_ALL_WORDS:
        st.session_state[VIEW] = ALL_WORDS
    chosen = st.segmented_control(
        "What to show",
        list(_VIEWS),
        default=PANELS,
        required=True,
        format_func=_VIEWS.__getitem__,
        key=VIEW,
        label_visibility="collapsed",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    return chosen or PANELS


def show_controls(model: Model, view: str = ALL_WORDS) -> Choice:
    """Show the controls that a view has, and return the values of all."""
    names = st.pills(
        "Relations",
        FAMILIES,
        selection_mode="multi",
        default=FAMILIES,
        format_func=arrow_name,
        key="relations",
        label_visibility="collapsed",
        bind="query-params",
        persist_state="session",
    )
    with st.popover("More relations"):
        place = st.container()
        with st.container(key="own-in-popover"):
            relations = KnownRelations(model, own_pairs.choose_pairs_here(model.vectors))
        offered = [name for name in relations.names if name not in FAMILIES]
        notice = describe_unknown(own_pairs.DRAWN, offered, relations.label)
        with place:
            more = _choose_more(relations, offered)
    is_map = view == ALL_WORDS
    with st.popover("View"):
        kind = _choose_plane() if is_map else _kept("plane", next(iter(PLANES)))
        n_pairs = st.select_slider(
            "Arrows per relation",
            _PAIRS_DRAWN,
            value=_N_PAIRS,
            format_func=lambda n: "all" if n == _PAIRS_DRAWN[-1] else str(n),
            key="pairs",
            help="The most frequent pairs are drawn. The statistics use all pairs.",
            bind="query-params",
            persist_state="session",
        )
        if kind in MAPS:
            few = (neighbour_map.KEY, neighbour_map.DEFAULT_N_WORDS)
            n_words = neighbour_map.choose_n_words() if is_map else _kept(*few)
        else:
            n_words = _choose_n_words() if is_map else _kept("words", _N_WORDS)
        has_areas = _choose_areas() if is_map else _kept("areas", True)
        own_words = own_marks.choose_marks(model.vectors) if is_map else {}
    dims = _kept("dims", 2)
    if is_map:
        dims = 2 if kind in MAPS else _choose_dims()
    in_order = [name for name in relations.names if name in (*names, *more)]
    return Choice(
        relations, in_order, list(more), kind, n_words, n_pairs, dims, has_areas, own_words, notice
    )


def _choose_more(relations: KnownRelations, offered: Sequence[str]) -> list[str]:
    return st.pills(
        "More relations to draw",
        offered,
        selection_mode="multi",
        format_func=relations.label,
        key=own_pairs.DRAWN,
        bind="query-params",
        persist_state="session",
    )


def _kept(key: str, default: T) -> T:
    """Return the value of a control that this view does not show."""
    value = st.session_state.get(key, default)
    return value if isinstance(value, type(default)) else default


def _choose_plane() -> str:
    return st.radio(
        "Plane",
        [*PLANES, *neighbour_map.installed()],
        format_func={**PLANES, **neighbour_map.TITLES}.__getitem__,
        key="plane",
        help="Of the arrows: the directions that retain most of the mean offsets of the three "
        "families and of the additional relations. Of the shown pairs: the largest variance of "
        "their words. Of all words: favours no relation, and retains the least of each. "
        + neighbour_map.explain(),
        bind="query-params",
        persist_state="session",
    )


def _choose_n_words() -> int:
    return st.select_slider(
        "Words drawn",
        _WORDS_DRAWN,
        value=_N_WORDS,
        format_func=lambda n: f"{n:,}",
        key="words",
        help="The most frequent words are drawn as dots; denser regions are darker.",
        bind="query-params",
        persist_state="session",
    )


def _choose_areas() -> bool:
    return st.toggle(
        "Names of areas",
        value=True,
        key="areas",
        help="Words that tell an area from the rest, not its most frequent ones; they change with "
        "the zoom.",
        bind="query-params",
        persist_state="session",
    )


def _choose_dims() -> int:
    return st.segmented_control(
        "Dimensions",
        (2, 3),
        default=2,
        required=True,
        format_func=lambda n: f"{n}-D",
        key="dims",
        label_visibility="collapsed",
        bind="query-params",
        persist_state="session",
    )


def show_search(label: str) -> str:
    """Show the search field; return the word, or an empty string."""
    word = st.text_input(
        label,
        key=FIND,
        type="search",
        live=True,
        placeholder="Type a word, or click one on the map",
        bind="query-params",
        persist_state="session",
    )
    return (word or "").strip()


def restore_selection(vectors: WordVectors) -> list[str]:
    """Return the words selected on the map, from the session or from the link."""
    if SELECTED not in st.session_state:
        st.session_state[SELECTED] = links.read_selection()
    words = vectors.known(st.session_state[SELECTED])[:MOST_SELECTED]
    links.store_selection(words)
    return words


def apply_view(view: View) -> list[str]:
    """Set the controls to the values of a view; return a message for each unsupported value."""
    messages = []
    own = own_pairs.name_apart(
        [
            one
            for one in view.relations
            if one.name not in built_in_names() or one != built_in(one.name)
        ]
    )
    if own:
        own_pairs.store_lists(own)
    drawn = [one.name for one in view.relations if one.name in built_in_names()]
    drawn = [name for name in drawn if built_in(name) in view.relations]
    plane = view.plane if view.plane in (*PLANES, *neighbour_map.installed()) else "arrows"
    if plane != view.plane:
        messages.append(
            neighbour_map.explain_missing(view.plane)
            or f"The map has no plane “{view.plane}”: the plane of the arrows is shown."
        )
    words = neighbour_map.N_WORDS if plane in MAPS else _WORDS_DRAWN
    n_words, n_pairs = (
        _round_to_offered(words, view.n_words),
        _round_to_offered(_PAIRS_DRAWN, view.n_pairs),
    )
    if n_words != view.n_words:
        messages.append(f"The map draws {n_words:,} words instead of {view.n_words:,}.")
    if n_pairs != min(view.n_pairs, _PAIRS_DRAWN[-1]):
        messages.append(
            f"The map draws {n_pairs:,} arrows per relation instead of {view.n_pairs:,}."
        )
    st.session_state.update(
        {
            VIEW: ALL_WORDS,
            "relations": [name for name in drawn if name in FAMILIES],
            own_pairs.DRAWN: [
                *(one.name for one in own),
                *(name for name in drawn if name not in FAMILIES),
            ],
            "plane": plane,
            "pairs": n_pairs,
            neighbour_map.KEY if plane in MAPS else "words": n_words,
            "dims": view.n_components,
        }
    )
    return messages


def _round_to_offered(offered: Sequence[int], number: int) -> int:
    return min(offered, key=lambda one: abs(one - number))
