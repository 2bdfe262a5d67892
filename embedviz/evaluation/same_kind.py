"""Whether points of one kind lie together: the share of the nearest that are of the same kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError

N_NEAREST = 5
"""Default number of nearest points."""


def same_kind_share(
    points: NDArray[np.floating], kinds: Sequence[str], *, n: int = N_NEAREST
) -> float:
    """Share of each point's n nearest points that are of its own kind, mean over the points.

    Of an exhaustive search; equal distances count in the order of the points.

    Parameters
    ----------
    points : ndarray, shape (n_points, n_dims)
        Places on a map, or unit vectors, whose nearest have the highest cosine.
    kinds : sequence of str
        One per point.
    n : int
        From 1 to n_points - 1.

    Returns
    -------
    float
        Between 0 and 1; `same_kind_by_chance` if the kinds are irrelevant.

    Raises
    ------
    InputError
        If there are too few points for so many nearest ones.

    Examples
    --------
    >>> line = np.array([[0.0], [0.1], [5.0], [5.2]])
    >>> same_kind_share(line, ["a", "a", "b", "b"], n=1)
    1.0
    """
    if not 1 <= n < len(points):
        raise InputError(
            f"The {n} nearest of {len(points)} points do not exist: give 1 to {len(points) - 1}."
        )
    of = np.unique(list(kinds), return_inverse=True)[1]
    squares = np.square(points, dtype=np.float64).sum(axis=1)
    hits = []
    for i, point in enumerate(points.astype(np.float64)):
        distances = squares - 2 * (points @ point)  # up to a constant
        distances[i] = np.inf
        hits.append((of[np.argsort(distances, kind="stable")[:n]] == of[i]).mean())
    return float(np.mean(hits))


def same_kind_by_chance(kinds: Sequence[str]) -> float:
    """Probability that two different points have the same kind: Σ nₖ(nₖ − 1) / n(n − 1).

    >>> round(same_kind_by_chance(["a", "a", "b", "b"]), 3)
    0.333
    """
    n = len(kinds)
    return sum(k * (k - 1) for k in Counter(kinds).values()) / (n * (n - 1))
