"""Steps that change vectors before they are compared, each to a new matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError


def centred(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """Take the mean row off each row, in 32 bits, shape (n_rows, n_dims).

    >>> centred(np.array([[1.0, 2.0], [3.0, 2.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    rows: NDArray[np.float32] = np.asarray(matrix).astype(np.float32)
    rows -= rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    return rows


def without_components(matrix: NDArray[np.floating], n: int) -> NDArray[np.float32]:
    """Take the mean row and the n strongest principal components off each row.

    Source: Mu and Viswanath (2018), *All-but-the-top*, algorithm 1.

    Parameters
    ----------
    matrix : ndarray, shape (n_rows, n_dims)
    n : int
        From 1 to n_dims - 1.
    """
    n_dims = matrix.shape[1]
    if not 1 <= n < n_dims:
        raise InputError(
            f"{n} of {n_dims} components cannot be taken off: give a number from 1 to {n_dims - 1}."
        )
    rows = centred(matrix)
    _, axes = np.linalg.eigh((rows.T @ rows).astype(np.float64))  # weakest first
    strongest = axes[:, -n:].astype(np.float32)  # (n_dims, n)
    rows -= (rows @ strongest) @ strongest.T
    return rows
