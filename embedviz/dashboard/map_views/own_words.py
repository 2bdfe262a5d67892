"""The visitor's words, by axes that they name or by principal components."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.map_views.search import (
    search_on_click,
    search_word,
    show_nearest,
)
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls, word_lists
from embedviz.dashboard.widgets.answers import RANK_HELP
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.word_colours import Colouring, choose_colours
from embedviz.dashboard.widgets.word_filter import filter_words
from embedviz.dashboard.widgets.word_picture import show_word_picture
from embedviz.dashboard.widgets.word_selection import show_selection, store_selection
from embedviz.errors import InputError, UnknownWordError
from embedviz.projection import AxesPlane, Axis, Plane, fit_plane, relation_axis, word_axis
from embedviz.relations import Relation, WordList, built_in, built_in_names, parse_pairs
from embedviz.support import clip, percent
from embedviz.vectors import WordVectors

_KEY = "own-map"
_X, _Y = "x-axis", "y-axis"
_FIRST = {_X: "man -> woman", _Y: "young -> old"}


@st.fragment
def show_own_words(model: Model, *, has_axes: bool) -> None:
    """Show the words as a fragment: they change without the rest of the page."""
    run_safely(lambda: _draw(model, has_axes=has_axes))


def _draw(model: Model, *, has_axes: bool) -> None:
    vectors = model.vectors
    left, right = st.columns([7, 3], gap="medium")
    with right:
        axes = _choose_axes(vectors) if has_axes else None
        word_lists.show_input(vectors)
        with st.container(horizontal=True, gap="small"):
            word_lists.show_uploader()
            popover = st.container(width="content")
        given = word_lists.read_words(model)
        shown = filter_words(vectors, given, popover)
    if (has_axes and axes is None) or not given.words:
        left.caption(
            "Give words of the vocabulary, and two axes."
            if has_axes
            else "Give words of the vocabulary to see them here."
        )
        return
    if not shown.words:
        left.caption("No word passes the filter.")
        return
    # the plane and the groups are of all words, so that a filter moves nothing
    words = [one.word for one in given.words]
    try:
        plane: AxesPlane | Plane = AxesPlane(axes) if axes else fit_plane(vectors, words)
    except InputError as error:
        left.error(escape(str(error)))
        return
    kept = [one.word for one in shown.words]
    points = word_map.place_words(vectors, plane, 0, kept)
    with left:
        word_map.show_map(
            _KEY,
            points,
            on_pick=guarded(search_on_click(model, _KEY)),
            on_select=guarded(store_selection(_KEY)),
        )
        st.caption(_describe(vectors, plane, words))
    with right:
        colouring = choose_colours(vectors, given)
        families = [part.family(vectors, points.rows) for part in colouring.parts]
        word = map_controls.show_search("Find a word")
        if word:
            show_nearest(model, word)
        selected = vectors.ids(map_controls.restore_selection(vectors))
        selected = [id_ for id_ in selected if id_ in points.rows]
        mean = show_selection(
            model, plane, selected, groups=given.groups, on_choose=search_word, is_own=True
        )
        chosen = word_map.place_mark(vectors, plane, word) if word in vectors else None
    titles = plane.axis_titles if axes else ()
    drawn = [family for family in families if family.pairs]
    with left:
        caption = _describe(vectors, plane, words).replace("\\", "")
        show_word_picture(points, drawn, titles, caption, {"model": model.name})
    _show_table(vectors, plane, shown, colouring)
    with right:
        word_map.show_overlay(
            _KEY,
            word_map.Overlay(
                families=drawn,
                chosen=mean.mean if mean and chosen is None else chosen,
                near=mean.near if mean and chosen is None else (),
                selected=[points.rows[id_] for id_ in selected],
                axis_titles=titles,
                summary=f"{len(kept):,} words in {len(shown.groups)} groups, by "
                + " and ".join(plane.axis_titles),
                version=points.version,
            ),
        )
        word_map.show_facts(_KEY, vectors, model.picture_of)


def _choose_axes(vectors: WordVectors) -> tuple[Axis, Axis] | None:
    """Show the input of both axes; None if one of them is unusable."""
    found = []
    for key, name in ((_X, "x"), (_Y, "y")):
        text = st.text_input(
            f"{name} axis",
            key=key,
            placeholder=_FIRST[key],
            help="A pair such as man -> woman, several pairs with semicolons between them, a "
            "relation such as country-capital, or a word.",
            bind="query-params",
            persist_state="session",
        )
        try:
            found.append(_read_axis(vectors, (text or "").strip() or _FIRST[key]))
        except (InputError, UnknownWordError) as error:
            st.error(escape(str(error)))
    return (found[0], found[1]) if len(found) == 2 else None


def _read_axis(vectors: WordVectors, text: str) -> Axis:
    """Read an axis: a word, a built-in relation, or pairs.

    Raises
    ------
    InputError, UnknownWordError
    """
    if text in built_in_names():
        return relation_axis(vectors, built_in(text))
    if text in vectors:
        return word_axis(vectors, text)
    # semicolons stand between pairs, or, as in a list, between the words of one
    has_other = any(sign in text for sign in ("->", "→", ","))
    lines = text.replace(";", "\n") if has_other else text
    try:
        pairs = tuple(p for one in parse_pairs(lines, text).relations for p in one.pairs)
    except InputError:
        return word_axis(vectors, text)  # says which words are similar
    vectors.ids([word for pair in pairs for word in pair])
    name = (
        " → ".join(pairs[0])
        if len(pairs) == 1
        else f"{' → '.join(pairs[0])} and {len(pairs) - 1} more"
    )
    return relation_axis(vectors, Relation(name, pairs))


def _describe(vectors: WordVectors, plane: AxesPlane | Plane, words: list[str]) -> str:
    """Say what the plane keeps of the words, beside what a random plane would keep."""
    rows = vectors.unit(words)
    if isinstance(plane, Plane):
        return (
            f"Principal components of these {len(words):,} words: the plane retains "
            f"{percent(sum(plane.explained_variance))} of their variance. Axes have no meaning of "
            "their own."
        )
    kept, by_chance = float(plane.shares(rows).mean()), min(1.0, 2 / vectors.n_dims)
    return (
        f"Coordinates are cosines with {escape(' and '.join(plane.axis_titles), 120)}; 0 is "
        f"neither end. {escape(plane.note)} The plane keeps {percent(kept)} of these words' "
        f"squared length on average; a random plane keeps {percent(by_chance)}."
    )


def _show_table(
    vectors: WordVectors, plane: AxesPlane | Plane, shown: WordList, colouring: Colouring
) -> None:
    words = [one.word for one in shown.words]
    rows = vectors.unit(words)
    places = plane.coordinates(rows)
    if isinstance(plane, AxesPlane):
        shares = plane.shares(rows)
    else:
        shares = np.square((rows - plane.centre) @ plane.axes.T).sum(axis=1)
        shares /= np.maximum(np.square(rows - plane.centre).sum(axis=1), 1e-12)
    table = pa.table(
        {
            "word": [clip(word, 80) for word in words],
            "group": [clip(one.group, 40) for one in shown.words],
            **_further_columns(shown, colouring),
            "rank": [id_ + 1 for id_ in vectors.ids(words)],
            "x": pa.array(np.round(places[:, 0], 3)),
            "y": pa.array(np.round(places[:, 1], 3)),
            "kept": pa.array(100 * shares),
        }
    )
    x, y = (clip(title, 60) for title in plane.axis_titles)
    columns = {
        "word": st.column_config.TextColumn("Word"),
        "group": st.column_config.TextColumn("Group"),
        "number": st.column_config.NumberColumn(clip(shown.number_name, 40).capitalize()),
        "nearest": st.column_config.TextColumn("Nearest group"),
        "rank": st.column_config.NumberColumn("Rank", format="localized", help=RANK_HELP),
        "x": st.column_config.NumberColumn(f"x: {x}", format="%.2f"),
        "y": st.column_config.NumberColumn(f"y: {y}", format="%.2f"),
        "kept": st.column_config.NumberColumn(
            "Kept",
            format="%.0f %%",
            help="Share of the word's squared length that lies in the plane; from the middle of "
            "the words for principal components. The rest is not visible here.",
        ),
    }
    with st.expander("The words as a table", key="own-table"):
        st.dataframe(table, key="own-words", column_config=columns, hide_index=True)
        show_csv_download("Download (CSV)", table, "embedviz-words.csv", key="download-own-words")


def _further_columns(shown: WordList, colouring: Colouring) -> dict[str, list[str | float | None]]:
    """Return the words' numbers and nearest groups, where there are any."""
    columns: dict[str, list[str | float | None]] = {}
    if any(one.number is not None for one in shown.words):
        columns["number"] = [one.number for one in shown.words]
    if colouring.nearest:
        columns["nearest"] = [clip(colouring.nearest[one.word], 40) for one in shown.words]
    return columns
