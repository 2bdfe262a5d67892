"""Sentence templates of the grammar, and their expansion.

``{a|b}`` is a free choice, ``<a|b>`` a choice by the gender of the subject (male first) and
``[slot]`` a word supplied by the caller or a pool; choices may be nested.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from embedviz.errors import InputError

__all__ = ["Bindings", "Chance", "Choice", "Phrasebook", "Slot", "Template", "parse"]

# Vowel letters that sound like a consonant take "a": a euro, a Ukrainian, a uniform.
_ARTICLE = re.compile(r"\b([Aa]) (?=(?!eu|one\b|u(?:gan|kr|ni|ra|ru|se))[aeiou])", re.IGNORECASE)
_MARK = re.compile(r"[\[{<|}>]")

_T = TypeVar("_T")
Bindings = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Slot:
    """A placeholder for one word or phrase."""

    name: str


@dataclass(frozen=True)
class Choice:
    """Alternatives, chosen at random or by the subject's gender."""

    options: tuple["Template", ...]
    by_gender: bool


Template = tuple[str | Slot | Choice, ...]


@cache
def parse(text: str) -> Template:
    """Parse a template.

    Raises
    ------
    InputError
        If brackets do not match, or a choice by gender does not have exactly two options.

    Examples
    --------
    >>> parse("The [role] sings.")
    ('The ', Slot(name='role'), ' sings.')
    """
    parts, end = _parse_from(text, 0)
    if end != len(text):
        raise InputError(
            f"The template '{text}' has a '{text[end]}' outside brackets at {end}: remove it."
        )
    return parts


def _parse_from(text: str, start: int) -> tuple[Template, int]:
    """Return the parts from `start` to the first mark that ends an option, and its position."""
    parts: list[str | Slot | Choice] = []
    i = start
    while mark := _MARK.search(text, i):
        if mark.start() > i:
            parts.append(text[i : mark.start()])
        i = mark.end()
        if mark[0] == "[":
            end = text.find("]", i)
            if end < 0:
                raise _unclosed(text, i - 1)
            parts.append(Slot(text[i:end]))
            i = end + 1
        elif mark[0] in "{<":
            choice, i = _parse_choice(text, i)
            parts.append(choice)
        else:
            return tuple(parts), mark.start()
    if i < len(text):
        parts.append(text[i:])
    return tuple(parts), len(text)


def _parse_choice(text: str, start: int) -> tuple[Choice, int]:
    """Return the choice whose first option begins at `start`, and the position after it."""
    by_gender = text[start - 1] == "<"
    close = ">" if by_gender else "}"
    options: list[Template] = []
    i = start
    while not options or text[i - 1] == "|":
        option, i = _parse_from(text, i)
        if text[i : i + 1] not in ("|", close):
            raise _unclosed(text, start - 1)
        options.append(option)
        i += 1
    if by_gender and len(options) != 2:
        raise InputError(f"The template '{text}' needs two options in '<…|…>', not {len(options)}.")
    return Choice(tuple(options), by_gender), i


def _unclosed(text: str, at: int) -> InputError:
    return InputError(f"The template '{text}' never closes its '{text[at]}' at {at}: close it.")


class Chance:
    """Random choices based on ``random.Random(seed).random()`` only.

    Python guarantees the sequence of ``random()``, but not of ``choice`` and ``shuffle``.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def below(self, n: int) -> int:
        """Return an integer from 0 to `n` − 1."""
        return int(self._random() * n)

    def one(self, items: Sequence[_T]) -> _T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def some(self, items: Iterable[_T], n: int) -> list[_T]:
        """Return `n` distinct items (all, if fewer) in random order (Fisher–Yates)."""
        pool = list(items)
        n = min(n, len(pool))
        for i in range(n):
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:n]

    def shuffled(self, items: Sequence[_T]) -> list[_T]:
        """Return all items in random order."""
        return self.some(items, len(items))


class Phrasebook:
    """Expands templates to sentences.

    Parameters
    ----------
    pools : mapping from str to str
        Templates for the slots that the caller does not bind.
    chance : Chance
        Source of the random choices.
    """

    def __init__(self, pools: Mapping[str, str], chance: Chance) -> None:
        self._pools = pools
        self._chance = chance

    def fill(self, template: str, bindings: Bindings, gender: int) -> str:
        """Expand a template to a sentence: choices, slots, *a* or *an*, initial capital.

        Parameters
        ----------
        template : str
            A template in the notation above.
        bindings : mapping from str to sequence of str
            Values of each slot; a slot used twice gets different words if possible.
        gender : int
            0 selects the first option of ``<a|b>``, 1 the second.

        Raises
        ------
        InputError
            If the template is malformed, or a slot has neither binding nor pool.
        """
        text = _ARTICLE.sub(r"\1n ", self._expand(parse(template), bindings, gender, []))
        first = 1 if text.startswith("“") else 0
        return text[:first] + text[first : first + 1].upper() + text[first + 1 :]

    def _expand(self, parts: Template, bindings: Bindings, gender: int, used: list[str]) -> str:
        """Return the text of `parts`; `used` collects the slots' words, to avoid repetition."""
        pieces: list[str] = []
        for part in parts:
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, Choice):
                option = part.options[gender] if part.by_gender else self._chance.one(part.options)
                pieces.append(self._expand(option, bindings, gender, used))
            elif part.name in bindings:
                fresh = [word for word in bindings[part.name] if word not in used]
                used.append(self._chance.one(fresh or bindings[part.name]))
                pieces.append(used[-1])
            elif part.name in self._pools:
                pool = parse(self._pools[part.name])
                pieces.append(self._expand(pool, bindings, gender, used))
            else:
                raise InputError(
                    f"The grammar has no words for the slot '[{part.name}]': add a pool."
                )
        return "".join(pieces)
