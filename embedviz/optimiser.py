"""Row-wise AdaGrad: word vectors updated only where a block touched them."""

from __future__ import annotations

import torch
from torch import Tensor


class RowAdaGrad:
    """AdaGrad with one accumulator a row of a table.

    A row's step is rate · g / sqrt(sum of the mean squares of its gradients so far). Derivatives
    of one row that stands several times in a block are summed first.
    Source: Duchi, Hazan and Singer (2011), with a mean over the row in place of each entry.

    Parameters
    ----------
    table : Tensor, shape (n_rows, n_dims)
        Updated in place.
    """

    def __init__(self, table: Tensor) -> None:
        self.table = table
        self.squares = torch.zeros(len(table), 1)

    def step(self, ids: Tensor | None, rows: Tensor, rate: float) -> None:
        """Take one step.

        Parameters
        ----------
        ids : Tensor of int64, shape (n,), or None
            Rows of the table, possibly repeated; None for all, in order.
        rows : Tensor, shape (n, n_dims)
            Their derivatives.
        rate : float
        """
        if ids is None:
            self.squares += rows.square().mean(1, keepdim=True)
            self.table.sub_(rows / (self.squares.sqrt() + 1e-8), alpha=rate)
            return
        touched, place = torch.unique(ids, return_inverse=True)
        summed = rows.new_zeros(len(touched), rows.shape[1]).index_add_(0, place, rows)
        squares = self.squares[touched] + summed.square().mean(1, keepdim=True)
        self.squares[touched] = squares
        self.table.index_add_(0, touched, summed.div_(squares.sqrt_().add_(1e-8)), alpha=-rate)
