"""The page Phrases: encoded phrases on a map, their neighbours, relations and translations."""

from __future__ import annotations

import streamlit as st

from embedviz.dashboard.sequences.phrase_arrows import show_phrase_arrows
from embedviz.dashboard.sequences.phrase_map import (
    show_neighbours,
    show_own_phrases,
    show_phrase_map,
)
from embedviz.dashboard.sequences.phrase_translation import show_translation
from embedviz.dashboard.sequences.typed_phrases import (
    LONGEST_PHRASE,
    MOST_PHRASES,
    read_phrase_lines,
)
from embedviz.dashboard.state.phrase_vectors import READS, PhraseSpaces, as_file
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.part_choice import choose_part
from embedviz.dashboard.widgets.read_words import say_cut
from embedviz.dashboard.widgets.sequence_model_choice import choose_sequence_model, is_torch_missing

_MODEL, _PHRASE, _PART, _OWN = "encoder", "phrase", "phrase-part", "phrases"
_MAP, _PAIRS, _TRANSLATE = "Map and neighbours", "Pairs", "Translate and score"
EXAMPLE = "two days ago"
_MAX_LENGTH = 4_000
_NAMED = 6
_FORMATS = {"NumPy (.npz)": ".npz", "Parquet": ".parquet", "CSV": ".csv"}  # of a single file


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    left, right = st.columns([1, 3], gap="medium", vertical_alignment="bottom")
    with left:
        model = choose_sequence_model(_MODEL, READS, "Model")
    with right:
        part = choose_part(_PART, [_MAP, _PAIRS, _TRANSLATE])
    run_safely(lambda: _show_part(part, model))


def _show_part(part: str, model: ServerSequenceModel) -> None:
    if part == _PAIRS:
        show_phrase_arrows(model)
    elif part == _TRANSLATE:
        show_translation(model, _choose_phrase())
    else:
        _show_map(model, _choose_phrase())


def _choose_phrase() -> str:
    phrase = st.text_input(
        "Phrase",
        key=_PHRASE,
        max_chars=LONGEST_PHRASE,
        placeholder=EXAMPLE,
        help="Any phrase or sentence of words that the model knows; or click one on the map.",
        bind="query-params",
        persist_state="session",
    )
    return " ".join((phrase or "").split()) or EXAMPLE


def _show_map(model: ServerSequenceModel, phrase: str) -> None:
    """Show the map, the visitor's phrases and the neighbours."""
    left, right = st.columns([8, 3], gap="medium")
    with right:
        typed = st.text_area(
            "Your own phrases, one per line",
            key=_OWN,
            height=180,
            max_chars=_MAX_LENGTH,
            placeholder="three weeks ago\nin the north of italy\nare you hungry ?",
            help=f"Up to {MOST_PHRASES}; they are encoded at once and marked on the map. Part of "
            "the link.",
            bind="query-params",
            persist_state="session",
        )
        own = read_phrase_lines(typed or "")
        spaces = PhraseSpaces(model, own=tuple(dict.fromkeys([*own, phrase])))
        if unread := [text for text in spaces.unread() if text in own]:
            named = ", ".join(f"“{escape(text, 60)}”" for text in unread[:_NAMED])
            more = f" and {len(unread) - _NAMED} more" if len(unread) > _NAMED else ""
            st.caption(f"Without a word that {escape(model.name)} knows: {named}{more}.")
        say_cut(model, dict.fromkeys([*own, phrase]), named=True)
        _show_download(model, own)
    with left:
        show_phrase_map(spaces, own, phrase, _PHRASE)
    show_neighbours(spaces, phrase)
    show_own_phrases(spaces, own)


def _show_download(model: ServerSequenceModel, own: tuple[str, ...]) -> None:
    """Show the download of all phrases as vectors."""
    spaces = PhraseSpaces(model, own=own)
    with st.popover("Download the vectors"):
        name = st.selectbox("Format", list(_FORMATS), key="phrase-format", persist_state="session")
        ending = _FORMATS[name]
        vectors = spaces.vectors()
        st.download_button(
            f"{len(vectors):,} phrases, {vectors.n_dims} dimensions",
            data=lambda: as_file(model.key, own, ending, vectors),
            file_name=f"embedviz-phrases{ending}",
            on_click="ignore",
            key="download-phrase-vectors",
        )
        st.caption(
            "Labelled by the phrases, as embedviz encode writes them: every page and command "
            "takes the file."
        )
