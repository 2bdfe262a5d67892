"""Scores of pairs: log p(y | x), what x adds to it, and the rank of y among other targets."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.models import TextToVector
from embedviz.sequences.labels import closeness
from embedviz.sequences.likelihoods import (
    TEXTS_AT_ONCE,
    Floats,
    number_texts,
    perplexity_of,
    score_matrix,
    summaries,
)
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.pair_set import PairSet
from embedviz.support import counted
from embedviz.vectors import unit_rows

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
        Rank of y among the candidates by what the source adds, or of a label among all by cosine
        less half of its hubness, from 1; ties count halfway. NaN if nothing competes with it, as
        with a target without a known word: to the model all such targets are the same.
    n_candidates : int
    reference : str
        What p(y) is: ``sources``, the mean of p(y | x) over the other sources of the group, or
        ``zero``, p(y | 0) with a vector of zeros in place of the source.
    unknown_share : float
        Of the words of the targets; 0 for labels.
    """

    log_probability: Floats
    n_tokens: NDArray[np.int64]
    information: Floats
    rank: Floats
    n_candidates: int
    reference: str
    unknown_share: float = 0.0

    @property
    def per_token(self) -> Floats:
        """Log p per token."""
        return self.log_probability / self.n_tokens

    @property
    def perplexity(self) -> float | None:
        """Exponential of the mean cost per token; None if it is too large for a number."""
        return perplexity_of(float(self.log_probability.sum()), int(self.n_tokens.sum()))


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
    check_candidates(n_candidates)
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
            rank_in_rows(matrix.information(reference), new, matrix.is_other),
        )
        progress((number + 1) / len(groups))
    n_tokens = np.array([len(target) + 1 for target in pairs.targets], dtype=np.int64)
    n = len(groups[0][0])
    return PairScores(found[0], n_tokens, found[1], found[2], n, reference, pairs.unknown_share)


def check_candidates(n: int) -> None:
    """Raise `InputError` for fewer than 2 candidates."""
    if n < 2:
        raise InputError(
            f"A target cannot be ranked among {counted(n, 'candidate')}: give at least 2."
        )


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


def rank_in_rows(scores: Floats, true: NDArray[np.int64], is_other: NDArray[np.bool_]) -> Floats:
    """Rank one column in each of the first rows, from 1; ties count halfway; NaN without others.

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
    return np.where(others.any(1), 1 + above + equal / 2, np.nan)


@torch.no_grad()
def rank_labels(
    model: SequenceModel, vectors: NDArray[np.float32], labels: NDArray[np.int64]
) -> Floats:
    """Rank labels among all of a seq-vec model by `closeness` to vectors, ties halfway."""
    assert isinstance(model.net, TextToVector)
    unit = unit_rows(model.net.vectors.detach().numpy())
    ranks = np.empty(len(labels))
    for begin in range(0, len(labels), TEXTS_AT_ONCE):
        here = slice(begin, begin + TEXTS_AT_ONCE)
        scores = closeness(model, unit_rows(vectors[here]) @ unit.T)
        own = scores[np.arange(len(scores)), labels[here]][:, None]
        ranks[here] = (scores > own).sum(1) + ((scores == own).sum(1) + 1) / 2
    return ranks


@torch.no_grad()
def _score_labels(model: SequenceModel, pairs: PairSet, progress: Progress) -> PairScores:
    assert isinstance(model.net, TextToVector)
    labels = np.array([target[0] for target in pairs.targets], dtype=np.int64)
    vectors = summaries(model, pairs.sources)
    of_source = number_texts(pairs.sources)
    n_others = len(labels) - np.bincount(of_source)[of_source]
    own = np.empty(len(labels))
    total = np.full(len(labels), -np.inf)  # log of the sum of p over other sources
    for begin in range(0, len(labels), TEXTS_AT_ONCE):
        here = slice(begin, begin + TEXTS_AT_ONCE)
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
