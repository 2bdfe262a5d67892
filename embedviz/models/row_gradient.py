"""The gradient of a table by rows: only the rows that a block used."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class RowGradient:
    """Derivatives with respect to rows of a table.

    Attributes
    ----------
    ids : Tensor of int64, shape (n_rows,), or None
        The rows, distinct and ascending; None for all.
    rows : Tensor, shape (n_rows, n_dims)
    """

    ids: Tensor | None
    rows: Tensor

    @staticmethod
    def summed(ids: Tensor, rows: Tensor) -> RowGradient:
        """Sum derivatives of rows that occur several times in `ids`."""
        order = ids.argsort(stable=True)
        touched, place = torch.unique_consecutive(ids[order], return_inverse=True)
        total = rows.new_zeros(len(touched), rows.shape[1])
        return RowGradient(touched, total.index_add_(0, place, rows[order]))
