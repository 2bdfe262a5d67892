"""Tables and JSON of all analogy methods side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from embedviz.cli.output import out

if TYPE_CHECKING:
    from embedviz.analogies import Answer, MethodPanel, MethodScore

_SHOWN = 3
_MEANINGS = """\
rank: the answer's frequency rank. margin: its score minus that of the next answer.
stable: share of bootstrap draws of the pairs that give the same answer; – for one pair.
included: the first answers with the query words included."""
_SCORES = """\
accuracy: leave-one-out, on the pairs; included: the same with the query words included.
gain: accuracy minus that of only-b, which uses no pair; with its 95 % interval."""


def print_methods(found: MethodPanel, scores: Sequence[MethodScore]) -> None:
    """Print each method's first answers and their confidence, and its scores on a relation."""
    source, target = found.pair
    table = Table(
        title=Text(f"{source} : {target} :: {found.word} : ?"),
        title_justify="left",
        box=None,
        padding=(0, 2, 0, 0),
    )
    table.add_column("method", no_wrap=True)
    table.add_column("answers", overflow="fold")
    for heading in ("rank", "score", "margin", "stable"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("included", overflow="fold")
    for one in found.methods:
        first = one.excluded[0] if one.excluded else None
        table.add_row(
            one.method,
            Text(_join_words(one.excluded)),
            f"{first.rank:,}" if first else "–",
            f"{first.score:.3f}" if first else "–",
            "–" if one.margin is None else f"{one.margin:.3f}",
            "–" if one.agreement is None else f"{one.agreement:.0%}",
            Text(_join_words(one.honest)),
        )
    out.print(table)
    for remark in found.remarks:
        out.print(remark, markup=False, soft_wrap=True)
    out.print(_MEANINGS, style="dim", soft_wrap=True)
    if scores:
        _print_scores(scores)


def _print_scores(scores: Sequence[MethodScore]) -> None:
    from embedviz.reports import Figure

    table = Table(box=None, padding=(0, 1, 0, 0))  # it fits 80 columns
    table.add_column("\nmethod", no_wrap=True)
    for heading in ("pairs", "questions", "accuracy", "included", "only-b", "gain"):
        table.add_column(f"\n{heading}", justify="right", no_wrap=True)
    for one in scores:
        table.add_row(
            one.method,
            f"{one.n_pairs:,}",
            f"{one.n_questions:,}",
            f"{one.accuracy:.0%}",
            f"{one.honest_accuracy:.0%}",
            f"{one.only_b:.0%}",
            "–" if one.method == "only-b" else Figure(one.gain, "+.2f", one.gain_interval).shown,
        )
    out.print(table)
    out.print(_SCORES, style="dim", soft_wrap=True)


def build_panel_document(found: MethodPanel, scores: Sequence[MethodScore]) -> dict[str, object]:
    """Build the JSON document of the answers and scores."""
    return {
        "pair": found.pair,
        "word": found.word,
        "n_pairs": found.n_pairs,
        "n_draws": found.n_draws,
        "methods": [{**asdict(one), "margin": one.margin} for one in found.methods],
        "remarks": found.remarks,
        "scores": [asdict(one) for one in scores],
    }


def _join_words(answers: Sequence[Answer]) -> str:
    return ", ".join(answer.word for answer in answers[:_SHOWN]) or "–"
