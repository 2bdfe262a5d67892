"""The content of a plot: relations in a view, with their statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embedviz.errors import InputError
from embedviz.plotting.word_group import WordGroup
from embedviz.projection import Layout, fit_relation
from embedviz.relations import Relation, RelationReport, by_frequency, measure, offsets
from embedviz.vectors import WordVectors


@dataclass(frozen=True, eq=False)
class Panel:
    """Some relations in a view, with their statistics.

    Attributes
    ----------
    view : Layout
    relations : tuple of Relation
        All pairs that have vectors, the most frequent first.
    n_labelled : int
        Number of pairs of each relation, from the first, that are labelled.
    reports : tuple of RelationReport
        One per relation, over all its pairs.
    fidelity : tuple of float or None
        Share of the offsets' squared length that the view retains, over all pairs of a relation.
    n_words : int
        The most frequent words are dots behind the arrows.
    marked : tuple of str
        Words with a ring.
    draws_others : bool
        Whether pairs that are not labelled are drawn.
    groups : tuple of WordGroup
        Words with a colour and a mark of their group.
    """

    view: Layout
    relations: tuple[Relation, ...]
    n_labelled: int
    reports: tuple[RelationReport, ...]
    fidelity: tuple[float | None, ...]
    n_words: int = 0
    marked: tuple[str, ...] = ()
    draws_others: bool = True
    groups: tuple[WordGroup, ...] = ()


def panel(
    vectors: WordVectors,
    relations: Sequence[Relation],
    view: Layout,
    *,
    n_labelled: int,
    seed: int = 0,
) -> Panel:
    """Measure relations that have vectors, and sort their pairs by frequency.

    Raises
    ------
    InputError
        If no relation has a pair with vectors, or `n_labelled` is below 1.
    """
    known = [there for relation in relations if (there := relation.known_to(vectors))]
    if not known:
        raise InputError("No pair has two words with vectors: give other relations.")
    if n_labelled < 1:
        raise InputError(f"{n_labelled} pairs cannot be labelled: give at least 1.")
    ordered = tuple(by_frequency(vectors, relation) for relation in known)
    return Panel(
        view,
        ordered,
        n_labelled,
        # in the given order, on which the bootstrap's draws depend
        tuple(measure(vectors, relation, seed=seed) for relation in known),
        tuple(view.fidelity(offsets(vectors, relation)) for relation in ordered),
    )


def panels(
    vectors: WordVectors, relations: Sequence[Relation], *, n_labelled: int = 8, seed: int = 0
) -> tuple[Panel, ...]:
    """Return one panel for each relation, in the plane of its own direction, for `classic`.

    x is the mean offset of *all* pairs of the relation; y is the largest remaining variance of the
    labelled words.

    Raises
    ------
    InputError
        If a relation has no pair with vectors, or no direction.
    """
    made = []
    for relation in relations:
        known = relation.known_to(vectors)
        if known is None:
            raise InputError(
                f"No pair of {relation.name} has both words in the vocabulary of {len(vectors)} "
                "words: choose another relation, or a model trained on more text."
            )
        first = by_frequency(vectors, known).pairs[:n_labelled]
        words = Relation(relation.name, first).words
        view = fit_relation(vectors, [known], spread=words)
        made.append(panel(vectors, [known], view, n_labelled=n_labelled, seed=seed))
    return tuple(made)
