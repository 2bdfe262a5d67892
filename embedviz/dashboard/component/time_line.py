"""A button and a slider that move the words of a map through a series of moments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from embedviz.export import bundle

_component = st.components.v2.component(
    "embedviz_time_line",
    html='<div class="time-line"><button type="button" aria-label="Play">'
    '<svg viewBox="0 0 20 20" aria-hidden="true"><path d=""/></svg></button>'
    '<input type="range" min="0" step="1" aria-label="Moment"><output></output></div>',
    css=(Path(__file__).parent / "time_line.css").read_text(encoding="utf-8"),
    js=bundle("time_line"),
)


def show_time_line(
    map_key: str, version: str, labels: Sequence[str], places: NDArray[np.float32]
) -> None:
    """Show it for the map with this key; the map shows the last moment first.

    Parameters
    ----------
    map_key, version : str
        Of the map and its points.
    labels : sequence of str
        Name of each moment, in order.
    places : ndarray of float32, shape (n_moments, n_words, 2)
        Coordinates of the map's words, in the order of its rows.
    """
    flat = places.reshape(-1, 2)
    table = pa.table({"x": pa.array(flat[:, 0]), "y": pa.array(flat[:, 1])})
    _component(
        key=f"{map_key}-time",
        data={"map": map_key, "version": version, "labels": list(labels), "places": table},
    )
