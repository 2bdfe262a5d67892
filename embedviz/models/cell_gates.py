"""The gates of a recurrence along a text."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from embedviz.models.gated_unit import GatedUnit
from embedviz.models.recurrence import MinGRU


@torch.no_grad()
def cell_gates(cell: nn.Module, inputs: Tensor, states: Tensor) -> dict[str, Tensor]:
    """Compute the gates of each step, between 0 and 1.

    Parameters
    ----------
    cell : Module
        From `make_cell`; of a `GatedUnit` the encoder's form, without a summary.
    inputs : Tensor, shape (n_steps, n_inputs)
    states : Tensor, shape (n_steps, n_states)
        The cell's states from h[0] = 0.

    Returns
    -------
    dict of str to Tensor, shape (n_steps, n_states)
        ``update``: 1 where the unit is written anew, 0 where it keeps what it had (of the unit of
        Cho et al. 2014, whose z keeps, 1 - z). ``reset`` of GRUs; ``input``, ``forget`` and
        ``output`` of the LSTM, as published. Empty for an Elman net, which has none.

    Examples
    --------
    >>> from embedviz.models.recurrence import make_cell
    >>> cell = make_cell("gru", 4, 3, torch.Generator().manual_seed(0))
    >>> inputs = torch.zeros(5, 4)
    >>> gates = cell_gates(cell, inputs, cell(inputs[:, None], None)[0][:, 0])
    >>> list(gates), gates["reset"].shape
    (['update', 'reset'], torch.Size([5, 3]))
    """
    before = torch.cat([torch.zeros_like(states[:1]), states[:-1]])
    if isinstance(cell, MinGRU):
        return {"update": torch.sigmoid(cell.linear(inputs)[:, : cell.n_states])}
    if isinstance(cell, GatedUnit):
        given = cell.linear(inputs)[:, : 2 * cell.n_states]
        reset, keep = torch.sigmoid(given + before @ cell.gates).chunk(2, dim=1)
        return {"update": 1 - keep, "reset": reset}
    rnn = cell.cell
    assert isinstance(rnn, nn.RNNBase)
    by_input, by_state, bias, other_bias = rnn.all_weights[0]
    both = nn.functional.linear(inputs, by_input, bias)
    both = both + nn.functional.linear(before, by_state, other_bias)
    parts = torch.sigmoid(both).chunk(len(both[0]) // rnn.hidden_size, dim=1)
    if isinstance(rnn, nn.GRU):
        reset, keep, _ = parts
        return {"update": 1 - keep, "reset": reset}
    if isinstance(rnn, nn.LSTM):
        written, kept, _, shown = parts
        return {"input": written, "forget": kept, "output": shown}
    return {}
