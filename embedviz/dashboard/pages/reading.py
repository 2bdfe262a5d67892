"""The Read page: what a recurrent net does while it reads a text."""

from __future__ import annotations

import numpy as np
import streamlit as st

from embedviz.dashboard.sequences.exchanged_words import show_two_texts
from embedviz.dashboard.sequences.gradient_views import show_gradients
from embedviz.dashboard.sequences.opened_states import CHOSEN, list_opened, show_opener
from embedviz.dashboard.sequences.state_path import describe_turns, show_path
from embedviz.dashboard.sequences.unit_places import choose_corpus, show_places
from embedviz.dashboard.sequences.unit_views import show_units
from embedviz.dashboard.sequences.word_steps import show_steps, show_summary
from embedviz.dashboard.state.language_models import list_reading_models
from embedviz.dashboard.state.sequence_models import FINDS, TRANSLATES, list_sequence_models
from embedviz.dashboard.state.watched_texts import (
    EncoderReader,
    LanguageModelReader,
    Reader,
    WatchedText,
)
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.missing_choice import forget_missing, warn_of_missing
from embedviz.dashboard.widgets.part_choice import choose_part
from embedviz.dashboard.widgets.read_words import say_cut
from embedviz.dashboard.widgets.sequence_model_choice import is_torch_missing
from embedviz.errors import InputError
from embedviz.states import AnnotatedText, RecordedStates
from embedviz.support import clip_all

_TEXT, _PART, _NUMBER = "read", "read-part", "read-number"
_WORDS, _UNITS, _BACK = "Word by word", "Units", "Back through time"
_TWO, _PLACES = "Two texts", "Same units elsewhere"
_PARTS_OF: dict[type[Reader], tuple[str, ...]] = {
    LanguageModelReader: (_WORDS, _UNITS, _TWO, _PLACES, _BACK),
    EncoderReader: (_WORDS, _UNITS, _TWO, _PLACES),
}
_PARTS_OF_FILES = (_UNITS, _PLACES)
EXAMPLE = (
    "the king of france was born in paris , and the queen of england was born in london . she was "
    "the daughter of an american writer ."
)
_EXAMPLES = {FINDS: "a person who writes books for children", TRANSLATES: "i would like some tea"}
_MAX_LENGTH = 2_000
_MOST_DRAWN = 120  # words of a heat map
_LM_POINT = "Dec(h[t]) is the point at which the model looks for the next word"
_SUMMARY = "The summary c of the words so far, as if the text ended there, and words alone"


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    models: dict[str, Reader] = {
        model.name: LanguageModelReader(model) for model in list_reading_models()
    }
    models |= {one.name: EncoderReader(one) for one in list_sequence_models((TRANSLATES, FINDS))}
    opened = list_opened()
    names = [*models, *opened]
    if not names:
        raise InputError("This server has no recurrent net: train one on the page Train.")
    warn_of_missing(CHOSEN, names)
    if st.session_state.get(CHOSEN, names[0]) not in names:
        st.session_state.pop(CHOSEN, None)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        name = st.selectbox(
            "Net",
            names,
            key=CHOSEN,
            help="cells/… are four small language models that ship, one for each cell, trained "
            "alike on the same English text. Encoders of sequence models follow.",
            on_change=guarded(forget_missing),
            args=(CHOSEN,),
            bind="query-params",
            persist_state="session",
        )
        show_opener()
    with right:
        if name in opened:
            run_safely(lambda: _show_states(opened[name]))
            return
        model = models[name]
        text = _show_text(model)
    part = choose_part(_PART, _PARTS_OF[type(model)])
    run_safely(lambda: _show_part(part, model, text))


def _show_text(model: Reader) -> str:
    """Show the text."""
    example = _EXAMPLES[model.model.task] if isinstance(model, EncoderReader) else EXAMPLE
    text = st.text_area(
        "Text",
        key=_TEXT,
        height=90,
        placeholder=example,
        max_chars=_MAX_LENGTH,
        help="Words outside the vocabulary are read as unknown. The text is part of the link.",
        bind="query-params",
        persist_state="session",
    )
    return (text or "").strip() or example


def _show_part(part: str, reader: Reader, text: str) -> None:
    if part == _BACK and isinstance(reader, LanguageModelReader):
        show_gradients(reader.model, text)
        return
    if part == _PLACES:
        if isinstance(reader, EncoderReader):
            say_cut(reader.model, [text])
        one = reader.watch(text)
        corpus = reader.record(choose_corpus())
        show_places(RecordedStates(AnnotatedText(one.words), one.states), corpus)
        return
    what = _LM_POINT if isinstance(reader, LanguageModelReader) else _SUMMARY
    if part == _TWO:
        show_two_texts(reader, text, what)
        return
    if isinstance(reader, EncoderReader):
        say_cut(reader.model, [text])
    after, before = (reader.watch(text, is_trained=trained) for trained in (True, False))
    show_summary(after, before, len(reader.vocabulary))
    if isinstance(reader, LanguageModelReader) and reader.model.trained.skipped:
        st.caption(
            "Frequent words were skipped in this model's training: it never saw running text, and "
            "its guesses avoid frequent words."
        )
    if part == _UNITS:
        show_units({"After training": after, "Before training": before})
        return
    title = _title(reader)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        show_path({"h[t]": after}, reader.place(after.words), what)
        st.caption(describe_turns(after, before))
    with right:
        show_steps(after, before, title)


def _title(reader: Reader) -> str:
    if isinstance(reader, EncoderReader):
        return "Nearest words so far" if reader.model.task == FINDS else "Translated so far"
    return "Expected before it"


def _show_states(recorded: RecordedStates) -> None:
    """Show states that were opened from a file: heat map of a text, places among all texts."""
    n_texts = recorded.text.n_texts
    number = 1
    if n_texts > 1:
        if not 1 <= st.session_state.get(_NUMBER, 1) <= n_texts:
            st.session_state.pop(_NUMBER)
        number = int(st.number_input(f"Text, of {n_texts:,}", 1, n_texts, 1, key=_NUMBER))
    one = recorded.of_text(number - 1)
    st.text(" ".join(clip_all(one.text.words[:200], 40)))
    part = choose_part(_PART, _PARTS_OF_FILES)
    if part == _PLACES:
        start, _ = recorded.text.bounds(number - 1)
        run_safely(lambda: show_places(one, recorded, start))
        return
    n = len(one.text.words)
    if n > _MOST_DRAWN:
        st.caption(f"The first {_MOST_DRAWN} of {n:,} words.")
    words, states = one.text.words[:_MOST_DRAWN], one.states[:_MOST_DRAWN]
    shuffled = np.random.default_rng(0).permuted(states, axis=0)
    show_units(
        {
            heading: WatchedText(words, (), values, {}, values, (), ("",) * len(words))
            for heading, values in (
                ("States", states),
                ("Control: the values of each unit in random order", shuffled),
            )
        }
    )
