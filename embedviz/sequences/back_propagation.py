"""Back-propagation through time made visible: how far back the cost of a word reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call

from embedviz.errors import InputError
from embedviz.models import State, TrainedModel

MOST_STEPS = 80
"""Maximum number of words: the gradient of each cost goes back through all steps before it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GradientReach:
    """Norms of the derivatives of each cost by each earlier state.

    Attributes
    ----------
    words : tuple of str
    norms : ndarray, shape (n_steps, n_steps)
        Row t, column s: ‖∂C[t] / ∂h[s]‖ for s ≤ t, where h[s] is the state after word s and
        C[t] = -log p(word t + 1). NaN for s > t. Of an LSTM h and c together, as both carry over.
    truncation : int
        Steps after which training cuts the graph.
    """

    words: tuple[str, ...]
    norms: Floats
    truncation: int

    @property
    def is_cut(self) -> bool:
        """Whether the text is longer than what training goes back through."""
        return self.truncation < len(self.norms)

    @property
    def by_distance(self) -> Floats:
        """Norms by k = t - s relative to those at k = 0, shape (n_steps, 3).

        Lower quartile, median and upper quartile over t; NaN without any.
        """
        n = len(self.norms)
        found = np.full((n, 3), np.nan)
        for k in range(n):
            here = np.array([self.norms[t, t - k] / self.norms[t, t] for t in range(k, n)])
            here = here[np.isfinite(here)]
            if len(here):
                found[k] = np.quantile(here, [0.25, 0.5, 0.75])
        return found

    @property
    def reach(self) -> int | None:
        """Distance at which the median norm first is below a hundredth of that at 0, if any is."""
        below = np.flatnonzero(self.by_distance[:, 1] < 0.01)
        return int(below[0]) if len(below) else None


def gradient_reach(trained: TrainedModel, text: str) -> GradientReach:
    """Measure how far the cost at each word of a text reaches back.

    Parameters
    ----------
    trained : TrainedModel
    text : str
        2 to 80 words.

    Raises
    ------
    InputError
        If the text has fewer than 2 words or more than 80.
    """
    ids = _ids(trained, text)
    states, costs = _unroll(trained, ids)
    n = len(costs)
    norms = np.full((n, n), np.nan)
    for t, cost in enumerate(costs):
        parts = [part for state in states[: t + 1] for part in _parts(state)]
        gradients = torch.autograd.grad(cost, parts, retain_graph=True, materialize_grads=True)
        squares = [float(gradient.double().square().sum()) for gradient in gradients]
        each = len(parts) // (t + 1)
        norms[t, : t + 1] = np.sqrt(np.array(squares).reshape(t + 1, each).sum(axis=1))
    words = tuple(trained.tokenizer.tokens(text))
    return GradientReach(words, norms, int(trained.settings["n_steps"]))


@dataclass(frozen=True, eq=False)
class WeightSum:
    """The sum that back-propagation through time makes for one weight.

    Attributes
    ----------
    name : str
        Name of the weight's matrix in the cell.
    place : (int, int)
        Row and column of the weight.
    terms : ndarray, shape (n_steps, n_steps)
        Row t, column s: the part of ∂C[t] / ∂w that goes through the use of w at step s; 0 for
        s > t. The sum of all is the derivative of the whole cost.
    """

    name: str
    place: tuple[int, int]
    terms: Floats

    @property
    def total(self) -> float:
        """Derivative of the whole cost by the weight."""
        return float(self.terms.sum())


def cell_weights(trained: TrainedModel) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the cell's weight matrices by name."""
    cell = _reader(trained).pred
    return {name: tuple(one.shape) for name, one in cell.named_parameters() if one.dim() == 2}


def weight_sum(trained: TrainedModel, text: str, name: str, place: tuple[int, int]) -> WeightSum:
    """Split the derivative of the cost by one weight into the steps at which the weight is used.

    ∂F/∂w = Σ_t Σ_{s ≤ t} ∂C[t]/∂h[s] · ∂⁺h[s]/∂w, where ∂⁺ leaves h[s-1] constant.

    Parameters
    ----------
    trained : TrainedModel
    text : str
        2 to 80 words.
    name : str
        One of `cell_weights`.
    place : (int, int)
        Row and column.

    Raises
    ------
    InputError
        If there is no such weight, or the text is too short or too long.
    """
    shapes = cell_weights(trained)
    if name not in shapes:
        raise InputError(f"The cell has no weights '{name[:60]}': use one of {', '.join(shapes)}.")
    if not all(0 <= at < size for at, size in zip(place, shapes[name], strict=True)):
        rows, columns = shapes[name]
        raise InputError(
            f"{name} has no weight in row {place[0]}, column {place[1]}: rows go up to {rows - 1}, "
            f"columns up to {columns - 1}."
        )
    ids = _ids(trained, text)
    copies: list[Tensor] = []
    _, costs = _unroll(trained, ids, name, copies)
    terms = np.zeros((len(costs), len(costs)))
    for t, cost in enumerate(costs):
        gradients = torch.autograd.grad(cost, copies[: t + 1], retain_graph=True)
        terms[t, : t + 1] = [float(gradient[place]) for gradient in gradients]
    return WeightSum(name, place, terms)


def _reader(trained: TrainedModel) -> Any:  # noqa: ANN401
    return trained.model.readers[0]


def _ids(trained: TrainedModel, text: str) -> Tensor:
    ids = trained.ids(text)
    if not 2 <= len(ids) <= MOST_STEPS:
        raise InputError(f"The text has {len(ids)} words: give between 2 and {MOST_STEPS}.")
    return torch.tensor(ids)


def _parts(state: State) -> tuple[Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


def _unroll(
    trained: TrainedModel, ids: Tensor, name: str | None = None, copies: list[Tensor] | None = None
) -> tuple[list[State], list[Tensor]]:
    """Take one step at a time; return the states and costs of the graph.

    With a `name`, each step uses a copy of that weight of its own, added to `copies`.
    """
    model, reader = trained.model, _reader(trained)
    cell = cast(nn.Module, reader.pred)
    embedded = model.embedding[ids].detach()
    states: list[State] = []
    costs: list[Tensor] = []
    zeros = embedded.new_zeros(1, reader.dec.linear.in_features)
    is_lstm = isinstance(getattr(cell, "cell", None), nn.LSTM)
    state: State = (zeros, zeros) if is_lstm else zeros
    for t in range(len(ids) - 1):
        inputs = embedded[t][None, None]  # (1 step, 1 stream, n_dims)
        if name is None or copies is None:
            _, state = cell(inputs, state)
        else:
            copy = cell.get_parameter(name).detach().clone().requires_grad_()
            copies.append(copy)
            _, state = functional_call(cell, {name: copy}, (inputs, state))
        for part in _parts(state):
            if not part.requires_grad:  # of a cell without gradients
                part.requires_grad_()
        states.append(state)
        hidden = _parts(state)[0]
        decoded = reader.dec(hidden, embedded[t][None])
        scores = model.scores(decoded)
        costs.append(nn.functional.cross_entropy(scores, ids[t + 1][None]))
    return states, costs
