"""Scores of pairs: log p(y | x), what x adds to it, and the rank of y among other targets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.models import (
    Encoded,
    EncoderDecoder,
    Pairs,
    TextToVector,
    VectorToText,
    as_summary,
    log_likelihood,
    summarise,
)
from embedviz.sequences.beams import select_streams
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.pair_set import PairSet

_AT_ONCE = 128  # pairs
_TEXTS_AT_ONCE = 256
_LARGEST_COST = 700.0  # whose exponential is a number

Ids = Sequence[Sequence[int]]
Floats = NDArray[np.float64]
Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class PairScores:
    r"""Scores of pairs by a model.

    Attributes
    ----------
    log_probability : ndarray of float64, shape (n_pairs,)
        log p(y | x) in nats; of a text over its words and its end.
    n_tokens : ndarray of int64, shape (n_pairs,)
        Words of each target, with its end; 1 for a label.
    information : ndarray of float64, shape (n_pairs,)
        Pointwise mutual information log p(y | x) - log p(y) in nats: what the source adds.
        log p(y | x) alone favours short and frequent targets.
    rank : ndarray of float64, shape (n_pairs,)
        Rank of y among the candidates by what the source adds, or of a label among all by cosine,
        from 1; ties count halfway. NaN if there is a single candidate.
    n_candidates : int
    reference : str
        What p(y) is: ``sources``, the mean of p(y | x) over the other sources of the group, or
        ``zero``, p(y | 0) with a vector of zeros in place of the source.
    """

    log_probability: Floats
    n_tokens: NDArray[np.int64]
    information: Floats
    rank: Floats
    n_candidates: int
    reference: str

    @property
    def per_token(self) -> Floats:
        """Log p per token."""
        return self.log_probability / self.n_tokens

    @property
    def perplexity(self) -> float | None:
        """Exponential of the mean cost per token; None if it is too large for a number."""
        return perplexity_of(float(self.log_probability.sum()), int(self.n_tokens.sum()))


def perplexity_of(log_p: float, n_tokens: int) -> float | None:
    """Return the exponential of the mean cost; None if it is too large for a number."""
    mean = -log_p / n_tokens
    return math.exp(mean) if mean < _LARGEST_COST else None


def score_pairs(
    model: SequenceModel,
    pairs: PairSet,
    *,
    n_candidates: int = 100,
    seed: int = 0,
    progress: Progress | None = None,
) -> PairScores:
    """Score pairs.

    For a model that writes texts, the pairs are divided at random into groups of `n_candidates`;
    the targets of a group are the candidates of each of its sources. Candidates with the same
    source or the same target as the pair are not counted, since they are no wrong answers. p(y) is
    the mean of p(y | x) over the group's other sources (leave-one-out, as in Poole et al. 2019, *On
    variational bounds of mutual information*); to rank, over all of them, so that it is the same
    for every source. For vec-seq, and for a single source, it is p(y | 0). For seq-vec all labels
    are candidates, and p(y) is the mean over all other sources.

    Parameters
    ----------
    model : SequenceModel
    pairs : PairSet
    n_candidates : int
        At least 2; fewer if there are not so many pairs.
    seed : int
        Of the groups.
    progress : callable, optional
        Called with the share done.

    Raises
    ------
    InputError
        If there are fewer than 2 candidates.
    """
    if n_candidates < 2:
        raise InputError(
            f"A target cannot be ranked among {n_candidates} candidates: give at least 2."
        )
    progress = progress or (lambda share: None)
    if isinstance(model.net, TextToVector):
        return _score_labels(model, pairs, progress)
    n = len(pairs)
    found = np.full((3, n), np.nan)
    is_single = len(set(pairs.sources)) < 2
    reference = "zero" if is_single or model.shape == "vec-seq" else "sources"
    groups = divide(n, n_candidates, seed)
    for number, (group, n_new) in enumerate(groups):
        matrix = score_matrix(model, pairs.take(group))
        new = np.arange(n_new)
        found[:, group[:n_new]] = (
            matrix.log_probability.diagonal()[:n_new],
            matrix.own_information(reference)[:n_new],
            rank_in_rows(matrix.information(reference), new, matrix.is_other)
            if len(group) > 1
            else np.full(n_new, np.nan),
        )
        progress((number + 1) / len(groups))
    n_tokens = np.array([len(target) + 1 for target in pairs.targets], dtype=np.int64)
    return PairScores(found[0], n_tokens, found[1], found[2], len(groups[0][0]), reference)


def divide(n: int, n_together: int, seed: int) -> list[tuple[NDArray[np.int64], int]]:
    """Divide n pairs at random into groups of one size.

    The last group is filled up with pairs of others; each comes with the number of its first pairs
    that are in no earlier group.

    Examples
    --------
    >>> [(sorted(group.tolist()), n_new) for group, n_new in divide(3, 2, 0)]
    [([0, 2], 2), ([1, 2], 1)]
    """
    order = np.random.default_rng(seed).permutation(n)
    size = min(n, n_together)
    groups = []
    for begin in range(0, n, size):
        new = order[begin : begin + size]
        groups.append((np.concatenate([new, order[: size - len(new)]]), len(new)))
    return groups


@dataclass(frozen=True, eq=False)
class ScoreMatrix:
    """All targets of some pairs after all of their sources.

    Attributes
    ----------
    log_probability : ndarray of float64, shape (n_pairs, n_pairs)
        log p of target j after source i.
    after_zero : ndarray of float64, shape (n_pairs,)
        log p of each target after a vector of zeros.
    same_source, is_other : ndarray of bool, shape (n_pairs, n_pairs)
        Whether the pairs i and j have the same source; whether they differ in both sides.
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
    zero = _zero(model)
    for begin in range(0, n, _AT_ONCE):
        some = order[begin : begin + _AT_ONCE]
        # the sources of the batch are not read: they are given below
        batch = _tensors(model, [[0]] * len(some), [pairs.targets[i] for i in some])
        streams = torch.zeros(len(some), dtype=torch.int64)
        for i in range(n):
            source = select_streams(encoded, streams + i)
            found[i, some] = log_likelihood(model.net, batch, source).numpy()
        after_zero[some] = log_likelihood(model.net, batch, select_streams(zero, streams)).numpy()
    of_source, of_target = _numbers(pairs.sources), _numbers(pairs.targets)
    same_source = of_source[:, None] == of_source
    is_other = ~same_source & (of_target[:, None] != of_target)
    return ScoreMatrix(found, after_zero, same_source, is_other)


def rank_in_rows(scores: Floats, true: NDArray[np.int64], is_other: NDArray[np.bool_]) -> Floats:
    """Rank one column in each of the first rows, from 1; ties count halfway.

    Parameters
    ----------
    scores : ndarray, shape (n_rows, n_columns)
    true : ndarray of int64, shape (n,)
        The column of each of the first n rows.
    is_other : ndarray of bool, shape (n_columns, n_columns)
        Columns that compete with each true one.

    Examples
    --------
    >>> rank_in_rows(np.array([[1.0, 3, 1, 1]]), np.array([0]), ~np.eye(4, dtype=bool)).tolist()
    [3.0]
    """
    rows, others = scores[: len(true)], is_other[true]
    own = rows[np.arange(len(true)), true][:, None]
    above, equal = ((rows > own) & others).sum(1), ((rows == own) & others).sum(1)
    return np.asarray(1 + above + equal / 2, dtype=np.float64)


def log_probabilities(
    model: SequenceModel, sources: Ids, targets: Ids, *, zero: bool = False
) -> Floats:
    """Compute log p(y | x) in nats of each pair of ids, or log p(y | 0), shape (n_pairs,)."""
    found = np.empty(len(sources))
    order = sorted(range(len(sources)), key=lambda i: (len(sources[i]), len(targets[i])))
    for begin in range(0, len(order), _AT_ONCE):
        some = order[begin : begin + _AT_ONCE]
        batch = _tensors(model, [sources[i] for i in some], [targets[i] for i in some])
        streams = torch.zeros(len(some), dtype=torch.int64)
        given = select_streams(_zero(model), streams) if zero else None
        found[some] = log_likelihood(model.net, batch, given).numpy()
    return found


@torch.no_grad()
def encode_ids(model: SequenceModel, sources: Ids) -> Encoded:
    """Read sources."""
    return summarise(model.net, _tensors(model, sources, [[0]] * len(sources)))


def summaries(model: SequenceModel, sources: Ids) -> NDArray[np.float32]:
    """Return the vectors of sources, shape (n_sources, n_summary); of labels their own."""
    parts = [
        encode_ids(model, sources[begin : begin + _TEXTS_AT_ONCE]).summary.numpy()
        for begin in range(0, len(sources), _TEXTS_AT_ONCE)
    ]
    return np.concatenate(parts)


@torch.no_grad()
def rank_labels(
    model: SequenceModel, vectors: NDArray[np.float32], labels: NDArray[np.int64]
) -> Floats:
    """Rank labels among all of a seq-vec model by their cosine with vectors, ties halfway."""
    assert isinstance(model.net, TextToVector)
    ranks = np.empty(len(labels))
    for begin in range(0, len(labels), _TEXTS_AT_ONCE):
        here = slice(begin, begin + _TEXTS_AT_ONCE)
        scores = model.net.scores(torch.from_numpy(vectors[here])).numpy()
        own = scores[np.arange(len(scores)), labels[here]][:, None]
        ranks[here] = (scores > own).sum(1) + ((scores == own).sum(1) + 1) / 2
    return ranks


@torch.no_grad()
def _score_labels(model: SequenceModel, pairs: PairSet, progress: Progress) -> PairScores:
    assert isinstance(model.net, TextToVector)
    labels = np.array([target[0] for target in pairs.targets], dtype=np.int64)
    vectors = summaries(model, pairs.sources)
    of_source = _numbers(pairs.sources)
    n_others = len(labels) - np.bincount(of_source)[of_source]
    own = np.empty(len(labels))
    total = np.full(len(labels), -np.inf)  # log of the sum of p over other sources
    for begin in range(0, len(labels), _TEXTS_AT_ONCE):
        here = slice(begin, begin + _TEXTS_AT_ONCE)
        log_p = torch.log_softmax(model.net.scores(torch.from_numpy(vectors[here])), 1).double()
        own[here] = log_p.numpy()[np.arange(len(log_p)), labels[here]]
        others = np.where(of_source[here, None] == of_source, -np.inf, log_p.numpy()[:, labels])
        total = np.logaddexp(total, np.logaddexp.reduce(others, axis=0))
        progress((begin + len(log_p)) / len(labels))
    is_single = not n_others.all()
    n_labels = len(model.target)
    # zero has the same cosine with all labels
    mean = -math.log(n_labels) if is_single else total - np.log(n_others)
    return PairScores(
        own,
        np.ones(len(labels), dtype=np.int64),
        own - mean,
        rank_labels(model, vectors, labels),
        n_labels,
        "zero" if is_single else "sources",
    )


def _zero(model: SequenceModel) -> Encoded:
    """Return a source that says nothing: a vector of zeros."""
    net = model.net
    assert isinstance(net, (EncoderDecoder, VectorToText))
    if isinstance(net, VectorToText):
        return as_summary(torch.zeros(1, net.vectors.shape[1]))
    n_summary, n_encoded = net.encoder.summary.out_features, net.encoder.n_encoded
    one = torch.ones(1, dtype=torch.int64)
    return Encoded(torch.zeros(1, n_summary), torch.zeros(1, 1, n_encoded), one)


def _tensors(model: SequenceModel, sources: Ids, targets: Ids) -> Pairs:
    return Pairs.of(model.batch(sources, targets), torch.device("cpu"))


def _numbers(sides: Ids) -> NDArray[np.int64]:
    """Give each distinct text a number."""
    known: dict[tuple[int, ...], int] = {}
    return np.array([known.setdefault(tuple(ids), len(known)) for ids in sides], dtype=np.int64)
