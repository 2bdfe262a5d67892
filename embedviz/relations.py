"""Relations (named lists of pairs), their offsets, and how consistent these are."""

from __future__ import annotations

import csv
import io
import itertools
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.facts import read_facts
from embedviz.reading import read_whole
from embedviz.vectors import WordVectors

logger = logging.getLogger(__name__)

_FEW = 7

# name → (fact table, source column, target column)
_BUILT_IN = {
    "male-female": ("gender", "male", "female"),
    "verb-past": ("verbs", "base", "past"),
    "country-capital": ("countries", "country", "capital"),
    "verb-ing": ("verbs", "base", "ing"),
    "verb-third": ("verbs", "base", "third"),
    "verb-participle": ("verbs", "base", "participle"),
    "country-nationality": ("countries", "country", "nationality"),
    "country-language": ("countries", "country", "language"),
    "country-currency": ("countries", "country", "currency"),
    "singular-plural": ("nouns", "singular", "plural"),
    "adjective-comparative": ("adjectives", "base", "comparative"),
    "adjective-superlative": ("adjectives", "base", "superlative"),
}

FAMILIES = ("male-female", "verb-past", "country-capital")
"""The three relations that the field's classic picture shows."""


@dataclass(frozen=True)
class Relation:
    """A named list of ordered pairs.

    Parameters
    ----------
    name : str
    pairs : tuple of (source, target)
        At least one; source and target differ.

    Examples
    --------
    >>> Relation("male-female", (("king", "queen"),)).pairs[0]
    ('king', 'queen')
    """

    name: str
    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse a list without pairs."""
        if not self.pairs:
            raise InputError(f"Relation '{self.name}' has 0 pairs: give at least one.")

    @property
    def words(self) -> tuple[str, ...]:
        """Every word once, in the order of the pairs."""
        return tuple(dict.fromkeys(word for pair in self.pairs for word in pair))

    def known_to(self, vectors: WordVectors) -> Relation | None:
        """Only the pairs whose two words have vectors, each once; None if there is no such pair.

        Pairs that the vectors' tokenizer folds together count as one.
        """
        found = {
            tuple(vectors.ids(pair)): pair
            for pair in reversed(self.pairs)
            if pair[0] in vectors and pair[1] in vectors
        }
        pairs = tuple(pair for ids, pair in reversed(found.items()) if ids[0] != ids[1])
        return Relation(self.name, pairs) if pairs else None

    def to_csv(self) -> str:
        """Return the pairs as CSV with the header ``source,target``."""
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(("source", "target"))
        writer.writerows(self.pairs)
        return table.getvalue()


def built_in_names() -> tuple[str, ...]:
    """Names of the built-in relations, the three families first."""
    return tuple(_BUILT_IN)


def built_in(name: str) -> Relation:
    """Return a built-in relation, from the fact tables in ``corpora/``.

    Examples
    --------
    >>> ("france", "paris") in built_in("country-capital").pairs
    True
    """
    if name not in _BUILT_IN:
        raise InputError(
            f"'{name}' is not a built-in relation: use one of {', '.join(_BUILT_IN)}, "
            "or give a CSV file with the header source,target."
        )
    table, source, target = _BUILT_IN[name]
    rows = ((row[source], row[target]) for row in read_facts(table))
    return Relation(name, tuple(dict.fromkeys(pair for pair in rows if pair[0] != pair[1])))


def read_pairs(path: Path) -> Relation:
    """Read a relation from CSV with the header ``source,target``.

    Lines that hold no pair are named by number in the log and left out.
    """
    text = read_whole(path, "a CSV file with the header source,target")
    rows = _csv_rows(path, text)
    header = [name.strip().lower() for name in (rows.pop(0)[1] if rows else [])]
    if "source" not in header or "target" not in header:
        raise InputError(
            f"{path}, line 1: expected the header source,target, found "
            f"'{','.join(header)[:60]}': add the header."
        )
    source, target = header.index("source"), header.index("target")
    pairs: dict[tuple[str, str], None] = {}
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        pair = (cells[source], cells[target]) if len(cells) > max(source, target) else ("", "")
        if all(pair) and pair[0] != pair[1]:
            pairs[pair] = None
        elif any(cells):
            logger.warning("%s, line %d: no pair of two different words; left out", path, line)
    if not pairs:
        raise InputError(f"{path} holds 0 pairs: give lines such as king,queen under the header.")
    return Relation(path.stem, tuple(pairs))


def _csv_rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num}: {error}; give one pair of words a line."
        ) from None


def find(name: str) -> Relation:
    """Return a built-in relation by name, or one read from a file: its name has .csv or a slash."""
    is_file = name.endswith(".csv") or "/" in name
    return read_pairs(Path(name)) if is_file and name not in _BUILT_IN else built_in(name)


@dataclass(frozen=True)
class RelationReport:
    """How far the offsets of a relation agree.

    Attributes
    ----------
    name : str
    n_pairs : int
        Pairs with vectors, on which everything below rests.
    skipped : tuple of (source, target)
        Pairs with a word that has no vector.
    consistency : float or None
        Mean pairwise cosine of the offsets (OCS), between -1 and 1. None below 2 pairs.
    p_value : float or None
        Share of random pairings of the same words that are at least as consistent, never 0:
        (1 + those) / (1 + shuffles). None below 3 pairs.
    hit_rate : float or None
        Share of pairs whose target is the word nearest to source + mean offset of the *other*
        pairs (the source left out), between 0 and 1. None below 2 pairs.
    """

    name: str
    n_pairs: int
    skipped: tuple[tuple[str, str], ...]
    consistency: float | None
    p_value: float | None
    hit_rate: float | None


def measure(
    vectors: WordVectors, relation: Relation, *, seed: int = 0, n_shuffles: int = 999
) -> RelationReport:
    """Measure how consistent the offsets of a relation are.

    Parameters
    ----------
    vectors : WordVectors
    relation : Relation
    seed : int
        Of the shuffles.
    n_shuffles : int
        Random pairings that the p-value rests on. Fewer than seven pairs have so few pairings
        that each is looked at once: p is then exact, and never below 1/6 for three pairs.
    """
    known = relation.known_to(vectors)
    pairs = known.pairs if known else ()
    skipped = tuple(
        pair for pair in relation.pairs if pair[0] not in vectors or pair[1] not in vectors
    )
    if len(pairs) < 2:
        return RelationReport(relation.name, len(pairs), skipped, None, None, None)
    sources = vectors.unit([source for source, _ in pairs])
    targets = vectors.unit([target for _, target in pairs])
    consistency = float(_consistency(targets - sources))
    p_value = None
    if len(pairs) >= 3:
        shuffled = _orders(len(pairs), n_shuffles, np.random.default_rng(seed))
        at_least = sum(
            int((_consistency(targets[order] - sources) >= consistency - 1e-9).sum())
            for order in np.array_split(shuffled, max(1, shuffled.size // 20_000))
        )
        p_value = (1 + at_least) / (1 + len(shuffled))
    hit_rate = _hit_rate(vectors, pairs, sources, targets - sources)
    return RelationReport(relation.name, len(pairs), skipped, consistency, p_value, hit_rate)


def _consistency(offsets: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean pairwise cosine of offsets (…, n_pairs, n_dims), over all but equal pairs."""
    norms = np.linalg.norm(offsets, axis=-1, keepdims=True)
    unit = offsets / np.maximum(norms, 1e-12)
    n = np.maximum((norms[..., 0] > 1e-6).sum(axis=-1), 2)  # a zero offset has no direction
    # the squared length of the sum holds every cosine twice, and n ones
    total = np.square(unit.sum(axis=-2, dtype=np.float64)).sum(axis=-1)
    return np.asarray((total - n) / (n * (n - 1)))


def _orders(n: int, n_draws: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Random orders of n, shape (n_orders, n); every other one than the given if they are few."""
    if n < _FEW:
        return np.array(list(itertools.permutations(range(n)))[1:], dtype=np.intp)
    return rng.permuted(np.tile(np.arange(n), (n_draws, 1)), axis=1)


def _hit_rate(
    vectors: WordVectors,
    pairs: tuple[tuple[str, str], ...],
    sources: NDArray[np.float32],
    offsets: NDArray[np.float32],
) -> float:
    n = len(pairs)
    others = (offsets.sum(axis=0) - offsets) / (n - 1)  # (n_pairs, n_dims)
    hits = 0
    for block in np.array_split(np.arange(n), max(1, n // 64)):
        cosines = (sources[block] + others[block]) @ vectors.unit_matrix.T  # (block, n_words)
        cosines[np.arange(len(block)), vectors.ids([pairs[i][0] for i in block])] = -np.inf
        hits += int((cosines.argmax(axis=1) == vectors.ids([pairs[i][1] for i in block])).sum())
    return hits / n
