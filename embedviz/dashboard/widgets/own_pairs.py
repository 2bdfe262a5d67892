"""Pairs that a visitor types or uploads, with messages about invalid lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from embedviz.dashboard.state import server_options
from embedviz.dashboard.widgets.answers import show_spellings
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.errors import InputError
from embedviz.relations import (
    ParsedPairs,
    Relation,
    SortedPairs,
    built_in_names,
    parse_pairs,
    sort_pairs,
)
from embedviz.support import arrow_name, clip
from embedviz.vectors import WordVectors

MOST_PAIRS = 1_000
"""Maximum number of pairs on the page; the command line accepts more."""

MOST_FOR_METHODS = 250
"""Maximum number of pairs for scoring every method, which takes some seconds."""

KEY = "own"
"""Key of the typed pairs, and their name in links."""

DRAWN = "more"
"""Key of the relations, in addition to the three families, that the map draws."""

_FILE, _STORED, _NAMES = "own-file", "own-stored", "own-names"
_MOST_LISTS = 30
_LONGEST_NAME = 40
_RESERVED = ("own",)  # says "that of the pair" where a relation to learn from is chosen
_SPECIAL = re.compile(r"""[\s,;:"#\[\]→>]|->""")
_BRACKETS = re.compile(r"[\[\]\s]+")
NAME = "your pairs"
"""Name of pairs without one."""

_MAX_LENGTH = 4_000
_MEGABYTES = 1
_NAMED_LINES = 5
_NAMED_WORDS = 4


def choose_pairs(vectors: WordVectors) -> tuple[Relation, ...]:
    """Show the input of pairs in a fold; return the lists, including pairs without vectors."""
    text = st.query_params.get(KEY, "") or st.session_state.get(KEY, "")
    is_open = bool(text or st.session_state.get(_STORED))
    with st.expander("Your own pairs", expanded=is_open, key="own-pairs"):
        typed, given = st.columns([3, 2], gap="large")
        with typed:
            text = show_text("One pair per line")
        with given:
            _show_uploader()
        return _read(text, vectors)


def choose_pairs_here(vectors: WordVectors) -> tuple[Relation, ...]:
    """Show the input of pairs without a fold, such as in a popover; see `choose_pairs`."""
    text = show_text("Your own pairs, one per line")
    _show_uploader()
    return _read(text, vectors)


def read_lists(content: str) -> tuple[ParsedPairs, tuple[Relation, ...]]:
    """Parse pairs; return also the lists under names that no other relation has.

    Raises
    ------
    InputError
        If there is no pair, or there are too many.
    """
    parsed = parse_pairs(content, NAME)
    _refuse_too_many(parsed.relations)
    return parsed, name_apart(parsed.relations)


def name_apart(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    """Give a number to each list whose label is that of a built-in relation, or of one before it.

    Examples
    --------
    >>> [one.name for one in name_apart([Relation("verb-past", (("be", "was"),))])]
    ['verb-past (2)']
    """
    taken = {*map(arrow_name, built_in_names()), *_RESERVED}
    apart = []
    for relation in relations:
        short = clip(relation.name, _LONGEST_NAME)
        numbered = (f"{short} ({number})" for number in itertools.count(2))
        names = itertools.chain([short], numbered)
        name = next(name for name in names if arrow_name(name) not in taken)
        taken.add(arrow_name(name))
        apart.append(replace(relation, name=name))
    return tuple(apart)


def write_lists(relations: Sequence[Relation]) -> str:
    r"""Write lists as a visitor would type them; further correct targets are left out.

    Examples
    --------
    >>> print(write_lists([Relation("royal", (("king", "queen"), ("a, b", "c")))]))
    [royal]
    king, queen
    "a, b", c
    """
    lines = []
    for relation in relations:
        lines.append(f"[{_BRACKETS.sub(' ', relation.name).strip() or NAME}]")
        lines += [f"{_quoted(source)}, {_quoted(target)}" for source, target in relation.pairs]
    return "\n".join(lines)


def store_lists(relations: Sequence[Relation]) -> None:
    """Keep lists as the visitor's own: as typed text if it is short enough, else like a file."""
    text = write_lists(relations)
    is_short = len(text) <= _MAX_LENGTH
    st.session_state[KEY] = text if is_short else ""
    st.session_state.pop(_STORED, None)
    if not is_short:
        st.session_state[_STORED] = ("the session file", text.encode())


def _quoted(word: str) -> str:
    word = " ".join(word.splitlines())
    return f'"{word.replace(chr(34), chr(34) * 2)}"' if _SPECIAL.search(word) else word


def show_text(label: str, *, height: int = 140) -> str:
    """Show the field for pairs, which is the same on every page; return its text."""
    text = st.text_area(
        label,
        key=KEY,
        height=height,
        on_change=guarded(_draw_new),
        placeholder="france, paris\nspain, madrid",
        help="Source and target on every line, with a comma, tab, arrow (-> or →), "
        "semicolon, colon or space between them; in double quotes a word may contain any "
        "of these. Several lists have a line with a name above each, such as [royal]. Text "
        "after # is a comment. The lists are relations on every page. The text is part of the "
        f"link and is limited to {_MAX_LENGTH:,} characters.",
        bind="query-params",
        persist_state="session",
    )
    return text or ""


def _show_uploader() -> None:
    if not server_options.is_read_only():
        st.file_uploader(
            "or a file",
            type=["csv", "txt", "tsv"],
            max_upload_size=_MEGABYTES,
            key=_FILE,
            on_change=guarded(_store_file),
            help="CSV with the header source,target, a BATS list, or a question file; its pairs "
            "replace those typed, and are not part of the link.",
        )
    stored = st.session_state.get(_STORED)
    if stored:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f"In use: the pairs of {escape(stored[0], 60)}, which are not part of the link.",
                width="content",
            )
            st.button("Discard", key="own-discard", on_click=guarded(_discard), type="tertiary")


def _store_file() -> None:
    """Keep the file: the state of an uploader is lost when its page is left."""
    file = st.session_state.get(_FILE)
    _discard()
    if file is not None:
        st.session_state[_STORED] = (file.name, file.getvalue())
        _draw_new()


def _discard() -> None:
    st.session_state.pop(_STORED, None)


def _draw_new() -> None:
    """Let the map draw lists that are new: whoever gives pairs wants to see them."""
    before = st.session_state.get(_NAMES, ())
    try:
        content = _content(st.session_state.get(KEY, ""))
        names = [one.name for one in read_lists(content)[1]] if content else []
    except InputError:
        return  # said below the input
    drawn = st.session_state.get(DRAWN) or []
    new = [name for name in names if name not in before and name not in drawn]
    if new:
        st.session_state[DRAWN] = [*drawn, *new]


def _content(text: str) -> str:
    """Return the pairs that are given, a file before the text.

    Raises
    ------
    InputError
        If there are too many, or the file is no text.
    """
    stored = st.session_state.get(_STORED)
    if stored:
        return decode_upload(stored[1], _MEGABYTES << 20, "save it as UTF-8")
    if len(text) > _MAX_LENGTH:
        raise InputError(
            f"{len(text):,} characters are more than the {_MAX_LENGTH:,} that a link "
            "can contain: upload the pairs as a file."
        )
    return text.strip()


def _read(text: str, vectors: WordVectors) -> tuple[Relation, ...]:
    """Read the lists; show what is wrong with them."""
    lists: tuple[Relation, ...] = ()
    try:
        if content := _content(text):
            parsed, lists = read_lists(content)
            _warn_of_bad_lines(content, parsed)
            every = sort_pairs(_merge(lists), vectors)
            _warn_of_skipped(vectors, every, is_typed=not st.session_state.get(_STORED))
    except InputError as error:
        st.error(escape(str(error)))
    st.session_state[_NAMES] = tuple(one.name for one in lists)
    return lists


def _refuse_too_many(relations: Sequence[Relation]) -> None:
    """Raise `InputError` for more pairs or lists than a page can show."""
    n_pairs = sum(len(relation.pairs) for relation in relations)
    if n_pairs > MOST_PAIRS:
        raise InputError(
            f"{n_pairs:,} pairs are too many for this page: give at most {MOST_PAIRS:,}, or use "
            "embedviz relations."
        )
    if len(relations) > _MOST_LISTS:
        raise InputError(
            f"{len(relations):,} lists are too many for this page: give at most {_MOST_LISTS}, or "
            "use embedviz relations."
        )


def _merge(relations: Sequence[Relation]) -> Relation:
    return Relation(NAME, tuple(dict.fromkeys(p for one in relations for p in one.pairs)))


def _warn_of_bad_lines(content: str, parsed: ParsedPairs) -> None:
    lines = content.splitlines()
    if not parsed.bad_lines:
        return
    messages = [
        f"- Line {number}: “{escape(lines[number - 1].strip(), 60)}”"
        for number in parsed.bad_lines[:_NAMED_LINES]
        if number <= len(lines)
    ]
    more = len(parsed.bad_lines) - len(messages)
    st.warning(
        "These lines contain no pair of two different words and are ignored; write source, target:"
        "\n\n" + "\n".join(messages) + (f"\n- and {more} more" if more > 0 else "")
    )


def _warn_of_skipped(vectors: WordVectors, found: SortedPairs, *, is_typed: bool) -> None:
    if found.skipped:
        named = ", ".join(f"{escape(a, 30)} → {escape(b, 30)}" for a, b in found.skipped[:10])
        more = len(found.skipped) - 10
        st.warning(
            f"Skipped because a word is not in the vocabulary: {named}"
            + (f" and {more} more." if more > 0 else ".")
        )
    if found.repeated:
        named = ", ".join(f"{escape(a, 30)} → {escape(b, 30)}" for a, b in found.repeated[:10])
        st.caption(f"Ignored as duplicates or pairs of identical words: {named}.")
    for place, word in enumerate(found.missing[:_NAMED_WORDS]):
        near = vectors.vocabulary.near_spellings(word)
        if not near:
            continue
        st.caption(f"Instead of {escape(word, 40)}:")
        if is_typed:
            show_spellings(near, key=f"own-near-{place}", on_choose=_replace_on_click(word))
        else:
            st.caption(escape(", ".join(near)))
    if found.known is None:
        st.caption("No pair is left to measure.")


def _replace_on_click(word: str) -> Callable[[str], None]:
    def replace(spelling: str) -> None:
        st.session_state[KEY] = replace_word(st.session_state.get(KEY, ""), word, spelling)

    return replace


def replace_word(text: str, word: str, spelling: str) -> str:
    r"""Replace a word by another spelling, matching whole words of pairs only.

    >>> replace_word("frence, paris\nking of frence, frencel", "frence", "france")
    'france, paris\nking of frence, frencel'
    >>> replace_word("two dais → x", "two dais", "two days")
    'two days → x'
    >>> replace_word("helo world, x", "helo world", "hello, world")
    '"hello, world", x'
    """
    return "".join(_replace_in_line(line, word, spelling) for line in text.splitlines(True))


def _replace_in_line(line: str, word: str, spelling: str) -> str:
    if "," in word:
        return line.replace(f'"{word}"', f'"{spelling}"')
    if "," in spelling and "," in line and '"' not in line:
        spelling = f'"{spelling}"'
    gaps = "([,→\t])" if re.search("[,→\t]", line) else r"(\s)"
    cells = re.split(gaps, line)
    return "".join(
        cell.replace(word, spelling) if cell.strip().strip('"') == word else cell for cell in cells
    )
