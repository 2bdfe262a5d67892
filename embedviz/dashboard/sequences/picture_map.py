"""A map of pictures by the vectors of a net, with thumbnails, coloured by a fact of the scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.corpora import data_url
from embedviz.dashboard.component import word_map
from embedviz.dashboard.sequences.contact_sheet import show_card
from embedviz.dashboard.sequences.picture_choice import ChosenScenes, OwnPictures
from embedviz.dashboard.state import captions
from embedviz.dashboard.state.captions import FACTS, list_graded
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.errors import InputError
from embedviz.support import counted, percent
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

_KEY, _PICTURE, _FACT = "pictures-map", "pictures-chosen", "pictures-fact"
_NAMES = {"n": "how many"}
_DEFAULT_FACT = "n"
_N_NEAR, _FEWEST = 3, 3


@dataclass(frozen=True, eq=False)
class _Shown:
    """Pictures of a map: their labelled vectors, and the address of each."""

    vectors: WordVectors
    picture_of: Callable[[str], str | None]


def show_scene_map(model: ServerSequenceModel, chosen: ChosenScenes) -> None:
    """Show a map of scenes, coloured by a fact, and the chosen one with those nearest to it."""
    graded = list_graded(model, chosen.seed, held_out=chosen.held_out)
    sheet = captions.caption_scenes(model, chosen.seed, held_out=chosen.held_out)
    names = [f"{one.facts['being']} {one.number + 1}" for one in graded]
    place = {name: number for number, name in enumerate(names)}
    vectors = WordVectors(Vocabulary(tuple(names)), sheet.vectors.matrix)

    def picture_of(name: str) -> str | None:
        number = place.get(name)
        if number is None:
            return None
        return captions.draw(chosen.seed, number, held_out=chosen.held_out)

    left, right = st.columns([3, 2], gap="large")
    with left:
        fact = st.selectbox(
            "Coloured by",
            FACTS,
            index=FACTS.index(_DEFAULT_FACT),
            format_func=lambda one: _NAMES.get(one, one),
            key=_FACT,
            width=200,
            bind="query-params",
            persist_state="session",
        )
        values = [one.facts[fact] for one in graded]
    with right:
        name = _choose_picture(names)
        near = [one.word for one in vectors.most_similar(name, _N_NEAR)]
        st.caption("The chosen picture, and the nearest by cosine.")
        with st.container(horizontal=True, gap="small"):
            for one in (name, *near):
                show_card(graded[place[one]], chosen)
    with left:
        _show_map(_Shown(vectors, picture_of), name, near, group_rows(values))
    _show_facts(model, chosen)


def show_own_map(model: ServerSequenceModel, own: OwnPictures) -> None:
    """Show a map of a visitor's pictures.

    Raises
    ------
    InputError
        If there are too few.
    """
    if len(own.names) < _FEWEST:
        raise InputError(
            f"A map needs {_FEWEST} pictures at least, and there "
            f"{'is' if len(own.names) == 1 else 'are'} {len(own.names)}: add others."
        )
    found = captions.caption_pictures(model, own.read)
    vectors = WordVectors(Vocabulary(own.names), found.vectors.matrix)
    place = {name: number for number, name in enumerate(own.names)}

    def picture_of(name: str) -> str | None:
        return data_url(own.shown[place[name]]) if name in place else None

    name = _choose_picture(own.names)
    near = [one.word for one in vectors.most_similar(name, min(_N_NEAR, len(place) - 1))]
    _show_map(_Shown(vectors, picture_of), name, near, {})


def _choose_picture(names: Sequence[str]) -> str:
    """Show the choice of a picture, which a click on the map changes, too."""
    if st.session_state.get(_PICTURE, names[0]) not in names:
        st.session_state.pop(_PICTURE, None)
    name = st.selectbox(
        "Picture", names, key=_PICTURE, bind="query-params", persist_state="session"
    )
    return name or names[0]


def group_rows(values: Sequence[str]) -> dict[str, list[int]]:
    """Return the rows of each value, in the order of the values.

    >>> group_rows(["b", "a", "b"])
    {'a': [1], 'b': [0, 2]}
    """
    return {
        value: [row for row, one in enumerate(values) if one == value]
        for value in sorted(set(values))
    }


def _show_map(
    shown: _Shown, name: str, near: Sequence[str], groups: Mapping[str, Sequence[int]]
) -> None:
    vectors = shown.vectors
    laid_out = captions.lay_out(vectors)
    points = laid_out.points

    def pick() -> None:
        rank = st.session_state[_KEY].get("picked")
        if isinstance(rank, int) and 1 <= rank <= len(vectors):
            st.session_state[_PICTURE] = vectors.words[rank - 1]

    word_map.show_map(_KEY, points, on_pick=guarded(pick))
    marks = [word_map.find_mark(points, vectors.id(one)) for one in (name, *near)]
    word_map.show_overlay(
        _KEY,
        word_map.Overlay(
            families=[
                word_map.Family(value, style, [(row, row) for row in rows], is_points=True)
                for style, (value, rows) in enumerate(groups.items())
            ],
            chosen=marks[0],
            near=[mark for mark in marks[1:] if mark],
            summary=f"Map of {counted(len(vectors), 'picture')}; {name} is marked",
            version=points.version,
        ),
    )
    word_map.show_facts(_KEY, vectors, shown.picture_of)
    st.caption(
        "Vectors that the net gives to the pictures, on their principal plane, which keeps "
        f"{percent(laid_out.kept)} of their variance. Point at a mark to see its picture; click "
        "it to choose it."
    )


def _show_facts(model: ServerSequenceModel, chosen: ChosenScenes) -> None:
    """Say for each fact whether pictures that share it lie together."""
    found = captions.compare_facts(model, chosen.seed, held_out=chosen.held_out)
    st.markdown("**Do pictures that share a fact lie together?**")
    table = pa.table(
        {
            "fact": [_NAMES.get(one.fact, one.fact) for one in found],
            "net": _round([one.share for one in found]),
            "before training": _round([one.untrained for one in found]),
            "by chance": _round([one.chance for one in found]),
        }
    )
    columns = {
        "fact": st.column_config.TextColumn("Fact"),
        **{
            name: st.column_config.ProgressColumn(
                name.capitalize(), min_value=0.0, max_value=1.0, format="percent"
            )
            for name in table.column_names[1:]
        },
    }
    st.dataframe(table, key="pictures-facts", column_config=columns, hide_index=True)
    st.caption(
        "Share of the five nearest of each picture that have the same fact, in all dimensions, "
        "centred. Place and time are large areas of pixels: even a net before training may keep "
        "them apart."
    )
    show_csv_download("Download (CSV)", table, "embedviz-facts.csv", key="download-facts")


def _round(values: Sequence[float]) -> NDArray[np.float64]:
    return np.round(np.array(values), 3)
