"""Mean-centring, whitening, removal of principal components; each returns a new matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError

N_FREQUENT = 10_000
"""Number of most frequent words whose mean and covariance stand for those of all.

Rare words share a direction that says only that they are rare; the mean of all contains it.
"""

_ROWS_AT_ONCE = 1 << 16


def centred(matrix: NDArray[np.floating], n_frequent: int | None = None) -> NDArray[np.float32]:
    """Subtract the mean row from each row, in float32, shape (n_rows, n_dims); zeros stay zeros.

    Parameters
    ----------
    matrix : ndarray, shape (n_rows, n_dims)
    n_frequent : int, optional
        Subtract the mean of the first rows only, as many as this.

    Raises
    ------
    InputError
        If `n_frequent` is below 1.

    Examples
    --------
    >>> centred(np.array([[1.0, 2.0], [3.0, 2.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    >>> centred(np.array([[1.0, 2.0], [3.0, 2.0]]), 1).tolist()
    [[0.0, 0.0], [2.0, 0.0]]
    """
    _check_frequent(n_frequent)
    has_vector = np.asarray(np.asarray(matrix).any(axis=1))
    rows: NDArray[np.float32] = np.asarray(matrix).astype(np.float32)
    first = rows[:n_frequent][has_vector[:n_frequent]]
    if len(first):
        rows -= first.mean(axis=0, dtype=np.float64).astype(np.float32)
        rows[~has_vector] = 0
    return rows


def whitened(
    matrix: NDArray[np.floating], power: float, n_frequent: int = N_FREQUENT
) -> NDArray[np.float32]:
    """Scale the principal axes of the first rows towards equal variance, in float32, same shape.

    With C = V Λ Vᵀ the covariance of the first rows and m their mean, a row x becomes
    (x - m) V Λ^-power Vᵀ: nothing is changed at power 0 except for the mean, and all axes have
    variance 1 at power ½. Zeros stay zeros. Source: Bell and Sejnowski (1997), *The independent
    components of natural scenes are edge filters*, for power ½.

    Parameters
    ----------
    matrix : ndarray, shape (n_rows, n_dims)
    power : float
        Above 0, at most ½.
    n_frequent : int

    Raises
    ------
    InputError
        If a number is out of range or not finite, or there are fewer rows than dimensions.
    """
    check_power(power)
    bad = np.flatnonzero(~np.isfinite(np.asarray(matrix)).all(axis=1))
    if len(bad):
        raise InputError(
            f"Whitening is impossible: the vector of word {bad[0] + 1} contains NaN or infinity "
            f"({len(bad)} do): correct or remove these words."
        )
    rows = centred(matrix, n_frequent)
    first = rows[:n_frequent]
    first = first[first.any(axis=1)]
    if len(first) <= rows.shape[1]:
        raise InputError(
            f"{len(first)} words do not determine the variance of {rows.shape[1]} dimensions: "
            f"at least {rows.shape[1] + 1} are needed."
        )
    scaled = whitening_map(first, power)
    for begin in range(0, len(rows), _ROWS_AT_ONCE):
        rows[begin : begin + _ROWS_AT_ONCE] = rows[begin : begin + _ROWS_AT_ONCE] @ scaled
    return rows


def whitening_map(rows: NDArray[np.floating], power: float) -> NDArray[np.float32]:
    """Return the symmetric map V Λ^-power Vᵀ of `whitened` for centred rows (ZCA at power ½).

    It is unique, unlike a map to principal components. Shape (n_dims, n_dims).
    """
    variances, axes = np.linalg.eigh(rows.T.astype(np.float64) @ rows / len(rows))
    # an axis that no word uses has no variance
    variances = np.maximum(variances, max(variances[-1] * 1e-6, 1e-12))
    return np.asarray((axes * variances**-power) @ axes.T, dtype=np.float32)


def _check_frequent(n_frequent: int | None) -> None:
    if n_frequent is not None and n_frequent < 1:
        raise InputError(f"The mean of {n_frequent} words does not exist: give at least 1.")


def check_power(power: float) -> None:
    """Raise `InputError` unless vectors can be whitened to this power."""
    if not 0 < power <= 0.5:
        raise InputError(
            f"Whitening to the power {power:g} is impossible: give a power above 0, at most 0.5."
        )


def name_mean(n_rows: int, n_frequent: int | None = None) -> str:
    """Name the step of `centred` in the provenance.

    >>> name_mean(50_000, 10_000)
    'mean of the 10,000 most frequent words taken off'
    """
    if n_frequent is None or n_frequent >= n_rows:
        return "mean taken off"
    return f"mean of the {n_frequent:,} most frequent words taken off"


def name_whitening(power: float, n_rows: int, n_frequent: int = N_FREQUENT) -> str:
    """Name the step of `whitened` in the provenance.

    >>> name_whitening(0.25, 50_000)
    'whitened to the power 0.25 by the 10,000 most frequent words'
    """
    return f"whitened to the power {power:g} by the {min(n_frequent, n_rows):,} most frequent words"


def unit_rows(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """Scale rows to length 1; zeros stay zeros.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).round(1).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)


def without_components(matrix: NDArray[np.floating], n: int) -> NDArray[np.float32]:
    """Remove the mean and the n strongest principal components, in float32, same shape.

    Source: Mu and Viswanath (2018), *All-but-the-top*, algorithm 1.

    Parameters
    ----------
    matrix : ndarray, shape (n_rows, n_dims)
    n : int
        From 1 to n_dims - 1.

    Raises
    ------
    InputError
        If `n` is out of range.
    """
    n_dims = matrix.shape[1]
    if not 1 <= n < n_dims:
        raise InputError(
            f"{n} of {n_dims} components cannot be removed: give a number from 1 to {n_dims - 1}."
        )
    rows = centred(matrix)
    _, axes = np.linalg.eigh((rows.T @ rows).astype(np.float64))  # ascending eigenvalues
    strongest = axes[:, -n:].astype(np.float32)  # (n_dims, n)
    rows -= (rows @ strongest) @ strongest.T
    return rows
