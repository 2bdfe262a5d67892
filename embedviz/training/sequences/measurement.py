"""Measurements on the pairs of a run: held-out perplexity, and the mean summary."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from embedviz.models import MeasurementStoppedError, Pairs, SequenceNet, log_likelihood, summarise
from embedviz.text import PairCorpus, order_batches, take_batch
from embedviz.training.sequences.state import SequenceRun

_MEASURED_AT_ONCE, _SAMPLE = 128, 512  # pairs
_SUMMARISED = 4_096  # sources


def measure_perplexity(run: SequenceRun, sample: bool, stop: Callable[[], bool]) -> float | None:
    """Measure the perplexity of the held-out pairs, over the full softmax.

    Parameters
    ----------
    run : SequenceRun
    sample : bool
        Use at most 512 pairs.
    stop : callable
        Once it returns True, `MeasurementStoppedError` is raised.

    Returns
    -------
    float or None
        None without held-out pairs, and in all processes except the first.
    """
    corpus = run.corpus
    every = -(-len(corpus.held_out) // _SAMPLE) if sample else 1
    rows = corpus.held_out[:: max(1, every)]
    if not len(rows) or not run.world.is_first:
        return None
    cost, n_tokens = 0.0, 0
    for some in order_batches(corpus, rows, n_pairs=_MEASURED_AT_ONCE, seed=(0,)):
        if stop():
            raise MeasurementStoppedError
        batch = take_batch(corpus, some)
        cost -= float(log_likelihood(run.model, Pairs.of(batch, run.world.device)).sum())
        n_tokens += int(batch.target_lengths.sum())
    with np.errstate(over="ignore"):
        return float(np.exp(cost / n_tokens)) if math.isfinite(cost) else math.inf


@torch.no_grad()
def some_summaries(net: SequenceNet, corpus: PairCorpus, device: torch.device) -> Tensor:
    """Encode some thousand training sources, evenly spread, shape (n, n_summary)."""
    rows = corpus.train[:: -(-len(corpus.train) // _SUMMARISED)]
    batches = order_batches(corpus, rows, n_pairs=_MEASURED_AT_ONCE, seed=(0,))
    return torch.cat(
        [summarise(net, Pairs.of(take_batch(corpus, some), device)).summary for some in batches]
    )
