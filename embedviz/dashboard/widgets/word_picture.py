"""The picture of the visitor's words as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.widgets.picture_size import choose_picture_size

_MIMES = {"PNG": "image/png", "SVG": "image/svg+xml", "PDF": "application/pdf"}


def show_word_picture(
    points: word_map.Points,
    families: Sequence[word_map.Family],
    axis_titles: Sequence[str],
    caption: str,
    provenance: Mapping[str, object],
) -> None:
    """Offer what the map shows as a picture of a page, a column or a slide.

    Parameters
    ----------
    points : Points
    families : sequence of Family
        Groups of points.
    axis_titles : sequence of str
        Empty for axes without a meaning.
    caption : str
        Says what the plane keeps.
    provenance : mapping
        Written into the file.
    """
    with st.popover("Picture", key="words-picture"):
        if find_spec("matplotlib") is None:
            st.caption("Needs matplotlib on the server: `pip install 'embedviz[figures]'`.")
            return
        size, dark = choose_picture_size("words-picture-size", "words-picture-dark")
        with st.container(horizontal=True, gap="small"):
            for name, mime in _MIMES.items():
                st.download_button(
                    name,
                    data=partial(
                        draw_file,
                        name.lower(),
                        points,
                        families,
                        axis_titles,
                        caption,
                        provenance,
                        size=size,
                        dark=dark,
                    ),
                    file_name=f"embedviz-words.{name.lower()}",
                    mime=mime,
                    on_click="ignore",
                    key=f"words-picture-{name}",
                )


def draw_file(
    ending: str,
    points: word_map.Points,
    families: Sequence[word_map.Family],
    axis_titles: Sequence[str],
    caption: str,
    provenance: Mapping[str, object],
    *,
    size: str,
    dark: bool,
) -> bytes:
    """Return the content of the picture's file."""
    from embedviz import plotting

    places = np.column_stack([points.table["x"].to_numpy(), points.table["y"].to_numpy()])
    words = points.table["word"].to_pylist()
    groups = []
    for family in families:
        rows = [row for row, _ in family.pairs]
        named = tuple(words[row] for row in rows)
        groups.append(plotting.WordGroup(family.label, family.style, named, places[rows]))
    frame = plotting.FRAMES[size]
    framed = plotting.Frame(frame.width_mm, frame.height_mm, caption=caption, dpi=frame.dpi)
    figure = plotting.draw_words(groups, axis_titles=axis_titles, frame=framed, dark=dark)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"words.{ending}"
        plotting.save(figure, path, title="Words", provenance=provenance)
        return path.read_bytes()
