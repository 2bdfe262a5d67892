"""The gated hidden unit as published, for encoders and for decoders that see a summary.

Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for
statistical machine translation", section 2.3 and appendix A. PyTorch's GRU applies the reset gate
after the product with U; the published encoder applies it before.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx


class GatedUnit(nn.Module):
    """Gated hidden unit with the reset gate before U; with a summary c, as in the decoder.

    ::

        r[t] = σ(W_r x[t] + U_r h[t-1] + C_r c + b_r)
        z[t] = σ(W_z x[t] + U_z h[t-1] + C_z c + b_z)
        h̃[t] = tanh(W x[t] + U (r[t] ⊙ h[t-1]) + b)  or  tanh(W x[t] + r[t] ⊙ (U h[t-1] + C c) + b)
        h[t] = z[t] ⊙ h[t-1] + (1 - z[t]) ⊙ h̃[t]

    The first form of h̃ is the encoder's, without a summary; the second the decoder's.

    Parameters
    ----------
    n_inputs, n_states : int
    generator : torch.Generator
    n_summary : int
        Dimensions of c; 0 for the encoder's form.

    Examples
    --------
    >>> unit = GatedUnit(4, 3, torch.Generator().manual_seed(0), n_summary=2)
    >>> states, last = unit(torch.zeros(5, 2, 4), None, torch.ones(2, 2))
    >>> states.shape, last.shape
    (torch.Size([5, 2, 3]), torch.Size([2, 3]))
    """

    def __init__(
        self, n_inputs: int, n_states: int, generator: torch.Generator, *, n_summary: int = 0
    ) -> None:
        super().__init__()
        self.n_states = n_states
        self.linear = nn.Linear(n_inputs, 3 * n_states)
        self.gates = nn.Parameter(torch.empty(n_states, 2 * n_states))
        self.candidate = nn.Parameter(torch.empty(n_states, n_states))
        self.summary = nn.Linear(n_summary, 3 * n_states, bias=False) if n_summary else None
        with torch.no_grad():
            for linear in (self.linear, self.summary):
                if linear is not None:
                    bound = linear.in_features**-0.5
                    linear.weight.uniform_(-bound, bound, generator=generator)
            self.linear.bias.zero_()
            for part in (*self.gates.chunk(2, dim=1), self.candidate):
                part.copy_(_orthogonal(n_states, generator))

    def forward(
        self, inputs: Tensor, state: Tensor | None, summary: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Run a block of steps.

        Parameters
        ----------
        inputs : Tensor, shape (n_steps, n_streams, n_inputs)
        state : Tensor, shape (n_streams, n_states), or None
            None is h[0] = 0.
        summary : Tensor, shape (n_streams, n_summary), optional
            Needed by a unit with `n_summary`, and by no other.

        Raises
        ------
        ValueError
            If a summary is missing, or is given to a unit without `n_summary`.
        """
        if (summary is None) != (self.summary is None):
            given_or_not = "lacks the summary that it reads" if summary is None else "reads none"
            raise ValueError(f"This gated unit {given_or_not}.")
        if state is None:
            state = inputs.new_zeros(inputs.shape[1], self.n_states)
        given = self.linear(inputs)  # (n_steps, n_streams, 3 n_states)
        added = None
        if self.summary is not None and summary is not None:
            of_gates, added = self.summary(summary).split([2 * self.n_states, self.n_states], dim=1)
            given = given + nn.functional.pad(of_gates, (0, self.n_states))
        states = cast(
            Tensor,
            _Steps.apply(given, state, self.gates, self.candidate, added),  # type: ignore[no-untyped-call]
        )
        return states, states[-1]


def _orthogonal(n: int, generator: torch.Generator) -> Tensor:
    q, r = torch.linalg.qr(torch.randn(n, n, generator=generator))
    return cast(Tensor, q * r.diagonal().sign())


class _Steps(torch.autograd.Function):
    """The steps of a block with their gradient in closed form.

    Autograd through the loop would keep some fifteen tensors a step; here the products of all
    steps with U become one product each. ``tests/models/test_gated_unit.py`` compares it with a
    literal step-by-step version and with finite differences.
    """

    @staticmethod
    def forward(
        ctx: FunctionCtx,
        given: Tensor,  # (n_steps, n_streams, 3 n): products of the inputs for r, z and h̃
        state: Tensor,  # (n_streams, n)
        gates: Tensor,  # (n, 2 n): U_r and U_z
        candidate: Tensor,  # (n, n): U
        added: Tensor | None,  # (n_streams, n): C c, in the decoder's form
    ) -> Tensor:
        n_steps, n_streams, n = given.shape[0], *state.shape
        states = given.new_empty(n_steps + 1, n_streams, n)
        states[0] = state
        opened = given.new_empty(n_steps, n_streams, 2 * n)  # r and z
        new = given.new_empty(n_steps, n_streams, n)  # h̃
        inner = given.new_empty(n_steps, n_streams, n)  # r ⊙ h, or U h + C c
        for t in range(n_steps):
            before = states[t]
            torch.addmm(given[t, :, : 2 * n], before, gates, out=opened[t]).sigmoid_()
            reset, keep = opened[t, :, :n], opened[t, :, n:]
            if added is None:
                torch.mul(reset, before, out=inner[t])
                torch.addmm(given[t, :, 2 * n :], inner[t], candidate, out=new[t]).tanh_()
            else:
                torch.addmm(added, before, candidate, out=inner[t])
                torch.addcmul(given[t, :, 2 * n :], reset, inner[t], out=new[t]).tanh_()
            torch.lerp(new[t], before, keep, out=states[t + 1])
        ctx.save_for_backward(states, opened, new, inner, gates, candidate)
        ctx.has_summary = added is not None  # type: ignore[attr-defined]
        return states[1:]

    @staticmethod
    def backward(
        ctx: FunctionCtx, by_states: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor | None]:
        states, opened, new, inner, gates, candidate = ctx.saved_tensors  # type: ignore[attr-defined]
        has_summary = ctx.has_summary  # type: ignore[attr-defined]
        n_steps, n_streams, n = new.shape
        before, reset, keep = states[:-1], opened[..., :n], opened[..., n:]
        # factors that do not depend on later steps, for all steps at once
        to_keep = (before - new) * keep * (1 - keep)
        to_new = (1 - keep) * (1 - new * new)
        to_reset = reset * (1 - reset) * (inner if has_summary else before)
        by_given = new.new_empty(n_steps, n_streams, 3 * n)
        later = torch.zeros_like(states[0])  # derivative of the later costs by h[t]
        for t in range(n_steps - 1, -1, -1):
            by_state = by_states[t] + later
            by_new = by_state * to_new[t]
            if has_summary:
                by_reset = by_new * to_reset[t]
                later = torch.addmm(by_state * keep[t], by_new * reset[t], candidate.T)
            else:
                by_inner = by_new @ candidate.T
                by_reset = by_inner * to_reset[t]
                later = torch.addcmul(by_state * keep[t], by_inner, reset[t])
            by_given[t, :, :n] = by_reset
            by_given[t, :, n : 2 * n] = by_state * to_keep[t]
            by_given[t, :, 2 * n :] = by_new
            later = torch.addmm(later, by_given[t, :, : 2 * n], gates.T)
        flat = before.reshape(-1, n).T
        by_gates = flat @ by_given[..., : 2 * n].reshape(-1, 2 * n)
        if not has_summary:
            by_candidate = inner.reshape(-1, n).T @ by_given[..., 2 * n :].reshape(-1, n)
            return by_given, later, by_gates, by_candidate, None
        by_inner = by_given[..., 2 * n :] * reset
        by_candidate = flat @ by_inner.reshape(-1, n)
        return by_given, later, by_gates, by_candidate, by_inner.sum(0)
