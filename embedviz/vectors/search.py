"""Exact nearest-neighbour search: blocked matrix products and selection of the best."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError

_SCORES_AT_ONCE = 1 << 23
_ROWS_AT_ONCE = 1 << 16
_SCORES_A_BLOCK = 512
_SECONDS_A_PATTERN = 10.0


@dataclass(frozen=True)
class Filter:
    """A restriction on the words that a search returns; by default there is none.

    Parameters
    ----------
    max_rank : int, optional
        Only this many most frequent words.
    prefix : str
        Only words with this prefix.
    matching : str, optional
        Only words in which this regular expression is found; ``^`` and ``$`` anchor it.
    exclude : tuple of str
        Never these words, as written or folded; each must have a vector.

    Raises
    ------
    InputError
        If the rank is below 1 or the pattern is no regular expression.

    Examples
    --------
    >>> Filter(prefix="qu", matching="n$").mask(("queen", "quick", "union")).tolist()
    [True, False, False]
    """

    max_rank: int | None = None
    prefix: str = ""
    matching: str | None = None
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Validate the rank and the pattern."""
        if self.max_rank is not None and self.max_rank < 1:
            raise InputError(f"A rank of {self.max_rank} leaves no word: give at least 1.")
        if self.matching is not None:
            _compiled(self.matching)

    def mask(
        self, words: Sequence[str], *, seconds: float = _SECONDS_A_PATTERN
    ) -> NDArray[np.bool_]:
        """Return whether each word's spelling is allowed, shape (len(words),).

        Raises
        ------
        InputError
            If the pattern takes longer than so many seconds.
        """
        allowed = np.ones(len(words), dtype=np.bool_)
        if self.prefix:
            allowed &= np.fromiter((w.startswith(self.prefix) for w in words), np.bool_, len(words))
        if self.matching is not None:
            kept = np.flatnonzero(allowed)
            allowed[kept] = _found(self.matching, [words[id_] for id_ in kept.tolist()], seconds)
        return allowed


# `regex` rather than `re`, for its timeout
def _compiled(pattern: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    import regex

    try:
        return regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise InputError(
            f"'{pattern[:60]}' is not a regular expression ({error}): write one such as '^un'."
        ) from None


def _found(pattern: str, words: Sequence[str], seconds: float) -> list[bool]:
    search, end = _compiled(pattern).search, time.monotonic() + seconds
    try:
        return [search(w, timeout=max(1e-3, end - time.monotonic())) is not None for w in words]
    except TimeoutError:
        raise InputError(
            f"The pattern '{pattern[:60]}' takes longer than {seconds:g} seconds for "
            f"{len(words)} words: avoid nested repetitions."
        ) from None


@dataclass(frozen=True, eq=False)
class Ranking:
    """Ids and scores of the best words, best first.

    Attributes
    ----------
    ids : ndarray of intp, shape (n_found,)
    scores : ndarray of float32, shape (n_found,)
    """

    ids: NDArray[np.intp]
    scores: NDArray[np.float32]


def row_norms(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """Compute the Euclidean norms of rows, shape (n_rows,); not finite where a row is not.

    Norms whose square overflows or underflows float32 are computed in float64; the norm of a finite
    row is capped at the largest float32.
    """
    norms = np.empty(len(matrix), dtype=np.float32)
    for begin in range(0, len(matrix), _ROWS_AT_ONCE):
        rows = np.asarray(matrix[begin : begin + _ROWS_AT_ONCE], dtype=np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.einsum("ij,ij->i", rows, rows)
            odd = np.flatnonzero(~((squares > 1e-30) & (squares < 1e30)))
            norms[begin : begin + len(rows)] = np.sqrt(squares)
            exact = np.linalg.norm(rows[odd].astype(np.float64), axis=1)
            norms[begin + odd] = np.where(
                np.isfinite(exact), np.minimum(exact, np.finfo(np.float32).max), exact
            )
    return norms


def dot_products(
    matrix: NDArray[np.floating],
    directions: NDArray[np.float32],
    *,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Compute dot products in float32, shape (n_directions, n_rows), without copying the matrix."""
    matrix = np.asarray(matrix)  # a plain array view of a memory map
    if out is None:
        out = np.empty((len(directions), len(matrix)), dtype=np.float32)
    if matrix.dtype == np.float32:
        return np.matmul(directions, matrix.T, out=out)
    for begin in range(0, len(matrix), _ROWS_AT_ONCE):
        rows = matrix[begin : begin + _ROWS_AT_ONCE].astype(np.float32)
        out[:, begin : begin + len(rows)] = directions @ rows.T
    return out


def select_best(scores: NDArray[np.float32], n: int) -> Ranking:
    """Select the n highest scores; ties are in order of frequency.

    Scores of minus infinity are never selected. At least n words reach the n-th best of the blocks'
    maxima, so lower scores need not be sorted.

    Examples
    --------
    >>> select_best(np.array([0.5, 0.9, -np.inf, 0.9], dtype=np.float32), 2).ids.tolist()
    [1, 3]
    """
    n = min(n, len(scores))
    n_blocks = len(scores) // _SCORES_A_BLOCK
    pool = scores
    if n <= n_blocks:
        pool = scores[: n_blocks * _SCORES_A_BLOCK].reshape(n_blocks, -1).max(axis=1)
    least = np.partition(pool, len(pool) - n)[len(pool) - n]
    ids = np.flatnonzero((scores >= least) & (scores > -np.inf))
    ids = ids[np.lexsort((ids, -scores[ids]))[:n]]
    return Ranking(ids, scores[ids])


def find_nearest(
    matrix: NDArray[np.floating],
    inverse_norms: NDArray[np.float32],
    directions: NDArray[np.float32],
    n: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
    excluded: Sequence[Sequence[int]] = (),
) -> list[Ranking]:
    """Find the rows with the highest cosine to each of many directions.

    Parameters
    ----------
    matrix : ndarray, shape (n_words, n_dims)
    inverse_norms : ndarray of float32, shape (n_words,)
        1 / length of each row, 0 for a row of zeros.
    directions : ndarray of float32, shape (n_directions, n_dims)
        Unit vectors.
    n : int
        Maximum number of rows for each, at least 1.
    allowed : ndarray of bool, shape (n_words,), optional
        Which rows may be returned; by default all.
    excluded : sequence of ids, optional
        For each direction, the rows that are not returned for it.
    """
    found: list[Ranking] = []
    step = max(1, _SCORES_AT_ONCE // len(matrix))
    for begin in range(0, len(directions), step):
        cosines = dot_products(matrix, directions[begin : begin + step])  # (<= step, n_words)
        cosines *= inverse_norms
        if allowed is not None:
            cosines[:, ~allowed] = -np.inf
        for place, scores in enumerate(cosines, begin):
            if excluded:
                scores[list(excluded[place])] = -np.inf
            found.append(select_best(scores, n))
    return found
