"""The four training methods that `training_efficiency` compares.

`run` starts this module in a separate process, so that each method is measured alone.
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
from numpy.typing import NDArray

from benchmarks.training import corpus as corpora
from embedviz.text import Corpus

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment that limits matrix products to one thread."""
METHODS = ("ours", "lstm", "skipgram", "cbow")


@dataclass(frozen=True)
class Job:
    """A training run, for a separate process.

    Attributes
    ----------
    way : str
        ``ours``, ``lstm``, ``skipgram`` or ``cbow``.
    corpus, out : str
        Folders of the encoded corpus and of the outcome.
    epochs : float
        Passes over the text (not for ``lstm``).
    seconds : float
        CPU-seconds of the loop (only for ``lstm``).
    n_dims, seed : int
    sample : float
        gensim's subsampling threshold for frequent words.
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
    """The measurements of a training run.

    Attributes
    ----------
    way : str
    epochs : float
    n_tokens : int
        Tokens read, skipped ones included.
    cpu_seconds, seconds : float
        CPU time of the training loop over all threads, and wall-clock time.
    peak_mib : float
        Peak memory of the process until the end of training, in MiB.
    idle_mib : float
        Peak memory before training, with libraries and text loaded.
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
"""Vectors without the unknown word, and the outcome except what all methods share."""


def peak_mib() -> float:
    """Return the peak memory of this process, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # this process alone; getrusage starts from the parent's figure
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def ours(job: Job, corpus: Corpus) -> Trained:
    """Train with embedviz and its default settings."""
    from embedviz.settings import TrainingConfig
    from embedviz.training import Callbacks, Progress, train

    config = TrainingConfig(epochs=job.epochs, n_dims=job.n_dims, seed=job.seed, n_threads=1)
    idle, peak, until = peak_mib(), 0.0, (0, 0.0, 0.0)
    began, cpu_began = time.monotonic(), time.process_time()

    def note(progress: Progress) -> None:
        nonlocal peak, until
        if progress.share < 1:  # the last report may include the perplexity, which is not training
            spent = time.process_time() - cpu_began, time.monotonic() - began
            peak, until = peak_mib(), (progress.n_tokens, *spent)

    result = train(corpus, config, Callbacks(report=note))
    n_tokens, cpu_seconds, seconds = until
    # the last report comes some tenths of a second before the end
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
    import torch

    from benchmarks.training import lstm as peer

    torch.set_num_threads(1)
    settings = peer.Settings(job.n_dims)
    idle, began = peak_mib(), time.monotonic()
    model, n_tokens, cpu_seconds = peer.train(corpus, settings, seconds=job.seconds, seed=job.seed)
    seconds, peak, perplexity = time.monotonic() - began, peak_mib(), None
    if len(corpus.held_out):
        perplexity = peer.perplexity(model, corpus.held_out, settings.n_steps)
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
    from gensim.models import Word2Vec

    settings: dict[str, Any] = {
        "sg": int(job.way == "skipgram"),
        "vector_size": job.n_dims,
        "window": 8,
        "negative": 5,
        "sample": job.sample,
        "workers": 1,
        "min_count": 1,  # the vocabulary is already limited
        "sorted_vocab": 0,
        "seed": job.seed,
    }
    words = corpus.vocabulary.words[1:]
    text = corpora.WordLists(corpus, job.epochs)
    idle = peak_mib()
    model = Word2Vec(**settings)
    model.build_vocab_from_freq(dict(zip(words, corpus.counts[1:].tolist(), strict=True)))
    began, cpu_began = time.monotonic(), time.process_time()
    # all passes as one epoch: the learning rate decays over all of them
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


TRAIN: dict[str, Callable[[Job, Corpus], Trained]] = {
    "ours": ours,
    "lstm": lstm,
    "skipgram": word2vec,
    "cbow": word2vec,
}


def run(job: Job) -> Outcome:
    """Run a job in a separate process on one thread; `job.out` receives its vectors."""
    out = Path(job.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
    command = [sys.executable, "-m", __name__, str(out / "job.json")]
    subprocess.run(command, check=True, env=os.environ | ONE_THREAD)
    return Outcome(**json.loads((out / "outcome.json").read_text(encoding="utf-8")))


def main() -> None:
    """Run the job, and write ``vectors.npy`` and ``outcome.json``."""
    job = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    corpus = corpora.read(Path(job.corpus), held_out=job.with_perplexity)
    matrix, measured = TRAIN[job.way](job, corpus)
    epochs = measured["n_tokens"] / len(corpus.train)
    outcome = Outcome(way=job.way, epochs=epochs, **measured)
    np.save(Path(job.out) / "vectors.npy", matrix.astype(np.float32))
    (Path(job.out) / "outcome.json").write_text(json.dumps(asdict(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main()
