"""Classes of numbers for a legend: a few steps, each with a label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_MOST_STEPS = 6
_QUANTILES = 5
_CROWDED = 0.7  # share of the numbers in one step, from which steps hold equally many
_FEWEST_FOR_QUANTILES = 10


@dataclass(frozen=True)
class ValueClass:
    """A step: its label, its place from 0 (lowest) to 1, and the positions of its numbers."""

    label: str
    place: float
    members: tuple[int, ...]


def classify_values(values: Sequence[float]) -> list[ValueClass]:
    """Sort numbers into steps of equal width, or with equally many if one would hold nearly all.

    The first and the last label have the lowest and the highest number.

    Examples
    --------
    >>> [(one.label, one.members) for one in classify_values([1.2, 3.4, 2.2, 4.8])]
    [('1.2 to 2', (0,)), ('2 to 3', (2,)), ('3 to 4', (1,)), ('4 to 4.8', (3,))]
    >>> [one.label for one in classify_values([7.0, 7.0])]
    ['7']
    """
    numbers = np.asarray(values, dtype=np.float64)
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return [ValueClass(_format(low), 1.0, tuple(range(len(numbers))))]
    inner = _round_edges(low, high)
    counts = np.bincount(np.searchsorted(inner, numbers, side="right"))
    if len(numbers) >= _FEWEST_FOR_QUANTILES and counts.max() > _CROWDED * len(numbers):
        shares = np.linspace(0, 1, _QUANTILES + 1)[1:-1]
        edges = np.unique(np.quantile(numbers, shares)).tolist()
        inner = [edge for edge in edges if low < edge <= high] or inner
    return _build(numbers, inner, [_format(edge) for edge in (low, *inner, high)])


def classify_ranks(ranks: Sequence[int]) -> list[ValueClass]:
    """Sort ranks into powers of ten; the most frequent words have the highest place, and are first.

    >>> [(one.label, one.place) for one in classify_ranks([3, 250, 14, 11])]
    [('1 to 10', 1.0), ('11 to 100', 0.5), ('101 to 1,000', 0.0)]
    """
    steps: dict[int, list[int]] = {}
    for position, rank in enumerate(ranks):
        steps.setdefault(len(str(rank - 1)) if rank > 1 else 1, []).append(position)
    last = max(len(steps) - 1, 1)
    return [
        ValueClass(f"{_first(step):,} to {10**step:,}", 1 - place / last, tuple(steps[step]))
        for place, step in enumerate(sorted(steps))
    ]


def _first(step: int) -> int:
    return 1 if step == 1 else 10 ** (step - 1) + 1


def _round_edges(low: float, high: float) -> list[float]:
    """Return round numbers between two numbers, as many as make a few steps."""
    least = (high - low) / _MOST_STEPS
    power = 10.0 ** math.floor(math.log10(least))
    width = next(one * power for one in (1, 2, 2.5, 5, 10) if one * power >= least * (1 - 1e-9))
    first, end = math.floor(low / width) + 1, math.ceil(high / width)
    return [step * width for step in range(first, end)]


def _build(
    numbers: np.ndarray[tuple[int], np.dtype[np.float64]],
    inner: Sequence[float],
    labels: Sequence[str],
) -> list[ValueClass]:
    """Return the steps that hold a number."""
    of = np.searchsorted(inner, numbers, side="right")  # an edge belongs to the step above
    return [
        ValueClass(
            f"{labels[step]} to {labels[step + 1]}",
            step / len(inner) if len(inner) else 1.0,
            tuple(np.flatnonzero(of == step).tolist()),
        )
        for step in np.unique(of).tolist()
    ]


def _format(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
