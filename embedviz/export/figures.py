"""The statistics of relations as a report table, with explanations."""

from __future__ import annotations

from collections.abc import Sequence

from embedviz.export.tables import Statistics
from embedviz.reports import Cell, Column, Fact, Figure, Table
from embedviz.support import arrow_name, p_value, signed_points

_RELATION = Column("relation", "relation", is_number=False)

_COLUMNS = (
    Column("n_pairs", "pairs"),
    Column("consistency", "consistency"),
    Column("shuffled_consistency", "shuffled"),
    Column("p_value", "p"),
    Column("pairing_consistency", "PCS"),
    Column("hit_rate", "hits"),
    Column("mean_reciprocal_rank", "MRR"),
    Column("gain", "gain"),
    Column("plane_fidelity", "plane retains"),
    Column("verdict", "verdict", is_number=False),
)
_MEANINGS = (
    "pairs with vectors, on which all figures are based",
    "mean cosine between the pairs' offsets (OCS), with its 95 % interval; 1 if all arrows are "
    "parallel",
    "mean consistency of random pairings of the same words: what their classes have in common",
    "share of random pairings of the same words that are at least as consistent",
    "how well true pairs are separated from shuffled ones; 0.50 by chance, 1 at most",
    "pairs whose target is the word nearest to source + mean offset of the other pairs, with the "
    "95 % interval",
    "mean of 1 / the target's rank there",
    "hits minus those of the word nearest to the source alone, in points of 100, with the 95 % "
    "interval; lists of close words without a relation gain some too",
    "share of the offsets' squared length that lies in the picture's plane",
    "whether the pairing matters (p), the offset is common beyond the difference of the words' "
    "classes (consistency above shuffled), and it answers (gain above what closeness gains)",
)
MEANINGS = tuple(
    Fact(column.key, column.heading, meaning)
    for column, meaning in zip(_COLUMNS, _MEANINGS, strict=True)
)
"""Meaning of each figure."""


def figures_table(found: Sequence[Statistics], *, names_relations: bool = True) -> Table:
    """Return a table of statistics, one relation per row; – for too few pairs."""
    columns = (_RELATION, *_COLUMNS) if names_relations else _COLUMNS
    rows = tuple(
        ((arrow_name(one.relation),) if names_relations else ()) + _cells(one) for one in found
    )
    return Table("figures", "", columns, rows)


def _cells(one: Statistics) -> tuple[Cell, ...]:
    return (
        Figure(one.n_pairs),
        Figure(one.consistency, ".2f", _interval(one.consistency_low, one.consistency_high)),
        Figure(one.shuffled_consistency, ".2f"),
        p_value(one.p_value),
        Figure(one.pairing_consistency, ".2f"),
        _share(one.hit_rate, _interval(one.hit_rate_low, one.hit_rate_high)),
        Figure(one.mean_reciprocal_rank, ".2f"),
        "–"
        if one.gain is None
        else signed_points(one.gain, _interval(one.gain_low, one.gain_high)),
        _share(one.plane_fidelity),
        one.verdict,
    )


def _share(share: float | None, interval: tuple[float, float] | None = None) -> Figure:
    is_small = share is not None and 0 < share < 0.0995
    return Figure(share, ".1%" if is_small else ".0%", interval)


def _interval(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)
