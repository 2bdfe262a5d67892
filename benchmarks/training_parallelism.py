r"""Compare one thread with two threads and two processes: tokens per second and accuracy.

Two independent runs at once show the most that the second core can gain: no parallel training of
one model can be faster than both together.

All methods read the same text with the same settings, one after the other, for each seed in turn,
so that a machine that slows down slows all of them. Tokens per second are by wall-clock time of the
training loop alone; other work on the machine slows two threads more than one.

    python -m benchmarks.training_parallelism TEXT --questions questions-words.txt \
        --json figures.json
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.common.figures import training_header, write
from benchmarks.training.methods import ONE_THREAD
from embedviz.checkpoints import load_vectors
from embedviz.evaluation import ANALOGY_CUT, read_questions, score_analogies
from embedviz.evaluation.questions import Section
from embedviz.support import Threads, cache_folder
from embedviz.text import CorpusConfig, encode

_TORCHRUN = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--rdzv-backend", "c10d")
METHODS = {
    "one thread": ((), ()),
    "two threads": ((), ("--threads", "2")),
    "two processes": ((*_TORCHRUN, "--rdzv-endpoint", "localhost:0"), ()),
}
CEILING = "two runs at once"


def trained(
    way: str, text: Path, out: Path, sections: Sequence[Section], *, epochs: float, seed: int
) -> dict[str, Any]:
    """Train a model as a user would; return the figures of the run and its accuracy."""
    before, after = METHODS.get(way, METHODS["one thread"])
    command = [sys.executable, *before, "-m", "embedviz", "train", str(text), "--out", str(out)]
    command += ["--epochs", str(epochs), "--seed", str(seed), "--json", *after]
    run = partial(
        subprocess.run,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | ONE_THREAD,
    )
    if way == CEILING:
        other = [str(out.with_name("other")) if part == str(out) else part for part in command]
        with Threads(2) as threads:
            both = [json.loads(done.stdout) for done in threads.map(run, [command, other])]
        reported = {**both[0], "n_tokens_read": sum(one["n_tokens_read"] for one in both)}
        reported["seconds"] = max(one["seconds"] for one in both)
        shutil.rmtree(out.with_name("other"))
    else:
        reported = json.loads(run(command).stdout)
    report = score_analogies(load_vectors(out), sections)
    return {
        "way": way,
        "seed": seed,
        "seconds": reported["seconds"],
        "cpu_seconds": reported["cpu_seconds"],
        "tokens_a_second": reported["n_tokens_read"] / reported["seconds"],
        "perplexity": reported["perplexity"],
        "accuracy": report.accuracy,
        "correct_of_all": report.correct_of_all,
    }


def table(rows: Sequence[dict[str, Any]]) -> Table:
    """Return a line per method: medians over the seeds, and each accuracy."""
    made = Table("", "tokens per second", "times one thread", "perplexity", "accuracy, each seed")
    alone = {row["seed"]: row for row in rows if row["way"] == "one thread"}
    for way in (*METHODS, CEILING):
        own = [row for row in rows if row["way"] == way]
        ratios = [row["tokens_a_second"] / alone[row["seed"]]["tokens_a_second"] for row in own]
        made.add_row(
            way,
            f"{median(row['tokens_a_second'] for row in own):,.0f}",
            f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            f"{median(row['perplexity'] for row in own):,.0f}",
            ", ".join(f"{row['accuracy']:.1%}" for row in own),
        )
    return made


def main() -> None:
    """Train by every method with every seed, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path, help="a text file, plain or compressed, or a folder")
    parser.add_argument("--questions", type=Path, required=True, help="Google's question file")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    sections = tuple(read_questions(options.questions))
    corpus = encode([options.text], CorpusConfig(), cache_folder() / "ids")
    settings = {"dims": 100, "cut": ANALOGY_CUT, "min_count": 5, "sample": 1e-4}
    settings["seed"] = list(range(options.seeds))
    figures = training_header(options.text.name, corpus, settings)
    figures["rows"] = rows = []
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        for seed in range(options.seeds):
            for way in (*METHODS, CEILING):
                out = Path(scratch) / f"{way}-{seed}".replace(" ", "-")
                rows.append(
                    trained(way, options.text, out, sections, epochs=options.epochs, seed=seed)
                )
                print(json.dumps(rows[-1]), flush=True)
                write(options.json, figures)
    Console().print(table(rows))


if __name__ == "__main__":
    main()
