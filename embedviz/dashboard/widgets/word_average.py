"""The mean vector of several words: the nearest words, beside random words, and its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets.answers import show_answers
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.evaluation import Average, average_words
from embedviz.support import clip, counted
from embedviz.vectors import Neighbour

KEY = "average"
SELECTION = "The selection"
"""Choice of the words that are selected on the map; groups have their names after a prefix."""

_NOTHING = "Nothing"
_GROUP = "Group: "
_N_NEAR, _N_MARKED, _N_WITH = 10, 6, 5


@dataclass(frozen=True)
class AverageMarks:
    """The marks of a mean vector on a map."""

    mean: word_map.Mark
    near: Sequence[word_map.Mark]


def show_average(
    model: Model,
    plane: word_map.Coordinates | None,
    selected: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    on_choose: Callable[[str], None],
) -> AverageMarks | None:
    """Show the choice of words to average, and what is near their mean.

    Parameters
    ----------
    model : Model
    plane : Coordinates or None
        Of the map, for the marks; None for a map of neighbours, which has no place for a mean.
    selected : sequence of str
        The words selected on the map.
    groups : mapping of str to sequence of str
        Groups that can be averaged as well.
    on_choose : callable (word) -> None
        Called with a word that is clicked.

    Returns
    -------
    AverageMarks or None
        None if nothing is averaged, or the mean has no place.
    """
    choices = {SELECTION: list(selected)} if selected else {}
    choices |= {f"{_GROUP}{clip(name, 60)}": list(words) for name, words in groups.items()}
    if not choices:
        return None
    chosen = st.selectbox(
        "Average",
        [_NOTHING, *choices],
        key=KEY,
        help="The mean vector of the words, and the words nearest to it: what they have in common.",
        bind="query-params",
        persist_state="session",
    )
    words = choices.get(chosen or _NOTHING, ())
    if not words:
        return None
    try:
        found = _average(model.key, tuple(words), model)
    except InputError as error:
        st.error(escape(str(error)))
        return None
    _show(model, found, len(words), on_choose)
    if plane is None:
        return None
    place = [float(value) for value in plane.coordinates(found.vector[np.newaxis])[0]]
    near = [word_map.place_mark(model.vectors, plane, one.word) for one in found.others[:_N_MARKED]]
    mean = word_map.Mark(f"mean of {counted(len(words), 'word')}", 0, *place)
    return AverageMarks(mean, near)


def _show(model: Model, found: Average, n: int, on_choose: Callable[[str], None]) -> None:
    """Show the words nearest to the mean, and the same of random words."""
    them = "them" if n > 1 else "it"
    st.caption(
        f"Nearest to the mean of {counted(n, 'word')}, without {them}, by cosine. Click one to "
        "search for it."
    )
    show_answers(found.others, key="near-average", on_choose=on_choose, picture_of=model.picture_of)
    st.caption(f"With {them}: {_name(found.nearest[:_N_WITH])}. {_say_chance(found, n)}")


def _name(found: Sequence[Neighbour]) -> str:
    return ", ".join(f"{escape(one.word, 30)} {one.score:.2f}" for one in found)


def _say_chance(found: Average, n: int) -> str:
    """Compare with random words."""
    if not found.by_chance or not found.others:
        return "The vocabulary has too few other words for a control."
    return (
        f"Control: **{found.others[0].score:.2f}** is the highest cosine here; of "
        f"{len(found.by_chance)} random sets of {counted(n, 'word')} of similar frequency it is "
        f"{np.mean(found.by_chance):.2f} on average and at most {max(found.by_chance):.2f}."
    )


@st.cache_data(max_entries=64, show_spinner="Averaging …")
def _average(key: str, words: tuple[str, ...], _model: Model) -> Average:
    return average_words(_model.vectors, words, _N_NEAR)
