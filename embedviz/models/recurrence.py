"""Pred: the recurrences h[t] = Pred(h[t-1], x[t]), over a block of steps at once.

Every cell maps inputs of shape (n_steps, n_streams, n_inputs) and a state to the states of all
steps, (n_steps, n_streams, n_states), and the state to carry over. ``None`` is h[0] = 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

from embedviz.models.gated_unit import GatedUnit

State: TypeAlias = Tensor | tuple[Tensor, Tensor]


class Pred(Protocol):
    """Interface of a recurrence."""

    def __call__(self, inputs: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Run a block of steps from a state."""
        ...


class MinGRU(nn.Module):
    """Gated recurrence whose gate depends only on the input.

    ::

        z[t] = σ(W_z x[t] + b_z),  h[t] = (1 - z[t]) h[t-1] + z[t] (W x[t] + b)

    Without h[t-1] in the gate all matrix products of a block are one, and only the element-wise
    blend is sequential. Source: Feng et al. (2024), "Were RNNs all we needed?", eq. 5-7.

    Parameters
    ----------
    n_inputs, n_states : int
    generator : torch.Generator

    Notes
    -----
    W is initialised near the identity and the gate bias at -1, so that a state is at first a slow
    average of the previous words.
    """

    def __init__(self, n_inputs: int, n_states: int, generator: torch.Generator) -> None:
        super().__init__()
        self.n_states = n_states
        self.linear = nn.Linear(n_inputs, 2 * n_states)
        with torch.no_grad():
            bound = n_inputs**-0.5
            self.linear.weight.uniform_(-bound, bound, generator=generator)
            noise = torch.randn(n_states, n_inputs, generator=generator)
            self.linear.weight[n_states:] = torch.eye(n_states, n_inputs) + 0.01 * noise
            self.linear.bias.zero_()
            self.linear.bias[:n_states] = -1.0

    def forward(self, inputs: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Run a block of steps."""
        both = self.linear(inputs)  # (n_steps, n_streams, 2 n_states)
        gate = torch.sigmoid(both[..., : self.n_states])
        new, keep = gate * both[..., self.n_states :], 1 - gate
        if state is None:
            state = inputs.new_zeros(inputs.shape[1], self.n_states)
        states = cast(Tensor, _Blend.apply(keep, new, state))  # type: ignore[no-untyped-call]
        return states, states[-1]


class _Blend(torch.autograd.Function):
    """h[t] = keep[t] · h[t-1] + new[t] over a block, with its gradient in closed form.

    Autograd through the loop would take a third of a training step for bookkeeping.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, keep: Tensor, new: Tensor, state: Tensor) -> Tensor:
        states = torch.empty_like(new)  # (n_steps, n_streams, n_states)
        before = state
        for keep_t, new_t, here in zip(keep, new, states, strict=True):
            torch.addcmul(new_t, keep_t, before, out=here)
            before = here
        ctx.save_for_backward(keep, state, states)
        return states

    @staticmethod
    def backward(ctx: FunctionCtx, by_states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        keep, state, states = ctx.saved_tensors  # type: ignore[attr-defined]
        # derivative with respect to a state, through its own step and all later ones of the block
        total = by_states.clone()
        for t in range(len(keep) - 2, -1, -1):
            total[t].addcmul_(keep[t + 1], total[t + 1])
        before = torch.cat([state[None], states[:-1]])
        return total * before, total, keep[0] * total[0]


class _TorchCell(nn.Module):
    """A PyTorch recurrence, initialised from the given generator."""

    def __init__(self, cell: nn.RNNBase, generator: torch.Generator) -> None:
        super().__init__()
        self.cell = cell
        bound = cell.hidden_size**-0.5
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound, generator=generator)

    def forward(self, inputs: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Run a block of steps."""
        if isinstance(state, tuple):
            states, last = self.cell(inputs, tuple(part.unsqueeze(0) for part in state))
        else:
            states, last = self.cell(inputs, None if state is None else state.unsqueeze(0))
        if isinstance(last, tuple):
            return states, (last[0].squeeze(0), last[1].squeeze(0))
        return states, last.squeeze(0)


class SummaryPred(nn.Module):
    """A recurrence that sees a summary c at every step: h[t] = Pred(h[t-1], (x[t], c)).

    Parameters
    ----------
    cell : str
        ``cho`` is the decoder of Cho et al. (2014); any other cell gets c appended to its inputs.
    n_inputs, n_states, n_summary : int
    generator : torch.Generator
    """

    def __init__(
        self, cell: str, n_inputs: int, n_states: int, n_summary: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.published = cell == "cho"
        self.cell = (
            GatedUnit(n_inputs, n_states, generator, n_summary=n_summary)
            if self.published
            else make_cell(cell, n_inputs + n_summary, n_states, generator)
        )

    def forward(self, inputs: Tensor, state: State | None, summary: Tensor) -> tuple[Tensor, State]:
        """Run a block of steps (n_steps, n_streams, n_inputs) with c (n_streams, n_summary)."""
        if self.published:
            return cast(tuple[Tensor, State], self.cell(inputs, state, summary))
        both = torch.cat([inputs, summary.expand(len(inputs), -1, -1)], dim=2)
        return cast(tuple[Tensor, State], self.cell(both, state))


_CELLS: dict[str, Callable[[int, int, torch.Generator], nn.Module]] = {
    "mingru": MinGRU,
    "elman": lambda n_in, n, generator: _TorchCell(nn.RNN(n_in, n), generator),
    "gru": lambda n_in, n, generator: _TorchCell(nn.GRU(n_in, n), generator),
    "lstm": lambda n_in, n, generator: _TorchCell(nn.LSTM(n_in, n), generator),
    "cho": GatedUnit,
}


def make_cell(name: str, n_inputs: int, n_states: int, generator: torch.Generator) -> nn.Module:
    """Create a recurrence by name: ``mingru``, ``elman``, ``gru``, ``lstm`` or ``cho``.

    Examples
    --------
    >>> cell = make_cell("gru", 4, 3, torch.Generator().manual_seed(0))
    >>> states, last = cell(torch.zeros(5, 2, 4), None)
    >>> states.shape, last.shape
    (torch.Size([5, 2, 3]), torch.Size([2, 3]))
    """
    return _CELLS[name](n_inputs, n_states, generator)


def detach(state: State) -> State:
    """Detach a state from its graph: the truncation of back-propagation through time."""
    if isinstance(state, tuple):
        return state[0].detach(), state[1].detach()
    return state.detach()
