"""log p(y | x) of pairs, one by one and of all sources with all targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.models import (
    Encoded,
    EncoderDecoder,
    Pairs,
    PictureToText,
    VectorToText,
    as_summary,
    log_likelihood,
    summarise,
)
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.pair_set import PairSet

TEXTS_AT_ONCE = 256
_AT_ONCE = 128  # pairs
_LARGEST_COST = 700.0  # whose exponential is a number

Ids = Sequence[Sequence[int]]
Floats = NDArray[np.float64]


def log_probabilities(
    model: SequenceModel, sources: Ids, targets: Ids, *, zero: bool = False
) -> Floats:
    """Compute log p(y | x) in nats of each pair of ids, or log p(y | 0), shape (n_pairs,)."""
    return _log_probabilities(model, sources, targets, zero_source(model) if zero else None)


def log_probabilities_after(model: SequenceModel, given: Encoded, targets: Ids) -> Floats:
    """Compute log p(y | x) in nats of targets after the same source, shape (n_targets,)."""
    return _log_probabilities(model, [[0]] * len(targets), targets, given)


def _log_probabilities(
    model: SequenceModel, sources: Ids, targets: Ids, given: Encoded | None
) -> Floats:
    """Compute log p of each pair; with a source that is given, the others are not read."""
    found = np.empty(len(targets))
    order = sorted(range(len(targets)), key=lambda i: (len(sources[i]), len(targets[i])))
    for begin in range(0, len(order), _AT_ONCE):
        some = order[begin : begin + _AT_ONCE]
        batch = pair_tensors(model, [sources[i] for i in some], [targets[i] for i in some])
        streams = torch.zeros(len(some), dtype=torch.int64)
        one = None if given is None else given.select(streams)
        found[some] = log_likelihood(model.net, batch, one).numpy()
    return found


@torch.no_grad()
def encode_ids(model: SequenceModel, sources: Ids) -> Encoded:
    """Read sources."""
    return summarise(model.net, pair_tensors(model, sources, [[0]] * len(sources)))


def summaries(model: SequenceModel, sources: Ids) -> NDArray[np.float32]:
    """Return the vectors of sources, shape (n_sources, n_summary); of labels their own."""
    order = np.argsort([len(ids) for ids in sources], kind="stable")  # so that little is padded
    parts = [
        encode_ids(
            model, [sources[i] for i in order[begin : begin + TEXTS_AT_ONCE]]
        ).summary.numpy()
        for begin in range(0, len(order), TEXTS_AT_ONCE)
    ]
    return np.asarray(np.concatenate(parts)[np.argsort(order)])


def perplexity_of(log_p: float, n_tokens: int) -> float | None:
    """Return the exponential of the mean cost; None if it is too large for a number."""
    mean = -log_p / n_tokens
    return math.exp(mean) if mean < _LARGEST_COST else None


@dataclass(frozen=True, eq=False)
class ScoreMatrix:
    """All targets of some pairs after all of their sources.

    Attributes
    ----------
    log_probability : ndarray of float64, shape (n_pairs, n_pairs)
        log p of target j after source i.
    after_zero : ndarray of float64, shape (n_pairs,)
        log p of each target after a vector of zeros.
    same_source : ndarray of bool, shape (n_pairs, n_pairs)
        Whether the pairs i and j have the same source.
    is_other : ndarray of bool, shape (n_pairs, n_pairs)
        Whether target j competes with target i: the pairs differ in both sides. Targets without a
        known word are the same to the model, so that nothing competes with them.
    """

    log_probability: Floats
    after_zero: Floats
    same_source: NDArray[np.bool_]
    is_other: NDArray[np.bool_]

    def information(self, reference: str) -> Floats:
        """Return log p(y | x) - log p(y) of all, with p(y) over all sources."""
        mean = np.logaddexp.reduce(self.log_probability, axis=0) - math.log(len(self.is_other))
        return self.log_probability - (self.after_zero if reference == "zero" else mean)

    def own_information(self, reference: str) -> Floats:
        """Return that of each pair, with p(y) over its other sources, shape (n_pairs,)."""
        n_others = (~self.same_source).sum(0)
        others = np.where(self.same_source, -np.inf, self.log_probability)
        mean = np.logaddexp.reduce(others, axis=0) - np.log(np.maximum(n_others, 1))
        uses_zero = (n_others == 0) | (reference == "zero")
        return np.asarray(
            self.log_probability.diagonal() - np.where(uses_zero, self.after_zero, mean)
        )


def score_matrix(model: SequenceModel, pairs: PairSet) -> ScoreMatrix:
    """Score every target of some pairs after every source; for models that write texts."""
    n = len(pairs)
    encoded = encode_ids(model, pairs.sources)
    order = np.argsort([len(target) for target in pairs.targets], kind="stable")
    found = np.empty((n, n))
    after_zero = np.empty(n)
    zero = zero_source(model)
    for begin in range(0, n, _AT_ONCE):
        some = order[begin : begin + _AT_ONCE]
        # the sources of the batch are not read: they are given below
        batch = pair_tensors(model, [[0]] * len(some), [pairs.targets[i] for i in some])
        streams = torch.zeros(len(some), dtype=torch.int64)
        for i in range(n):
            source = encoded.select(streams + i)
            found[i, some] = log_likelihood(model.net, batch, source).numpy()
        after_zero[some] = log_likelihood(model.net, batch, zero.select(streams)).numpy()
    of_source, of_target = number_texts(pairs.sources), number_texts(pairs.targets)
    same_source = of_source[:, None] == of_source
    is_known = np.array([any(target) for target in pairs.targets])
    is_other = ~same_source & (of_target[:, None] != of_target) & is_known[:, None]
    return ScoreMatrix(found, after_zero, same_source, is_other)


def zero_source(model: SequenceModel) -> Encoded:
    """Return a source that says nothing: a vector of zeros."""
    net = model.net
    if isinstance(net, VectorToText):
        return as_summary(torch.zeros(1, net.vectors.shape[1]))
    if isinstance(net, PictureToText):
        return as_summary(torch.zeros(1, net.encoder.summary.out_features))
    assert isinstance(net, EncoderDecoder)
    encoder, one = net.encoder, torch.ones(1, dtype=torch.int64)
    states = torch.zeros(1, 1, encoder.n_encoded)
    embedded = torch.zeros(1, 1, encoder.embedding.shape[1])
    return Encoded(torch.zeros(1, encoder.summary.out_features), states, one, embedded)


def pair_tensors(model: SequenceModel, sources: Ids, targets: Ids) -> Pairs:
    """Put pairs of ids into one batch."""
    return Pairs.of(model.batch(sources, targets), torch.device("cpu"))


def number_texts(sides: Ids) -> NDArray[np.int64]:
    """Give each distinct text a number."""
    known: dict[tuple[int, ...], int] = {}
    return np.array([known.setdefault(tuple(ids), len(known)) for ids in sides], dtype=np.int64)
