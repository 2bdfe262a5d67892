"""Picture of an analogy: the parallelogram of its three words, and the answers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.projection import fit_plane
from embedviz.support import percent
from embedviz.vectors import WordVectors

_KEY = "analogy-map"


def show_parallelogram(
    vectors: WordVectors, abc: tuple[str, str, str], found: Sequence[str]
) -> None:
    """Draw b - a + c as a parallelogram on the plane of its words and the best answer.

    Parameters
    ----------
    vectors : WordVectors
    abc : (a, b, c)
    found : sequence of str
        The answers, best first.
    """
    a, b, c = abc
    best, *others = found
    try:
        plane = fit_plane(vectors, [a, b, c, best])
    except InputError:  # vectors of one dimension have no plane
        return
    shown = word_map.place_words(vectors, plane, 0, [a, b, c, best, *others])
    word_map.show_map(_KEY, shown, small=True)
    kept = percent(sum(plane.explained_variance))
    st.caption(
        f"The plane of these three words and {escape(best, 60)}; it retains {kept} of "
        "their variance. The diamond is the sum; the dotted line leads to the answer. Distances to "
        "the other answers may be larger than they appear."
    )
    word_map.show_overlay(
        _KEY,
        word_map.Overlay(
            chosen=word_map.place_mark(vectors, plane, best),
            parallelogram=[
                *(word_map.place_mark(vectors, plane, word) for word in (a, b, c)),
                word_map.place_sum(vectors, plane, a, b, c),
            ],
            summary=f"Parallelogram: {a} is to {b} as {c} is to {best}.",
            version=shown.version,
        ),
    )
    word_map.show_facts(_KEY, vectors)
