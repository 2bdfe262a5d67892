"""A long id stream as parallel streams, in blocks for truncated back-propagation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 14


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive steps of all streams.

    Attributes
    ----------
    ids : ndarray of int64, shape (n_steps + 1, n_streams)
        The last row is the first of the next block: what the last step predicts.
    progress : float
        Share of the epoch that is read once the block is, between 0 and 1.
    n_read : int
        Tokens of the corpus behind this block, the skipped ones too.
    """

    ids: NDArray[np.int64]
    progress: float
    n_read: int


def keep_probabilities(
    counts: NDArray[np.int64], threshold: float | None
) -> NDArray[np.float32] | None:
    """Probability to keep a token of each word, so that frequent words do not drown the others.

    A word of relative frequency f stays with probability min(1, sqrt(threshold / f)); None keeps
    all. Source: Mikolov et al. (2013), "Distributed representations of words and phrases", eq. 5.
    """
    if threshold is None:
        return None
    frequency = np.maximum(counts, 1) / max(1, counts.sum())
    keep: NDArray[np.float32] = np.minimum(1, np.sqrt(threshold / frequency)).astype(np.float32)
    return keep


def blocks(
    ids: NDArray[np.int32],
    *,
    n_streams: int,
    n_steps: int,
    keep: NDArray[np.float32] | None,
    seed: tuple[int, int],
) -> Iterator[Block]:
    """Cut an id stream into parallel streams and read them block by block.

    Stream s is the s-th of `n_streams` equal, contiguous stretches of the text, so that a state
    carried from block to block meets the text in its order. Memory holds one chunk of each
    stream, never the text.

    Parameters
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        May be memory-mapped.
    n_streams, n_steps : int
    keep : ndarray of float32, shape (n_words,), optional
        Probability to keep a token of each word, drawn anew each epoch; the others are skipped.
    seed : (int, int)
        Seed and epoch. The draws of a chunk depend on these and its place only.
    """
    length = len(ids) // n_streams
    streams = ids[: length * n_streams].reshape(n_streams, length)
    waiting = [np.empty(0, dtype=np.int32)] * n_streams
    done = 0
    for chunk, begin in enumerate(range(0, length, _CHUNK)):
        tokens = np.asarray(streams[:, begin : begin + _CHUNK])  # (n_streams, <= _CHUNK)
        if keep is None:
            kept = list(tokens)
        else:
            rng = np.random.default_rng((*seed, chunk))
            mask = rng.random(tokens.shape, dtype=np.float32) < keep[tokens]
            kept = [row[stays] for row, stays in zip(tokens, mask, strict=True)]
        waiting = [
            np.concatenate(pair) if len(pair[0]) else pair[1]
            for pair in zip(waiting, kept, strict=True)
        ]
        n_blocks = (min(map(len, waiting)) - 1) // n_steps
        if n_blocks < 1:
            continue
        n_used = n_blocks * n_steps
        ready = np.stack([row[: n_used + 1] for row in waiting], axis=1).astype(np.int64)
        waiting = [row[n_used:] for row in waiting]
        read = begin + tokens.shape[1]
        for block in range(n_blocks):
            so_far = done + (read - done) * (block + 1) // n_blocks
            first = block * n_steps
            yield Block(
                ready[first : first + n_steps + 1],
                so_far / length,
                (so_far - done - (read - done) * block // n_blocks) * n_streams,
            )
        done = read
