"""The four ways to train of ``train_compared.py``, each run in a process of its own.

python benchmarks/compared_ways.py JOB.json
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from compared_report import ALONE
from numpy.typing import NDArray

from embedviz.text import Corpus

WAYS = ("ours", "lstm", "skipgram", "cbow")


@dataclass(frozen=True)
class Job:
    """What a process is to train.

    Attributes
    ----------
    way : str
        ``ours``, ``lstm``, ``skipgram`` or ``cbow``.
    corpus, out : str
        Folders: the encoded text, and where the outcome goes.
    epochs : float
        Passes over the text (not for ``lstm``).
    seconds : float
        CPU-seconds of the loop (only for ``lstm``).
    n_dims, seed : int
    sample : float
        gensim's threshold for skipping frequent words.
    with_perplexity : bool
    """

    way: str
    corpus: str
    out: str
    epochs: float = 0.0
    seconds: float = 0.0
    n_dims: int = 100
    seed: int = 0
    sample: float = 1e-3
    with_perplexity: bool = False


@dataclass(frozen=True)
class Outcome:
    """What was measured.

    Attributes
    ----------
    way : str
    epochs : float
    n_tokens : int
        Tokens of the text read, the skipped ones too.
    cpu_seconds, seconds : float
        Of the training loop, all threads together; and by the clock.
    peak_mib : float
        Most memory of the process until the end of training, in MiB.
    idle_mib : float
        The same before training, libraries and text opened.
    perplexity : float or None
    settings : dict
    """

    way: str
    epochs: float
    n_tokens: int
    cpu_seconds: float
    seconds: float
    peak_mib: float
    idle_mib: float
    perplexity: float | None
    settings: dict[str, Any] = field(default_factory=dict)


Trained = tuple[NDArray[np.float32], dict[str, Any]]
"""Vectors without the unknown word, and the outcome but for what all ways share."""


def peak_mib() -> float:
    """Most memory this process ever held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # a process's own figure; getrusage goes on from its parent's
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def ours(job: Job, corpus: Corpus) -> Trained:
    """Train with embedviz, as it comes."""
    from embedviz.settings import TrainingConfig
    from embedviz.training import Callbacks, Progress, train

    config = TrainingConfig(epochs=job.epochs, n_dims=job.n_dims, seed=job.seed, n_threads=1)
    idle, peak, until = peak_mib(), 0.0, (0, 0.0, 0.0)
    began, cpu_began = time.monotonic(), time.process_time()

    def note(progress: Progress) -> None:
        nonlocal peak, until
        if progress.share < 1:  # the end may come with the perplexity, which is no training
            spent = time.process_time() - cpu_began, time.monotonic() - began
            peak, until = peak_mib(), (progress.n_tokens, *spent)

    result = train(corpus, config, Callbacks(report=note))
    n_tokens, cpu_seconds, seconds = until
    # the last note comes some tenths of a second before the end
    rest = result.n_tokens / n_tokens if n_tokens else 1.0
    return result.model.embedding[1:].numpy(), {
        "n_tokens": result.n_tokens,
        "cpu_seconds": cpu_seconds * rest if n_tokens else result.cpu_seconds,
        "seconds": seconds * rest if n_tokens else result.seconds,
        "idle_mib": idle,
        "peak_mib": peak or peak_mib(),
        "perplexity": result.perplexity,
        "settings": asdict(config),
    }


def lstm(job: Job, corpus: Corpus) -> Trained:
    """Train an ordinary LSTM language model."""
    import lstm_language_model
    import torch

    torch.set_num_threads(1)
    settings = lstm_language_model.Settings(job.n_dims)
    idle, began = peak_mib(), time.monotonic()
    model, n_tokens, cpu_seconds = lstm_language_model.train(
        corpus, settings, seconds=job.seconds, seed=job.seed
    )
    seconds, peak, perplexity = time.monotonic() - began, peak_mib(), None
    if len(corpus.held_out):
        perplexity = lstm_language_model.perplexity(model, corpus.held_out, settings.n_steps)
    return model.embedding.weight.detach().numpy()[1:], {
        "n_tokens": n_tokens,
        "cpu_seconds": cpu_seconds,
        "seconds": seconds,
        "idle_mib": idle,
        "peak_mib": peak,
        "perplexity": perplexity,
        "settings": asdict(settings),
    }


def word2vec(job: Job, corpus: Corpus) -> Trained:
    """Train skip-gram or CBOW with gensim."""
    from compared_corpus import WordLists
    from gensim.models import Word2Vec

    settings: dict[str, Any] = {
        "sg": int(job.way == "skipgram"),
        "vector_size": job.n_dims,
        "window": 8,
        "negative": 5,
        "sample": job.sample,
        "workers": 1,
        "min_count": 1,  # the vocabulary is cut already
        "sorted_vocab": 0,
        "seed": job.seed,
    }
    words = corpus.vocabulary.words[1:]
    text = WordLists(corpus, job.epochs)
    idle = peak_mib()
    model = Word2Vec(**settings)
    model.build_vocab_from_freq(dict(zip(words, corpus.counts[1:].tolist(), strict=True)))
    began, cpu_began = time.monotonic(), time.process_time()
    # all passes as one: the rate falls over the whole of them, as it does over whole epochs
    model.train(text, total_words=text.n_tokens, epochs=1)
    cpu_seconds, seconds = time.process_time() - cpu_began, time.monotonic() - began
    peak = peak_mib()
    rows = [model.wv.key_to_index[word] for word in words]
    return model.wv.vectors[rows], {
        "n_tokens": text.n_tokens,
        "cpu_seconds": cpu_seconds,
        "seconds": seconds,
        "idle_mib": idle,
        "peak_mib": peak,
        "perplexity": None,
        "settings": settings,
    }


RUN: dict[str, Callable[[Job, Corpus], Trained]] = {
    "ours": ours,
    "lstm": lstm,
    "skipgram": word2vec,
    "cbow": word2vec,
}


def run(job: Job) -> Outcome:
    """Run a job in a process of its own, on one thread; its vectors lie in `job.out`."""
    out = Path(job.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
    subprocess.run(
        [sys.executable, __file__, str(out / "job.json")], check=True, env=os.environ | ALONE
    )
    return Outcome(**json.loads((out / "outcome.json").read_text(encoding="utf-8")))


def main() -> None:
    """Train what the job says, and write ``vectors.npy`` and ``outcome.json``."""
    import compared_corpus

    job = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    corpus = compared_corpus.read(Path(job.corpus), held_out=job.with_perplexity)
    matrix, measured = RUN[job.way](job, corpus)
    epochs = measured["n_tokens"] / len(corpus.train)
    outcome = Outcome(way=job.way, epochs=epochs, **measured)
    np.save(Path(job.out) / "vectors.npy", matrix.astype(np.float32))
    (Path(job.out) / "outcome.json").write_text(json.dumps(asdict(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main()
