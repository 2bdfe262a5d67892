"""Pairs that a visitor types or uploads, with messages about invalid lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from embedviz.dashboard.state import server_options
from embedviz.dashboard.widgets.answers import show_spellings
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.errors import InputError
from embedviz.relations import ParsedPairs, Relation, SortedPairs, parse_pairs, sort_pairs
from embedviz.vectors import WordVectors

MOST_PAIRS = 1_000
"""Maximum number of pairs on the page; the command line accepts more."""

MOST_FOR_METHODS = 250
"""Maximum number of pairs for scoring every method, which takes some seconds."""

KEY = "own"
_MOST_LISTS = 30
NAME = "your pairs"
"""Name of pairs without one."""

_MAX_LENGTH = 4_000
_MEGABYTES = 1
_NAMED_LINES = 5
_NAMED_WORDS = 4


def choose_pairs(vectors: WordVectors) -> list[Relation]:
    """Show the input of pairs; return each list's pairs whose words are in the vocabulary."""
    text = st.query_params.get(KEY, "") or st.session_state.get(KEY, "")
    with st.expander("Your own pairs", expanded=bool(text), key="own-pairs"):
        typed, given = st.columns([3, 2], gap="large")
        with typed:
            text = show_text("One pair per line", height=140)
        with given:
            file = None if server_options.is_read_only() else _show_uploader()
        try:
            content = (
                decode_upload(file.getvalue(), _MEGABYTES << 20, "save it as UTF-8")
                if file is not None
                else text or ""
            )
            if not content.strip():
                return []
            if file is None and len(content) > _MAX_LENGTH:
                raise InputError(
                    f"{len(content):,} characters are more than the {_MAX_LENGTH:,} that a link "
                    "can contain: upload the pairs as a file."
                )
            parsed = parse_pairs(content, NAME)
            _refuse_too_many(parsed.relations)
        except InputError as error:
            st.error(escape(str(error)))
            return []
        _warn_of_bad_lines(content, parsed)
        every = sort_pairs(_merge(parsed.relations), vectors)
        _warn_of_skipped(vectors, every, is_typed=file is None)
    return [known for one in parsed.relations if (known := one.known_to(vectors))]


def show_text(label: str, *, height: int) -> str:
    """Show the field for pairs, which is the same on every page; return its text."""
    text = st.text_area(
        label,
        key=KEY,
        height=height,
        placeholder="france, paris\nspain, madrid",
        help="Source and target on every line, with a comma, tab, arrow (-> or →), "
        "semicolon, colon or space between them; in double quotes a word may contain any "
        "of these. Several lists have a line with a name above each, such as [royal]. Text "
        "after # is a comment. The text is part of this page's link and is limited to "
        f"{_MAX_LENGTH:,} characters.",
        bind="query-params",
        persist_state="session",
    )
    return text or ""


def _show_uploader() -> UploadedFile | None:
    return st.file_uploader(
        "or a file",
        type=["csv", "txt", "tsv"],
        max_upload_size=_MEGABYTES,
        key="own-file",
        help="CSV with the header source,target, a BATS list, or a question file; its pairs "
        "replace those typed, and are not part of the link.",
    )


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
