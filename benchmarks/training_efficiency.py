"""What a CPU-second of training buys: embedviz beside an LSTM, skip-gram and CBOW.

Every way reads the same ids with the same vocabulary, alone in a process on one thread, for the
same CPU-seconds of its training loop: those of five epochs of skip-gram, or ``--seconds``. A pilot
run of each way gives the number of epochs that fills them; a fraction of an epoch reads the first
part of the text once more. All vectors are scored by the same code (3CosAdd among the 30,000 most
frequent words), as trained or with their mean taken off, whichever does better on one half of the
question sections (the first, third, fifth ...); ours always as the product gives them, mean taken
off. The other half of the sections had no say in any setting.

    python benchmarks/train_compared.py TEXT --questions questions-words.txt --json figures.json
"""

import argparse
import json
import tempfile
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import compared_corpus
import compared_report
from compared_ways import WAYS, Job, Outcome, run
from rich.console import Console

from embedviz.evaluation import read_questions
from embedviz.evaluation.questions import Section
from embedviz.support import cache_folder
from embedviz.text import Corpus, CorpusConfig, encode

SKIPGRAM_EPOCHS = 5
SHARES = (1 / 8, 1 / 4, 1 / 2)
FIRST_PILOT_TOKENS = 300_000
PILOT_SHARE, SHORTEST_PILOT = 0.05, 2.0

console = Console()
console.width = max(100, console.width)


class Comparison:
    """Runs, one after the other, and what they gave; written to the JSON file after each.

    Parameters
    ----------
    options : Namespace
        As parsed by `main`.
    corpus : Corpus
    sections : sequence of Section
    folder : Path
        For the ids and the vectors.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        corpus: Corpus,
        sections: tuple[Section, ...],
        folder: Path,
    ) -> None:
        self.options, self.corpus, self.sections, self.folder = options, corpus, sections, folder
        self.figures = compared_report.header(options.text.name, corpus, vars(options))
        compared_corpus.write(corpus, folder / "whole")

    def train(self, job: Job, corpus: Corpus, **labels: float) -> dict[str, Any]:
        """Run a job, score its vectors on the corpus's vocabulary, and return the row."""
        amount = f"{job.seconds:.0f} CPU-s" if job.way == "lstm" else f"{job.epochs:.2f} epochs"
        console.print(f"{job.way}: {amount} of {len(corpus.train):,} tokens")
        outcome = run(job)
        scores = compared_report.scores(
            job.way,
            Path(job.out) / "vectors.npy",
            corpus.vocabulary.words[1:],
            self.sections,
            self.options.cut,
        )
        return {**labels, **asdict(outcome), "scores": scores}

    def save(self) -> None:
        """Write what is known so far."""
        if self.options.json:
            text = json.dumps(self.figures, indent=2) + "\n"
            self.options.json.write_text(text, encoding="utf-8")

    def job(
        self,
        way: str,
        name: str,
        *,
        epochs: float = 0.0,
        seconds: float = 0.0,
        with_perplexity: bool = False,
    ) -> Job:
        """Make a job on the whole text; its vectors go to a folder of that name."""
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
        """How many epochs fill so many CPU-seconds, by a short pilot and then a longer one."""
        n_train = len(self.corpus.train)
        epochs = FIRST_PILOT_TOKENS / n_train
        rate = _rate(run(self.job(way, "pilot", epochs=epochs)))
        wanted = min(max(PILOT_SHARE * seconds, SHORTEST_PILOT), seconds)
        rate = _rate(run(self.job(way, "pilot", epochs=max(epochs, wanted * rate / n_train))))
        console.print(f"{way}: {rate:,.0f} tokens a CPU-second in the pilot")
        return seconds * rate / n_train

    def compare(self) -> list[dict[str, Any]]:
        """Train every way for the same CPU-seconds."""
        rows: dict[str, dict[str, Any]] = {}
        seconds = self.options.seconds
        order = sorted(self.options.only, key=lambda way: way != "skipgram")  # it sets the budget
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
                console.print(f"{way}: spent {spent:.2f} times the budget; once more")
                again = self.train(replace(job, epochs=job.epochs / spent), self.corpus)
                rows[way] = min(rows[way], again, key=partial(_distance, seconds=seconds))
            self.figures["budget_cpu_seconds"] = seconds
            self.figures["ways"] = list(rows.values())
            self.save()
        return [rows[way] for way in WAYS if way in rows]

    def curves(self, rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Train ours and skip-gram for parts of the budget, and on parts of the text.

        A part of the text is read as often as the whole was, so that it costs its share.
        """
        whole = {row["way"]: row for row in rows if row["way"] in ("ours", "skipgram")}
        curves: dict[str, list[dict[str, Any]]] = {"cpu_seconds": [], "tokens": []}
        self.figures["curves"] = curves
        for share in SHARES:
            compared_corpus.write(
                part := compared_corpus.part(self.corpus, share, min_count=self.options.min_count),
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
    parser.add_argument(
        "--seconds", type=float, help="CPU-seconds a way; default: those of 5 epochs of skip-gram"
    )
    parser.add_argument("--only", default=",".join(WAYS), help="ways to run, between commas")
    parser.add_argument(
        "--curve", action="store_true", help="also on parts of the budget and of the text"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--folder", type=Path, help="keep ids and vectors there")
    parser.add_argument("--dims", type=int, default=100)
    parser.add_argument("--cut", type=int, default=30_000, help="most frequent words to answer by")
    parser.add_argument("--min-count", type=int, default=CorpusConfig().min_count)
    parser.add_argument(
        "--sample", type=float, default=1e-3, help="gensim's skipping threshold; default: its own"
    )
    parser.add_argument(
        "--within", type=float, default=0.05, help="a run further from its budget is run again"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(WAYS):
        parser.error(f"--only knows {', '.join(WAYS)}, not {', '.join(sorted(unknown))}")
    if options.seconds is None and "skipgram" not in options.only:
        parser.error("give --seconds when skipgram, which sets the budget, is left out")
    if options.curve and not {"ours", "skipgram"} <= set(options.only):
        parser.error("--curve needs ours and skipgram among --only")
    return options


def main() -> None:
    """Encode once, train every way, print the tables."""
    options = parsed()
    sections = tuple(read_questions(options.questions))
    corpus = encode(
        [options.text], CorpusConfig(min_count=options.min_count), cache_folder() / "ids"
    )
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        comparison = Comparison(options, corpus, sections, options.folder or Path(scratch))
        rows = comparison.compare()
        curves = comparison.curves(rows) if options.curve else {}
    console.print(compared_report.table(rows, comparison.figures))
    for line in compared_report.ratios(rows):
        console.print(line, soft_wrap=True)
    for name, curve in curves.items():
        console.print(compared_report.curve_table(name, curve))


if __name__ == "__main__":
    main()
