"""The command `score`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json, SequenceModelName
from embedviz.cli.output import err, out, print_json, progress_bars
from embedviz.cli.run_options import require_torch
from embedviz.cli.train_pairs import PairFiles, SourceColumn, TargetColumn, pair_file
from embedviz.support import counted

if TYPE_CHECKING:
    from embedviz.sequences import PairScores, PairSet

_MOST_ROWS = 20  # printed
_MEANINGS = {
    "sources": "adds: log p(y | x) - log p(y), with p(y) the mean over other sources.",
    "zero": "adds: log p(y | x) - log p(y | 0), with a vector of zeros as source.",
}

Candidates = Annotated[
    int,
    typer.Option(
        help="Rank each target among the targets of this many pairs, drawn together; at least 2.",
    ),
]


def score(
    model: SequenceModelName,
    pairs: PairFiles,
    source: SourceColumn = "source",
    target: TargetColumn = "target",
    candidates: Candidates = 100,
    seed: Annotated[int, typer.Option(help="Seed of the candidates.", min=0)] = 0,
    out_file: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Write the scores of all pairs to this .tsv file.", show_default=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Score pairs with a sequence model: how likely is the target, and because of the source?

    Examples:
    embedviz score phrases new.tsv
    embedviz score phrases new.en new.fr --candidates 50 --out scores.tsv
    embedviz score models/find glosses.csv --source gloss --target word --json
    """
    require_torch()
    from embedviz.errors import InputError
    from embedviz.sequences import open_sequence_model, read_pair_set, score_pairs

    if out_file is not None and out_file.suffix.lower() != ".tsv":
        raise InputError(f"{out_file} is no table of this command: give a name that ends in .tsv.")
    opened = open_sequence_model(model)
    opened, read = read_pair_set(opened, pair_file(pairs, source, target))
    with progress_bars("Scoring") as (bar,):
        scores = score_pairs(
            opened,
            read,
            n_candidates=candidates,
            seed=seed,
            progress=lambda share: bar(share, ""),
        )
    print_left_out(read)
    if out_file is not None:
        _write(out_file, read, scores)
    if json:
        print_json(
            {
                "model": model,
                **_summary(scores),
                **read.counts,
                "pairs": [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(read, scores)],
            }
        )
        return
    if len(read) <= _MOST_ROWS:
        _print_rows(read, scores)
    else:
        _print_summary(scores)
    from embedviz.sequences import unknown_note, unranked_note

    n_unranked = _n_unranked(scores) if scores.n_candidates > 1 else 0  # said below
    for note in (*unknown_note(scores.unknown_share), *unranked_note(n_unranked)):
        out.print(note, style="dim", soft_wrap=True)
    out.print(Text(_meaning(scores), style="dim"))
    if out_file is not None:
        out.print(f"Written to {out_file}.", markup=False)


def print_left_out(read: PairSet) -> None:
    """Say which pairs were not read, or not whole."""
    from embedviz.sequences import LEFT_OUT

    for name, n in read.counts.items():
        noun, sentence = LEFT_OUT[name]
        err.print(sentence.format(counted(n, noun)), markup=False, soft_wrap=True)


_COLUMNS = (
    "source",
    "target",
    "log_probability",
    "n_tokens",
    "per_token",
    "information",
    "rank",
)


def _rows(
    read: PairSet, scores: PairScores
) -> list[tuple[str, str, float, int, float, float, float | None]]:
    numbers = zip(
        read.pairs,
        scores.log_probability.tolist(),
        scores.n_tokens.tolist(),
        scores.per_token.tolist(),
        scores.information.tolist(),
        scores.rank.tolist(),
        strict=True,
    )
    return [
        (pair.source, pair.target, log_p, n, each, adds, None if rank != rank else rank)
        for pair, log_p, n, each, adds, rank in numbers
    ]


def _print_rows(read: PairSet, scores: PairScores) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("source", "target"):
        table.add_column(heading, overflow="fold")
    for heading in ("log p", "per token", "adds", "rank"):
        table.add_column(heading, justify="right", no_wrap=True)
    for source, target, log_p, _, each, adds, rank in _rows(read, scores):
        shown = "–" if rank is None else f"{rank:,g}"
        table.add_row(
            Text(source), Text(target), f"{log_p:.2f}", f"{each:.2f}", f"{adds:+.2f}", shown
        )
    out.print(table)


def _summary(scores: PairScores) -> dict[str, object]:
    ranks = scores.rank[~np.isnan(scores.rank)]
    return {
        "n_pairs": len(scores.rank),
        "n_candidates": scores.n_candidates,
        "reference": scores.reference,
        "n_unranked": _n_unranked(scores),
        "unknown_share": scores.unknown_share,
        "perplexity": scores.perplexity,
        "mean_information": float(scores.information.mean()),
        "first": float((ranks <= 1).mean()) if len(ranks) else None,
        "mean_reciprocal_rank": float((1 / ranks).mean()) if len(ranks) else None,
        "median_rank": float(np.median(ranks)) if len(ranks) else None,
    }


def _n_unranked(scores: PairScores) -> int:
    return int(np.isnan(scores.rank).sum())


def _print_summary(scores: PairScores) -> None:
    found = _summary(scores)
    lines = {
        "pairs": f"{found['n_pairs']:,}",
        "perplexity, full softmax": _shown(found["perplexity"], ",.2f"),
        "adds, mean": f"{found['mean_information']:+.2f} nats",
        f"first among {scores.n_candidates:,}": _shown(found["first"], ".1%"),
        "MRR": _shown(found["mean_reciprocal_rank"], ".3f"),
        "median rank": _shown(found["median_rank"], ",g"),
    }
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in lines.items():
        table.add_row(name, value)
    out.print(table)


def _shown(value: object, form: str) -> str:
    return "–" if value is None else format(value, form)


def _meaning(scores: PairScores) -> str:
    ranked = (
        f" rank: of the target among {scores.n_candidates:,}; of a text by what the source adds, "
        "of a label by cosine less half of its hubness."
        if scores.n_candidates > 1
        else " –: there is no other target to rank it among."
    )
    return "In nats. " + _MEANINGS[scores.reference] + ranked


def _write(path: Path, read: PairSet, scores: PairScores) -> None:
    from embedviz.support import atomic_path, spreadsheet_safe

    with atomic_path(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        writer.writerow(_COLUMNS)
        for source, target, *numbers in _rows(read, scores):
            texts = [spreadsheet_safe(" ".join(text.split())) for text in (source, target)]
            writer.writerow([*texts, *("" if one is None else f"{one:.6g}" for one in numbers)])
