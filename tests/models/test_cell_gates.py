"""The gates of each cell are those with which its states are made."""

from __future__ import annotations

import pytest
import torch

from embedviz.models import cell_gates
from embedviz.models.recurrence import make_cell


def made(name):
    generator = torch.Generator().manual_seed(1)
    cell = make_cell(name, 4, 3, generator)
    inputs = torch.randn(6, 4, generator=generator)
    states = cell(inputs[:, None], None)[0][:, 0].detach()
    before = torch.cat([torch.zeros(1, 3), states[:-1]])
    return cell, inputs, before, states


@pytest.mark.parametrize("name", ["mingru", "gru", "lstm", "cho", "elman"])
def test_states_follow_from_gates(name):
    cell, inputs, before, states = made(name)
    gates = cell_gates(cell, inputs, states)
    assert all(((gate > 0) & (gate < 1)).all() for gate in gates.values())
    with torch.no_grad():
        if name == "mingru":
            new = cell.linear(inputs)[:, 3:]
        elif name == "cho":
            inner = (gates["reset"] * before) @ cell.candidate
            new = torch.tanh(cell.linear(inputs)[:, 6:] + inner)
        elif name == "gru":
            (wi, wh, bi, bh), n = cell.cell.all_weights[0], slice(6, 9)
            by_state = before @ wh[n].T + bh[n]
            new = torch.tanh(inputs @ wi[n].T + bi[n] + gates["reset"] * by_state)
        elif name == "lstm":
            wi, wh, bi, bh = (one[6:9] for one in cell.cell.all_weights[0])
            new = torch.tanh(inputs @ wi.T + bi + before @ wh.T + bh)
            carried = torch.zeros(3)
            for t in range(6):
                carried = gates["forget"][t] * carried + gates["input"][t] * new[t]
                found = gates["output"][t] * torch.tanh(carried)
                assert torch.allclose(found, states[t], atol=1e-6)
            return
        else:
            assert gates == {}
            return
        found = (1 - gates["update"]) * before + gates["update"] * new
    assert torch.allclose(found, states, atol=1e-6)
