"""Phrases and pairs of phrases that a visitor types."""

from __future__ import annotations

import re

from embedviz.errors import InputError
from embedviz.relations import Relation

MOST_PHRASES, MOST_PAIRS = 50, 100
"""Maximum numbers of own phrases, and of pairs of them."""

LONGEST_PHRASE = 200  # characters
OWN_PAIRS = "your pairs"
"""Name of the relation of typed pairs."""

_BETWEEN = re.compile(r"\||\t|→|->")


def read_phrase_lines(text: str) -> tuple[str, ...]:
    r"""Read phrases, one a line; white space is reduced, and repetitions are left out.

    Raises
    ------
    InputError
        If there are too many, or one is too long.

    Examples
    --------
    >>> read_phrase_lines("two  days ago\n\nin japan\nin japan")
    ('two days ago', 'in japan')
    """
    phrases = tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines()))
    phrases = tuple(filter(None, phrases))
    if len(phrases) > MOST_PHRASES:
        raise InputError(
            f"{len(phrases):,} phrases are more than {MOST_PHRASES}: give fewer, or encode them "
            "with embedviz encode --lines."
        )
    for phrase in phrases:
        _refuse_long(phrase)
    return phrases


def read_phrase_pairs(text: str) -> tuple[Relation | None, tuple[int, ...]]:
    r"""Read pairs of phrases, one a line with ``|``, a tab or an arrow between them.

    Returns
    -------
    relation : Relation or None
        None without pairs.
    bad_lines : tuple of int
        Numbers, from 1, of lines without two different phrases.

    Raises
    ------
    InputError
        If there are too many, or a phrase is too long.

    Examples
    --------
    >>> relation, bad = read_phrase_pairs("i go | i went\nnonsense\nhe eats -> he ate")
    >>> relation.pairs, bad
    ((('i go', 'i went'), ('he eats', 'he ate')), (2,))
    """
    pairs, bad = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        sides = [" ".join(side.split()) for side in _BETWEEN.split(line)]
        if len(sides) != 2 or not all(sides) or sides[0] == sides[1]:
            bad.append(number)
            continue
        for side in sides:
            _refuse_long(side)
        pairs.append((sides[0], sides[1]))
    pairs = list(dict.fromkeys(pairs))
    if len(pairs) > MOST_PAIRS:
        raise InputError(
            f"{len(pairs):,} pairs are more than {MOST_PAIRS}: give fewer, or use embedviz "
            "relations --model."
        )
    return (Relation(OWN_PAIRS, tuple(pairs)) if pairs else None), tuple(bad)


def _refuse_long(phrase: str) -> None:
    if len(phrase) > LONGEST_PHRASE:
        raise InputError(
            f"A phrase has {len(phrase):,} characters: give at most {LONGEST_PHRASE} each."
        )
