r"""Measure how fast an encoder-decoder trains, in target tokens per CPU-second on one thread.

Cells and costs take turns, in several rounds, so that a busy machine slows all alike. The peer is
the same model with PyTorch's GRU and its autograd softmax over all words: what one writes without
our gated unit and closed forms.

    OMP_NUM_THREADS=1 python -m benchmarks.sequence_training tatoeba.tsv
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn

from benchmarks.common.figures import machine, versions, write
from benchmarks.sequences.splitting import TOKENIZER
from embedviz.models import EncoderDecoder, Pairs, decode_pairs
from embedviz.settings import SequenceConfig
from embedviz.support import cache_folder
from embedviz.text import PairBatch, PairConfig, PairCorpus, PairFile, encode_pairs
from embedviz.training.sequences.state import SequenceRun, start_run
from embedviz.training.sequences.step import learn
from embedviz.training.sequences.task import SEQUENCE_TASK

PEER = "PyTorch's GRU, autograd over the full softmax"
_CPU = torch.device("cpu")


def autograd_step(run: SequenceRun, batch: PairBatch, _: float) -> float:
    """Take a step with nothing of ours but the layers."""
    assert isinstance(run.model, EncoderDecoder)
    at = decode_pairs(run.model, Pairs.of(batch, _CPU))
    scores = run.model.decoder.scores(at.vectors)
    cost = nn.functional.cross_entropy(scores, at.targets)
    (optimiser,) = run.optimisers
    optimiser.zero_grad()
    cost.backward()
    nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    optimiser.step()
    run.n_tokens += len(at.targets)
    return float(cost.detach())


class Contestant:
    """A run that takes some steps whenever it is its turn."""

    def __init__(
        self,
        corpus: PairCorpus,
        config: SequenceConfig,
        step: Callable[[SequenceRun, PairBatch, float], float] = learn,
    ) -> None:
        self.run, self.step = start_run(corpus, config), step
        self.batches: Iterator[tuple[PairBatch, float, bool]] = SEQUENCE_TASK.read(
            self.run, lambda: False
        )

    def take(self, n_steps: int) -> float:
        """Take steps; return the target tokens per CPU-second."""
        tokens, started = self.run.n_tokens, time.process_time()
        for _ in range(n_steps):
            batch, share, _ = next(self.batches)
            self.step(self.run, batch, 1 - share)
        return (self.run.n_tokens - tokens) / (time.process_time() - started)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path, help="pairs of texts, tab-separated")
    parser.add_argument("--steps", type=int, default=40, help="steps of a turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    corpus = encode_pairs(
        PairFile(options.pairs), PairConfig(tokenizer=TOKENIZER), cache_folder() / "pairs"
    )
    runs = {
        f"{cell}, {cost} softmax": Contestant(corpus, SequenceConfig(cell=cell, cost=cost))
        for cell, cost in (
            ("cho", "sampled"),
            ("cho", "full"),
            ("gru", "sampled"),
            ("lstm", "sampled"),
            ("elman", "sampled"),
            ("mingru", "sampled"),
        )
    }
    runs[PEER] = Contestant(corpus, SequenceConfig(cell="gru", cost="full"), autograd_step)
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(options.rounds + 1):
        for name, run in runs.items():
            speed = run.take(options.steps if number else 3)
            if number:  # the first round warms up
                speeds[name].append(speed)
    found = {name: statistics.median(some) for name, some in speeds.items()}
    for name, speed in found.items():
        print(f"{name:48}{speed:10,.0f} target tokens per CPU-second")
    write(
        options.json,
        {
            "machine": machine(),
            "versions": versions("torch", "numpy"),
            "n_source": len(corpus.source.vocabulary),
            "n_target": len(corpus.target.vocabulary),
            "tokens_per_cpu_second": found,
        },
    )


if __name__ == "__main__":
    main()
