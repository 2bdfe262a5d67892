"""The form of the page Train: a text and the few settings that matter, made an order."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from embedviz.dashboard.widgets.plain_text import plain
from embedviz.errors import InputError
from embedviz.jobs import JobRequest
from embedviz.settings import DEMO_CONFIG, TrainingConfig, setting
from embedviz.support import texts_folder
from embedviz.text import CorpusConfig, find_texts, is_compressed

SMALL_TEXT = 20_000_000
"""Bytes, some four million words: a smaller text is learnt with the settings of the bundled one."""

_LARGEST_UPLOAD = 50  # megabytes
_MOST_TEXTS = 500
_BYTES_A_WORD = 6  # of English, with the space
_NUMBER = 100  # pixels of a field, which goes to the next line where there is no room
_NAME, _FORGET_NAME = "train-name", "train-forget-name"
_BUNDLED, _UPLOAD, _SERVER = "Bundled corpus", "Upload", "On this server"


@dataclass(frozen=True)
class Text:
    """A text to train on.

    Attributes
    ----------
    content : Path or bytes or None
        None is the bundled corpus, made when it is needed.
    name : str
        What a run on it may be called.
    n_bytes : int
    """

    content: Path | bytes | None
    name: str
    n_bytes: int


def form(taken: Collection[str], *, is_busy: bool) -> JobRequest | None:
    """Show the form; return an order once it is given.

    Raises
    ------
    InputError
        If the order cannot be carried out; the form stays as it is.
    """
    st.markdown("#### Train on a text", anchors=False)
    if st.session_state.pop(_FORGET_NAME, False):
        st.session_state[_NAME] = ""
    text = _text()
    small = text is None or text.n_bytes < SMALL_TEXT
    default = DEMO_CONFIG if small else TrainingConfig()
    suggested = _free(text.name if text else "model", taken)
    name = st.text_input(
        "Name",
        key=_NAME,
        placeholder=suggested,
        help="Of the model. Up to 40 letters from a to z, digits, dots, dashes and underscores.",
        persist_state="session",
    )
    recurrence = setting(TrainingConfig, "cell")
    cell = st.selectbox(
        recurrence.label,
        recurrence.choices,
        format_func=recurrence.choices.__getitem__,
        key="train-cell",
        help=recurrence.meaning,
        persist_state="session",
    )
    numbers = st.container(horizontal=True, gap="small")
    with numbers:
        dims = _number(TrainingConfig, "n_dims", default.n_dims, key="train-dims", step=10)
        epochs = _number(TrainingConfig, "epochs", int(default.epochs), key=f"train-epochs-{small}")
        min_count = _number(
            CorpusConfig, "min_count", CorpusConfig().min_count, key="train-min-count"
        )
    if not st.button(
        "Add to the queue" if is_busy else "Start training",
        type="primary",
        key="train-start",
        disabled=text is None,
        help="A run at a time: it begins when those before it have ended." if is_busy else None,
    ):
        return None
    if text is None:  # a browser may press what it was shown disabled
        raise InputError("There is no text yet: upload one first.")
    config = replace(default, cell=cell, n_dims=dims, epochs=float(epochs))
    corpus_config = CorpusConfig(min_count=min_count)
    return JobRequest(name.strip() or suggested, _content(text), config, corpus_config)


def _number(config: type, name: str, value: int, *, key: str, step: int = 1) -> int:
    """Show a field for a setting; its range is checked when the order is given, by a sentence."""
    declared = setting(config, name)
    return st.number_input(
        declared.label,
        value=value,
        step=step,
        key=key,
        width=_NUMBER,
        help=declared.meaning + (f" A number {declared.range}." if declared.kind is int else ""),
        persist_state="session",
    )


def forget_name() -> None:
    """Empty the name at the next run of the page: it belongs to a run by now."""
    st.session_state[_FORGET_NAME] = True


def _text() -> Text | None:
    """Ask for a text; None while there is none."""
    root = texts_folder()
    kind = st.segmented_control(
        "Text",
        [_BUNDLED, _UPLOAD, *([_SERVER] if root else [])],
        default=_BUNDLED,
        required=True,
        key="train-text",
        label_visibility="collapsed",
        persist_state="session",
    )
    if kind == _UPLOAD:
        text = _uploaded()
    elif kind == _SERVER and root:
        text = _chosen(root)
    else:
        text = _bundled()
    if text and text.content is not None:
        n_words = text.n_bytes / _BYTES_A_WORD
        st.caption(
            f"About {_rounded(n_words)} words. "
            + ("Ten million words make useful vectors; so few do not." if n_words < 1e6 else "")
        )
    return text


def _bundled() -> Text:
    st.caption(
        "400,000 words that a grammar makes from tables of facts. It shows in a minute or two how "
        "the arrows form, and says nothing about English."
    )
    return Text(None, "demo", 0)


def _uploaded() -> Text | None:
    file = st.file_uploader(
        "Text file",
        key="train-upload",
        max_upload_size=_LARGEST_UPLOAD,
        label_visibility="collapsed",
        help=f"Plain text in UTF-8, up to {_LARGEST_UPLOAD} MB. It stays on this server.",
    )
    if file is None:
        st.caption(f"Plain text in UTF-8, up to {_LARGEST_UPLOAD} MB. It stays on this server.")
        return None
    content = file.getvalue()
    if is_compressed(content):
        # what it unpacks to could fill the disk
        st.error(f"{plain(file.name, 60)} is compressed: unpack it, and upload the text.")
        return None
    return Text(content, file.name, len(content))


def _chosen(root: Path) -> Text | None:
    """Offer the texts of the folder that the server was started with, and nothing outside it."""
    inside = root.resolve()
    found = [path for path in find_texts([inside]) if path.resolve().is_relative_to(inside)]
    names = {str(path.relative_to(inside)): path for path in found[:_MOST_TEXTS]}
    name = st.selectbox(
        "File",
        list(names),
        key="train-file",
        label_visibility="collapsed",
        persist_state="session",
    )
    if name not in names:
        return None
    return Text(names[name], names[name].name, names[name].stat().st_size)


def _content(text: Text) -> Path | bytes:
    if text.content is not None:
        return text.content
    from embedviz.corpora import bundled_corpus

    with st.spinner("Making the bundled corpus …"):
        return bundled_corpus()


def _free(name: str, taken: Collection[str]) -> str:
    """Make a name of a run from that of a file, one that is not taken.

    >>> _free("My novel (2).txt", [])
    'My-novel-2'
    >>> _free("...", ["model", "model-2"])
    'model-3'
    """
    stem = re.sub(r"\.(txt|text|md)$", "", name, flags=re.IGNORECASE)
    base = re.sub(r"[^A-Za-z0-9_]+", "-", stem)[:36].strip("-_") or "model"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(free for free in (base, *numbered) if free not in taken)


def _rounded(n_words: float) -> str:
    """Two digits of a number of words.

    >>> _rounded(1_234_567), _rounded(432_100), _rounded(12)
    ('1.2 million', '430,000', '12')
    """
    if n_words >= 1e6:
        return f"{n_words / 1e6:.2g} million" if n_words < 1e8 else f"{n_words / 1e6:,.0f} million"
    return f"{int(float(f'{n_words:.2g}')):,}"
