"""Mean-centring and removal of principal components; each returns a new matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError


def centred(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """Subtract the mean row from each row, in float32, shape (n_rows, n_dims).

    >>> centred(np.array([[1.0, 2.0], [3.0, 2.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    rows: NDArray[np.float32] = np.asarray(matrix).astype(np.float32)
    rows -= rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    return rows


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
