"""Units that are on along a span of a text, and where else they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import share_interval
from embedviz.states.recorded import RecordedStates

_N_RANDOM = 20


@dataclass(frozen=True)
class UnitPattern:
    """Units that are on throughout a span of a text.

    A unit is on where the size of its value is at least the threshold, with the same sign.

    Attributes
    ----------
    units : tuple of int
    signs : tuple of int
        1 or -1 for each unit.
    threshold : float
    length : int
        Words of the span.
    """

    units: tuple[int, ...]
    signs: tuple[int, ...]
    threshold: float
    length: int


@dataclass(frozen=True)
class Place:
    """A span of texts where units of a pattern are on.

    Attributes
    ----------
    start : int
        Place of its first word among all texts' words.
    n_on : int
        Units of the pattern that are on throughout.
    """

    start: int
    n_on: int


@dataclass(frozen=True)
class ColumnCount:
    """How often a value of a column of metadata stands at the places found.

    Attributes
    ----------
    value : str
    n_found : int
        Words of the places with this value.
    share : float
        Of the words of the places, 0 to 1.
    interval : (float, float) or None
        95 % interval of the share (Wilson's); None of fewer than 8 words.
    expected : float
        Share among all words of the texts.
    by_random : float
        Mean share at the places of random sets of as many units, each with the sign that it has
        at a random word: what any units find.
    """

    value: str
    n_found: int
    share: float
    interval: tuple[float, float] | None
    expected: float
    by_random: float


def find_pattern(
    states: NDArray[np.floating], begin: int, end: int, threshold: float, *, only_there: bool
) -> UnitPattern:
    """Find the units that are on throughout a span.

    Source of the selection: Strobelt et al. (2018), *LSTMVis*.

    Parameters
    ----------
    states : ndarray, shape (n_words, n_units)
    begin, end : int
        The first word of the span, and the one after its last.
    threshold : float
        Above 0.
    only_there : bool
        Leave out units that are still on at the words just before and after the span.

    Raises
    ------
    InputError
        If no unit is.

    Examples
    --------
    >>> states = np.array([[0.1, 0.9], [0.8, 0.9], [0.0, 0.9]])
    >>> find_pattern(states, 1, 2, 0.5, only_there=True).units
    (0,)
    """
    signs = np.sign(states[begin])
    is_on = (states[begin:end] * signs >= threshold).all(axis=0)
    if only_there:
        for step in (begin - 1, end):
            if 0 <= step < len(states):
                is_on &= ~(states[step] * signs >= threshold)
    units = np.flatnonzero(is_on)
    if not len(units):
        raise InputError(
            f"No unit is beyond {threshold:g} throughout these words"
            + (" and only there" if only_there else "")
            + ": choose fewer words or a lower threshold."
        )
    return UnitPattern(
        tuple(units.tolist()), tuple(signs[units].astype(int).tolist()), threshold, end - begin
    )


def find_places(recorded: RecordedStates, pattern: UnitPattern, n: int = 30) -> list[Place]:
    """Find the spans of the pattern's length where most of its units are on, none overlapping.

    Equal numbers are ranked by the mean value of the units. Spans do not cross texts.

    Parameters
    ----------
    recorded : RecordedStates
    pattern : UnitPattern
    n : int
        Maximum number of places; none has fewer than one unit on.
    """
    values = recorded.states[:, list(pattern.units)] * np.array(pattern.signs, dtype=np.float32)
    return _best_places(recorded, values, pattern.threshold, pattern.length, n)


def _best_places(
    recorded: RecordedStates,
    values: NDArray[np.float32],
    threshold: float,
    length: int,
    n: int,
) -> list[Place]:
    n_windows = len(values) - length + 1
    if n_windows < 1:
        return []
    least = values[:n_windows].copy()
    for step in range(1, length):
        np.minimum(least, values[step : step + n_windows], out=least)
    n_on = (least >= threshold).sum(axis=1)
    for start in recorded.text.starts[1:]:  # windows that reach into the next text
        n_on[max(0, start - length + 1) : start] = 0
    # the mean only breaks ties
    order = np.lexsort((-least.mean(axis=1), -n_on))
    taken = np.zeros(len(values), dtype=np.bool_)
    found: list[Place] = []
    for start in order.tolist():
        if len(found) == n or n_on[start] < 1:
            break
        if not taken[start : start + length].any():
            taken[start : start + length] = True
            found.append(Place(start, int(n_on[start])))
    return found


def count_values(
    recorded: RecordedStates,
    pattern: UnitPattern,
    places: Sequence[Place],
    values: Sequence[str],
    *,
    n_values: int = 12,
    seed: int = 0,
) -> list[ColumnCount]:
    """Count the values of a column of metadata at places, beside all words and random units.

    Parameters
    ----------
    recorded : RecordedStates
    pattern : UnitPattern
    places : sequence of Place
        From `find_places`; at least one.
    values : sequence of str
        Of each word of the texts.
    n_values : int
        Most frequent values that are counted.
    seed : int
        Of the random sets of units.
    """
    found = _count(places, pattern.length, values)
    total = found.total()
    everywhere = Counter(values)
    by_random: Counter[str] = Counter()
    rng = np.random.default_rng(seed)
    n_units = recorded.states.shape[1]
    for _ in range(_N_RANDOM):
        units = rng.choice(n_units, len(pattern.units), replace=False)
        at = rng.integers(len(recorded.states), size=len(units))
        signs = np.where(recorded.states[at, units] < 0, -1, 1).astype(np.float32)
        random_places = _best_places(
            recorded,
            recorded.states[:, units] * signs,
            pattern.threshold,
            pattern.length,
            len(places),
        )
        by_random += _count(random_places, pattern.length, values)
    n_random = max(1, by_random.total())
    counts = []
    for value, n in found.most_common(n_values):
        counts.append(
            ColumnCount(
                value,
                n,
                n / total,
                share_interval(n, total),
                everywhere[value] / len(values),
                by_random[value] / n_random,
            )
        )
    return counts


def _count(places: Sequence[Place], length: int, values: Sequence[str]) -> Counter[str]:
    return Counter(
        values[step] for place in places for step in range(place.start, place.start + length)
    )
