"""The page Map: the families as arrows over all words, a search, and how far to trust it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from embedviz import export
from embedviz.dashboard import trust, word_map
from embedviz.dashboard.answers import answers, spellings
from embedviz.dashboard.plain import arrow_name, plain
from embedviz.dashboard.shell import chosen_model
from embedviz.dashboard.store import Model
from embedviz.errors import UnknownWordError
from embedviz.projection import Plane
from embedviz.relations import FAMILIES, Relation, built_in_names, offsets
from embedviz.vectors import WordVectors

_KEY = "map"
_SEARCH = "find"
_N_NEAR = 12
_FIRST_WORDS = ("king", "paris", "queen", "london", "he", "the")
_WORDS_DRAWN = (0, 1_000, 5_000, 10_000, 20_000, 50_000, 200_000)
_PAIRS_DRAWN = (6, 12, 25, 50, 1_000)
_PLANES = {
    "arrows": "Principal components of the arrows",
    "pairs": "Principal components of the shown pairs",
    "all": "Principal components of all words",
}


def show() -> None:
    """Show the page."""
    # drawn from top to bottom; the overlay is last, as it is not seen but takes a line's gap
    controls, claim, body, evidence_room, unseen = (st.container() for _ in range(5))
    with controls, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        model = chosen_model()
        names, kind, n_words, n_pairs = _choices()
    vectors = model.vectors
    relations = {name: relation for name in names if (relation := model.relation(name))}
    plane = model.plane(kind, list(relations))
    every = [relation for name in built_in_names() if (relation := model.relation(name))]
    also = dict.fromkeys(word for relation in every for word in relation.words)
    shown = word_map.points(vectors, plane, n_words, list(also))

    left, right = body.columns([7, 3], gap="medium")
    with left:
        word_map.word_map(_KEY, shown, on_pick=_picked(model))
    with right:
        chosen, near = _search(vectors, plane)
    families = [_family(vectors, shown, relation, n_pairs) for relation in relations.values()]
    with unseen:
        word_map.overlay(
            _KEY,
            word_map.Overlay(
                families=families,
                chosen=chosen,
                near=near,
                summary=_summary(shown, families),
                version=shown.version,
            ),
        )

    evidence = {
        name: trust.Evidence(model.report(name), plane.fidelity(offsets(vectors, relation)))
        for name, relation in relations.items()
    }
    along = kind == "arrows"
    claim.markdown(trust.sentence(list(evidence.values()), fitted_to_arrows=along))
    with evidence_room:
        trust.cards(plane, _PLANES[kind if relations else "all"], evidence)
        _download(model, list(relations.values()), kind)
        left_out = [name for name in names if name not in relations]
        if left_out:
            named = ", ".join(arrow_name(name) for name in left_out)
            st.caption(f"No pair of {named} is in this model's vocabulary.")


def _choices() -> tuple[list[str], str, int, int]:
    """Show the controls; return relations, plane, number of words and of pairs a family."""
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
        more = st.pills(
            "More relations to draw",
            [name for name in built_in_names() if name not in FAMILIES],
            selection_mode="multi",
            format_func=arrow_name,
            key="more",
            bind="query-params",
            persist_state="session",
        )
    with st.popover("View"):
        kind = st.radio(
            "Plane",
            list(_PLANES),
            format_func=_PLANES.__getitem__,
            key="plane",
            help="Of the arrows: the two directions that keep most of the relations' mean "
            "offsets. Of the shown pairs: what sets their words apart. Of all words: favours no "
            "relation, and keeps least of each.",
            bind="query-params",
            persist_state="session",
        )
        n_pairs = st.select_slider(
            "Arrows a relation",
            _PAIRS_DRAWN,
            value=12,
            format_func=lambda n: "all" if n == _PAIRS_DRAWN[-1] else str(n),
            key="pairs",
            help="The most frequent pairs are drawn. All pairs count in the numbers.",
            bind="query-params",
            persist_state="session",
        )
        n_words = st.select_slider(
            "Words drawn",
            _WORDS_DRAWN,
            value=10_000,
            format_func=lambda n: f"{n:,}",
            key="words",
            help="The most frequent words are drawn as dots, the densest places darkest.",
            bind="query-params",
            persist_state="session",
        )
    in_order = [name for name in built_in_names() if name in (*names, *more)]
    return in_order, kind, n_words, n_pairs


def _search(
    vectors: WordVectors, plane: Plane
) -> tuple[word_map.Mark | None, Sequence[word_map.Mark]]:
    """Show the search and the nearest words; return the marks for the map."""
    if _SEARCH not in st.session_state:
        st.session_state[_SEARCH] = next(iter(vectors.known(_FIRST_WORDS)), "")
    word = st.text_input(
        "Find a word",
        key=_SEARCH,
        type="search",
        live=True,
        placeholder="Type a word, or click one on the map",
        bind="query-params",
        persist_state="session",
    )
    word = (word or "").strip()
    if not word:
        st.caption("Type a word, or click one on the map, to see the words nearest to it.")
        return None, ()
    try:
        near = vectors.most_similar(word, _N_NEAR)
    except UnknownWordError as error:
        st.markdown(f"**{plain(word, 60)}** is not in the vocabulary.")
        if error.suggestions:
            st.caption("Spelled alike:")
            spellings(error.suggestions, key="near-spelling", on_choose=_find)
        return None, ()
    st.caption("Nearest words, by cosine. Click one to go on from it.")
    answers(near, key="near", on_choose=_find)
    chosen = word_map.mark(vectors, plane, word)
    return chosen, [word_map.mark(vectors, plane, item.word) for item in near[:6]]


def _find(word: str) -> None:
    """Search a word at the next run."""
    st.session_state[_SEARCH] = word


def _picked(model: Model) -> Callable[[], None]:
    """Return what happens when a word of the map is clicked."""

    def search() -> None:
        rank = st.session_state[_KEY].get("picked")
        words = model.vectors.words
        if isinstance(rank, int) and 0 <= rank <= len(words):
            _find(words[rank - 1] if rank else "")

    return search


def _family(
    vectors: WordVectors, shown: word_map.Points, relation: Relation, n_pairs: int
) -> word_map.Family:
    """Return the arrows of a relation: its most frequent pairs."""
    pairs = relation.pairs[:n_pairs]
    rows = [tuple(shown.rows[id_] for id_ in vectors.ids(pair)) for pair in pairs]
    label = arrow_name(relation.name)
    if len(pairs) < len(relation.pairs):
        label = f"{label} ({len(pairs)} of {len(relation.pairs)})"
    return word_map.Family(
        label,
        built_in_names().index(relation.name),
        [(source, target) for source, target in rows],
    )


def _summary(shown: word_map.Points, families: Sequence[word_map.Family]) -> str:
    """Describe the map for someone who does not see it."""
    arrows = ", ".join(family.label for family in families) or "none"
    return (
        f"Word map of {shown.table.num_rows:,} words; arrows: {arrows}. "
        "Arrow keys move, plus and minus zoom, 0 shows the whole, N and P step through words, "
        "Enter chooses one, Escape clears."
    )


def _download(model: Model, relations: Sequence[Relation], kind: str) -> None:
    """Offer the arrows' coordinates."""
    if not relations:
        return
    st.download_button(
        "Download the arrows (CSV)",
        data=lambda: export.points_csv(
            export.take_view(model.vectors, model.name, relations, plane=kind)
        ),
        file_name="embedviz-map.csv",
        mime="text/csv",
        on_click="ignore",
        key="download",
        help="Word, relation, role, pair and both coordinates of all pairs of the relations shown.",
    )
