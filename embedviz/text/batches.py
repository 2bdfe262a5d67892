"""Parallel streams of a text's ids, in blocks for truncated back-propagation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 12
"""Tokens of the longest stream that are read, subsampled and cut into blocks at once."""

_CUTTING_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Position:
    """A position in an epoch from which reading can resume.

    Attributes
    ----------
    chunk : int
        The next chunk to read.
    waiting : tuple of ndarray of int32
        For each stream, tokens read but not yet part of a block.
    done : int
        Tokens of the text read so far, including skipped ones.
    """

    chunk: int = 0
    waiting: tuple[NDArray[np.int32], ...] = ()
    done: int = 0


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive steps of all streams.

    Attributes
    ----------
    ids : ndarray of int64, shape (n_steps + 1, n_streams)
        The last row is the next block's first: the targets of the last step.
    progress : float
        Share of the epoch read up to the end of the block, between 0 and 1.
    n_read : int
        Tokens of the text read so far, including skipped ones and other processes' streams.
    number : int
        Index of the block in its chunk, from 0.
    """

    ids: NDArray[np.int64]
    progress: float
    n_read: int
    number: int


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive blocks of all streams.

    Attributes
    ----------
    ids : ndarray of int64, shape (n_blocks * n_steps + 1, n_streams)
    n_blocks, n_steps : int
    progress : (float, float)
        Share of the epoch read before and after the chunk, between 0 and 1.
    n_read : int
        Tokens of the text read up to the end of the chunk, including skipped ones.
    after : Position
        Position after the chunk.
    """

    ids: NDArray[np.int64]
    n_blocks: int
    n_steps: int
    progress: tuple[float, float]
    n_read: int
    after: Position

    def reverse_streams(self, streams: NDArray[np.bool_]) -> Chunk:
        """Reverse the order of some streams; `streams` is a boolean mask, shape (n_streams,)."""
        return replace(self, ids=np.where(streams, self.ids[::-1], self.ids))

    def blocks(self) -> Iterator[Block]:
        """Yield the chunk's blocks."""
        before, after = self.progress
        for number in range(self.n_blocks):
            first = number * self.n_steps
            yield Block(
                self.ids[first : first + self.n_steps + 1],
                before + (after - before) * (number + 1) / self.n_blocks,
                self.n_read * (number + 1) // self.n_blocks - self.n_read * number // self.n_blocks,
                number,
            )


def keep_probabilities(
    counts: NDArray[np.int64], threshold: float | None
) -> NDArray[np.float32] | None:
    """Return each word's probability to be kept in subsampling, shape (n_words,).

    A word of relative frequency f is kept with probability min(1, sqrt(threshold / f)); None keeps
    all. Source: Mikolov et al. (2013), "Distributed representations of words and phrases", eq. 5.
    """
    if threshold is None:
        return None
    frequency = np.maximum(counts, 1) / max(1, counts.sum())
    keep: NDArray[np.float32] = np.minimum(1, np.sqrt(threshold / frequency)).astype(np.float32)
    return keep


def cut_evenly(
    ids: NDArray[np.int32], keep: NDArray[np.float32] | None, n_streams: int
) -> NDArray[np.int64]:
    """Cut a text into streams that keep equally many tokens after subsampling.

    Parts of equal length differ too much: one with rare words keeps several times as many tokens as
    one with frequent words, and the streams are read in parallel.

    Returns
    -------
    ndarray of int64, shape (n_streams + 1,)
    """
    if keep is None:
        return np.linspace(0, len(ids), n_streams + 1).astype(np.int64)
    begins = np.arange(0, len(ids), _CUTTING_BLOCK)
    kept = [0.0, *(keep[ids[b : b + _CUTTING_BLOCK]].sum(dtype=np.float64) for b in begins)]
    total = np.cumsum(kept)
    cuts = np.zeros(n_streams + 1, dtype=np.int64)
    for stream in range(1, n_streams):
        wanted = total[-1] * stream / n_streams
        block = int(np.searchsorted(total, wanted, side="right")) - 1
        inside = np.cumsum(keep[ids[begins[block] : begins[block] + _CUTTING_BLOCK]], dtype=float)
        cuts[stream] = begins[block] + np.searchsorted(inside, wanted - total[block])
    cuts[-1] = len(ids)
    return cuts


def read_chunks(
    ids: NDArray[np.int32],
    *,
    cuts: NDArray[np.int64],
    n_steps: int,
    keep: NDArray[np.float32] | None,
    seed: tuple[int, int],
    start: Position | None = None,
    mine: slice = slice(None),
    agree: Callable[[int], int] = int,
) -> Iterator[Chunk]:
    """Read a text as parallel streams, chunk by chunk.

    Each stream is a contiguous part, so that a state carried across blocks sees the text in
    order. Only one chunk of each stream is in memory, never the whole text.

    Parameters
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        May be memory-mapped.
    cuts : ndarray of int64, shape (n_streams + 1,)
        From `cut_evenly`.
    n_steps : int
    keep : ndarray of float32, shape (n_words,), optional
        Probability to keep a token of each word, redrawn each epoch; the others are skipped.
    seed : (int, int)
        Seed and epoch. The draws of a chunk depend only on these and its position.
    start : Position, optional
        Resume where an earlier run stopped; by default at the beginning.
    mine : slice
        The streams to read; by default all. Other processes read the others.
    agree : callable
        Given the number of blocks that these streams can fill, the number that all streams can.
    """
    lengths = np.diff(cuts)
    n_chunks = int(-(-lengths.max() // CHUNK))
    own = range(len(lengths))[mine]
    start = start or Position()
    waiting = start.waiting or (np.empty(0, dtype=np.int32),) * len(own)
    done = start.done
    for number in range(start.chunk, n_chunks):
        # the same share of every stream
        firsts = cuts[:-1] + lengths * number // n_chunks
        lasts = cuts[:-1] + lengths * (number + 1) // n_chunks
        rng = np.random.default_rng((*seed, number, own.start))
        waiting = tuple(
            np.concatenate([rest, _kept(ids[first:last], keep, rng)])
            for rest, first, last in zip(waiting, firsts[mine], lasts[mine], strict=True)
        )
        n_blocks = agree((min(map(len, waiting)) - 1) // n_steps)
        if n_blocks < 1:
            continue
        n_used = n_blocks * n_steps
        ready = np.stack([row[: n_used + 1] for row in waiting], axis=1).astype(np.int64)
        waiting = tuple(row[n_used:] for row in waiting)
        read = int((lasts - cuts[:-1]).sum())
        yield Chunk(
            ready,
            n_blocks,
            n_steps,
            (done / len(ids), read / len(ids)),
            read - done,
            Position(number + 1, waiting, read),
        )
        done = read


def _kept(
    tokens: NDArray[np.int32], keep: NDArray[np.float32] | None, rng: np.random.Generator
) -> NDArray[np.int32]:
    if keep is None:
        return tokens
    return tokens[rng.random(len(tokens), dtype=np.float32) < keep[tokens]]
