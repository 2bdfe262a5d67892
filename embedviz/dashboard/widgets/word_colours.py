"""Colours and marks of the visitor's words: by group, number, frequency or nearest group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.value_classes import (
    ValueClass,
    classify_ranks,
    classify_values,
)
from embedviz.errors import InputError
from embedviz.evaluation import N_SHUFFLES, fit_groups
from embedviz.relations import MOST_STYLES, GroupedWords, WordList, merge_small_groups
from embedviz.support import clip
from embedviz.vectors import WordVectors

KEY = "word-colours"
GROUP, NUMBER, FREQUENCY, NEAREST = "group", "number", "frequency", "nearest"

_KINDS = {
    GROUP: "Group",
    NUMBER: "Number",
    FREQUENCY: "Frequency",
    NEAREST: "Nearest group",
}
_WITHOUT = 5  # style of words without a number: grey
_NAMED = 8


@dataclass(frozen=True)
class ColouredWords:
    """Words that share a colour and a mark."""

    label: str
    style: int
    words: Sequence[str]
    shade: float | None = None

    def family(self, vectors: WordVectors, rows: word_map.Rows) -> word_map.Family:
        """Return the points of the words that the map has."""
        ids = [id_ for id_ in vectors.ids(list(self.words)) if id_ in rows]
        points = [(rows[id_],) * 2 for id_ in ids]
        return word_map.Family(clip(self.label, 40), self.style, points, True, self.shade)


@dataclass(frozen=True)
class Colouring:
    """Words by colour, and the nearest group of every word if that is their colour."""

    parts: Sequence[ColouredWords]
    nearest: Mapping[str, str] = field(default_factory=dict)


def choose_colours(vectors: WordVectors, words: WordList) -> Colouring:
    """Show what to colour by, and what chance gives; return the words by colour."""
    kind = st.segmented_control(
        "Colour by",
        list(_KINDS),
        default=GROUP,
        required=True,
        format_func=_KINDS.__getitem__,
        key=KEY,
        help="Number: a number after = in the list, or a column of a file. Frequency: the rank, in "
        "powers of ten. Larger marks have a higher number, or are more frequent. Nearest group: "
        "the group whose mean vector is nearest to the word, with the word itself left out.",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    if kind == NUMBER and any(one.number is not None for one in words.words):
        return _by_number(words)
    if kind == NUMBER:
        st.caption(
            "No word has a number: write cat = 4.5, or upload a table with a column of numbers. "
            "The colours show the groups."
        )
    if kind == FREQUENCY and words.words:
        return _by_rank(vectors, words)
    if kind == NEAREST:
        try:
            return _by_nearest_group(vectors, words)
        except InputError as error:
            st.caption(f"{escape(str(error))} The colours show the groups.")
    return Colouring(_by_group(words.groups))


def _by_group(groups: Mapping[str, Sequence[str]]) -> list[ColouredWords]:
    """Give each of the largest groups a style, in their order; the rest share one."""
    named = [GroupedWords(name, tuple(words)) for name, words in groups.items()]
    return [
        ColouredWords(group.name, style, group.words)
        for style, group in enumerate(merge_small_groups(named))
    ]


def _by_number(words: WordList) -> Colouring:
    numbered = [(one.word, one.number) for one in words.words if one.number is not None]
    classes = classify_values([number for _, number in numbered])
    name = clip(words.number_name, 20)
    parts = _shaded([word for word, _ in numbered], name, classes[::-1])
    if rest := [one.word for one in words.words if one.number is None]:
        parts.append(ColouredWords("without a number", _WITHOUT, rest))
    return Colouring(parts)


def _by_rank(vectors: WordVectors, words: WordList) -> Colouring:
    given = [one.word for one in words.words]
    ranks = [id_ + 1 for id_ in vectors.ids(given)]
    return Colouring(_shaded(given, "rank", classify_ranks(ranks)))


def _shaded(words: Sequence[str], name: str, classes: Sequence[ValueClass]) -> list[ColouredWords]:
    return [
        ColouredWords(f"{name} {one.label}", 0, [words[i] for i in one.members], one.place)
        for one in classes
    ]


def _by_nearest_group(vectors: WordVectors, words: WordList) -> Colouring:
    """Colour each word as its nearest group.

    Raises
    ------
    InputError
        For fewer than two groups.
    """
    names = list(words.groups)
    numbers = {name: number for number, name in enumerate(names)}
    given = [one.word for one in words.words]
    own = [numbers[one.group] for one in words.words]
    found = fit_groups(vectors.unit(given), own)
    nearest = {word: names[group] for word, group in zip(given, found.nearest, strict=True)}
    st.caption(
        f"**{found.n_own} of {found.n_words}** words are nearer to their own group than to any "
        f"other; with shuffled groups {found.by_chance:.1f} (mean of {N_SHUFFLES} shuffles). "
        + _name_others(words, nearest)
    )
    styles = {part.label: part.style for part in _by_group(words.groups)}
    taken = {name: [word for word in given if nearest[word] == name] for name in names}
    shown = [
        ColouredWords(name, styles[name], some)
        for name, some in taken.items()
        if some and name in styles
    ]
    rest = [word for name, some in taken.items() if name not in styles for word in some]
    if rest:
        shown.append(ColouredWords("smaller groups", MOST_STYLES, rest))
    return Colouring(shown, nearest)


def _name_others(words: WordList, nearest: Mapping[str, str]) -> str:
    """Name words that are nearest to another group than their own."""
    moved = [one for one in words.words if nearest[one.word] != one.group]
    if not moved:
        return ""
    named = ", ".join(
        f"{escape(one.word, 30)} (to {escape(nearest[one.word], 30)})" for one in moved[:_NAMED]
    )
    more = f" and {len(moved) - _NAMED:,} more" if len(moved) > _NAMED else ""
    return f"Nearer to another: {named}{more}."
