"""The form of the Train page: a text and the main settings, converted to a job request."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from embedviz.dashboard.widgets import own_marks, own_pairs, word_lists
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.jobs import JobRequest, Watched
from embedviz.settings import DEMO_CONFIG, TrainingConfig, setting
from embedviz.support import texts_folder
from embedviz.text import CorpusConfig, find_texts, is_compressed

SMALL_TEXT = 20_000_000
"""Bytes, about four million words: smaller texts use the default settings of the bundled corpus."""

_LARGEST_UPLOAD = 50  # megabytes
_MOST_TEXTS = 500
_BYTES_A_WORD = 6  # of English, including the space
_NUMBER = 100  # width of a field in pixels; fields wrap to the next line if necessary
_NAME, _CLEAR_NAME = "train-name", "train-forget-name"
_BUNDLED, _UPLOAD, _SERVER = "Bundled corpus", "Upload", "On this server"


@dataclass(frozen=True)
class Text:
    """A text to train on.

    Attributes
    ----------
    content : Path or bytes or None
        None for the bundled corpus, which is generated on demand.
    name : str
        Basis of the suggested name of the run.
    n_bytes : int
    """

    content: Path | bytes | None
    name: str
    n_bytes: int


def show_form(taken: Collection[str], *, is_busy: bool) -> JobRequest | None:
    """Show the form; return a job request once it is submitted.

    Raises
    ------
    InputError
        If the request is invalid; the form keeps its values.
    """
    st.markdown("#### Train on a text", anchors=False)
    if st.session_state.pop(_CLEAR_NAME, False):
        st.session_state[_NAME] = ""
    text = _choose_text()
    small = text is None or text.n_bytes < SMALL_TEXT
    default = DEMO_CONFIG if small else TrainingConfig()
    suggested = _free_name(text.name if text else "model", taken)
    name = st.text_input(
        "Name",
        key=_NAME,
        placeholder=suggested,
        help="Name of the model: up to 40 letters a to z, digits, dots, dashes and underscores.",
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
    read_watched = _choose_watched()
    if not st.button(
        "Add to the queue" if is_busy else "Start training",
        type="primary",
        key="train-start",
        disabled=text is None,
        help="One run at a time: it starts when those ahead of it have ended." if is_busy else None,
    ):
        return None
    if text is None:  # a client can submit a disabled button
        raise InputError("There is no text yet: upload one first.")
    config = replace(default, cell=cell, n_dims=dims, epochs=float(epochs))
    corpus_config = CorpusConfig(min_count=min_count)
    content = _load_content(text)
    return JobRequest(name.strip() or suggested, content, config, corpus_config, read_watched())


def _choose_watched() -> Callable[[], Watched]:
    """Show the input of what to follow; return the function that reads it, once it is wanted."""
    with st.expander("Words to follow", key="train-follow"):
        st.caption(
            "Besides those of the three families, the run keeps the vectors of these words every "
            "few percent, so that you can watch them move."
        )
        pairs = own_pairs.show_text("Pairs, one per line", height=100)
        words = own_marks.show_words_field(height=80)

    def read() -> Watched:
        relations = own_pairs.read_lists(pairs)[1] if pairs.strip() else ()
        groups = word_lists.read_groups(words)
        return Watched(relations, tuple(word for some in groups.values() for word in some))

    return read


def _number(config: type, name: str, value: int, *, key: str, step: int = 1) -> int:
    """Show a field for a setting; its range is checked when the form is submitted."""
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


def clear_name() -> None:
    """Clear the name at the next rerun of the page, because a run now uses it."""
    st.session_state[_CLEAR_NAME] = True


def _choose_text() -> Text | None:
    """Show the choice of a text; None while there is none."""
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
        text = _show_upload()
    elif kind == _SERVER and root:
        text = _choose_server_text(root)
    else:
        text = _show_bundled()
    if text and text.content is not None:
        n_words = text.n_bytes / _BYTES_A_WORD
        st.caption(
            f"About {_round_count(n_words)} words. "
            + ("About ten million words are needed for useful vectors." if n_words < 1e6 else "")
        )
    return text


def _show_bundled() -> Text:
    st.caption(
        "400,000 words generated by a grammar from fact tables. It shows in one or two "
        "minutes how the arrows form, but is not real English."
    )
    return Text(None, "demo", 0)


def _show_upload() -> Text | None:
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
        # the decompressed content could fill the disk
        st.error(f"{escape(file.name, 60)} is compressed: decompress it and upload the text.")
        return None
    return Text(content, file.name, len(content))


def _choose_server_text(root: Path) -> Text | None:
    """Show the choice of a text in the server's folder of texts; links out of it are ignored."""
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


def _load_content(text: Text) -> Path | bytes:
    if text.content is not None:
        return text.content
    from embedviz.corpora import bundled_corpus

    with st.spinner("Generating the bundled corpus …"):
        return bundled_corpus()


def _free_name(name: str, taken: Collection[str]) -> str:
    """Derive an unused name of a run from the name of a file.

    >>> _free_name("My novel (2).txt", [])
    'My-novel-2'
    >>> _free_name("...", ["model", "model-2"])
    'model-3'
    """
    stem = re.sub(r"\.(txt|text|md)$", "", name, flags=re.IGNORECASE)
    base = re.sub(r"[^A-Za-z0-9_]+", "-", stem)[:36].strip("-_") or "model"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(free for free in (base, *numbered) if free not in taken)


def _round_count(n_words: float) -> str:
    """Format a number of words with two significant digits.

    >>> _round_count(1_234_567), _round_count(432_100), _round_count(12)
    ('1.2 million', '430,000', '12')
    """
    if n_words >= 1e6:
        return f"{n_words / 1e6:.2g} million" if n_words < 1e8 else f"{n_words / 1e6:,.0f} million"
    return f"{int(float(f'{n_words:.2g}')):,}"
