"""The blocks of a run: the corpus as parallel streams, read epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.text import Block, Position, cut_evenly, keep_probabilities, read_chunks
from embedviz.training.language.state import LanguageRun


def read_run_blocks(run: LanguageRun) -> Iterator[tuple[Block, float, bool]]:
    """Yield blocks, the share of the run done after each, and whether it ends a chunk.

    After the last block of a chunk, a resumed run continues at the run's position.

    Raises
    ------
    InputError
        If the text is too short for one block, or the epochs are too few.
    """
    keep = keep_probabilities(run.corpus.counts, run.config.skip)
    cuts = cut_evenly(run.corpus.train, keep, _count_streams(run, keep))
    yield from _read(run, keep, cuts)
    if not run.n_tokens:
        raise InputError(
            f"epochs={run.config.epochs} of a text of {len(run.corpus.train)} words is less than "
            f"one block of {len(cuts) - 1} x {run.config.n_steps} words: increase the epochs."
        )


def _read(
    run: LanguageRun, keep: NDArray[np.float32] | None, cuts: NDArray[np.int64]
) -> Iterator[tuple[Block, float, bool]]:
    config, world = run.config, run.world
    n_own, n_parts = (len(cuts) - 1) // world.size, config.n_threads * world.size
    first = config.n_threads * world.rank
    for epoch in range(run.epoch, math.ceil(config.epochs)):
        for chunk in read_chunks(
            run.corpus.train,
            cuts=cuts,
            n_steps=config.n_steps,
            keep=keep,
            seed=(config.seed, epoch),
            start=run.position,
            mine=slice(world.rank * n_own, (world.rank + 1) * n_own),
            agree=world.least,
        ):
            run.position = chunk.after
            turn = epoch + chunk.after.chunk - 1
            run.readers = [(turn + part) % len(run.model.readers) for part in range(n_parts)]
            run.states = [None] * config.n_threads
            backwards = np.array(run.readers[first : first + config.n_threads]) == 1
            chunk = chunk.reverse_streams(np.repeat(backwards, n_own // config.n_threads))
            for number, block in enumerate(chunk.blocks(), start=1):
                share = (epoch + block.progress) / config.epochs
                if share > 1:
                    return
                yield block, share, number == chunk.n_blocks
        run.epoch, run.position = epoch + 1, Position()


def _count_streams(run: LanguageRun, keep: NDArray[np.float32] | None) -> int:
    """Count the streams per thread: as configured, but few enough that each has eight blocks."""
    config, counts = run.config, run.corpus.counts
    n_kept = counts.sum() if keep is None else (counts * keep).sum()
    n_parts = config.n_threads * run.world.size
    needed = 2 * (config.n_steps + 1) * n_parts
    if n_kept < needed:
        raise InputError(
            f"The text is too short: about {n_kept:.0f} words remain after subsampling "
            f"frequent ones, and {needed} are needed; give more text."
        )
    return n_parts * int(min(config.n_streams, max(1, n_kept // (8 * config.n_steps * n_parts))))
