"""Splitting of pairs into training and held-out ones, so that neither side leaks."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError

_CHUNK = 1 << 16


def hold_out(
    pairs: Iterable[tuple[Hashable, Hashable]], share: float, *, most: int, seed: int = 0
) -> NDArray[np.bool_]:
    """Choose pairs to hold out; whatever shares a side with one of them is held out as well.

    Pairs that share a source or a target, directly or through others, form a group, and groups are
    held out whole. Memory holds 40 bytes a pair, not the texts.

    Parameters
    ----------
    pairs : iterable of (source, target)
        In the form that the model sees, such as tuples of ids.
    share : float
        Of the pairs, 0 to 1; fewer are held out if the groups do not fit.
    most : int
        Maximum number of pairs held out.
    seed : int

    Returns
    -------
    ndarray of bool, shape (n_pairs,)

    Raises
    ------
    InputError
        If the share is not between 0 and 1.

    Examples
    --------
    >>> pairs = [("hello", "bonjour"), ("hi", "bonjour"), ("hi", "salut"), ("no", "non")]
    >>> hold_out(pairs, 0.25, most=1).tolist()
    [False, False, False, True]
    """
    if not 0 <= share < 1:
        raise InputError(f"A share of {share} cannot be held out: give 0 or more, and less than 1.")
    groups = _group(pairs)
    n = len(groups)
    wanted = min(int(n * share), most)
    held_out = np.zeros(n, dtype=np.bool_)
    if not wanted:
        return held_out
    names, sizes = np.unique(groups, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    # in random order, every group that still fits
    chosen, taken = [], 0
    for place in order[sizes[order] <= wanted]:
        if taken + sizes[place] <= wanted:
            chosen.append(names[place])
            taken += int(sizes[place])
        if taken == wanted:
            break
    return np.isin(groups, chosen)


def _group(pairs: Iterable[tuple[Hashable, Hashable]]) -> NDArray[np.int64]:
    """Return the group of each pair: the connected components of sources and targets."""
    sides: list[NDArray[np.uint64]] = []
    chunk: list[int] = []
    for source, target in pairs:
        chunk += (_hash(0, source), _hash(1, target))
        if len(chunk) >= _CHUNK:
            sides.append(np.array(chunk, dtype=np.uint64))
            chunk = []
    sides.append(np.array(chunk, dtype=np.uint64))
    _, places = np.unique(np.concatenate(sides), return_inverse=True)
    if not len(places):
        return np.empty(0, dtype=np.int64)
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = places.reshape(-1, 2)  # (n_pairs, 2): the number of each pair's source and target
    n_sides = int(ends.max()) + 1
    edges = coo_matrix((np.ones(len(ends), np.bool_), ends.T), shape=(n_sides, n_sides))
    labels = connected_components(edges, directed=False)[1]
    return np.asarray(labels[ends[:, 0]], dtype=np.int64)


def _hash(side: int, content: Hashable) -> int:
    """Hash a source (0) or a target (1): 64 bits, so that a billion texts hardly collide."""
    digest = hashlib.blake2b(repr((side, content)).encode(errors="surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "little")
