"""Batches of pairs, of one source length each as far as possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.text.pair_encoding import END, PairCorpus, Side

_BATCHES_NEAR, _BATCHES_ALIKE = 64, 4  # of pairs in order: mixed, and of similar target length
_BATCHES_SORTED = 16  # pairs of one source length are sorted by target length within so many


@dataclass(frozen=True, eq=False)
class PairBatch:
    """Some pairs, as columns.

    Attributes
    ----------
    source : ndarray of int64, shape (n_source, n_streams)
        Padded at the end with 0; a single row for labels.
    source_lengths : ndarray of int64, shape (n_streams,)
    target : ndarray of int64, shape (1 + n_target, n_streams)
        Begins and ends with `END`, padded with 0; a single row for labels.
    target_lengths : ndarray of int64, shape (n_streams,)
        Words to predict in each target, the end included.
    """

    source: NDArray[np.int64]
    source_lengths: NDArray[np.int64]
    target: NDArray[np.int64]
    target_lengths: NDArray[np.int64]


def order_batches(
    corpus: PairCorpus, rows: NDArray[np.int64], *, n_pairs: int, seed: tuple[int, ...]
) -> list[NDArray[np.int64]]:
    """Divide pairs into batches in random order.

    Pairs of the same source length come together, so that nothing is padded on that side, and
    within some thousand of them those of similar target length. Pairs in order are only mixed with
    those near them, and sorted by the length of both sides.

    Parameters
    ----------
    corpus : PairCorpus
    rows : ndarray of int64
        The pairs.
    n_pairs : int
        Pairs in a batch.
    seed : tuple of int

    Returns
    -------
    list of ndarray of int64
        The pairs of each batch.
    """
    rng = np.random.default_rng(seed)
    if corpus.in_order:
        return _near_ones_together(corpus, rows, n_pairs, rng)
    rows = rng.permutation(rows)
    lengths, targets = corpus.source.lengths[rows], corpus.target.lengths[rows]
    batches = []
    by_length = np.argsort(lengths, kind="stable")
    starts = np.flatnonzero(np.diff(lengths[by_length], prepend=-1))
    for group in np.split(by_length, starts[1:]):
        for begin in range(0, len(group), _BATCHES_SORTED * n_pairs):
            some = group[begin : begin + _BATCHES_SORTED * n_pairs]
            some = some[np.argsort(targets[some], kind="stable")]
            batches += [rows[part] for part in _cut(some, n_pairs)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _near_ones_together(
    corpus: PairCorpus, rows: NDArray[np.int64], n_pairs: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Sort stretches by target length, and parts of them by source length."""
    batches = []
    for some in _cut(rows, _BATCHES_NEAR * n_pairs):
        some = some[np.argsort(corpus.target.lengths[some], kind="stable")]
        here = [
            batch
            for part in _cut(some, _BATCHES_ALIKE * n_pairs)
            for batch in _cut(part[np.argsort(corpus.source.lengths[part], kind="stable")], n_pairs)
        ]
        batches += [here[i] for i in rng.permutation(len(here))]
    return batches


def _cut(rows: NDArray[np.int64], n: int) -> list[NDArray[np.int64]]:
    return [rows[begin : begin + n] for begin in range(0, len(rows), n)]


def take_batch(corpus: PairCorpus, rows: NDArray[np.int64]) -> PairBatch:
    """Read the ids of some pairs."""
    source, source_lengths = _columns(corpus.source, rows)
    target, target_lengths = _columns(corpus.target, rows)
    if corpus.target.is_text:
        target = add_ends(target, target_lengths)
        target_lengths = target_lengths + 1
    return PairBatch(source, source_lengths, target, target_lengths)


def add_ends(target: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add `END` before and after each target, columns (n_target, n_streams) with 0 as padding."""
    n_target, n_streams = target.shape
    framed = np.zeros((n_target + 2, n_streams), dtype=np.int64)
    framed[0] = END
    framed[1:-1] = target
    framed[lengths + 1, np.arange(n_streams)] = END
    return framed


def _columns(side: Side, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids (longest, n_rows), padded with 0, and lengths."""
    starts, lengths = side.ends[rows], side.ends[rows + 1] - side.ends[rows]
    steps = np.arange(lengths.max())[:, None]
    is_word = steps < lengths
    ids = side.ids[np.where(is_word, starts + steps, 0)].astype(np.int64)
    return ids * is_word, lengths
