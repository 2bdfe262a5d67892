"""Perplexity of a model in training, on held-out text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from embedviz.models import calibrate, perplexity
from embedviz.text import Corpus
from embedviz.training.language.state import LanguageRun

_CALIBRATION_BLOCKS, _CALIBRATION_LENGTH = 20, 65
_SAMPLE_LENGTH = 51


def measure_perplexity(
    run: LanguageRun, *, sample: bool = False, stop: Callable[[], bool] = lambda: False
) -> float | None:
    """Measure the perplexity over the full softmax, calibrating a sampled cost first.

    Parameters
    ----------
    run : LanguageRun
    sample : bool
        Use only a fifth of the calibration text and the beginning of each held-out block.
    stop : callable, optional
        Once it returns True, the measurement is given up.

    Returns
    -------
    float or None
        None without held-out text, and in all processes except the first.

    Raises
    ------
    MeasurementStoppedError
        If `stop` returned True.
    """
    corpus = run.corpus
    if not run.world.is_first:
        return None
    shorter = 5 if sample else 1
    if run.config.cost == "sampled":
        blocks = _training_blocks(corpus, _CALIBRATION_LENGTH // shorter)
        calibrate(run.model, blocks, corpus.counts, stop=stop)
    if not len(corpus.held_out):
        return None
    held_out = corpus.held_out[:, :_SAMPLE_LENGTH] if sample else corpus.held_out
    return perplexity(run.model, held_out, stop=stop)


def _training_blocks(corpus: Corpus, length: int) -> NDArray[np.int32]:
    """Return blocks of training text, evenly spread, not subsampled, shape (n_blocks, n_block)."""
    n = len(corpus.train)
    length = min(length, n)
    starts = np.unique(np.linspace(0, n - length, _CALIBRATION_BLOCKS).astype(np.int64))
    return np.stack([corpus.train[start : start + length] for start in starts])
