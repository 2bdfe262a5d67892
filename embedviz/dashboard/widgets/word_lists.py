"""Words that a visitor types, in named groups."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from embedviz.dashboard.widgets.markdown import escape
from embedviz.vectors import WordVectors

MOST_WORDS = 300
"""Maximum number of words of the lists together."""

KEY = "my-words"
MAX_LENGTH = 4_000
"""Maximum number of characters: the text is part of the link."""

_OTHER = "other"
_NAMED = 10
_NAME = re.compile(r"\[(?P<bracketed>[^][]+)\]|(?P<named>[^:,;]+):\s*(?P<words>.*)")
_BETWEEN = re.compile(r"[,;\t]")
_EXAMPLES = (
    ("people", ("man", "woman", "boy", "girl", "father", "mother", "son", "daughter")),
    ("royals", ("king", "queen", "prince", "princess", "duke", "duchess")),
    ("professions", ("doctor", "nurse", "teacher", "soldier", "lawyer", "singer")),
)


def parse_words(text: str) -> dict[str, tuple[str, ...]]:
    r"""Parse words in named groups; a word that is repeated stays in its first group.

    Words are separated by commas, semicolons, tabs or line ends; a group has its name before a
    colon or, in brackets, on a line above.

    Examples
    --------
    >>> parse_words("colours: red, blue\nking\n[animals]\ncat\ndog; king\n# comment")
    {'colours': ('red', 'blue'), 'other': ('king',), 'animals': ('cat', 'dog')}
    """
    groups: dict[str, list[str]] = {}
    seen: set[str] = set()
    below = _OTHER
    for line in text.splitlines():
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        group = below
        if found := _NAME.fullmatch(content):
            if found["bracketed"]:
                below = found["bracketed"].strip()
                continue
            group, content = found["named"].strip(), found["words"]
            if not content:
                below = group
                continue
        for word in filter(None, (cell.strip() for cell in _BETWEEN.split(content))):
            if word not in seen:
                seen.add(word)
                groups.setdefault(group, []).append(word)
    return {name: tuple(words) for name, words in groups.items()}


def choose_words(vectors: WordVectors) -> Mapping[str, tuple[str, ...]]:
    """Show the input of words; return those in the vocabulary, by group."""
    text = st.text_area(
        "My words",
        key=KEY,
        height=150,
        placeholder=_example(vectors),
        max_chars=MAX_LENGTH,
        help="Words with commas or line ends between them. A name and a colon before them make a "
        "group, which has a colour and a mark of its own. The text is part of the link.",
        bind="query-params",
        persist_state="session",
    )
    groups = parse_words(text or _example(vectors))
    known = {name: tuple(vectors.known(words)) for name, words in groups.items()}
    missing = [word for words in groups.values() for word in words if word not in vectors]
    if missing:
        named = ", ".join(escape(word, 40) for word in missing[:_NAMED])
        more = len(missing) - _NAMED
        st.caption(f"Not in the vocabulary: {named}{f' and {more} more' if more > 0 else ''}.")
    shown = _first(known, MOST_WORDS)
    n_words = sum(map(len, known.values()))
    if n_words > MOST_WORDS:
        st.caption(f"The first {MOST_WORDS} of {n_words:,} words are shown.")
    return shown


def _first(groups: Mapping[str, tuple[str, ...]], n: int) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, words in groups.items():
        if words[:n]:
            found[name] = words[:n]
        n -= len(found.get(name, ()))
    return found


def _example(vectors: WordVectors) -> str:
    lines = [f"{name}: {', '.join(vectors.known(words))}" for name, words in _EXAMPLES]
    return "\n".join(line for line in lines if not line.endswith(": "))
