"""Scores and tables of `training_efficiency`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from benchmarks.common.figures import analogy_figures
from embedviz.evaluation import AnalogyReport, RatedPair, score_analogies, score_similarity
from embedviz.evaluation.questions import Section
from embedviz.text import Vocabulary
from embedviz.vectors import N_FREQUENT, WordVectors, centred, whitened

TITLES = {
    "ours": "embedviz",
    "lstm": "LSTM, full softmax",
    "skipgram": "gensim skip-gram",
    "cbow": "gensim CBOW",
}
OURS = "mean of the 10,000 most frequent subtracted"
Row = Mapping[str, Any]


def treat(matrix: NDArray[np.float32]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield vectors as trained and after each treatment, which every method is offered alike."""
    yield "as trained", matrix
    yield "mean of all words subtracted", centred(matrix)
    yield OURS, centred(matrix, N_FREQUENT)
    yield "whitened to the power 0.25", whitened(matrix, 0.25)


def scores(
    way: str,
    path: Path,
    words: Sequence[str],
    sections: Sequence[Section],
    cut: int,
    ratings: Mapping[str, Sequence[RatedPair]],
) -> dict[str, Any]:
    """Score saved vectors under each treatment; ``counts`` names the treatment that counts.

    Ours is the one that `embedviz.load` applies. A peer's is chosen by the sections that settings
    may be chosen by, among all but whitening, which is a choice of its own.
    """
    found: dict[str, dict[str, Any]] = {}
    for treatment, matrix in treat(np.load(path)):
        vectors = WordVectors(Vocabulary(tuple(words)), matrix)
        report = score_analogies(vectors, sections, n_words=cut)
        found[treatment] = {
            "all": analogy_figures(report),
            "choosing": analogy_figures(AnalogyReport(report.sections[::2], report.n_words)),
            "reported": analogy_figures(AnalogyReport(report.sections[1::2], report.n_words)),
            "sections": {s.name: [s.n_correct, s.n_covered, s.n_honest] for s in report.sections},
            "similarity": {
                name: [score_similarity(vectors, part).spearman for part in (pairs, pairs[1::2])]
                for name, pairs in ratings.items()
            },
        }
    offered = [name for name in found if not name.startswith("whitened")]
    better = max(offered, key=lambda name: found[name]["choosing"]["accuracy"] or 0.0)
    return {"counts": OURS if way == "ours" else better, **found}


def counted(row: Row, sections: str = "all") -> dict[str, Any]:
    """Return a row's scores under the treatment that counts: of all sections, one half, ratings."""
    scores = row["scores"]
    figures: dict[str, Any] = scores[scores["counts"]][sections]
    return figures


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def table(rows: Sequence[Row], figures: Row) -> Table:
    """Return a table with a column per method."""
    n_questions = counted(rows[0])["n_questions"]
    made = Table(
        title=f"{figures['text']}: {figures['n_train_tokens']:,} tokens, "
        f"{figures['n_words']:,} words, {figures['dims']} dimensions, one thread",
        caption=f"Answers among the {counted(rows[0])['n_words']:,} most frequent words; accuracy "
        "on covered questions; perplexity on the same held-out text over all words",
    )
    made.add_column("")
    for row in rows:
        made.add_column(TITLES[row["way"]], justify="right")

    def line(name: str, cells: Iterator[str], *, end_section: bool = False) -> None:
        made.add_row(name, *cells, end_section=end_section)

    line("epochs", (f"{row['epochs']:.2f}" for row in rows))
    line("tokens read", (f"{row['n_tokens']:,}" for row in rows))
    line("CPU-seconds", (f"{row['cpu_seconds']:,.1f}" for row in rows))
    line("tokens per CPU-second", (f"{row['n_tokens'] / row['cpu_seconds']:,.0f}" for row in rows))
    line("peak memory, MiB", (f"{row['peak_mib']:,.0f}" for row in rows))
    line("  before training", (f"{row['idle_mib']:,.0f}" for row in rows))
    line(
        "held-out perplexity",
        (f"{row['perplexity']:,.1f}" if row["perplexity"] else "–" for row in rows),
        end_section=True,
    )
    for title, half in (
        ("all sections", "all"),
        ("1st, 3rd, 5th … section", "choosing"),
        ("2nd, 4th, 6th … section", "reported"),
    ):
        line(f"[bold]{title}", iter(()))
        for name in ("semantic", "syntactic"):
            line(f"  {name}", (_percent(counted(row, half)[name]) for row in rows))
        line("  all", (f"[bold]{_percent(counted(row, half)['accuracy'])}" for row in rows))
        line("  covered", (f"{counted(row, half)['n_covered']:,}" for row in rows))
        line("  asked words left in", (_percent(counted(row, half)["left_in"]) for row in rows))
        n_questions = counted(rows[0], half)["n_questions"]
        line(
            f"  correct of all {n_questions:,}",
            (_percent(counted(row, half)["correct_of_all"]) for row in rows),
            end_section=True,
        )
    for number, half in enumerate(("all pairs", "2nd, 4th, 6th … pair")):
        for name in counted(rows[0], "similarity"):
            spearman = (counted(row, "similarity")[name][number] for row in rows)
            line(f"{name}, {half}", ("–" if one is None else f"{one:.3f}" for one in spearman))
    line("vectors", (row["scores"]["counts"] for row in rows))
    return made


def ratios(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the ratios of ours to each peer."""
    by_way = {row["way"]: row for row in rows}
    if "ours" not in by_way:
        return
    mine = by_way.pop("ours")
    for way, row in by_way.items():
        rate = mine["n_tokens"] / mine["cpu_seconds"] / (row["n_tokens"] / row["cpu_seconds"])
        accuracies = [
            f"{counted(mine, half)['accuracy'] / theirs:.2f} times on {name}"
            for half, name in (("all", "all sections"), ("reported", "2nd, 4th, 6th …"))
            if (theirs := counted(row, half)["accuracy"])
        ]
        yield (
            f"embedviz / {TITLES[way]}: {rate:.2f} times the tokens per CPU-second; accuracy "
            f"{', '.join(accuracies) or 'not comparable'}"
        )


def curve_table(name: str, curve: Sequence[Row]) -> Table:
    """Return accuracy against CPU-seconds or text size, with a line per share."""
    title = {
        "cpu_seconds": "Accuracy against CPU-seconds, the whole text",
        "tokens": "Accuracy against the size of the text, for the same number of epochs",
    }[name]
    made = Table(
        "share", "method", "CPU-s", "tokens read", "covered", "accuracy", "of all", title=title
    )
    for column in made.columns[2:]:
        column.justify = "right"
    for row in sorted(curve, key=lambda row: row["share"]):
        score = counted(row)
        made.add_row(
            f"1/{round(1 / row['share'])}" if row["share"] < 1 else "1",
            TITLES[row["way"]],
            f"{row['cpu_seconds']:,.1f}",
            f"{row['n_tokens']:,}",
            f"{score['n_covered']:,}",
            _percent(score["accuracy"]),
            _percent(score["correct_of_all"]),
            end_section=row["way"] == "skipgram",
        )
    return made
