"""One thread beside two threads and two processes: tokens a second, and as good vectors or not.

Two runs at once that know nothing of each other show what the machine's second core is worth at
most: no way to share out one run can be faster than they are together.

All ways read the same text with the same settings, one after the other, for each seed in turn, so
that a machine that slows down slows all of them. Tokens a second are by the clock, of the training
loop alone; other work on the machine takes from two threads what it does not take from one.

    python benchmarks/processes_compared.py TEXT --questions questions-words.txt --json figures.json
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

import compared_report
from rich.console import Console
from rich.table import Table

from embedviz.checkpoints import load_vectors
from embedviz.evaluation import ANALOGY_CUT, read_questions, score_analogies
from embedviz.evaluation.questions import Section
from embedviz.support import Threads, cache_folder
from embedviz.text import CorpusConfig, encode

_TORCHRUN = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--rdzv-backend", "c10d")
WAYS = {
    "one thread": ((), ()),
    "two threads": ((), ("--threads", "2")),
    "two processes": ((*_TORCHRUN, "--rdzv-endpoint", "localhost:0"), ()),
}
CEILING = "two runs at once"


def trained(
    way: str, text: Path, out: Path, sections: Sequence[Section], *, epochs: float, seed: int
) -> dict[str, Any]:
    """Train a model as a user would; return what the run said and how well it answers."""
    before, after = WAYS.get(way, WAYS["one thread"])
    command = [sys.executable, *before, "-m", "embedviz", "train", str(text), "--out", str(out)]
    command += ["--epochs", str(epochs), "--seed", str(seed), "--json", *after]
    run = partial(
        subprocess.run,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | compared_report.ALONE,
    )
    if way == CEILING:
        other = [str(out.with_name("other")) if part == str(out) else part for part in command]
        with Threads(2) as threads:
            both = [json.loads(done.stdout) for done in threads.map(run, [command, other])]
        said = {**both[0], "n_tokens_read": sum(one["n_tokens_read"] for one in both)}
        said["seconds"] = max(one["seconds"] for one in both)
        shutil.rmtree(out.with_name("other"))
    else:
        said = json.loads(run(command).stdout)
    report = score_analogies(load_vectors(out), sections)
    return {
        "way": way,
        "seed": seed,
        "seconds": said["seconds"],
        "cpu_seconds": said["cpu_seconds"],
        "tokens_a_second": said["n_tokens_read"] / said["seconds"],
        "perplexity": said["perplexity"],
        "accuracy": report.accuracy,
        "correct_of_all": report.correct_of_all,
    }


def table(rows: Sequence[dict[str, Any]]) -> Table:
    """One line a way: medians over the seeds, and the accuracies of each."""
    made = Table("", "tokens a second", "times one thread", "perplexity", "accuracy, each seed")
    alone = {row["seed"]: row for row in rows if row["way"] == "one thread"}
    for way in (*WAYS, CEILING):
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
    """Train every way with every seed, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path, help="a text file, plain or compressed, or a folder")
    parser.add_argument("--questions", type=Path, required=True, help="Google's question file")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    sections = tuple(read_questions(options.questions))
    corpus = encode([options.text], CorpusConfig(), cache_folder() / "ids")
    settings = {"dims": 100, "cut": ANALOGY_CUT, "min_count": 5, "sample": 1e-4}
    settings["seed"] = list(range(options.seeds))
    figures = compared_report.header(options.text.name, corpus, settings)
    figures["rows"] = rows = []
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        for seed in range(options.seeds):
            for way in (*WAYS, CEILING):
                out = Path(scratch) / f"{way}-{seed}".replace(" ", "-")
                rows.append(
                    trained(way, options.text, out, sections, epochs=options.epochs, seed=seed)
                )
                print(json.dumps(rows[-1]), flush=True)
                if options.json:
                    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    Console().print(table(rows))


if __name__ == "__main__":
    main()
