"""Placement of labels next to their marks without overlaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_N_ANGLES = 24
_N_RINGS = 12
_SWEEPS = 4
_TURNED, _CROSSING = 0.6, 0.35  # cost of facing away and of a point beneath, in label heights


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels to place, the most important first; lengths in any one unit, y upwards.

    Attributes
    ----------
    sizes : ndarray, shape (n_labels, 2)
        Width and height.
    anchors : ndarray, shape (n_labels, 2)
        Their marks.
    facing : ndarray, shape (n_labels, 2)
        Unit vectors: preferred side of each label.
    """

    sizes: Floats
    anchors: Floats
    facing: Floats


def place(
    labels: Labels,
    *,
    marks: Floats,
    radius: float,
    beneath: Floats,
    bounds: Floats,
    reach: float = 4.0,
) -> Floats:
    """Find a place for each label.

    A label lies within the bounds and overlaps no mark or other label; among such places it takes
    the one near its mark, on its best side, over few points. Each is placed in turn among the
    previous ones, and then repositioned among all others a few times.

    Parameters
    ----------
    labels : Labels
    marks : ndarray, shape (n_marks, 2)
        Round marks that no label may touch.
    radius : float
        Radius of the marks.
    beneath : ndarray, shape (n_points, 2)
        Points to avoid, such as those along arrows.
    bounds : ndarray, shape (2, 2)
        Lower left and upper right corner.
    reach : float
        Greatest distance between a mark and its label, in label heights.

    Returns
    -------
    ndarray, shape (n_labels, 2)
        Centres; NaN for a label without space.

    Examples
    --------
    >>> two = np.array([[4.0, 1.0], [4.0, 1.0]])
    >>> marks = np.array([[0.0, 0.0], [0.5, 0.0]])
    >>> labels = Labels(two, marks, np.array([[1.0, 0.0], [1.0, 0.0]]))
    >>> room = np.array([[-9.0, -9.0], [9.0, 9.0]])
    >>> found = place(labels, marks=marks, radius=0.2, beneath=np.empty((0, 2)), bounds=room)
    >>> bool((np.abs(found[0] - found[1]) >= two[0] - 1e-9).any())
    True
    """
    centres = np.full((len(labels.sizes), 2), np.nan)
    for _ in range(_SWEEPS):
        before = centres.copy()
        for i in range(len(centres)):
            centres[i] = np.nan
            centres[i] = _best(labels, i, centres, marks, radius, beneath, bounds, reach)
        if np.array_equal(before, centres, equal_nan=True):
            break
    return centres


def _best(
    labels: Labels,
    i: int,
    centres: Floats,
    marks: Floats,
    radius: float,
    beneath: Floats,
    bounds: Floats,
    reach: float,
) -> Floats:
    """Return the cheapest free place for one label, or NaN."""
    half = labels.sizes[i] / 2
    places, costs = _candidates(labels, i, radius, reach)
    free = ((places - half >= bounds[0]) & (places + half <= bounds[1])).all(axis=1)
    placed = ~np.isnan(centres[:, 0])
    # minimum horizontal or vertical distance of centres, (n_candidates, n_others, 2)
    gaps = np.abs(places[:, np.newaxis] - centres[placed]) - (half + labels.sizes[placed] / 2)
    free &= (gaps >= 0).any(axis=2).all(axis=1)
    beyond = np.maximum(np.abs(places[:, np.newaxis] - marks) - half, 0)
    free &= (np.hypot(beyond[..., 0], beyond[..., 1]) >= radius).all(axis=1)
    if not free.any():
        return np.full(2, np.nan)
    covered = (np.abs(places[:, np.newaxis] - beneath) < half).all(axis=2).sum(axis=1)
    costs = np.where(free, costs + _CROSSING * covered, np.inf)
    best: Floats = places[costs.argmin()]
    return best


def _candidates(labels: Labels, i: int, radius: float, reach: float) -> tuple[Floats, Floats]:
    """Return places in rings around a label's mark and their costs, in label heights."""
    height = labels.sizes[i, 1]
    angles = np.arange(_N_ANGLES) * (2 * np.pi / _N_ANGLES)
    towards = np.column_stack([np.cos(angles), np.sin(angles)])
    towards[np.abs(towards) < 1e-9] = 0
    gaps = radius * 1.15 + height * np.linspace(0, 1, _N_RINGS) ** 1.5 * reach
    # the box touches a circle around the mark with its nearest side or corner
    half = labels.sizes[i] / 2
    sides = np.sign(towards) * half * np.minimum(1, np.abs(towards) / 0.5)
    places = labels.anchors[i] + gaps[:, np.newaxis, np.newaxis] * towards + sides
    costs = (gaps[:, np.newaxis] - gaps[0]) / height + _TURNED * (1 - towards @ labels.facing[i])
    return places.reshape(-1, 2), costs.ravel()
