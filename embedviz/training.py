"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedviz.configuration import TrainingConfig
from embedviz.corpus import Corpus
from embedviz.errors import InputError
from embedviz.losses import OutputGradient, full_softmax, sampled_softmax
from embedviz.models import LanguageModel
from embedviz.optimiser import RowAdaGrad
from embedviz.perplexity import calibrate, perplexity
from embedviz.recurrence import State, detach
from embedviz.streams import blocks, keep_probabilities

_NOISE_TABLE = 1 << 22
_CALIBRATION_BLOCKS, _CALIBRATION_LENGTH = 20, 65


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes
    ----------
    share : float
        Done so far, between 0 and 1.
    n_tokens : int
        Tokens of the text read so far, the skipped ones too.
    cost : float
        Mean training cost a token over the last second or so, in nats.
    seconds : float
        Since the run began.
    """

    share: float
    n_tokens: int
    cost: float
    seconds: float


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """A trained model and what is known of it.

    Attributes
    ----------
    model : LanguageModel
    perplexity : float or None
        On the held-out text, over the full softmax; None if no text was held out.
    n_tokens : int
        Tokens read, the skipped ones too.
    seconds, cpu_seconds : float
        Of the loop alone.
    """

    model: LanguageModel
    perplexity: float | None
    n_tokens: int
    seconds: float
    cpu_seconds: float


@dataclass(eq=False)
class _Run:
    """What changes while the loop runs."""

    model: LanguageModel
    inputs: RowAdaGrad
    outputs: RowAdaGrad
    bias: RowAdaGrad
    dense: torch.optim.Adam
    noise: torch.Generator
    state: State | None = None


def train(
    corpus: Corpus,
    config: TrainingConfig,
    *,
    report: Callable[[Progress], None] | None = None,
) -> TrainingResult:
    """Train a recurrent language model on an encoded text.

    Parameters
    ----------
    corpus : Corpus
    config : TrainingConfig
    report : callable, optional
        Called about five times a second, and at the end.

    Raises
    ------
    InputError
        If the text is too short for one block, or the cost stops being a number.
    """
    torch.set_num_threads(config.n_threads)
    run = _start(corpus, config)
    table = _noise_table(corpus.counts, config.noise_power)
    keep = keep_probabilities(corpus.counts, config.skip)
    n_streams = _fitting_streams(corpus, keep, config)
    began, cpu_began = time.monotonic(), time.process_time()
    reported, cost, n_costs, n_tokens, share = began, 0.0, 0, 0, 0.0
    for epoch in range(math.ceil(config.epochs)):
        run.state = None
        for block in blocks(
            corpus.train,
            n_streams=n_streams,
            n_steps=config.n_steps,
            keep=keep,
            seed=(config.seed, epoch),
        ):
            share = (epoch + block.progress) / config.epochs
            if share > 1:
                break
            cost += _step(run, torch.from_numpy(block.ids), table, config, 1 - share)
            n_costs += block.ids.size - n_streams
            n_tokens += block.n_read
            now = time.monotonic()
            if now - reported > 0.2:
                _refuse_nan(cost, share)
                if report:
                    report(Progress(share, n_tokens, cost / n_costs, now - began))
                reported, cost, n_costs = now, 0.0, 0
    _refuse_nan(cost, share)
    seconds, cpu_seconds = time.monotonic() - began, time.process_time() - cpu_began
    if report and n_costs:
        report(Progress(1.0, n_tokens, cost / n_costs, seconds))
    if config.cost == "sampled":
        calibrate(run.model, _unskipped(corpus), corpus.counts)
    measured = perplexity(run.model, corpus.held_out) if len(corpus.held_out) else None
    return TrainingResult(run.model, measured, n_tokens, seconds, cpu_seconds)


def _start(corpus: Corpus, config: TrainingConfig) -> _Run:
    generator = torch.Generator().manual_seed(config.seed)
    model = LanguageModel(
        len(corpus.vocabulary),
        config.n_dims,
        config.n_states or config.n_dims,
        cell=config.cell,
        tied=config.tied,
        linear_path=config.linear_path,
        generator=generator,
    )
    inputs = RowAdaGrad(model.embedding)
    return _Run(
        model,
        inputs,
        inputs if config.tied else RowAdaGrad(model.output),
        RowAdaGrad(model.output_bias[:, None]),
        torch.optim.Adam(model.parameters(), lr=config.dense_rate, betas=(0.9, 0.99)),
        generator,
    )


def _step(run: _Run, ids: Tensor, table: Tensor, config: TrainingConfig, remaining: float) -> float:
    """Learn from one block; `remaining` is the share of the run still to come. Return its cost."""
    model, n_streams = run.model, ids.shape[1]
    words, targets = ids[:-1], ids[1:].flatten()
    embedded = model.embedding[words].requires_grad_()  # (n_steps, n_streams, n_dims), a copy
    decoded, state = model.decode(embedded, run.state)
    run.state = detach(state)
    flat = decoded.detach().flatten(0, 1)  # (n_positions, n_dims)
    if config.cost == "sampled":
        noise = table[torch.randint(len(table), (config.n_noise,), generator=run.noise)]
        gradient = sampled_softmax(flat, targets, model.output, noise)
    else:
        gradient = full_softmax(flat, targets, model.output, model.output_bias)

    # the cost is summed over the steps and averaged over the streams
    run.dense.zero_grad(set_to_none=True)
    torch.autograd.backward(decoded, gradient.decoded.div_(n_streams).view_as(decoded))
    nn.utils.clip_grad_norm_(model.parameters(), config.clip)
    run.dense.param_groups[0]["lr"] = config.dense_rate * (0.05 + 0.95 * remaining)
    run.dense.step()
    assert embedded.grad is not None
    _update_words(run, words.flatten(), embedded.grad.flatten(0, 1), gradient, config, remaining)
    return float(gradient.cost)


def _update_words(
    run: _Run,
    words: Tensor,
    by_input: Tensor,
    gradient: OutputGradient,
    config: TrainingConfig,
    remaining: float,
) -> None:
    rate = config.rate * remaining
    by_output = gradient.rows.div_(len(words) // config.n_steps)
    if not config.tied:
        run.inputs.step(words, by_input, rate)
        run.outputs.step(gradient.ids, by_output, rate)
    elif gradient.ids is None:
        run.inputs.step(None, by_output.index_add_(0, words, by_input), rate)
    else:
        ids = torch.cat([words, gradient.ids])
        run.inputs.step(ids, torch.cat([by_input, by_output]), rate)
    if gradient.bias is not None:
        run.bias.step(None, gradient.bias[:, None] / (len(words) // config.n_steps), rate)


def _noise_table(counts: NDArray[np.int64], power: float) -> Tensor:
    """Ids so often as the noise wants them: a draw of noise is one look-up."""
    cumulative = np.cumsum(np.asarray(counts, dtype=np.float64) ** power)
    places = (np.arange(_NOISE_TABLE) + 0.5) / _NOISE_TABLE * cumulative[-1]
    return torch.from_numpy(np.searchsorted(cumulative, places))


def _fitting_streams(
    corpus: Corpus, keep: NDArray[np.float32] | None, config: TrainingConfig
) -> int:
    """As many streams as wanted, but so few that each holds some eight blocks."""
    counts = corpus.counts
    n_kept = counts.sum() if keep is None else (counts * keep).sum()
    n_streams = int(min(config.n_streams, max(1, n_kept // (8 * config.n_steps))))
    if n_kept < 2 * (config.n_steps + 1):
        raise InputError(
            f"The text is too short: about {n_kept:.0f} words are left to read once frequent ones "
            f"are skipped, and {2 * (config.n_steps + 1)} are needed; give more text."
        )
    return n_streams


def _unskipped(corpus: Corpus) -> NDArray[np.int32]:
    """Blocks of training text, evenly spread, shape (n_blocks, n_block)."""
    n = len(corpus.train)
    length = min(_CALIBRATION_LENGTH, n)
    starts = np.unique(np.linspace(0, n - length, _CALIBRATION_BLOCKS).astype(np.int64))
    return np.stack([corpus.train[start : start + length] for start in starts])


def _refuse_nan(cost: float, share: float) -> None:
    if not math.isfinite(cost):
        raise InputError(
            f"The cost became {cost} after {share:.1%} of the run: train again with a lower rate."
        )
