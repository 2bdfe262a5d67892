"""Session files: the settings of a picture, to reproduce it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedviz.errors import InputError
from embedviz.projection.fitting import PLANES
from embedviz.projection.neighbour_maps import MAPS
from embedviz.relations import (
    MOST_LISTED,
    MOST_PAIRS,
    GroupedWords,
    Relation,
    built_in,
    built_in_names,
    style_numbers,
)
from embedviz.support import atomic_path, clip, parse_json, read_text

FORMAT, VERSION = "embedviz view", 1
KINDS = (*PLANES, *MAPS)
"""Planes and maps that a view can use."""

MOST_WORDS = 200_000
"""Words that a view may show."""

_MOST_BYTES = 4 << 20
_MOST_RELATIONS = 1_000
_MOST_MARKED = 1_000
_MOST_GROUPS = 1_000
_LONGEST_NAME = 1_000
_LARGEST_STYLE = 10_000


@dataclass(frozen=True)
class View:
    """Settings of a picture: model, words, relations and plane.

    Parameters
    ----------
    model : str
        The model's name, as the user gave it; 1 to 1,000 characters.
    sha256 : str
        Hash of the model's words and vectors, see `fingerprint`.
    relations : tuple of Relation
        Drawn as arrows; with all their pairs, including those without vectors.
    plane : str
        One of `KINDS`; see `embedviz.projection.fit` and `embedviz.projection.fit_map`.
    n_components : int
        Dimensions of the plane, 2 or 3.
    n_words : int
        Number of most frequent words to show in addition, 0 to 200,000.
    n_pairs : int
        Most frequent pairs of each relation to draw, 1 to 100,000; tables and statistics use all.
    seed : int
        Seed of shuffles, bootstraps and neighbour maps, from 0.
    marked : tuple of str
        Marked words; the first one is the searched word.
    styles : tuple of int
        Style number of each relation, see `embedviz.relations.style_number`; empty if they are
        those of the relations' order, see `embedviz.relations.style_numbers`.
    groups : tuple of GroupedWords
        Words with a colour and a mark of their group, including those without vectors; every word
        is in one group.

    Raises
    ------
    InputError
        If a value is of the wrong kind or out of range.

    Examples
    --------
    >>> view = View("english", 64 * "0", (built_in("male-female"),), marked=("king",))
    >>> View.from_json(view.to_json()) == view
    True
    """

    model: str
    sha256: str
    relations: tuple[Relation, ...]
    plane: str = "arrows"
    n_components: int = 2
    n_words: int = 0
    n_pairs: int = 12
    seed: int = 0
    marked: tuple[str, ...] = ()
    styles: tuple[int, ...] = ()
    groups: tuple[GroupedWords, ...] = ()

    def __post_init__(self) -> None:
        """Validate all values."""
        _check_text("model", self.model)
        _check_text("sha256", self.sha256)
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise InputError(
                f"sha256='{clip(self.sha256, 70)}' must be 64 digits from 0 to f: take it from "
                "the session that embedviz wrote."
            )
        if self.plane not in KINDS:
            raise InputError(
                f"The plane '{clip(str(self.plane), 40)}' is not known: use one of "
                f"{', '.join(KINDS)}."
            )
        for name, least, most in (
            ("n_components", 2, 3),
            ("n_words", 0, MOST_WORDS),
            ("n_pairs", 1, MOST_PAIRS),
            ("seed", 0, 2**63 - 1),
        ):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:  # True is not a number
                shown = clip(repr(value), 40)
                raise InputError(
                    f"{name}={shown} must be a whole number between {least} and {most}."
                )
        _check_number("relations", len(self.relations), _MOST_RELATIONS)
        _check_number("marked", len(self.marked), _MOST_MARKED)
        for word in self.marked:
            _check_text("marked", word, None)
        for relation in self.relations:
            _check_text("relation", relation.name)
        names = [relation.name for relation in self.relations]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InputError(
                f"The relation '{clip(twice, 60)}' occurs twice in the view: rename or remove one."
            )
        _check_styles(self.styles, len(names))
        _check_groups(self.groups)
        if self.styles == tuple(style_numbers(names).values()):
            object.__setattr__(self, "styles", ())  # the same view in one form only

    @property
    def style_numbers(self) -> Mapping[str, int]:
        """Style number of each relation, by name."""
        names = [relation.name for relation in self.relations]
        return dict(zip(names, self.styles, strict=True)) if self.styles else style_numbers(names)

    @property
    def document(self) -> dict[str, object]:
        """The view as a JSON-serialisable dict; built-in relations are stored by name."""
        document: dict[str, object] = {
            "format": FORMAT,
            "version": VERSION,
            "model": self.model,
            "sha256": self.sha256,
            "relations": [_relation_document(relation) for relation in self.relations],
            "plane": self.plane,
            "n_components": self.n_components,
            "n_words": self.n_words,
            "n_pairs": self.n_pairs,
            "seed": self.seed,
            "marked": list(self.marked),
        }
        if self.styles:  # without these two, earlier versions read the session
            document["styles"] = list(self.styles)
        if self.groups:
            document["groups"] = [
                {"name": group.name, "words": list(group.words)} for group in self.groups
            ]
        return document

    def to_json(self) -> str:
        """Return the view as the text of a session file."""
        return json.dumps(self.document, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> View:
        """Read a view from the text of a session file, which may be untrusted.

        Nothing that it names is opened or executed; the caller decides about the model.

        Raises
        ------
        InputError
            If it is too long, not JSON, from a newer version, or a key is missing, unknown,
            duplicate or of the wrong kind.
        """
        if len(text) > _MOST_BYTES:
            raise InputError(
                f"The session has {len(text):,} characters, and at most {_MOST_BYTES:,} are read: "
                "give one with fewer pairs."
            )
        try:
            document = parse_json(text, unique_keys=True)
        except ValueError as error:
            raise InputError(
                f"The session is not JSON ({clip(str(error), 100)}): give a session "
                "file that embedviz saved."
            ) from None
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise InputError(
                f"The session does not have the format {FORMAT}: give a session "
                "file that embedviz saved."
            )
        if document.get("version") != VERSION or type(document["version"]) is not int:
            raise InputError(
                f"The session has version {clip(repr(document.get('version')), 40)}, and this "
                f"embedviz reads version {VERSION}: upgrade embedviz or save the session again."
            )
        _check_keys("The session", document, {*_KEYS, *_OPTIONAL}, set(_KEYS))
        relations, marked = document["relations"], document["marked"]
        return cls(
            **{
                **{key: document[key] for key in _KEYS if key not in ("format", "version")},
                "relations": tuple(map(_relation, _as_list("relations", relations))),
                "marked": tuple(_as_list("marked", marked)),
                "styles": tuple(_as_list("styles", document.get("styles", []))),
                "groups": tuple(map(_group, _as_list("groups", document.get("groups", [])))),
            }
        )


_OPTIONAL = ("styles", "groups")
_KEYS = (
    "format",
    "version",
    *(key for key in View.__dataclass_fields__ if key not in _OPTIONAL),
)


def read_view(path: Path) -> View:
    """Read a session file; see `View.from_json`.

    Raises
    ------
    InputError
        If it cannot be read, or contains no view.
    """
    return View.from_json(read_text(path, "a session file", most_bytes=_MOST_BYTES))


def write_view(path: Path, view: View) -> None:
    """Write a session file."""
    with atomic_path(path) as aside:
        aside.write_text(view.to_json(), encoding="utf-8", newline="")


def _check_keys(
    what: str, document: Mapping[str, object], allowed: set[str], needed: set[str]
) -> None:
    unknown, missing = sorted(set(document) - allowed), sorted(needed - set(document))
    if unknown:
        raise InputError(
            f"{what} contains '{clip(unknown[0], 40)}', which is not known: remove it, or upgrade "
            "embedviz."
        )
    if missing:
        raise InputError(f"{what} has no '{missing[0]}': save the session again.")


def _as_list(name: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise InputError(
            f"'{name}' contains {clip(repr(value), 40)} where a list is expected: correct it."
        )
    return value


def _check_number(name: str, number: int, most: int) -> None:
    if number > most:
        raise InputError(
            f"'{name}' contains {number:,} entries, and at most {most:,} are shown: remove some."
        )


def _check_styles(styles: Sequence[object], n_relations: int) -> None:
    if styles and len(styles) != n_relations:
        raise InputError(
            f"'styles' contains {len(styles):,} numbers for {n_relations:,} relations: give one "
            "for each, or none."
        )
    for style in styles:
        if type(style) is not int or not 0 <= style <= _LARGEST_STYLE:
            raise InputError(
                f"'styles' contains {clip(repr(style), 40)}, which must be a whole number between "
                f"0 and {_LARGEST_STYLE:,}: correct it."
            )


def _check_groups(groups: Sequence[GroupedWords]) -> None:
    _check_number("groups", len(groups), _MOST_GROUPS)
    _check_number("groups", sum(len(group.words) for group in groups), MOST_LISTED)
    names: set[str] = set()
    seen: set[str] = set()
    for group in groups:
        _check_text("groups", group.name)
        if group.name in names:
            raise InputError(
                f"The group '{clip(group.name, 60)}' occurs twice in the view: rename or remove "
                "one."
            )
        if not group.words:
            raise InputError(
                f"The group '{clip(group.name, 60)}' has 0 words: give some, or remove it."
            )
        names.add(group.name)
        for word in group.words:
            _check_text("groups", word, None)
            if word in seen:
                raise InputError(
                    f"The word '{clip(word, 60)}' occurs twice in the groups: remove one."
                )
            seen.add(word)


def _check_text(name: str, value: object, longest: int | None = _LONGEST_NAME) -> None:
    whole = isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if not isinstance(value, str) or not whole or not value:
        raise InputError(
            f"'{name}' contains {clip(ascii(value), 40)} where a text is expected: correct it."
        )
    if longest and len(value) > longest:
        raise InputError(
            f"'{name}' has {len(value):,} characters, and at most {longest:,} are read: shorten it."
        )


def _relation_document(relation: Relation) -> object:
    if relation.name in built_in_names() and relation == built_in(relation.name):
        return relation.name
    document: dict[str, object] = {
        "name": relation.name,
        "pairs": [list(pair) for pair in relation.pairs],
    }
    if relation.also_right:
        document["also_right"] = [list(words) for words in relation.also_right]
    return document


def _relation(document: object) -> Relation:
    if isinstance(document, str):
        return built_in(document)
    if not isinstance(document, dict):
        raise InputError(
            f"'relations' contains {clip(repr(document), 40)} instead of a name, or a name with "
            "pairs: correct it."
        )
    _check_keys("A relation", document, {"name", "pairs", "also_right"}, {"name", "pairs"})
    name = document["name"]
    _check_text("name", name)
    pairs: list[tuple[str, str]] = []
    for pair in _as_list("pairs", document["pairs"]):
        source, target = _words("pairs", pair, 2)
        pairs.append((source, target))
    further = [
        _words("also_right", words)
        for words in _as_list("also_right", document.get("also_right", []))
    ]
    return Relation(str(name), tuple(pairs), tuple(further))


def _group(document: object) -> GroupedWords:
    if not isinstance(document, dict):
        raise InputError(
            f"'groups' contains {clip(repr(document), 40)} instead of a name with words: correct "
            "it."
        )
    _check_keys("A group", document, {"name", "words"}, {"name", "words"})
    _check_text("name", document["name"])
    return GroupedWords(document["name"], _words("words", document["words"]))


def _words(name: str, value: object, number: int | None = None) -> tuple[str, ...]:
    words = _as_list(name, value)
    if number and len(words) != number:
        raise InputError(
            f"'{name}' contains {clip(repr(words), 40)} instead of {number} words: correct it."
        )
    for word in words:
        _check_text(name, word, None)
    return tuple(str(word) for word in words)
