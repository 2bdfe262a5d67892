"""Exact search: matrix products over blocks of words, and selection of the best."""

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
    """Which words may be answered; everything is allowed unless said otherwise.

    Parameters
    ----------
    max_rank : int, optional
        Only so many most frequent words.
    prefix : str
        Only words that begin so.
    matching : str, optional
        Only words in which this regular expression is found; ``^`` and ``$`` tie it to the ends.
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
        """Refuse what could not be searched for."""
        if self.max_rank is not None and self.max_rank < 1:
            raise InputError(f"A rank of {self.max_rank} leaves no word: ask for at least 1.")
        if self.matching is not None:
            _compiled(self.matching)

    def mask(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each word whether its spelling is allowed, shape (len(words),).

        Raises
        ------
        InputError
            If the pattern takes longer than ten seconds.
        """
        allowed = np.ones(len(words), dtype=np.bool_)
        if self.prefix:
            allowed &= np.fromiter((w.startswith(self.prefix) for w in words), np.bool_, len(words))
        if self.matching is not None:
            kept = np.flatnonzero(allowed)
            allowed[kept] = _found(self.matching, [words[id_] for id_ in kept.tolist()])
        return allowed


# `regex` and not `re`, because it can be told to stop
def _compiled(pattern: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    import regex

    try:
        return regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise InputError(
            f"'{pattern[:60]}' is not a regular expression ({error}): write one such as '^un'."
        ) from None


def _found(pattern: str, words: Sequence[str]) -> list[bool]:
    search, end = _compiled(pattern).search, time.monotonic() + _SECONDS_A_PATTERN
    try:
        return [search(w, timeout=max(1e-3, end - time.monotonic())) is not None for w in words]
    except TimeoutError:
        raise InputError(
            f"The pattern '{pattern[:60]}' takes longer than {_SECONDS_A_PATTERN:.0f} seconds for "
            f"{len(words)} words: repeat nothing inside a repetition."
        ) from None


@dataclass(frozen=True, eq=False)
class Best:
    """The words with the highest scores, best first.

    Attributes
    ----------
    ids : ndarray of intp, shape (n_found,)
    scores : ndarray of float32, shape (n_found,)
    """

    ids: NDArray[np.intp]
    scores: NDArray[np.float32]


def row_norms(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """Lengths of the rows, shape (n_rows,); not finite where a row is not.

    A row whose square is too large or too small for 32 bits is measured in 64; the length of a
    finite row is at most the largest number of 32 bits.
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


def products(
    matrix: NDArray[np.floating],
    directions: NDArray[np.float32],
    *,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Scalar products in 32 bits, shape (n_directions, n_rows); the matrix is not copied whole."""
    matrix = np.asarray(matrix)  # a plain view of a memory map
    if out is None:
        out = np.empty((len(directions), len(matrix)), dtype=np.float32)
    if matrix.dtype == np.float32:
        return np.matmul(directions, matrix.T, out=out)
    for begin in range(0, len(matrix), _ROWS_AT_ONCE):
        rows = matrix[begin : begin + _ROWS_AT_ONCE].astype(np.float32)
        out[:, begin : begin + len(rows)] = directions @ rows.T
    return out


def best(scores: NDArray[np.float32], n: int) -> Best:
    """Select the n highest scores; equal ones stand in order of frequency.

    Scores of minus infinity are never answered. The n-th best of the blocks' maxima is a score
    that n words reach, so what lies below it need not be sorted.

    Examples
    --------
    >>> best(np.array([0.5, 0.9, -np.inf, 0.9], dtype=np.float32), 2).ids.tolist()
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
    return Best(ids, scores[ids])


def top(
    matrix: NDArray[np.floating],
    inverse_norms: NDArray[np.float32],
    directions: NDArray[np.float32],
    n: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
    excluded: Sequence[Sequence[int]] = (),
) -> list[Best]:
    """Rows with the highest cosine to each of many directions.

    Parameters
    ----------
    matrix : ndarray, shape (n_words, n_dims)
    inverse_norms : ndarray of float32, shape (n_words,)
        1 / length of each row, 0 for a row of zeros.
    directions : ndarray of float32, shape (n_directions, n_dims)
        Of length 1.
    n : int
        How many at most for each, at least 1.
    allowed : ndarray of bool, shape (n_words,), optional
        Which rows may be answered.
    excluded : sequence of ids, optional
        For each direction the rows never answered to it.
    """
    found: list[Best] = []
    step = max(1, _SCORES_AT_ONCE // len(matrix))
    for begin in range(0, len(directions), step):
        cosines = products(matrix, directions[begin : begin + step])  # (<= step, n_words)
        cosines *= inverse_norms
        if allowed is not None:
            cosines[:, ~allowed] = -np.inf
        for place, scores in enumerate(cosines, begin):
            if excluded:
                scores[list(excluded[place])] = -np.inf
            found.append(best(scores, n))
    return found
