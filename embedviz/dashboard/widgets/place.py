"""A place of the map without a word: the words near it, and a sentence that a decoder writes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.dashboard.component import word_map
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets.answers import show_answers
from embedviz.dashboard.widgets.markdown import escape
from embedviz.projection import Plane
from embedviz.support import DESCRIBE, english_folder

if TYPE_CHECKING:
    from embedviz.sequences import Description, SequenceModel

PLACE = "map-place"
"""Key, in the session, of the version of the map's points and the place's coordinates."""

_N_NEAR, _N_MARKED = 8, 6
_HELP = (
    "Log-likelihood of the sentence here less that without any vector, in nats: what the place "
    "adds. A sentence that fits everything has a ratio near 0."
)


def store_place(key: str, version: str) -> None:
    """Keep the place that was clicked on the map with this key."""
    found = st.session_state[key].get("placed")
    if (
        isinstance(found, list)
        and len(found) == 2
        and all(isinstance(one, int | float) and math.isfinite(one) for one in found)
    ):
        st.session_state[PLACE] = (version, float(found[0]), float(found[1]))


def forget_place() -> None:
    """Forget the place, as Escape or a click on a word does."""
    st.session_state.pop(PLACE, None)


def read_place(version: str) -> tuple[float, float] | None:
    """Return the place, unless the words of the map have moved since."""
    before, *place = st.session_state.get(PLACE, ("", 0.0, 0.0))
    return (place[0], place[1]) if before == version else None


def show_place(
    model: Model, plane: Plane, place: tuple[float, float], on_choose: Callable[[str], None]
) -> tuple[word_map.Mark, Sequence[word_map.Mark]]:
    """Show what is there; return the marks for the map.

    Parameters
    ----------
    model : Model
    plane : Plane
        The first two axes are those of the map.
    place : tuple of float
        x and y.
    on_choose : callable (word) -> None
        Called with a word that is clicked.
    """
    vectors = model.vectors
    point = plane.lift(np.array([[*place, *[0.0] * (len(plane.axes) - 2)]]))[0]
    mark = word_map.Mark("this place", 0, *place)
    if not np.any(point):
        st.caption("This place is the origin of the space: it has no direction.")
        return mark, ()
    near = vectors.nearest(point, _N_NEAR)
    st.markdown("**A place without a word**")
    if model.path == english_folder().resolve():
        _show_sentence(point)
    st.caption(
        "Nearest words, by cosine with the point of the plane here; most words lie far above or "
        "below the plane."
    )
    show_answers(near, key="near-place", on_choose=on_choose, picture_of=model.picture_of)
    return mark, [word_map.place_mark(vectors, plane, item.word) for item in near[:_N_MARKED]]


def _show_sentence(point: NDArray[np.float32]) -> None:
    """Show what the bundled model says of a point of the English vectors."""
    if find_spec("torch") is None:
        st.caption("The server can also put the place into words: `pip install 'embedviz[train]'`.")
        return
    found = _describe(tuple(point.tolist()))
    about = found.about
    with st.container(border=True, gap="small"):
        st.markdown(escape(found.texts[0].text, 300))
        st.caption(f"Likelihood ratio {about.log_ratios[0]:+.1f}", help=_HELP)
    if about.is_far:
        st.warning(
            "Far from all words: do not trust this sentence. The nearest word is no nearer than "
            f"to a random direction (cosine {about.far_below:.2f})."
        )


@st.cache_data(max_entries=256, show_spinner="Putting the place into words …")
def _describe(point: tuple[float, ...]) -> Description:
    from embedviz.sequences import Point, describe_points

    (found,) = describe_points(_model(), [Point("", np.array(point, np.float32))])
    return found


@st.cache_resource(show_spinner=False)
def _model() -> SequenceModel:
    from embedviz.sequences import open_sequence_model

    return open_sequence_model(DESCRIBE)
