"""A program beside the trace that a net writes of it, and where it looks at each character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.export import bundle

_LEAST, _MOST = 0.02, 12  # weight that is drawn, and places of a head

_component = st.components.v2.component(
    "embedviz_written_trace",
    html='<div class="written-trace"></div>',
    css=(Path(__file__).parent / "written_trace.css").read_text(encoding="utf-8"),
    js=bundle("written_trace"),
)


@dataclass(frozen=True)
class WrittenStep:
    """A step of the trace.

    Attributes
    ----------
    lines : str
        Of the program, such as 2 or 2-3.
    first, last : int
        The same, from 1; 0 if there is none.
    text, true : str
        What the net wrote, and what it should have written.
    meaning : str
        Of what it wrote.
    true_meaning : str
    """

    lines: str
    first: int
    last: int
    text: str
    true: str
    meaning: str
    true_meaning: str


@dataclass(frozen=True, eq=False)
class WrittenTrace:
    """What the component shows.

    Attributes
    ----------
    source : str
        The program as the net reads it.
    steps : sequence of WrittenStep
        Their texts are the trace.
    n_alike : int
        Characters before the first one that is wrong.
    probabilities : sequence of float
        Of each character, and of the end.
    program, own : ndarray of float32, shape (n_heads, n_written + 1, …), or None
        Weights of the heads, over the source and over what was written before.
    """

    source: str
    steps: Sequence[WrittenStep]
    n_alike: int
    probabilities: Sequence[float]
    program: NDArray[np.float32] | None
    own: NDArray[np.float32] | None


def show_trace(key: str, shown: WrittenTrace) -> None:
    """Show a program and a trace; the visitor steps through its characters."""
    _component(
        key=key,
        data={
            "source": shown.source,
            "steps": [asdict(one) for one in shown.steps],
            "alike": shown.n_alike,
            "probabilities": [round(float(one), 4) for one in shown.probabilities],
            "heads": 0 if shown.program is None else len(shown.program),
            "program": pick_places(shown.program),
            "own": pick_places(shown.own),
        },
    )


def pick_places(weights: NDArray[np.float32] | None) -> list[list[tuple[int, int, float]]]:
    """List at each step the places with most weight as (head, place, weight).

    >>> pick_places(np.array([[[0.0, 1.0], [0.75, 0.25]]], np.float32))
    [[(0, 1, 1.0)], [(0, 0, 0.75), (0, 1, 0.25)]]
    """
    if weights is None:
        return []
    order = np.argsort(-weights, axis=2, kind="stable")[:, :, :_MOST]
    found = []
    for step in range(weights.shape[1]):
        found.append(
            [
                (head, int(place), round(float(row[place]), 2))
                for head, row in enumerate(weights[:, step])
                for place in order[head, step]
                if row[place] >= _LEAST
            ]
        )
    return found
