"""Perplexity over the full softmax, and the calibration that a sampled cost needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedviz.models.language_model import LanguageModel

_STEPS_AT_ONCE = 50
_SCORES_AT_ONCE = 1 << 25  # limits memory to about 130 MB per array of scores


Stop = Callable[[], bool]


class MeasurementStoppedError(Exception):
    """A measurement ended without a result because `stop` returned True."""


@torch.no_grad()
def _decoded(
    model: LanguageModel, blocks: NDArray[np.int32], stop: Stop
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield decoded states (n_positions, n_dims) and next words; each block has h[0] = 0."""
    ids = torch.from_numpy(blocks.astype(np.int64)).T.to(
        model.embedding.device
    )  # (n_steps, n_blocks)
    state = None
    for begin in range(0, len(ids) - 1, _STEPS_AT_ONCE):
        steps = ids[begin : begin + _STEPS_AT_ONCE + 1]
        decoded, state = model.decode(model.embedding[steps[:-1]], state)
        at_once = max(1, _SCORES_AT_ONCE // len(model.embedding))
        flat, targets = decoded.flatten(0, 1), steps[1:].flatten()
        for first in range(0, len(flat), at_once):
            here = slice(first, first + at_once)
            if stop():
                raise MeasurementStoppedError
            yield flat[here], targets[here]


@torch.no_grad()
def perplexity(
    model: LanguageModel, blocks: NDArray[np.int32], *, stop: Stop = lambda: False
) -> float:
    """Exponential of the mean cost per token in nats, over the full softmax.

    Parameters
    ----------
    model : LanguageModel
    blocks : ndarray of int32, shape (n_blocks, n_block)
        Contiguous text; each block starts from h[0] = 0. Unknown words count as one word.
    stop : callable, optional
        Called several times a second; once it returns True, `MeasurementStoppedError` is raised.
    """
    cost, n = 0.0, 0
    for decoded, targets in _decoded(model, blocks, stop):
        cost += float(
            torch.nn.functional.cross_entropy(model.scores(decoded), targets, reduction="sum")
        )
        n += len(targets)
    return math.exp(min(cost / n, 700.0))


@torch.no_grad()
def calibrate(
    model: LanguageModel,
    blocks: NDArray[np.int32],
    counts: NDArray[np.int64],
    *,
    stop: Stop = lambda: False,
) -> None:
    """Convert scores learnt among noise words to log-probabilities.

    The sampled cost ignores the frequency of a word. Two numbers restore it: the score of
    word w becomes ``a · score + b · log frequency(w)``, where a and b minimise the cost on
    `blocks`, found by Newton's method (the cost is convex in both).

    Parameters
    ----------
    model : LanguageModel
        Its output scale and bias are modified.
    blocks : ndarray of int32, shape (n_blocks, n_block)
        Training text, not subsampled, without held-out text.
    counts : ndarray of int64, shape (n_words,)
    stop : callable, optional
        Called several times a second; once it returns True, `MeasurementStoppedError` is raised.
    """
    smoothed = torch.from_numpy(np.maximum(counts, 0.5) / np.maximum(counts, 0.5).sum())
    frequency = smoothed.log().float()
    factors = torch.tensor([1.0, 1.0], dtype=torch.float64)
    for _ in range(12):
        gradient = torch.zeros(2, dtype=torch.float64)
        curvature = torch.eye(2, dtype=torch.float64) * 1e-6
        for decoded, targets in _decoded(model, blocks, stop):
            scores = decoded @ model.output.T  # (n_positions, n_words), not yet calibrated
            shares = torch.softmax(factors[0] * scores + factors[1] * frequency, dim=1)
            shares = shares.float()
            # means of (score, log frequency), their squares and product, under the model
            score_mean, frequency_mean = (shares * scores).sum(1), shares @ frequency
            gradient += torch.stack(
                [
                    (score_mean - scores.gather(1, targets[:, None])[:, 0]).sum(),
                    (frequency_mean - frequency[targets]).sum(),
                ]
            )
            mixed = (shares * scores) @ frequency - score_mean * frequency_mean
            curvature += torch.stack(
                [
                    torch.stack(
                        [((shares * scores * scores).sum(1) - score_mean**2).sum(), mixed.sum()]
                    ),
                    torch.stack([mixed.sum(), (shares @ frequency**2 - frequency_mean**2).sum()]),
                ]
            )
        step = torch.linalg.solve(curvature, gradient)
        # a full Newton step can overshoot far from the minimum: at most 0.5 per iteration
        step *= min(1.0, 0.5 / float(step.abs().max().clamp(min=1e-12)))
        factors -= step
        if float(step.abs().max()) < 1e-3:
            break
    model.output_scale.fill_(float(factors[0]))
    model.output_bias.copy_(float(factors[1]) * frequency)
