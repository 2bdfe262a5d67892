"""Directions of relations and their statistics."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import consistency
from embedviz.relations.closeness import measure_closeness_gain
from embedviz.relations.consistency import Interval
from embedviz.relations.excess import Excess, measure_excess
from embedviz.relations.pair_bootstrap import count_interval
from embedviz.relations.pair_files import as_csv, read_relations
from embedviz.relations.pairs import (
    FAMILIES,
    PHRASE_RELATIONS,
    Pair,
    Relation,
    SortedPairs,
    alphabetical,
    built_in,
    built_in_names,
    sort_pairs,
)
from embedviz.relations.relation_report import PairFit, RelationReport
from embedviz.vectors import WordVectors

__all__ = [
    "FAMILIES",
    "Direction",
    "Relation",
    "as_csv",
    "built_in",
    "built_in_names",
    "direction",
    "find_relation",
    "find_relations",
    "measure",
    "near_spellings",
    "offsets",
    "read_relations",
]

_COSINES_AT_ONCE = 1 << 22


def find_relations(name: str) -> tuple[Relation, ...]:
    """Return a built-in relation by name, or the relations of a file or folder."""
    if name not in (*built_in_names(), *PHRASE_RELATIONS) and (
        os.sep in name or name.lower().endswith(".csv") or os.path.exists(name)  # noqa: PTH110
    ):
        return read_relations(Path(name))
    return (built_in(name),)


def find_relation(name: str) -> Relation:
    """Return a built-in relation by name, or the only relation of a file."""
    found = find_relations(name)
    if len(found) > 1:
        raise InputError(f"{name} contains {len(found)} relations: give a file with one of them.")
    return found[0]


@dataclass(frozen=True, eq=False)
class Direction:
    """Direction of a relation, with its statistics.

    Attributes
    ----------
    vector : ndarray of float32, shape (n_dims,)
        The mean offset, of length 1.
    report : RelationReport
    """

    vector: NDArray[np.float32]
    report: RelationReport


def direction(
    vectors: WordVectors, relation: Relation, *, seed: int = 0, n_shuffles: int = 999
) -> Direction:
    """Find the direction of a relation, with its statistics; see `measure` for the parameters.

    Raises
    ------
    InputError
        If no pair has two words with vectors, or the offsets cancel out.

    Examples
    --------
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [0.6, 0.8, 0], [1, 0, 1], [0.6, 0.8, 1]], dtype=np.float32),
    ... )
    >>> found = direction(vectors, Relation("gender", (("man", "woman"), ("king", "queen"))))
    >>> found.vector.astype(float).round(2).tolist()
    [-0.45, 0.89, 0.0]
    >>> found.report.n_pairs, round(found.report.consistency, 3), found.report.p_value
    (2, 1.0, None)
    """
    sorted_pairs = sort_pairs(relation, vectors)
    known = sorted_pairs.known
    if known is None:
        raise InputError(
            f"No pair of {relation.name} has two words with vectors among {len(vectors)} words: "
            "give other pairs, or a model trained on more text."
        )
    mean = offsets(vectors, known).mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    if length < 1e-6:
        raise InputError(f"The offsets of {relation.name} cancel out: give other pairs.")
    report = _build_report(vectors, relation.name, sorted_pairs, seed, n_shuffles)
    return Direction((mean / length).astype(np.float32), report)


def offsets(vectors: WordVectors, relation: Relation) -> NDArray[np.float32]:
    """Target minus source of each pair, as unit vectors, shape (n_pairs, n_dims)."""
    sources, targets = zip(*relation.pairs, strict=True)
    return vectors.unit(targets) - vectors.unit(sources)


def measure(
    vectors: WordVectors,
    relation: Relation,
    *,
    seed: int = 0,
    n_shuffles: int = 999,
    with_pairing: bool = True,
    with_control: bool = True,
) -> RelationReport:
    """Measure how consistent the offsets of a relation are.

    Every figure is independent of the order in which the pairs are listed.

    Parameters
    ----------
    vectors : WordVectors
    relation : Relation
        Of several correct targets the first known one defines the offset, and any is a hit.
    seed : int
        Seed of the shuffles and bootstraps.
    n_shuffles : int
        Random pairings for the p-value. For fewer than seven pairs, all pairings
        are enumerated: p is then exact, and never below 1/6 for three pairs.
    with_pairing : bool
        Whether to measure the pairing consistency, which takes longer than all the rest.
    with_control : bool
        Whether to measure the excess over shuffled pairs, and what closeness alone gains in this
        model (about a second, once per model). Without them there is no verdict.
    """
    found = sort_pairs(relation, vectors)
    return _build_report(
        vectors,
        relation.name,
        found,
        seed,
        n_shuffles,
        with_pairing=with_pairing,
        with_control=with_control,
    )


def near_spellings(vectors: WordVectors, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Find words with spellings similar to missing ones; takes a third of a second per word."""
    return {word: vectors.vocabulary.near_spellings(word) for word in words}


def _build_report(
    vectors: WordVectors,
    name: str,
    found: SortedPairs,
    seed: int,
    n_shuffles: int,
    *,
    with_pairing: bool = True,
    with_control: bool = True,
) -> RelationReport:
    known = alphabetical(found.known) if found.known else None
    n = len(known.pairs) if known else 0
    fits, are_nearest = _leave_one_out(vectors, known) if known else ((), ())
    figures = _Figures()
    if known is not None and n > 1:
        figures = _figures(
            vectors,
            known,
            seed,
            n_shuffles,
            with_pairing=with_pairing,
            with_excess=with_control,
        )
    ranks = [fit.rank for fit in fits if fit.rank is not None]
    n_hits = sum(rank == 1 for rank in ranks)
    # without any rank there are fewer than two pairs
    hits = [(fit.rank == 1) - alone for fit, alone in zip(fits, are_nearest, strict=False)]
    has_control = with_control and n >= consistency.FEWEST_FOR_INTERVAL
    return RelationReport(
        name,
        n,
        found.skipped,
        figures.consistency,
        figures.p_value,
        n_hits / n if ranks else None,
        figures.pairing_consistency,
        sum(1 / rank for rank in ranks) / n if ranks else None,
        figures.consistency_interval,
        consistency.share_interval(n_hits, n) if ranks else None,
        _as_listed(fits, found.known.pairs) if found.known else (),
        found.repeated,
        found.missing,
        bool(found.folded),
        figures.shuffled_consistency,
        found.folded,
        figures.excess.excess if figures.excess else None,
        figures.excess.interval if figures.excess else None,
        sum(are_nearest) / n if ranks else None,
        sum(hits) / n if ranks else None,
        count_interval(hits.count(1), hits.count(-1), n, seed=seed) if ranks else None,
        measure_closeness_gain(vectors) if has_control else None,
    )


def _as_listed(fits: Sequence[PairFit], pairs: Sequence[Pair]) -> tuple[PairFit, ...]:
    of_pair = {(fit.source, fit.target): fit for fit in fits}
    return tuple(of_pair[pair] for pair in pairs)


@dataclass(frozen=True)
class _Figures:
    """Statistics of the offsets alone, without the rest of the vocabulary."""

    consistency: float | None = None
    p_value: float | None = None
    pairing_consistency: float | None = None
    consistency_interval: Interval | None = None
    shuffled_consistency: float | None = None
    excess: Excess | None = None


def _figures(
    vectors: WordVectors,
    known: Relation,
    seed: int,
    n_shuffles: int,
    *,
    with_pairing: bool,
    with_excess: bool,
) -> _Figures:
    sources = vectors.unit([source for source, _ in known.pairs]).astype(np.float64)
    targets = vectors.unit([target for _, target in known.pairs]).astype(np.float64)
    found = float(consistency.mean_pairwise_cosine(targets - sources))
    return _Figures(
        None if np.isnan(found) else found,
        consistency.permutation_p(sources, targets, n_shuffles=n_shuffles, seed=seed),
        consistency.pairing_consistency(sources, targets, seed=seed) if with_pairing else None,
        consistency.consistency_interval(targets - sources, seed=seed),
        consistency.shuffled_consistency(sources, targets, seed=seed),
        measure_excess(sources, targets, known.pairs, seed=seed) if with_excess else None,
    )


def _leave_one_out(
    vectors: WordVectors, known: Relation
) -> tuple[tuple[PairFit, ...], tuple[bool, ...]]:
    """Rank each pair's target by its source and the mean offset of the other pairs.

    Also return whether the word nearest to the source alone is a target.
    """
    n = len(known.pairs)
    if n < 2:
        alone = (PairFit(source, target, None, None, None) for source, target in known.pairs)
        return tuple(alone), ()
    source_ids = np.array(vectors.ids([source for source, _ in known.pairs]))
    right_ids = [vectors.ids(targets) for targets in known.targets]
    sources, moves = vectors.unit_rows(source_ids), offsets(vectors, known)
    others = (moves.sum(axis=0) - moves) / (n - 1)  # (n_pairs, n_dims)
    lengths = np.linalg.norm(moves, axis=1) * np.linalg.norm(others, axis=1)
    fits: list[PairFit] = []
    are_nearest: list[bool] = []
    for block in np.array_split(np.arange(n), 1 + n * len(vectors) // _COSINES_AT_ONCE):
        # cosines times the length of each row's query, (block, n_words)
        cosines = vectors.cosines(sources[block] + others[block])
        cosines[np.arange(len(block)), source_ids[block]] = -np.inf
        for i, row in zip(block, cosines, strict=True):
            best = max(right_ids[i], key=lambda id_: (row[id_], -id_))
            # ties in order of frequency, as among neighbours
            ahead = int((row > row[best]).sum()) + int((row[:best] == row[best]).sum())
            fit = float(moves[i] @ others[i] / lengths[i]) if lengths[i] > 1e-12 else None
            nearest = vectors.words[int(row.argmax())]
            source, target = known.pairs[i]
            fits.append(PairFit(source, target, fit, 1 + ahead, nearest))
        cosines = vectors.cosines(sources[block])
        cosines[np.arange(len(block)), source_ids[block]] = -np.inf
        first = cosines.argmax(axis=1).tolist()
        are_nearest += [id_ in right_ids[i] for i, id_ in zip(block, first, strict=True)]
    return tuple(fits), tuple(are_nearest)
