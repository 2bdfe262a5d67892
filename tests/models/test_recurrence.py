import pytest
import torch

from embedviz.models import detach
from embedviz.models.recurrence import MinGRU, _Blend, make_cell
from embedviz.settings import CELLS


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_mingru_block_is_the_step_by_step_recurrence():
    cell = MinGRU(4, 3, seeded())
    inputs = torch.randn(6, 2, 4, generator=seeded(1))
    states, last = cell(inputs, None)
    weight, bias = cell.linear.weight, cell.linear.bias
    state = torch.zeros(2, 3)
    for t in range(6):
        gate = torch.sigmoid(inputs[t] @ weight[:3].T + bias[:3])
        state = (1 - gate) * state + gate * (inputs[t] @ weight[3:].T + bias[3:])
        torch.testing.assert_close(states[t], state)
    torch.testing.assert_close(last, state)


def test_the_closed_gradient_of_the_blend_agrees_with_finite_differences():
    def draw(*shape, seed):
        return torch.randn(*shape, generator=seeded(seed), dtype=torch.float64).requires_grad_()

    keep, new, state = draw(5, 2, 3, seed=0), draw(5, 2, 3, seed=1), draw(2, 3, seed=2)
    assert torch.autograd.gradcheck(_Blend.apply, (keep, new, state))


@pytest.mark.parametrize("name", CELLS)
def test_a_carried_state_continues_the_sequence(name):
    cell = make_cell(name, 5, 5, seeded())
    inputs = torch.randn(8, 3, 5, generator=seeded(1))
    whole, _ = cell(inputs, None)
    first, state = cell(inputs[:3], None)
    second, _ = cell(inputs[3:], detach(state))
    torch.testing.assert_close(torch.cat([first, second]), whole)


@pytest.mark.parametrize("name", CELLS)
def test_the_same_generator_makes_the_same_cell(name):
    one, same, other = (make_cell(name, 4, 4, seeded(seed)) for seed in (0, 0, 1))
    inputs = torch.randn(2, 1, 4, generator=seeded(5))
    assert torch.equal(one(inputs, None)[0], same(inputs, None)[0])
    assert not torch.equal(one(inputs, None)[0], other(inputs, None)[0])


def test_the_elman_cell_is_the_textbook_one():
    cell = make_cell("elman", 2, 3, seeded())
    rnn = cell.cell
    inputs = torch.randn(4, 1, 2, generator=seeded(1))
    state = torch.zeros(1, 3)
    for t in range(4):
        state = torch.tanh(
            inputs[t] @ rnn.weight_ih_l0.T
            + rnn.bias_ih_l0
            + state @ rnn.weight_hh_l0.T
            + rnn.bias_hh_l0
        )
    torch.testing.assert_close(cell(inputs, None)[1], state)
