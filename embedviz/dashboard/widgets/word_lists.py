"""Words that a visitor types or uploads, in named groups and with numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets.answers import show_spellings
from embedviz.dashboard.widgets.csv_download import as_csv
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.errors import InputError
from embedviz.relations import (
    GroupedWords,
    ListedWord,
    WordList,
    parse_word_file,
    parse_word_list,
    write_word_list,
)
from embedviz.support import counted
from embedviz.vectors import WordVectors

MOST_WORDS = 2_000
"""Maximum number of words of the lists together."""

KEY = "my-words"
MAX_LENGTH = 4_000
"""Maximum number of typed characters: the text is part of the link."""

FILE = "my-words-kept"
"""Key, in the session, of the name and content of a list that takes the place of the typed one."""

SELECTED = "selected"
"""Name of the group that a selection becomes."""

_UPLOADER = "my-words-file"
_MEGABYTES = 1
_NAMED, _NAMED_LINES, _NAMED_SPELLINGS = 10, 5, 3
_EXAMPLES = (
    ("people", ("man", "woman", "boy", "girl", "father", "mother", "son", "daughter")),
    ("royals", ("king", "queen", "prince", "princess", "duke", "duchess")),
    ("professions", ("doctor", "nurse", "teacher", "soldier", "lawyer", "singer")),
)


def parse_words(text: str) -> dict[str, tuple[str, ...]]:
    """Parse typed words by group; see `embedviz.relations.parse_word_list`.

    >>> parse_words("colours: red, blue = 2")
    {'colours': ('red', 'blue')}
    """
    return parse_word_list(text).groups


def read_groups(typed: str) -> dict[str, tuple[str, ...]]:
    """Return the groups of the kept file, or of the typed text; My words says what is wrong."""
    try:
        return _read("").groups if FILE in st.session_state else parse_words(typed)
    except InputError:
        return {}


def show_input(vectors: WordVectors) -> None:
    """Show the input of words, or the name of the file that takes its place."""
    if FILE in st.session_state:
        show_file_name()
    else:
        _show_text(vectors)


def read_words(model: Model) -> WordList:
    """Return the visitor's words that are in the vocabulary, and say what is wrong with others."""
    vectors = model.vectors
    try:
        every = _read(_example(vectors))
    except InputError as error:
        st.error(escape(str(error)))
        return WordList()
    _warn_of_bad_lines(every)
    known, repeated = _keep_known(vectors, every)
    _name_missing(model, [one.word for one in every.words if one.word not in vectors])
    if repeated:
        st.caption(f"Given again, and counted once: {name_some(repeated)}.")
    if len(known) > MOST_WORDS:
        st.caption(
            f"The first {MOST_WORDS:,} of {len(known):,} words are used: more are not legible."
        )
    return replace(every, words=known[:MOST_WORDS])


def show_uploader() -> None:
    """Show the upload of a list, unless there is one or the server takes none."""
    if FILE in st.session_state or server_options.is_read_only():
        return
    with st.popover("Upload a list", key="my-words-upload"):
        st.file_uploader(
            "A list of words",
            type=["csv", "tsv", "txt"],
            max_upload_size=_MEGABYTES,
            key=_UPLOADER,
            on_change=guarded(_keep_file),
            help="A table (CSV or TSV) with a word on each line and, if you like, a column of "
            "groups or of numbers: word,group,number. Or a text as it could be typed. The file "
            "takes the place of the typed words and is not part of the link; up to "
            f"{MOST_WORDS:,} of its words are used.",
        )


def add_group(words: Sequence[str], vectors: WordVectors | None = None) -> None:
    """Make words a group of their own in the visitor's list, at its end.

    Parameters
    ----------
    words : sequence of str
    vectors : WordVectors, optional
        Those whose example stands for an empty list; by default an empty list stays empty.
    """
    try:
        before = _read(_example(vectors) if vectors else "")
    except InputError:  # a file that cannot be read has no words to keep
        before = WordList()
    known = {one.word: one for one in before.words}
    rest = [one for one in before.words if one.word not in set(words)]
    names = {one.group for one in rest}
    name = next(
        name for n in range(1, len(names) + 2) if (name := _numbered(SELECTED, n)) not in names
    )
    group = [replace(known.get(word, ListedWord(word)), group=name) for word in words]
    _store(replace(before, words=(*rest, *group)))


def replace_groups(groups: Sequence[GroupedWords]) -> None:
    """Make groups the visitor's list, in place of what was typed or uploaded."""
    _forget_file()
    words = (ListedWord(word, group.name) for group in groups for word in group.words)
    _store(WordList(tuple(words)))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


def _show_text(vectors: WordVectors) -> None:
    st.text_area(
        "My words",
        key=KEY,
        height=150,
        placeholder=_example(vectors),
        max_chars=MAX_LENGTH,
        help="Words with commas or line ends between them. A name and a colon before them make a "
        "group, which has a colour and a mark of its own; = and a number after a word, as in "
        "cat = 4.5, give it a number. The text is part of the link.",
        bind="query-params",
        persist_state="session",
    )


def show_file_name() -> None:
    """Show the name of the file that takes the place of typed words."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape(st.session_state[FILE][0], 40)}**", width="stretch")
        st.button("Remove", key="my-words-remove", on_click=guarded(_forget_file), type="tertiary")


def _keep_file() -> None:
    """Keep an uploaded file in the session: an uploader forgets it when the view is left."""
    if file := st.session_state.get(_UPLOADER):
        st.session_state[FILE] = (file.name, file.getvalue())


def _forget_file() -> None:
    st.session_state.pop(FILE, None)


def _read(example: str) -> WordList:
    """Read the kept file, the typed text, or the example.

    Raises
    ------
    InputError
        If the file is too large, no text, malformed, or has too many words.
    """
    name, content = st.session_state.get(FILE, ("", b""))
    if not name:
        text = st.session_state.get(KEY) or ""
        return parse_word_list(text if text.strip() else example)
    text = decode_upload(content, _MEGABYTES << 20, "save it as UTF-8")
    return parse_word_file(name, text)


def _store(words: WordList) -> None:
    """Store a list as typed text if it can be typed, else as a file."""
    text = write_word_list(words)
    can_be_typed = len(text) <= MAX_LENGTH and parse_word_list(text).words == tuple(words.words)
    if FILE not in st.session_state and can_be_typed:
        st.session_state[KEY] = text
        return
    table: dict[str, list[str | float | None]] = {
        "word": [one.word for one in words.words],
        "group": [one.group for one in words.words],
    }
    if any(one.number is not None for one in words.words):
        table[words.number_name] = [one.number for one in words.words]
    name = str(st.session_state.get(FILE, ("my words",))[0]).removesuffix(".csv")
    st.session_state[FILE] = (f"{name}.csv", as_csv(pa.table(table)).encode())


def _keep_known(vectors: WordVectors, every: WordList) -> tuple[list[ListedWord], list[str]]:
    """Return the words with a vector, and those given twice: King and king may be the same."""
    known: dict[int, ListedWord] = {}
    repeated = list(every.repeated)
    for one in every.words:
        if one.word not in vectors:
            continue
        id_ = vectors.id(one.word)
        if id_ in known:
            repeated.append(one.word)
        else:
            known[id_] = one
    return list(known.values()), repeated


def _warn_of_bad_lines(every: WordList) -> None:
    if not every.bad_lines:
        return
    shown = every.bad_lines[:_NAMED_LINES]
    more = len(every.bad_lines) - len(shown)
    st.warning(
        "Left out:\n\n"
        + "\n".join(f"- Line {number:,}: {escape(reason, 90)}" for number, reason in shown)
        + (f"\n- and {counted(more, 'more line')}" if more > 0 else "")
    )


def _name_missing(model: Model, missing: Sequence[str]) -> None:
    """Name the words without a vector, and near spellings of the first."""
    if not missing:
        return
    st.caption(f"Not in the vocabulary: {name_some(missing)}.")
    for place, word in enumerate(missing[:_NAMED_SPELLINGS]):
        near = _near_spellings(model.key, word, model)
        if not near:
            continue
        if FILE not in st.session_state:
            st.caption(f"Instead of {escape(word, 40)}:")
            show_spellings(near, key=f"word-near-{place}", on_choose=_replace_on_click(word))
        else:
            st.caption(f"Instead of {escape(word, 40)}: {escape(', '.join(near))}")


@st.cache_data(max_entries=2_000, show_spinner=False)
def _near_spellings(key: str, word: str, _model: Model) -> tuple[str, ...]:
    """Find near spellings once: that takes longer than the rest of the page."""
    return _model.vectors.vocabulary.near_spellings(word)


def name_some(words: Sequence[str]) -> str:
    """Name the first words, and say how many more there are."""
    named = ", ".join(escape(word, 40) for word in words[:_NAMED])
    more = len(words) - _NAMED
    return f"{named} and {more:,} more" if more > 0 else named


def _replace_on_click(word: str) -> Callable[[str], None]:
    def use(spelling: str) -> None:
        st.session_state[KEY] = replace_word(st.session_state.get(KEY, ""), word, spelling)

    return use


def replace_word(text: str, word: str, spelling: str) -> str:
    """Replace a typed word by another spelling, matching whole words of the list only.

    >>> replace_word("a: quen, quens, the quen; quen = 3", "quen", "queen")
    'a: queen, quens, the quen; queen = 3'
    """
    whole = rf"(?m)(^\s*|[,;:\t]\s*){re.escape(word)}(?=\s*(?:[,;\t=]|$))"
    return re.sub(whole, lambda found: found[1] + spelling, text)


def _example(vectors: WordVectors) -> str:
    lines = [f"{name}: {', '.join(vectors.known(words))}" for name, words in _EXAMPLES]
    return "\n".join(line for line in lines if not line.endswith(": "))
