"""Row-wise AdaGrad, which updates only the word vectors that a block used."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from embedviz.models import RowGradient
from embedviz.support import Threads


class RowAdaGrad:
    """AdaGrad with one accumulator per row of a table.

    A row's step is rate · g / sqrt(sum of the mean squares of its gradients so far).
    Source: Duchi, Hazan and Singer (2011), with a mean over the row instead of each entry.

    Parameters
    ----------
    table : Tensor, shape (n_rows, n_dims)
        Updated in place.
    """

    def __init__(self, table: Tensor) -> None:
        self.table = table
        self.squares = torch.zeros(len(table), 1, device=table.device)

    def step(self, gradients: Sequence[RowGradient], rate: float, threads: Threads) -> None:
        """Take one step for each gradient, in order, independently of the number of threads."""
        for gradient in gradients:
            if gradient.ids is None:
                self._update(slice(None), gradient.rows, rate)
        named = [(found.ids, found.rows) for found in gradients if found.ids is not None]
        if not named:
            return
        # each thread updates separate rows, so that threads never wait for each other
        first = named[0][0]
        bounds = [int(part[0]) for part in first.tensor_split(threads.n)[1:] if len(part)]
        cuts = [
            [
                0,
                *torch.searchsorted(ids, torch.tensor(bounds, device=ids.device)).tolist(),
                len(ids),
            ]
            for ids, _ in named
        ]

        def update(part: int) -> None:
            for (ids, rows), cut in zip(named, cuts, strict=True):
                here = slice(cut[part], cut[part + 1])
                self._update(ids[here], rows[here], rate)

        threads.map(update, range(len(bounds) + 1))

    def _update(self, here: Tensor | slice, rows: Tensor, rate: float) -> None:
        squares = self.squares[here] + rows.square().mean(1, keepdim=True)
        self.squares[here] = squares
        step = rows / squares.sqrt().add_(1e-8)
        if isinstance(here, slice):
            self.table.sub_(step, alpha=rate)
        else:
            self.table.index_add_(0, here, step, alpha=-rate)
