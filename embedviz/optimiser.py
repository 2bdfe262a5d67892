"""Row-wise AdaGrad: word vectors updated only where a block touched them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from embedviz.threads import Threads


@dataclass(frozen=True, eq=False)
class RowGradient:
    """Derivatives by rows of a table.

    Attributes
    ----------
    ids : Tensor of int64, shape (n_rows,), or None
        The rows, possibly repeated; None for all, in order.
    rows : Tensor, shape (n_rows, n_dims)
    """

    ids: Tensor | None
    rows: Tensor

    @staticmethod
    def sum(parts: Sequence[RowGradient]) -> RowGradient:
        """Sum of several, of which either all or none name their rows."""
        if parts[0].ids is None:
            return RowGradient(None, torch.stack([part.rows for part in parts]).sum(0))
        ids = [part.ids for part in parts if part.ids is not None]
        return RowGradient(torch.cat(ids), torch.cat([part.rows for part in parts]))


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

    def step(self, gradient: RowGradient, rate: float, threads: Threads) -> None:
        """Take one step; the result does not depend on the number of threads."""
        ids, rows = gradient.ids, gradient.rows
        if ids is None:
            self.squares += rows.square().mean(1, keepdim=True)
            self.table.sub_(rows / (self.squares.sqrt() + 1e-8), alpha=rate)
            return
        # sorted by row, so that each thread sums and updates rows of its own
        order = ids.argsort(stable=True)
        touched, counts = torch.unique_consecutive(ids[order], return_counts=True)
        ends = counts.cumsum(0)

        def update(mine: Tensor) -> None:
            first, last = int(mine[0]), int(mine[-1]) + 1
            begin = int(ends[first] - counts[first])
            place = torch.repeat_interleave(mine - first, counts[first:last])
            summed = rows.new_zeros(last - first, rows.shape[1])
            summed.index_add_(0, place, rows[order[begin : int(ends[last - 1])]])
            here = touched[first:last]
            squares = self.squares[here] + summed.square().mean(1, keepdim=True)
            self.squares[here] = squares
            self.table.index_add_(0, here, summed.div_(squares.sqrt_().add_(1e-8)), alpha=-rate)

        parts = torch.arange(len(touched)).tensor_split(threads.n)
        threads.map(update, [part for part in parts if len(part)])
