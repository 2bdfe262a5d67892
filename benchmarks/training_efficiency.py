r"""Compare the accuracy that a CPU-second of training buys: embedviz, an LSTM, skip-gram and CBOW.

Every method reads the same ids with the same vocabulary, in a separate process on one thread, for
the same CPU-seconds of its training loop: those of five epochs of skip-gram, or ``--seconds``. A
pilot run of each method determines the number of epochs that fills the budget; a fraction of an
epoch reads the first part of the text once more. All vectors are scored by the same code (3CosAdd
among the 30,000 most frequent words, asked words left out and left in; rated pairs), as trained and
after each of the same treatments. Of a peer's, the treatment counts that does best on one half of
the question sections (the first, third, fifth ...); of ours, that of embedviz.load. No setting was
chosen by the other half.

    python -m benchmarks.training_efficiency TEXT --questions questions-words.txt \
        --similarity EN-WS-353-ALL.txt EN-SIMLEX-999.txt --json figures.json
"""

import argparse
import tempfile
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.common.figures import training_header, write
from benchmarks.training import corpus as corpora
from benchmarks.training import report
from benchmarks.training.methods import METHODS, Job, Outcome, run
from embedviz.evaluation import read_questions, read_similarities
from embedviz.evaluation.questions import Section
from embedviz.settings import TrainingConfig
from embedviz.support import cache_folder
from embedviz.text import Corpus, CorpusConfig, encode

SKIPGRAM_EPOCHS = 5
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
FIRST_PILOT_TOKENS = 300_000
PILOT_SHARE, SHORTEST_PILOT = 0.05, 2.0

console = Console()
console.width = max(100, console.width)


class Comparison:
    """Training runs, one after the other; their figures are written to the JSON file after each.

    Parameters
    ----------
    options : Namespace
        As parsed by `main`.
    corpus : Corpus
    sections : sequence of Section
    folder : Path
        Holds the ids and the vectors.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        corpus: Corpus,
        sections: tuple[Section, ...],
        folder: Path,
    ) -> None:
        self.options, self.corpus, self.sections, self.folder = options, corpus, sections, folder
        self.ratings = {path.stem: read_similarities(path) for path in options.similarity}
        self.figures = training_header(options.text.name, corpus, vars(options))
        corpora.write(corpus, folder / "whole")

    def train(self, job: Job, corpus: Corpus, **labels: float) -> dict[str, Any]:
        """Run a job, score its vectors on the corpus's vocabulary, and return the row."""
        amount = f"{job.seconds:.0f} CPU-s" if job.way == "lstm" else f"{job.epochs:.2f} epochs"
        console.print(f"{job.way}: {amount} of {len(corpus.train):,} tokens")
        outcome = run(job)
        scores = report.scores(
            job.way,
            Path(job.out) / "vectors.npy",
            corpus.vocabulary.words[1:],
            self.sections,
            self.options.cut,
            self.ratings,
        )
        return {**labels, **asdict(outcome), "scores": scores}

    def save(self) -> None:
        """Write the figures so far."""
        write(self.options.json, self.figures)

    def job(
        self,
        way: str,
        name: str,
        *,
        epochs: float = 0.0,
        seconds: float = 0.0,
        with_perplexity: bool = False,
    ) -> Job:
        """Make a job on the whole text; its vectors are saved in a folder of that name."""
        return Job(
            way=way,
            corpus=str(self.folder / "whole"),
            out=str(self.folder / f"{way}-{name}"),
            n_dims=self.options.dims,
            seed=self.options.seed,
            sample=self.options.sample,
            epochs=epochs,
            seconds=seconds,
            with_perplexity=with_perplexity,
        )

    def epochs_for(self, way: str, seconds: float) -> float:
        """Estimate the epochs that fill the CPU-seconds, by ever longer pilots."""
        n_train = len(self.corpus.train)
        wanted = min(max(PILOT_SHARE * seconds, SHORTEST_PILOT), seconds)
        n_tokens, spent = float(FIRST_PILOT_TOKENS), 0.0
        while spent < wanted / 2:  # what starting costs makes a short pilot seem slow
            outcome = run(self.job(way, "pilot", epochs=n_tokens / n_train))
            spent, rate = outcome.cpu_seconds, _rate(outcome)
            n_tokens = max(2 * n_tokens, wanted * rate)
        console.print(f"{way}: {rate:,.0f} tokens per CPU-second in the pilot")
        return seconds * rate / n_train

    def compare(self) -> list[dict[str, Any]]:
        """Train every method for the same CPU-seconds."""
        rows: dict[str, dict[str, Any]] = {}
        seconds = self.options.seconds
        order = sorted(self.options.only, key=lambda way: way != "skipgram")  # sets the budget
        for way in order:
            if way == "lstm":
                job = self.job(way, "whole", seconds=seconds, with_perplexity=True)
            else:
                epochs = SKIPGRAM_EPOCHS if seconds is None else self.epochs_for(way, seconds)
                job = self.job(way, "whole", epochs=epochs, with_perplexity=way == "ours")
            rows[way] = self.train(job, self.corpus)
            seconds = seconds or rows[way]["cpu_seconds"]
            spent = rows[way]["cpu_seconds"] / seconds
            if abs(spent - 1) > self.options.within and way != "lstm":
                console.print(f"{way}: spent {spent:.2f} times the budget; running again")
                again = self.train(replace(job, epochs=job.epochs / spent), self.corpus)
                rows[way] = min(rows[way], again, key=partial(_distance, seconds=seconds))
            self.figures["budget_cpu_seconds"] = seconds
            self.figures["ways"] = list(rows.values())
            self.save()
        return [rows[way] for way in METHODS if way in rows]

    def curves(self, rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Train ours and skip-gram for parts of the budget, and on parts of the text.

        A part of the text is read for as many epochs as the whole, so that it costs its share.
        """
        whole = {row["way"]: row for row in rows if row["way"] in ("ours", "skipgram")}
        curves: dict[str, list[dict[str, Any]]] = {"cpu_seconds": [], "tokens": []}
        self.figures["curves"] = curves
        for share in SHARES:
            corpora.write(
                part := corpora.part(self.corpus, share, min_count=self.options.min_count),
                self.folder / f"part-{share}",
            )
            for way in ("ours", "skipgram"):
                row = whole[way]
                cut_short = self.job(way, f"budget-{share}", epochs=share * row["epochs"])
                smaller = replace(
                    self.job(way, f"part-{share}", epochs=row["epochs"]),
                    corpus=str(self.folder / f"part-{share}"),
                )
                curves["cpu_seconds"].append(self.train(cut_short, self.corpus, share=share))
                curves["tokens"].append(self.train(smaller, part, share=share))
                self.save()
        for curve in curves.values():
            curve.extend({"share": 1.0, **whole[way]} for way in ("ours", "skipgram"))
        self.save()
        return curves


def _distance(row: dict[str, Any], seconds: float) -> float:
    return abs(float(row["cpu_seconds"]) - seconds)


def _rate(outcome: Outcome) -> float:
    return outcome.n_tokens / max(outcome.cpu_seconds, 1e-3)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path, help="a text file, plain or compressed, or a folder")
    parser.add_argument("--questions", type=Path, required=True, help="Google's question file")
    parser.add_argument("--similarity", type=Path, nargs="+", default=[], help="rated pairs")
    parser.add_argument(
        "--seconds",
        type=float,
        help="CPU-seconds per method; default: 5 epochs of skip-gram",
    )
    parser.add_argument("--only", default=",".join(METHODS), help="methods to run, comma-separated")
    parser.add_argument(
        "--curve", action="store_true", help="also on parts of the budget and of the text"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--folder", type=Path, help="keep ids and vectors here")
    parser.add_argument("--dims", type=int, default=TrainingConfig().n_dims)
    parser.add_argument("--cut", type=int, default=30_000, help="most frequent words to search")
    parser.add_argument("--min-count", type=int, default=CorpusConfig().min_count)
    parser.add_argument(
        "--sample",
        type=float,
        default=1e-3,
        help="gensim's subsampling threshold (its default)",
    )
    parser.add_argument(
        "--within", type=float, default=0.05, help="repeat a run further from its budget"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(METHODS):
        parser.error(f"--only knows {', '.join(METHODS)}, not {', '.join(sorted(unknown))}")
    if options.seconds is None and "skipgram" not in options.only:
        parser.error("give --seconds when skipgram, which sets the budget, is excluded")
    if options.curve and not {"ours", "skipgram"} <= set(options.only):
        parser.error("--curve needs ours and skipgram among --only")
    return options


def main() -> None:
    """Encode once, train every method, print the tables."""
    options = parsed()
    sections = tuple(read_questions(options.questions))
    corpus = encode(
        [options.text], CorpusConfig(min_count=options.min_count), cache_folder() / "ids"
    )
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        comparison = Comparison(options, corpus, sections, options.folder or Path(scratch))
        rows = comparison.compare()
        curves = comparison.curves(rows) if options.curve else {}
    console.print(report.table(rows, comparison.figures))
    for line in report.ratios(rows):
        console.print(line, soft_wrap=True)
    for name, curve in curves.items():
        console.print(report.curve_table(name, curve))


if __name__ == "__main__":
    main()
