"""How much of a text a sequence model reads."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from embedviz.dashboard.state.sequence_models import EXECUTES, ServerSequenceModel
from embedviz.dashboard.widgets.markdown import escape

_NAMED = 3


def say_cut(model: ServerSequenceModel, texts: Iterable[str], *, named: bool = False) -> None:
    """Say in captions which texts are longer than the model reads; nothing if none is.

    Parameters
    ----------
    model : ServerSequenceModel
    texts : iterable of str
    named : bool
        Whether the texts are several, so that a caption names the one it is about.
    """
    opened = model.open()
    unit = "characters" if model.task == EXECUTES else "words"
    counts = {text: len(opened.tokenizer.tokens(text)) for text in texts}
    long = {text: n for text, n in counts.items() if n > opened.longest}
    for text, n in list(long.items())[:_NAMED]:
        of = f" of “{escape(text, 40)}”" if named else ""
        st.caption(f"Only the first {opened.longest:,} of {n:,} {unit}{of} are read.")
    if len(long) > _NAMED:
        st.caption(f"{len(long) - _NAMED:,} more texts are cut, too.")
