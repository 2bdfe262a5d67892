"""A description, and the words that a net finds for it."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.sequences.point_description import describe_word
from embedviz.dashboard.state import descriptions
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.read_words import say_cut
from embedviz.support import clip_all

DESCRIPTION = "find"
EXAMPLES = (
    "a large body of water",
    "someone who flies an aeroplane",
    "to move quickly on foot",
    "the day after today",
)
_MOST_CHARACTERS, _N_FOUND, _N_BUTTONS = 400, 10, 5


def show_search() -> str:
    """Show the description and return it."""
    text = st.text_area(
        "Description",
        key=DESCRIPTION,
        height=104,
        placeholder=EXAMPLES[0],
        max_chars=_MOST_CHARACTERS,
        bind="query-params",
        persist_state="session",
    )
    with st.container(horizontal=True, gap="small"):
        for place, example in enumerate(EXAMPLES):
            st.button(
                example, key=f"find-example-{place}", on_click=guarded(find_text), args=(example,)
            )
    return (text or "").strip() or EXAMPLES[0]


def find_text(text: str) -> None:
    """Look for the words of a description at the next rerun."""
    st.session_state[DESCRIPTION] = text[:_MOST_CHARACTERS]


def show_words(model: ServerSequenceModel, description: str, *, can_describe: bool) -> list[str]:
    """Show the words that are found, beside the controls; return them."""
    found = descriptions.find(model, description, _N_FOUND)
    words = [one.word for one in found.words]
    if words:
        st.markdown(f"#### {escape(words[0], 60)}", anchors=False)
    if can_describe:
        st.caption("Click a word to describe it.")
        with st.container(horizontal=True, gap="small"):
            for place, word in enumerate(words[:_N_BUTTONS]):
                st.button(
                    escape(word, 40),
                    key=f"find-word-{place}",
                    on_click=guarded(describe_word),
                    args=(word,),
                )
    columns = {
        "words": (found.words, "Found"),
        "with own": (found.with_own, "With the description's own words"),
        "by mean": (found.by_mean, "Mean of the words' vectors"),
    }
    n = max(len(some) for some, _ in columns.values())
    table = pa.table(
        {
            "rank": list(range(1, n + 1)),
            **{
                name: _fill(clip_all([f"{one.word} {one.cosine:.2f}" for one in some], 60), n)
                for name, (some, _) in columns.items()
            },
        }
    )
    config = {
        "rank": st.column_config.NumberColumn("Rank", width=50),
        **{
            name: st.column_config.TextColumn(label, help=_HELP[name])
            for name, (_, label) in columns.items()
        },
    }
    st.dataframe(table, key="find-words", column_config=config, hide_index=True)
    say_cut(model, [description])
    if found.unknown:
        named = ", ".join(escape(word, 30) for word in found.unknown[:12])
        st.caption(f"Not known to the model, and left out: {named}.")
    if not found.by_mean:
        st.caption("There is no control: the vectors that the model began with are not here.")
    show_csv_download("Download (CSV)", table, "embedviz-found-words.csv", key="download-found")
    return words


_HELP = {
    "words": "Without the description's own words; beside each its cosine with the place that the "
    "net gives to the description.",
    "with own": "A description's own words crowd the answers, as in analogies.",
    "by mean": "The control: words nearest to the mean of the content words' vectors, which needs "
    "no net and no order of words.",
}


def _fill(cells: list[str], n: int) -> list[str]:
    return [*cells, *[""] * (n - len(cells))]
