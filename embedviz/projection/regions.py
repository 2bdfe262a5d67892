"""Names for the areas of a map: words that tell an area from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.vectors import WordVectors

N_SPLITS = (3, 5, 6)
"""Areas are halved this often, at each level: 8, 32 and 64 areas."""

_MOST_FREQUENT, _FEWEST_LETTERS = 150, 3  # ranks of function words; letters of a name
_MOST_WORDS = 10_000
_FEWEST_IN_AREA = 8
_RARITY = 0.02  # of the cosine, per tenfold rank: of two words that fit alike, the better known


@dataclass(frozen=True)
class Region:
    """An area of a map with its name.

    Attributes
    ----------
    word : str
    x, y : float
        Middle of its words.
    level : int
        0 for the largest areas.
    """

    word: str
    x: float
    y: float
    level: int


@dataclass(frozen=True)
class RegionNames:
    """Named areas, and how well names predict their words in the full space.

    Attributes
    ----------
    regions : tuple of Region
    predicted : tuple of float
        For each level, the share of words for which the name of their own area is the nearest of
        all names, in the full space and after subtracting the mean; names themselves do not count.
    by_chance : tuple of float
        The same with the names in another order: 1 over the number of areas, if these do not
        differ in size.
    """

    regions: tuple[Region, ...] = ()
    predicted: tuple[float, ...] = ()
    by_chance: tuple[float, ...] = ()


def name_regions(
    vectors: WordVectors, ids: NDArray[np.intp], places: NDArray[np.floating]
) -> RegionNames:
    """Name the areas of a map.

    The map is halved along the longer side, at the median, again and again. The name of an area is
    the content word whose cosine with the mean of its words exceeds most that with the mean of any
    other area; no two areas of a level have the same.

    Parameters
    ----------
    vectors : WordVectors
    ids : ndarray of int, shape (n,)
        Words of the map, the most frequent first; the first 10,000 are used.
    places : ndarray, shape (n, 2)
    """
    ids, places = ids[:_MOST_WORDS], places[:_MOST_WORDS, :2]
    rows = vectors.unit_rows(ids)
    if not len(rows):
        return RegionNames()
    rows -= rows.mean(axis=0)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    words = [vectors.words[id_] for id_ in ids]
    may_name = np.array(
        [
            id_ >= _MOST_FREQUENT and word.isalpha() and len(word) >= _FEWEST_LETTERS
            for id_, word in zip(ids, words, strict=True)
        ]
    )
    found: list[Region] = []
    predicted, by_chance = [], []
    for level, n_splits in enumerate(N_SPLITS):
        areas = _halve(places, np.arange(len(ids)), n_splits)
        named = _name(rows, ids, may_name, areas)
        if len(named) < 2:
            break
        for name, area in named:
            x, y = np.median(places[area], axis=0)
            found.append(Region(words[name], float(x), float(y), level))
        true, other = _predict(rows, named)
        predicted.append(true)
        by_chance.append(other)
    return RegionNames(tuple(found), tuple(predicted), tuple(by_chance))


def _halve(
    places: NDArray[np.floating], members: NDArray[np.intp], n_splits: int
) -> list[NDArray[np.intp]]:
    if n_splits == 0 or len(members) < 2 * _FEWEST_IN_AREA:
        return [members]
    spread = np.ptp(np.quantile(places[members], (0.02, 0.98), axis=0), axis=0)
    along = places[members, int(spread.argmax())]
    order = members[np.argsort(along, kind="stable")]
    middle = len(order) // 2
    halves = (order[:middle], order[middle:])
    return [area for half in halves for area in _halve(places, half, n_splits - 1)]


def _name(
    rows: NDArray[np.float32],
    ids: NDArray[np.intp],
    may_name: NDArray[np.bool_],
    areas: Sequence[NDArray[np.intp]],
) -> list[tuple[int, NDArray[np.intp]]]:
    """Return the word and the words of each area; an area without a content word has no name."""
    means = np.stack([rows[area].mean(axis=0) for area in areas])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    cosines = rows @ means.T  # (n_words, n_areas)
    best_two = np.sort(cosines, axis=1)[:, -2:] if len(areas) > 1 else np.zeros((len(rows), 2))
    named: list[tuple[int, NDArray[np.intp]]] = []
    for number, area in enumerate(areas):
        candidates = area[may_name[area]]
        if not len(candidates):
            continue
        own = cosines[candidates, number]
        is_best = own >= best_two[candidates, 1]
        rival = np.where(is_best, best_two[candidates, 0], best_two[candidates, 1])
        score = own + (own - rival) - _RARITY * np.log10(ids[candidates] + 1)
        named.append((int(candidates[score.argmax()]), area))
    return named


def _predict(
    rows: NDArray[np.float32], named: Sequence[tuple[int, NDArray[np.intp]]]
) -> tuple[float, float]:
    """Share of words whose nearest name is that of their area, and with names moved on by one."""
    names = np.array([name for name, _ in named])
    members = np.concatenate([area for _, area in named])
    own = np.repeat(np.arange(len(named)), [len(area) for _, area in named])
    others = ~np.isin(members, names)
    nearest = (rows[members[others]] @ rows[names].T).argmax(axis=1)
    true = float((nearest == own[others]).mean()) if others.any() else 0.0
    moved = [
        float((nearest == (own[others] + step) % len(named)).mean())
        for step in range(1, len(named))
        if others.any()
    ]
    return true, float(np.mean(moved)) if moved else 0.0
