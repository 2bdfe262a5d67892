"""The words that a run follows: those of relations, and others."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from embedviz.errors import InputError
from embedviz.relations import FAMILIES, Relation, built_in
from embedviz.support import atomic_path, read_json, read_text

MOST_WATCHED = 2_000
"""Maximum number of words that a run follows, besides those of the three families."""

_FILE = "watched.json"
_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Watched:
    """What a run follows besides the three families.

    Parameters
    ----------
    relations : tuple of Relation
    words : tuple of str

    Raises
    ------
    InputError
        If there are more than 2,000 words.
    """

    relations: tuple[Relation, ...] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the number of words, as each is written at every moment."""
        n_words = len({*self.words, *(word for one in self.relations for word in one.words)})
        if n_words > MOST_WATCHED:
            raise InputError(
                f"{n_words:,} words to follow are more than {MOST_WATCHED:,}: give fewer."
            )

    @property
    def all_relations(self) -> tuple[Relation, ...]:
        """The three families, and then the others of other names."""
        own = [one for one in self.relations if one.name not in FAMILIES]
        return (*map(built_in, FAMILIES), *own)

    @property
    def all_words(self) -> frozenset[str]:
        """All words, those of the families among them."""
        return frozenset([*self.words, *(w for one in self.all_relations for w in one.words)])


def read_watched_words(path: Path) -> tuple[str, ...]:
    """Read a list of words, one per line.

    Raises
    ------
    InputError
        If it cannot be read as UTF-8.
    """
    lines = read_text(path, "a list of words", most_bytes=_MOST_BYTES).splitlines()
    return tuple(dict.fromkeys(word for line in lines if (word := line.strip())))


def write_watched(folder: Path, watched: Watched) -> None:
    """Write what a run follows to the folder of its snapshots."""
    relations = [{"name": one.name, "pairs": one.pairs} for one in watched.relations]
    document = {"relations": relations, "words": watched.words}
    with atomic_path(folder / _FILE) as aside:
        aside.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")


def read_watched(folder: Path) -> Watched:
    """Read what a run follows; only the families if there is no such file, or a damaged one."""
    with suppress(InputError, TypeError, KeyError, ValueError):
        document = read_json(folder / _FILE, "a run", most_bytes=_MOST_BYTES)
        relations = [
            Relation(str(one["name"]), tuple((str(a), str(b)) for a, b in one["pairs"]))
            for one in document["relations"]
        ]
        return Watched(tuple(relations), tuple(map(str, document["words"])))
    return Watched()
