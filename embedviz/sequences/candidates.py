"""Scores of texts as targets of one source: what the source adds to the probability of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from embedviz.models import Encoded, log_likelihood
from embedviz.sequences.decoding import Source, decoder_of, encode_sources
from embedviz.sequences.likelihoods import (
    Floats,
    log_probabilities_after,
    pair_tensors,
    zero_source,
)
from embedviz.sequences.model import SequenceModel

_SOURCES_AT_ONCE = 32


@dataclass(frozen=True, eq=False)
class CandidateScores:
    """Candidates y of a source x.

    Attributes
    ----------
    log_probability : ndarray of float64, shape (n_candidates,)
        log p(y | x) in nats, of the words and the end.
    after_others : ndarray of float64, shape (n_candidates, n_others)
        log p(y | x') after each other source.
    after_zero : ndarray of float64, shape (n_candidates,)
        log p(y | 0), after a vector of zeros.
    n_tokens : ndarray of int64, shape (n_candidates,)
        Words with the end.
    """

    log_probability: Floats
    after_others: Floats
    after_zero: Floats
    n_tokens: np.ndarray[tuple[int], np.dtype[np.int64]]

    @property
    def reference(self) -> str:
        """What p(y) is: ``sources``, the mean over the other sources, or ``zero``, p(y | 0)."""
        return "sources" if self.after_others.shape[1] else "zero"

    @property
    def log_prior(self) -> Floats:
        """The logarithm of p(y); see `reference`."""
        n_others = self.after_others.shape[1]
        if not n_others:
            return self.after_zero
        return np.asarray(np.logaddexp.reduce(self.after_others, axis=1) - math.log(n_others))

    @property
    def information(self) -> Floats:
        """Pointwise mutual information log p(y | x) - log p(y) in nats."""
        return self.log_probability - self.log_prior


def score_candidates(
    model: SequenceModel,
    source: Source,
    candidates: Sequence[str],
    others: Sequence[Source] = (),
) -> CandidateScores:
    """Score texts as targets of a source; see `embedviz.sequences.score_pairs`.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or vec-seq.
    source : str or ndarray
        See `encode_sources`.
    candidates : sequence of str
        Texts; words that the model does not write count as the unknown word.
    others : sequence of str or ndarray
        Sources over which p(y) is the mean; without any, it is p(y | 0).

    Raises
    ------
    InputError
        If a source or a candidate is unusable.
    """
    decoder_of(model)
    targets = [model.target_ids(text) for text in candidates]
    sources = encode_sources(model, [source, *others])
    found = _likelihoods(model, sources, 1 + len(others), targets)
    return CandidateScores(
        found[:, 0],
        found[:, 1:],
        log_probabilities_after(model, zero_source(model), targets),
        np.array([len(ids) + 1 for ids in targets], dtype=np.int64),
    )


def _likelihoods(
    model: SequenceModel, sources: Encoded, n_sources: int, targets: Sequence[Sequence[int]]
) -> Floats:
    """Compute log p of each target after each source, shape (n_targets, n_sources)."""
    found = np.empty((len(targets), n_sources))
    for row, ids in enumerate(targets):
        for begin in range(0, n_sources, _SOURCES_AT_ONCE):
            end = min(n_sources, begin + _SOURCES_AT_ONCE)
            # the sources of the batch are not read: they are given
            batch = pair_tensors(model, [[0]] * (end - begin), [ids] * (end - begin))
            given = sources.select(torch.arange(begin, end))
            found[row, begin:end] = log_likelihood(model.net, batch, given).numpy()
    return found
