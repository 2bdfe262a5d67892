"""Tables of words with cosine bars, and buttons for near spellings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import pyarrow as pa
import streamlit as st

from embedviz.analogies import Answer
from embedviz.dashboard.component.word_map import PictureOf
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.support import clip
from embedviz.vectors import Neighbour

COSINE_HELP = (
    "Cosine of the angle between the two vectors: 1 for the same direction, 0 for unrelated. "
    "It measures how similarly two words are used, not whether they mean the same."
)
STABILITY_HELP = (
    "Of the word's own 10 nearest words, the share that models trained with other seeds have in "
    "common. Which words are near one of a low share is largely chance."
)
RANK_HELP = "Rank of the word by frequency in the training text; 1 is the most frequent."


def show_answers(
    found: Sequence[Neighbour | Answer],
    *,
    key: str,
    score: str = "Cosine",
    score_help: str = COSINE_HELP,
    on_choose: Callable[[str], None] | None = None,
    height: int | Literal["content"] = "content",
    picture_of: PictureOf | None = None,
) -> None:
    """Show words with cosine bars; a click on a row calls `on_choose` with its word.

    With `picture_of` each has its picture before it, and no rank: pictures have no frequency.
    """
    # a new key for a new list, so that no cell of the previous table stays selected
    digest = hashlib.sha256("\0".join(item.word for item in found).encode()).hexdigest()[:8]
    key = f"{key}-{digest}"

    def choose() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells and on_choose:
            on_choose(found[int(cells[0][0])].word)

    pictures = {"picture": [picture_of(item.word) for item in found]} if picture_of else {}
    table = pa.table(
        {
            **pictures,
            "word": [clip(item.word, 200) for item in found],
            "score": [round(item.score, 3) for item in found],
            **({} if picture_of else {"rank": [item.rank for item in found]}),
            **_stability(found),
        }
    )
    columns = {
        "picture": st.column_config.ImageColumn("", width=60),
        "word": st.column_config.TextColumn("Word", width=130),
        "score": st.column_config.ProgressColumn(
            score, min_value=0, max_value=1, format="%.2f", help=score_help, width=150
        ),
        "rank": st.column_config.NumberColumn("Rank", help=RANK_HELP, format="localized", width=60),
        "stable": st.column_config.NumberColumn(
            "Stable", help=STABILITY_HELP, format="percent", width=60
        ),
    }
    show = partial(
        st.dataframe,
        table,
        key=key,
        column_config=columns,
        hide_index=True,
        height=height,
        row_height=52 if picture_of else None,
    )
    if on_choose is None:
        show()
    else:
        show(on_select=guarded(choose), selection_mode="single-cell")


def _stability(found: Sequence[Neighbour | Answer]) -> dict[str, list[float | None]]:
    """Return a column with the words' stability, if it was measured."""
    shares = [item.stability if isinstance(item, Neighbour) else None for item in found]
    return {"stable": shares} if any(share is not None for share in shares) else {}


def show_spellings(words: Sequence[str], *, key: str, on_choose: Callable[[str], None]) -> None:
    """Show near spellings as buttons."""
    if not words:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-spellings"):
        for place, word in enumerate(words):
            st.button(
                escape(word, 40), key=f"{key}-{place}", on_click=guarded(on_choose), args=(word,)
            )
