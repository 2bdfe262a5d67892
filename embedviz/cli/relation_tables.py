"""Tables and JSON of the statistics of relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from embedviz.cli.output import out
from embedviz.support import said_of_case, signed_points

if TYPE_CHECKING:
    from embedviz.relations import PairFit, RelationReport

_WIDE = 90
_N_NAMED = 10  # pairs
_MEANINGS = """\
consistency: mean cosine between the pairs' offsets (OCS), with its 95 % interval.
p: share of random pairings of the same words that are at least as consistent.
PCS: how well true pairs are separated from shuffled ones; 0.50 by chance.
hits: share of pairs whose target is nearest to source + mean offset of others.
MRR: mean of 1 / the target's rank there. –: too few pairs.
shuffled: the consistency of random pairings of the same words, on average.
excess: consistency minus that of shuffled pairs without the true ones.
gain: hits minus those of the word nearest to the source alone, in points of 100."""
_CLOSENESS = "\nIn this model closeness of the partners alone gains {}: an answer must gain more."
_FITS = """\
fit: cosine between the pair's offset and the mean offset of the others.
rank: of the target among the words nearest to source + that mean.
nearest: the word at rank 1."""


def print_relations(reports: Sequence[RelationReport]) -> None:
    """Print the statistics of relations, and their meanings."""
    from embedviz.relations import Verdict
    from embedviz.reports import Figure

    is_wide = out.width >= _WIDE
    padding = (0, 2 if is_wide else 1, 0, 0)
    table = Table(box=None, pad_edge=False, padding=padding)
    table.add_column("relation", overflow="fold")
    for heading in ("pairs", "consistency", "p", "PCS", "hits", "MRR"):
        table.add_column(heading, justify="right", no_wrap=True)
    for report in reports:
        table.add_row(
            Text(report.name),
            str(report.n_pairs),
            Figure(report.consistency, ".2f", report.consistency_interval).shown,
            Figure(report.p_value, ".3f").shown,
            Figure(report.pairing_consistency, ".2f").shown,
            Figure(report.hit_rate, ".0%", report.hit_rate_interval).shown,
            Figure(report.mean_reciprocal_rank, ".2f").shown,
        )
    out.print(table)
    out.print()
    verdicts = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    verdicts.add_column("relation", overflow="fold")
    for heading in ("shuffled", "excess", "gain"):
        verdicts.add_column(heading, justify="right", no_wrap=True)
    verdicts.add_column("verdict", overflow="fold")
    for report in reports:
        gain = report.gain
        verdicts.add_row(
            Text(report.name),
            Figure(report.shuffled_consistency, ".2f").shown,
            Figure(report.excess, ".2f", report.excess_interval if is_wide else None).shown,
            "–" if gain is None else signed_points(gain, report.gain_interval),
            Text(report.verdict.value, style="green" if report.verdict is Verdict.ANSWERS else ""),
        )
    out.print(verdicts)
    folded = dict.fromkeys(words for report in reports for words in report.folded)
    for said in said_of_case(list(folded)):
        out.print(said, style="dim", markup=False, soft_wrap=True)
    controls = {one.gain_to_exceed for one in reports if one.closeness_gain is not None}
    closeness = ", ".join(map(signed_points, sorted(controls)))
    meanings = _MEANINGS + (_CLOSENESS.format(closeness) if closeness else "")
    out.print(meanings, style="dim", soft_wrap=True)


def print_details(report: RelationReport, near_spellings: Mapping[str, Sequence[str]]) -> None:
    """Print the fit of each pair of a relation, and the excluded pairs."""
    from embedviz.reports import Figure

    table = Table(
        title=Text(f"\n{report.name}"), title_justify="left", box=None, padding=(0, 2, 0, 0)
    )
    table.add_column("pair", overflow="fold")
    for heading in ("fit", "rank"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("nearest", overflow="fold")
    table.add_column("", no_wrap=True)
    outliers = report.outliers
    for fit in sorted(report.fits, key=_worst_last):
        table.add_row(
            Text(f"{fit.source} → {fit.target}"),
            Figure(fit.cosine, ".2f").shown,
            Figure(fit.rank).shown,
            Text(fit.nearest or "–"),
            Text("outlier" if fit in outliers else "", style="red"),
        )
    out.print(table)
    for heading, pairs in (
        ("Skipped", report.skipped),
        ("Duplicate or identical words", report.repeated),
    ):
        if pairs:
            named = ", ".join(f"{source} → {target}" for source, target in pairs[:_N_NAMED])
            more = len(pairs) - _N_NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            out.print(f"{heading} ({len(pairs):,}): {named}{rest}.", markup=False)
    for word, spellings in near_spellings.items():
        suggestion = (
            f"did you mean {', '.join(spellings)}?" if spellings else "no similar spelling."
        )
        out.print(f"  {word}: {suggestion}", markup=False)
    out.print(_FITS, style="dim", soft_wrap=True)


def build_relation_document(
    report: RelationReport, near_spellings: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """Build the JSON document of a relation."""
    from embedviz.relations import describe_verdict

    return {
        **asdict(report),
        **describe_verdict(report),
        "outliers": [asdict(fit) for fit in report.outliers],
        "near_spellings": dict(near_spellings),
    }


def _worst_last(fit: PairFit) -> float:
    return 1.0 if fit.cosine is None else -fit.cosine
