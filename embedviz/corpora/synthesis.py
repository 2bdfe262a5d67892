"""The bundled corpus: English-like text that a small grammar makes from tables of facts.

The tables (``corpora/facts``) are also the built-in relations; the grammar (``corpora/grammar``)
holds the sentences, in the notation of `embedviz.corpora.templates`, and the words that occur
with each entry.

The text is the same on every machine: all chance comes from ``random.Random(seed).random()``,
whose sequence Python promises to keep, and nothing depends on hash order, locale or clock.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from embedviz.corpora.facts import held_out_capitals, read_facts
from embedviz.corpora.templates import Bindings, Chance, Phrasebook
from embedviz.errors import InputError
from embedviz.support import atomic_path, cache_folder, data_folder

BUNDLED_WORDS = 400_000
BUNDLED_SHA256 = "667ea1466d7e40771115bcdf66e0a230b8f3c362047b24e5a7a9adaa8983eea9"

BUNDLED_NAME = "bundled.txt"
_GRAMMAR_FILES = ("people", "places", "products", "verb_forms", "verbs", "words")
_FORMS = ("base", "third", "past", "participle", "ing")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def generate(*, seed: int = 0, n_words: int = BUNDLED_WORDS) -> Iterator[str]:
    """Yield documents until they hold `n_words` words.

    Parameters
    ----------
    seed : int
        The same seed gives the same text on every machine.
    n_words : int
        Words to reach; the last document may overshoot by some 100 words.

    Yields
    ------
    str
        A document: several sentences on one subject, in one line without its line feed.

    Raises
    ------
    InputError
        If `n_words` is not positive.
    """
    if n_words < 1:
        raise InputError(f"n_words is {n_words}: ask for at least 1 word.")
    reached = 0
    for document in _documents(seed):
        text = " ".join(sentence.text for sentence in document)
        yield text
        reached += len(_WORD.findall(text))
        if reached >= n_words:
            return


def write_bundled(path: Path) -> Path:
    """Write the bundled corpus: one document a line, UTF-8, line feeds.

    Parameters
    ----------
    path : Path
        The file to write; its folder is created if missing.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    with atomic_path(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{document}\n" for document in generate())
    return path


def bundled_corpus(cache: Path | None = None) -> Path:
    """Return the file with the bundled corpus, generated at first use.

    Parameters
    ----------
    cache : Path, optional
        Folder of the file; by default `embedviz.support.paths.cache_folder`.

    Returns
    -------
    Path
        A file whose SHA-256 is `BUNDLED_SHA256`; it is rewritten if missing or altered.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    path = (cache if cache is not None else cache_folder()) / BUNDLED_NAME
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == BUNDLED_SHA256:
        return path
    return write_bundled(path)


@dataclass(frozen=True)
class _Sentence:
    template: str
    text: str


@cache
def _grammar() -> dict[str, dict[str, Any]]:
    """Return the tables of all grammar files, by their names; equal names are merged."""
    merged: dict[str, dict[str, Any]] = {}
    for name in _GRAMMAR_FILES:
        path = data_folder() / "grammar" / f"{name}.toml"
        for section, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            merged.setdefault(section, {}).update(table)
    return merged


def _documents(seed: int) -> Iterator[list[_Sentence]]:
    """Yield documents endlessly: every subject once per round, in random order."""
    chance = Chance(seed)
    writer = _Writer(chance)
    units: list[tuple[Any, ...]] = []
    for row in read_facts("countries"):
        units += [(writer.place, row, kind) for kind in ("country", "capital")]
    for kind in ("person", "family", "animal", "address"):
        for role in _grammar()["roles"][kind]:
            units += [(writer.role, kind, role, gender) for gender in (0, 1)]
    for row in read_facts("verbs"):
        units += [(writer.verb, row)] * 3
    units += [(writer.noun, row) for row in read_facts("nouns")]
    units += [(writer.adjective, row) for row in read_facts("adjectives")]
    units += [(writer.filler,)] * 20
    while True:
        for write, *arguments in chance.shuffled(units):
            yield write(*arguments)


class _Writer:
    """Writes one document on a subject from the grammar's tables."""

    def __init__(self, chance: Chance) -> None:
        grammar = _grammar()
        self._chance = chance
        self._templates: dict[str, list[str]] = {
            **grammar["talk"],
            **grammar["forms"],
            **grammar["places"],
            **grammar["sentences"],
        }
        self._phrasebook = Phrasebook(grammar["pools"], chance)
        self._held_out = held_out_capitals()
        self._verbs = [_verb_bindings(row) for row in read_facts("verbs")]
        self._by_continent: dict[str, list[str]] = {}
        for row in read_facts("countries"):
            named = _name(row["country"])
            self._by_continent.setdefault(row["continent"], []).append(named)
        pairs = {row["male"]: (row["male"], row["female"]) for row in read_facts("gender")}
        self._roles = {
            kind: [(*pairs[role], things.split()) for role, things in roles.items()]
            for kind, roles in grammar["roles"].items()
        }

    def place(self, row: Mapping[str, str], kind: str) -> list[_Sentence]:
        """Write about a country or about its capital (`kind`)."""
        chance = self._chance
        country = _name(row["country"])
        others = [name for name in self._by_continent[row["continent"]] if name != country]
        bindings: dict[str, Sequence[str]] = {
            key: (row[key].capitalize(),)
            for key in ("capital", "nationality", "language", "continent")
        }
        bindings["country"] = (country,)
        bindings["anchor"] = (_name(row["anchor"]),)
        bindings["currency"] = (row["currency"],)
        bindings["other"] = others
        bindings["product"] = _grammar()["products"][row["country"]].split()
        chosen = chance.some(self._templates[kind], 5 + chance.below(3))
        chosen += [chance.one(self._templates[shared]) for shared in ("common", "money")]
        if (row["country"], row["capital"]) not in self._held_out:
            chosen += chance.some(self._templates["both"], 1)
        gender = chance.below(2)
        return [self._fill(t, bindings, gender) for t in chance.shuffled(chosen)]

    def role(self, kind: str, role: str, gender: int) -> list[_Sentence]:
        """Write about one word of a gendered pair, and let it do something."""
        chance = self._chance
        pair = next(pair for pair in self._roles[kind] if pair[0] == role)
        bindings = {"role": (pair[gender],), "thing": pair[2]}
        chosen = [(t, bindings) for t in chance.some(self._templates[kind], 7 + chance.below(3))]
        if kind in ("person", "family"):
            template = chance.one(self._templates[chance.one(_FORMS)])
            chosen.append((template, {**bindings, **chance.one(self._verbs)}))
        return [self._fill(t, words, gender) for t, words in chance.shuffled(chosen)]

    def verb(self, row: Mapping[str, str]) -> list[_Sentence]:
        """Write about what somebody does, in all five forms of one verb."""
        chance = self._chance
        kind = chance.one(("person", "family"))
        gender = chance.below(2)
        bindings = {"role": (chance.one(self._roles[kind])[gender],), **_verb_bindings(row)}
        return [
            self._fill(chance.one(self._templates[form]), bindings, gender)
            for form in chance.shuffled(_FORMS)
        ]

    def noun(self, row: Mapping[str, str]) -> list[_Sentence]:
        """Write about one and several of a thing."""
        bindings = {
            "one": (row["singular"],),
            "many": (row["plural"],),
            "thing": _grammar()["nouns"][row["singular"]].split(),
        }
        return self._mixed({"singular": 3, "plural": 3}, bindings)

    def adjective(self, row: Mapping[str, str]) -> list[_Sentence]:
        """Compare things by one quality."""
        bindings = {
            "base": (row["base"],),
            "comp": (row["comparative"],),
            "sup": (row["superlative"],),
            "thing": _grammar()["adjectives"][row["base"]].split(),
        }
        return self._mixed({"positive": 3, "comparative": 3, "superlative": 3}, bindings)

    def filler(self) -> list[_Sentence]:
        """Write about nothing in particular."""
        return self._mixed({"filler": 4}, {})

    def _mixed(self, counts: Mapping[str, int], bindings: Bindings) -> list[_Sentence]:
        chance = self._chance
        chosen = [t for key, n in counts.items() for t in chance.some(self._templates[key], n)]
        gender = chance.below(2)
        return [self._fill(t, bindings, gender) for t in chance.shuffled(chosen)]

    def _fill(self, template: str, bindings: Bindings, gender: int) -> _Sentence:
        return _Sentence(template, self._phrasebook.fill(template, bindings, gender))


def _name(word: str) -> str:
    """Return the name of a country or an anchor as sentences have it: ``the Netherlands``."""
    article = "the " if word in _grammar()["names"]["the"] else ""
    return article + word.capitalize()


def _verb_bindings(row: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Return what the slots of the five forms may hold: a form and a phrase."""
    phrases = [phrase.strip() for phrase in _grammar()["phrases"][row["base"]].split("|")]
    slots = {"do": "base", "does": "third", "did": "past", "done": "participle", "doing": "ing"}
    return {slot: [f"{row[form]} {phrase}" for phrase in phrases] for slot, form in slots.items()}
