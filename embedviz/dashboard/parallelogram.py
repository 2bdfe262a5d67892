"""An analogy as a picture: the parallelogram of its three words, and where the answers lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from embedviz.dashboard import word_map
from embedviz.dashboard.plain import percent, plain
from embedviz.errors import InputError
from embedviz.projection import fit_plane
from embedviz.vectors import Neighbour, WordVectors

_KEY = "analogy-map"


def corners(weights: Mapping[str, float]) -> tuple[str, str, str] | None:
    """Return a, b, c of the formula b - a + c; None if a formula is another one.

    >>> corners({"king": 1.0, "man": -1.0, "woman": 1.0})
    ('man', 'king', 'woman')
    >>> corners({"king": 2.0, "man": -1.0}) is None
    True
    """
    added = [word for word, weight in weights.items() if weight == 1]
    taken = [word for word, weight in weights.items() if weight == -1]
    if len(weights) != 3 or len(added) != 2:
        return None
    return taken[0], added[0], added[1]


def show(vectors: WordVectors, weights: Mapping[str, float], found: Sequence[Neighbour]) -> None:
    """Draw the parallelogram on the plane of its words and the best answer, if there is one."""
    abc = corners(weights)
    if abc is None:
        return
    a, b, c = abc
    best = found[0].word
    try:
        plane = fit_plane(vectors, [a, b, c, best])
    except InputError:  # vectors of one dimension have no plane
        return
    others = [item.word for item in found[1:]]
    shown = word_map.points(vectors, plane, 0, [a, b, c, best, *others])
    word_map.word_map(_KEY, shown, small=True)
    kept = percent(sum(plane.explained_variance))
    st.caption(
        f"The plane of these three words and {plain(best, 60)}; it keeps {kept} of how "
        "they differ. The diamond is the sum; the dotted line leads to the answer. Distances to "
        "the other answers may be longer than they look."
    )
    word_map.overlay(
        _KEY,
        word_map.Overlay(
            chosen=word_map.mark(vectors, plane, best),
            parallelogram=[
                *(word_map.mark(vectors, plane, word) for word in (a, b, c)),
                word_map.sum_mark(vectors, plane, a, b, c),
            ],
            summary=f"Parallelogram: {a} is to {b} as {c} is to {best}.",
            version=shown.version,
        ),
    )
    word_map.peek(_KEY, vectors)
