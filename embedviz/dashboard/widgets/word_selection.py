"""The words that are selected on a map: as a list, a file, a group of own words, an average."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import map_controls, word_lists
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.word_average import AverageMarks, show_average
from embedviz.support import clip
from embedviz.vectors import WordVectors


def store_selection(key: str) -> Callable[[], None]:
    """Return the callback for a selection on the map with this key.

    It stores the words: the state of the component is lost when the page is left.
    """

    def store() -> None:
        words = st.session_state[key].get("selected")
        words = words if isinstance(words, list) else []
        st.session_state[map_controls.SELECTED] = [word for word in words if isinstance(word, str)]

    return store


def show_selection(
    model: Model,
    plane: word_map.Coordinates | None,
    ids: Sequence[int],
    *,
    groups: Mapping[str, Sequence[str]],
    on_choose: Callable[[str], None],
    is_own: bool = False,
) -> AverageMarks | None:
    """Show the selected words and the average of words; return its marks for the map.

    Parameters
    ----------
    model : Model
    plane : Coordinates or None
    ids : sequence of int
        The selected words.
    groups : mapping of str to sequence of str
        Groups of words that can be averaged, too.
    on_choose : callable (word) -> None
        Called with a word that is clicked.
    is_own : bool
        Whether the map shows the visitor's own words.
    """
    vectors = model.vectors
    if ids:
        _show_list(vectors, ids, is_own=is_own)
    words = [vectors.words[id_] for id_ in ids]
    return show_average(model, plane, words, groups, on_choose)


def _show_list(vectors: WordVectors, ids: Sequence[int], *, is_own: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(ids)} selected on the map**", width="stretch")
        clear = guarded(_clear)
        st.button("Clear", key="clear-selection", on_click=clear, type="tertiary")
    words = [clip(vectors.words[id_]) for id_ in ids]
    ranks = pa.array([id_ + 1 for id_ in ids], pa.int32())
    table = pa.table({"Word": words, "Rank": ranks})
    st.dataframe(table, key="selection", hide_index=True, height=min(280, 38 + 35 * len(ids)))
    with st.container(horizontal=True, gap="small"):
        is_used = st.button(
            "As a group" if is_own else "As my words",
            key="selection-words",
            on_click=guarded(_use_as_group),
            args=([vectors.words[id_] for id_ in ids], vectors if is_own else None),
            help="Makes them a group of their own in the list."
            if is_own
            else "Adds them as a group to My words, and shows these.",
        )
        show_csv_download("CSV", table, "embedviz-selection.csv", key="download-selection")
    if is_used and not is_own:  # another view is shown
        st.rerun()


def _use_as_group(words: Sequence[str], shown: WordVectors | None) -> None:
    """Make words a group of the visitor's words, and show the view that draws them."""
    word_lists.add_group(words, shown)
    _clear()  # as a group they have a mark, which the selection would hide
    if shown is None:
        st.session_state[map_controls.VIEW] = map_controls.WORDS


def _clear() -> None:
    st.session_state[map_controls.SELECTED] = []
