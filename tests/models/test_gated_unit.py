"""The unit of Cho et al. (2014), compared with its formulas step by step."""

import pytest
import torch

from embedviz.models.gated_unit import GatedUnit, _Steps


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def draw(*shape, seed):
    return torch.randn(*shape, generator=seeded(seed), dtype=torch.float64).requires_grad_()


def literal(unit, inputs, state, summary=None):
    """The published formulas, one step and one gate at a time."""
    n = unit.n_states
    w_r, w_z, w = unit.linear.weight.chunk(3)
    b_r, b_z, b = unit.linear.bias.chunk(3)
    u_r, u_z = unit.gates.T.chunk(2)
    u = unit.candidate.T
    c_r = c_z = c = torch.zeros(n, 1, dtype=inputs.dtype)
    if summary is None:
        summary = torch.zeros(len(state), 1, dtype=inputs.dtype)
    else:
        c_r, c_z, c = unit.summary.weight.chunk(3)
    states = []
    for x in inputs:
        r = torch.sigmoid(x @ w_r.T + state @ u_r.T + summary @ c_r.T + b_r)
        z = torch.sigmoid(x @ w_z.T + state @ u_z.T + summary @ c_z.T + b_z)
        if unit.summary is None:
            new = torch.tanh(x @ w.T + (r * state) @ u.T + b)
        else:
            new = torch.tanh(x @ w.T + r * (state @ u.T + summary @ c.T) + b)
        state = z * state + (1 - z) * new
        states.append(state)
    return torch.stack(states)


@pytest.mark.parametrize("n_summary", [0, 2])
def test_states_and_gradients_are_those_of_the_formulas(n_summary):
    unit = GatedUnit(4, 3, seeded(), n_summary=n_summary).double()
    inputs, state = draw(6, 2, 4, seed=1), draw(2, 3, seed=2)
    summary = draw(2, 2, seed=3) if n_summary else None
    weights = [inputs, state, *unit.parameters(), *([summary] if n_summary else [])]
    expected = literal(unit, inputs, state, summary)
    states, last = unit(inputs, state, summary)
    torch.testing.assert_close(states, expected)
    torch.testing.assert_close(last, expected[-1])
    directions = torch.randn(expected.shape, generator=seeded(4), dtype=torch.float64)
    ours = torch.autograd.grad((states * directions).sum(), weights)
    theirs = torch.autograd.grad((expected * directions).sum(), weights)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("n_summary", [0, 2])
def test_the_closed_gradient_agrees_with_finite_differences(n_summary):
    arguments = [draw(4, 2, 9, seed=1), draw(2, 3, seed=2), draw(3, 6, seed=3), draw(3, 3, seed=4)]
    added = draw(2, 3, seed=5) if n_summary else None
    assert torch.autograd.gradcheck(_Steps.apply, (*arguments, added))


def test_a_carried_state_continues_the_sequence():
    unit = GatedUnit(5, 4, seeded())
    inputs = torch.randn(8, 3, 5, generator=seeded(1))
    whole, _ = unit(inputs, None)
    first, state = unit(inputs[:3], None)
    second, _ = unit(inputs[3:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)


def test_the_same_generator_makes_the_same_unit():
    one, same, other = (GatedUnit(4, 4, seeded(seed), n_summary=3) for seed in (0, 0, 1))
    inputs, summary = torch.randn(2, 1, 4), torch.randn(1, 3)
    assert torch.equal(one(inputs, None, summary)[0], same(inputs, None, summary)[0])
    assert not torch.equal(one(inputs, None, summary)[0], other(inputs, None, summary)[0])


@pytest.mark.parametrize(("n_summary", "says"), [(2, "lacks the summary"), (0, "reads none")])
def test_a_summary_is_given_to_a_unit_that_reads_one_and_to_no_other(n_summary, says):
    unit = GatedUnit(4, 3, seeded(), n_summary=n_summary)
    summary = None if n_summary else torch.ones(2, 2)
    with pytest.raises(ValueError, match=says):
        unit(torch.zeros(5, 2, 4), None, summary)
