"""Relations: named lists of pairs, built-in ones, and the pairs that have vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedviz.corpora import read_facts, read_phrase_pairs
from embedviz.errors import InputError
from embedviz.support import repr_html
from embedviz.vectors import WordVectors

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
    "comparative-superlative": ("adjectives", "comparative", "superlative"),
}

FAMILIES = ("male-female", "verb-past", "country-capital")
"""The three relations of the classic picture of word analogies."""

PHRASE_RELATIONS = (
    "phrase-present-past",
    "phrase-singular-plural",
    "phrase-man-woman",
    "phrase-statement-question",
    "phrase-affirmative-negative",
    "phrase-subject-object",
)
"""The built-in relations between phrases, for vectors whose words are phrases.

In the last one both sides have the same words: a mean of word vectors has no offset there, and
its hits mean nothing.
"""

Pair = tuple[str, str]
"""Source and target."""


@dataclass(frozen=True)
class Relation:
    """A named list of ordered pairs.

    Parameters
    ----------
    name : str
    pairs : tuple of (source, target)
        At least one; source and target differ.
    also_right : tuple of tuple of str
        Further correct targets of each pair, in the order of the pairs; empty if there are none.

    Raises
    ------
    InputError
        If there is no pair, or the further targets do not fit the pairs.

    Examples
    --------
    >>> Relation("male-female", (("king", "queen"),)).pairs[0]
    ('king', 'queen')
    """

    name: str
    pairs: tuple[Pair, ...]
    also_right: tuple[tuple[str, ...], ...] = ()

    _repr_html_ = repr_html

    def __post_init__(self) -> None:
        """Check that there are pairs, and that further targets match them."""
        if not self.pairs:
            raise InputError(f"Relation '{self.name}' has 0 pairs: give at least one.")
        if self.also_right and len(self.also_right) != len(self.pairs):
            raise InputError(
                f"Relation '{self.name}' has {len(self.pairs)} pairs, but further targets for "
                f"{len(self.also_right)}: give one entry per pair, or none."
            )

    @property
    def words(self) -> tuple[str, ...]:
        """All distinct words of the pairs, in order."""
        return tuple(dict.fromkeys(word for pair in self.pairs for word in pair))

    @property
    def targets(self) -> tuple[tuple[str, ...], ...]:
        """All correct targets of each pair, that of the pair first."""
        further = self.also_right or ((),) * len(self.pairs)
        return tuple((pair[1], *more) for pair, more in zip(self.pairs, further, strict=True))

    def known_to(self, vectors: WordVectors) -> Relation | None:
        """Return the distinct pairs whose words both have vectors; None if there are none.

        Pairs that the vectors' tokenizer folds to the same words count once. See also `sort_pairs`.
        """
        return sort_pairs(self, vectors).known


def by_frequency(vectors: WordVectors, relation: Relation) -> Relation:
    """Sort pairs by the rank of their rarer word, which is independent of how well they fit.

    Every word must have a vector. Of several correct targets only the first is kept.
    """
    rarer = {pair: max(vectors.ids(pair)) for pair in relation.pairs}
    return Relation(relation.name, tuple(sorted(relation.pairs, key=rarer.__getitem__)))


def shuffle_pairs(relation: Relation, seed: int = 0) -> Relation:
    """Pair the sources with targets of other pairs, at random: the control of a picture.

    The pairs change places in one random cycle, so that no pair with others remains as it was.

    Examples
    --------
    >>> shuffle_pairs(Relation("mine", (("a", "A"), ("b", "B"), ("c", "C"))), seed=1).pairs
    (('a', 'C'), ('b', 'A'), ('c', 'B'))
    """
    order = np.random.default_rng(seed).permutation(len(relation.pairs))
    target = dict(zip(order.tolist(), np.roll(order, 1).tolist(), strict=True))
    pairs = relation.pairs
    return Relation(
        relation.name, tuple((pairs[i][0], pairs[target[i]][1]) for i in range(len(pairs)))
    )


def alphabetical(relation: Relation) -> Relation:
    """Sort pairs alphabetically, each with its further targets.

    Statistics are computed in this order: shuffles, bootstrap weights and rounding depend on the
    order of the pairs, and alphabetical order is the same for a file, a table and a page.

    Examples
    --------
    >>> alphabetical(Relation("x", (("b", "c"), ("a", "d")))).pairs
    (('a', 'd'), ('b', 'c'))
    """
    order = sorted(range(len(relation.pairs)), key=relation.pairs.__getitem__)
    return Relation(
        relation.name,
        tuple(relation.pairs[i] for i in order),
        tuple(relation.also_right[i] for i in order) if relation.also_right else (),
    )


@dataclass(frozen=True)
class SortedPairs:
    """A relation's pairs, classified for some vectors as known, skipped or repeated.

    Attributes
    ----------
    known : Relation or None
        The measurable pairs, spelt as in the vocabulary. A pair with several
        correct targets has the first known one.
    skipped : tuple of (source, target)
        Pairs with a word that has no vector, or a zero vector.
    repeated : tuple of (source, target)
        Pairs that, once folded, are identical words or duplicates.
    missing : tuple of str
        Words without vectors, because of which pairs were skipped.
    folded : tuple of (word, word)
        Words found only in another case, and their form in the vocabulary.
    """

    known: Relation | None
    skipped: tuple[Pair, ...]
    repeated: tuple[Pair, ...]
    missing: tuple[str, ...]
    folded: tuple[tuple[str, str], ...]


def sort_pairs(relation: Relation, vectors: WordVectors) -> SortedPairs:
    """Determine which pairs of a relation have vectors.

    A word is looked up as written or folded by the vectors' tokenizer, else in its most frequent
    form in another case. A zero vector has no direction and counts as none.
    """
    words = {source for source, _ in relation.pairs}.union(*relation.targets)
    found = _look_up(words, vectors)
    known: dict[tuple[int, int], tuple[str, ...]] = {}
    skipped: list[Pair] = []
    repeated: list[Pair] = []
    missing: list[str] = []
    for pair, targets in zip(relation.pairs, relation.targets, strict=True):
        there = [found[target] for target in targets if target in found]
        if pair[0] not in found or not there:
            skipped.append(pair)
            missing += [word for word in (pair[0], *targets) if word not in found]
            continue
        source = found[pair[0]]
        right: dict[int, str] = {}
        for word in there:
            if word.id != source.id:  # the source itself is never an answer
                right.setdefault(word.id, word.spelling)
        key = (source.id, next(iter(right), source.id))
        if not right or key in known:
            repeated.append(pair)
        else:
            known[key] = (source.spelling, *right.values())
    pairs = tuple((source, target) for source, target, *_ in known.values())
    further = tuple(tuple(more) for _, _, *more in known.values())
    return SortedPairs(
        Relation(relation.name, pairs, further if any(further) else ()) if pairs else None,
        tuple(skipped),
        tuple(repeated),
        tuple(dict.fromkeys(missing)),
        tuple(
            (word, found[word].spelling)
            for word in dict.fromkeys(word for pair in relation.pairs for word in pair)
            if word in found and found[word].is_folded
        ),
    )


@dataclass(frozen=True)
class _KnownWord:
    """A word's id, and its spelling in the vocabulary."""

    id: int
    spelling: str
    is_folded: bool


def _look_up(words: set[str], vectors: WordVectors) -> dict[str, _KnownWord]:
    """Look up the words that have a non-zero vector."""
    spellings = {word: word for word in words if word in vectors}
    for word in words - spellings.keys():
        if (id_ := vectors.find(word)) is not None:
            spellings[word] = vectors.words[id_]
    if not spellings:
        return {}
    lengths = np.linalg.norm(vectors.unit(list(spellings.values())), axis=1)
    return {
        word: _KnownWord(vectors.id(as_known), as_known, word != as_known)
        for (word, as_known), length in zip(spellings.items(), lengths, strict=True)
        if length > 0.5
    }


def built_in_names() -> tuple[str, ...]:
    """List the names of the built-in relations between words, the three families first.

    Those between phrases are `PHRASE_RELATIONS`.
    """
    return tuple(_BUILT_IN)


def phrase_relations() -> tuple[Relation, ...]:
    """Return the built-in relations between phrases.

    Examples
    --------
    >>> phrase_relations()[0].pairs[0]
    ('he goes home', 'he went home')
    """
    return tuple(built_in(name) for name in PHRASE_RELATIONS)


def built_in(name: str) -> Relation:
    """Return a built-in relation between words or phrases from the tables in ``corpora/``.

    Examples
    --------
    >>> ("france", "paris") in built_in("country-capital").pairs
    True
    """
    if name in PHRASE_RELATIONS:
        return Relation(name, read_phrase_pairs(name))
    if name not in _BUILT_IN:
        offered = PHRASE_RELATIONS if name.startswith("phrase") else built_in_names()
        raise InputError(
            f"'{name}' is not a built-in relation: use one of {', '.join(offered)}, "
            "or give a file or folder of pairs, such as a CSV with the header source,target."
        )
    table, source, target = _BUILT_IN[name]
    rows = ((row[source], row[target]) for row in read_facts(table))
    return Relation(name, tuple(dict.fromkeys(pair for pair in rows if pair[0] != pair[1])))
