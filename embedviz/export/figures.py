"""The statistics of relations as a report table, with explanations."""

from __future__ import annotations

from collections.abc import Sequence

from embedviz.export.tables import Statistics
from embedviz.reports import Cell, Column, Fact, Figure, Table
from embedviz.support import arrow_name, p_value

_RELATION = Column("relation", "relation", is_number=False)

_COLUMNS = (
    Column("n_pairs", "pairs"),
    Column("consistency", "consistency"),
    Column("p_value", "p"),
    Column("pairing_consistency", "PCS"),
    Column("hit_rate", "hits"),
    Column("mean_reciprocal_rank", "MRR"),
    Column("plane_fidelity", "plane retains"),
)
_MEANINGS = (
    "pairs with vectors, on which all figures are based",
    "mean cosine between the pairs' offsets (OCS), with its 95 % interval; 1 if all arrows are "
    "parallel",
    "share of random pairings of the same words that are at least as consistent",
    "how well true pairs are separated from shuffled ones; 0.50 by chance, 1 at most",
    "pairs whose target is the word nearest to source + mean offset of the other pairs, with the "
    "95 % interval",
    "mean of 1 / the target's rank there",
    "share of the offsets' squared length that lies in the picture's plane",
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
        p_value(one.p_value),
        Figure(one.pairing_consistency, ".2f"),
        _share(one.hit_rate, _interval(one.hit_rate_low, one.hit_rate_high)),
        Figure(one.mean_reciprocal_rank, ".2f"),
        _share(one.plane_fidelity),
    )


def _share(share: float | None, interval: tuple[float, float] | None = None) -> Figure:
    is_small = share is not None and 0 < share < 0.0995
    return Figure(share, ".1%" if is_small else ".0%", interval)


def _interval(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)
