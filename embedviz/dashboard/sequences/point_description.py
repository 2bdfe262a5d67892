"""A point of the space of words, and what a net says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state import descriptions
from embedviz.dashboard.state.descriptions import (
    NOTHING,
    Asked,
    DescribedPoint,
    ask_place,
    ask_random,
)
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.answers import show_spellings
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.relations import built_in_names
from embedviz.support import arrow_name, clip_all, signed
from embedviz.vectors import quote_word

POINT, ALONG = "describe", "describe-along"
_NUMBER = "describe-number"
EXAMPLES = ("king - man + woman", "violin", "paris - france + japan", "avg(cat, dog)")
_NONE = "none"
_MOST_CHARACTERS = 300
_N_NEAR, _LARGEST = 5, 100.0
_RATIO_HELP = (
    "log p(text | this point) − log p(text | no vector), in nats: what the point adds. A text that "
    "fits everything has a ratio near 0."
)


def show_point() -> Asked:
    """Show the choice of a point and return it."""
    left, right = st.columns([2, 1], gap="small")
    with left:
        formula = st.text_input(
            "Word, formula or point",
            key=POINT,
            placeholder=EXAMPLES[0],
            max_chars=_MOST_CHARACTERS,
            help="Words joined by + and -, with spaces around the signs; 2*king weights a word, "
            "avg(paris, rome) is a mean. random(7) is a random direction, zero() no vector, and "
            "map(0.1, -0.3) a place of the map below. A word is not written in its own "
            "description.",
            bind="query-params",
            persist_state="session",
        )
    with right:
        along = st.selectbox(
            "Along",
            [_NONE, *built_in_names()],
            format_func=lambda name: name if name == _NONE else arrow_name(name),
            key=ALONG,
            help="Adds the mean offset of a relation, without pairs that have a word of the "
            "formula.",
            bind="query-params",
            persist_state="session",
        )
    with st.container(horizontal=True, gap="small"):
        for place, example in enumerate(EXAMPLES):
            st.button(
                escape(example),
                key=f"describe-example-{place}",
                on_click=guarded(describe_formula),
                args=(example,),
            )
        st.button(
            "Random direction",
            key="describe-random",
            on_click=guarded(_describe_random),
            help="A control: what does the net say of a point that means nothing?",
        )
        st.button(
            "No vector", key="describe-zero", on_click=guarded(describe_formula), args=(NOTHING,)
        )
    text = (formula or "").strip() or EXAMPLES[0]
    return Asked(text, "" if along in (None, _NONE) else along)


def describe_word(word: str) -> None:
    """Ask for a word at the next rerun."""
    describe_formula(quote_word(word))


def describe_formula(formula: str) -> None:
    """Ask for a formula at the next rerun."""
    st.session_state[POINT] = formula[:_MOST_CHARACTERS]
    st.session_state[ALONG] = _NONE


def describe_mean(words: Sequence[str]) -> None:
    """Ask for the mean of words, as many of them as have room, at the next rerun."""
    quoted = [quote_word(word) for word in words]
    while len(formula := f"avg({', '.join(quoted)})") > _MOST_CHARACTERS and len(quoted) > 1:
        quoted.pop()
    describe_formula(formula)


def describe_place(x: float, y: float) -> None:
    """Ask for a place of the map at the next rerun."""
    describe_formula(ask_place(*(min(max(one, -_LARGEST), _LARGEST) for one in (x, y))))


def _describe_random() -> None:
    """Ask for the next random direction."""
    number = st.session_state.get(_NUMBER, 0) + 1
    st.session_state[_NUMBER] = number
    describe_formula(ask_random(number))


def show_description(
    model: ServerSequenceModel, asked: Asked, on_find: Callable[[str], None] | None
) -> DescribedPoint:
    """Show what a model says of a point, beside its controls.

    Parameters
    ----------
    model : ServerSequenceModel
    asked : Asked
    on_find : callable (text) -> None, optional
        Reads a description back.
    """
    found = descriptions.describe(model, asked)
    best = found.texts[0]
    with st.container(border=True, gap="small", key="described"):
        st.markdown(f"#### {escape(best.text, 300)}", anchors=False)
        st.caption(
            f"Likelihood ratio {signed(best.ratio or 0.0, '.1f')}: what "
            f"{escape(found.name, 80)} adds",
            help=_RATIO_HELP,
        )
        if on_find:
            st.button(
                "Find this sentence",
                key="describe-find",
                on_click=guarded(on_find),
                args=(descriptions.remove_part_of_speech(best.text),),
                help="Reads the sentence back: which words does it mean?",
            )
    _show_distance(found, asked)
    if found.nearest:
        st.caption("Nearest words, by cosine. Click one to describe it.")
        show_spellings(
            [word for word, _ in found.nearest[:_N_NEAR]],
            key="describe-near",
            on_choose=describe_word,
        )
    return found


def _show_distance(found: DescribedPoint, asked: Asked) -> None:
    """Say whether the point is far from every word."""
    if found.cosine is None:
        st.warning("A vector of zeros has no direction, and no nearest word: do not trust this.")
    elif found.is_far:
        st.warning(
            "Far from every word: do not trust this sentence. The nearest word has a cosine of "
            f"{found.cosine:.2f}; 95 % of random directions stay below {found.far_below:.2f}, too."
        )
    elif not found.is_word:
        st.caption(
            "The nearest word, those of the formula left out as gensim does, has a cosine of "
            f"{found.cosine:.2f}; 95 % of random directions stay below {found.far_below:.2f}."
        )


def show_texts(found: DescribedPoint) -> None:
    """Show other texts of the point, and texts of the controls with their ratios there."""
    rows = (*found.texts, *found.controls)
    table = pa.table(
        {
            "written for": clip_all([one.by for one in rows], 60),
            "text": clip_all([one.text for one in rows], 200),
            "ratio here": pa.array([one.ratio for one in rows], pa.float64()),
        }
    )
    said = ["–" if one.ratio is None else signed(one.ratio, ".1f") for one in rows]
    shown = table.set_column(2, "ratio here", pa.array(said))
    columns = {
        "written for": st.column_config.TextColumn("Written for", width=170),
        "text": st.column_config.TextColumn("Text", width=320),
        "ratio here": st.column_config.TextColumn(
            "Ratio here", help=_RATIO_HELP, width=80, alignment="right"
        ),
    }
    st.dataframe(shown, key="describe-texts", column_config=columns, hide_index=True)
    show_csv_download(
        "Download (CSV)", table, "embedviz-descriptions.csv", key="download-descriptions"
    )
