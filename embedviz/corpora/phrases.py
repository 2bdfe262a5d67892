"""Everyday phrases: by kind, for the map of phrases, and in pairs, for relations between them."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from embedviz.corpora.templates import Choice, Slot, Template, parse
from embedviz.errors import InputError
from embedviz.support import data_folder


@dataclass(frozen=True)
class Phrase:
    """A phrase of two to five words, lower case.

    Attributes
    ----------
    text : str
        Words and ``?``, separated by single spaces.
    kind : str
        What it is: ``duration``, ``country``, ``question``, …
    """

    text: str
    kind: str


@cache
def read_phrases() -> tuple[Phrase, ...]:
    """Return the phrases of all kinds, kind by kind, each once and always in the same order.

    They are all the choices of the templates in ``corpora/phrases/kinds.toml``.

    Examples
    --------
    >>> read_phrases()[0]
    Phrase(text='for two minutes', kind='duration')
    """
    table = _read("kinds")
    return tuple(
        Phrase(text, kind)
        for kind, templates in table["kinds"].items()
        for text in dict.fromkeys(
            text for template in templates for text in _every(parse(template), table["pools"])
        )
    )


def _every(template: Template, pools: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a template with every choice and every word of its slots."""
    parts: list[Sequence[str]] = []
    for part in template:
        if isinstance(part, Slot):
            parts.append(pools[part.name])
        elif isinstance(part, Choice):
            parts.append([text for option in part.options for text in _every(option, pools)])
        else:
            parts.append([part])
    return ("".join(chosen) for chosen in itertools.product(*parts))


def read_phrase_pairs(name: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a relation between phrases, from ``corpora/phrases/relations.toml``.

    Raises
    ------
    InputError
        If there is no relation of that name.

    Examples
    --------
    >>> read_phrase_pairs("phrase-statement-question")[0]
    ('you are cold', 'are you cold ?')
    """
    table = _read("relations")
    if name not in table:
        raise InputError(
            f"There is no relation '{name}' between phrases: choose one of {', '.join(table)}."
        )
    source, target = table[name]["source"], table[name]["target"]
    return tuple((source.format(*row), target.format(*row)) for row in table[name]["rows"])


@cache
def _read(name: str) -> dict[str, Any]:
    path = data_folder() / "phrases" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
