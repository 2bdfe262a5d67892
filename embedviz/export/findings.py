"""The content of a model report: one part per relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from embedviz.errors import InputError
from embedviz.export.figures import MEANINGS, figures_table
from embedviz.export.pictures import svg, title
from embedviz.export.scene import Scene, open_view
from embedviz.export.tables import Statistics, statistics
from embedviz.relations import (
    FAMILIES,
    FEWEST_FOR_INTERVAL,
    PairFit,
    Relation,
    RelationReport,
    Verdict,
    explain,
    near_spellings,
)
from embedviz.reports import Column, Fact, Part, Picture, Table
from embedviz.support import arrow_name, clip, p_value, percent, said_of_case

FEW_KEPT = 0.1
MOST_SPELT = 5
"""Maximum number of a relation's missing words with a search for near spellings, which is slow."""

_SHOWN_FACTS = ("model", "file", "format", "sha256", "steps", "converted", "results")
_RESULTS = {
    "finished": "training finished",
    "perplexity": "held-out perplexity",
    "n_words": "vocabulary size",
    "n_train_tokens": "training tokens",
    "n_held_out_tokens": "held-out tokens",
    "n_tokens_read": "tokens read, all epochs",
    "seconds": "seconds of training",
    "cpu_seconds": "CPU-seconds of training",
}
"""Display names of training results."""
_FIT_COLUMNS = (
    Column("pair", "pair", is_number=False),
    Column("fit", "fit"),
    Column("rank", "rank"),
    Column("nearest", "nearest", is_number=False),
    Column("outlier", "", is_number=False),
)
_MOST_NAMED = 30
_WORST = 5


def findings(scene: Scene) -> tuple[Part, ...]:
    """Return the parts of a report: the model, all relations, and each relation of the view."""
    alone = {relation.name: _isolate(scene, (relation,), "relation") for relation in scene.known}
    found = [_in_own_plane(one, alone.get(one.relation)) for one in statistics(scene)]
    missing = dict.fromkeys(
        word for report in scene.reports for word in report.missing[:MOST_SPELT]
    )
    spellings = near_spellings(scene.vectors, list(missing))
    return (
        _model(scene),
        _overview(scene, found),
        *(
            _relation(report, one, spellings, alone.get(report.name))
            for report, one in zip(scene.reports, found, strict=True)
        ),
    )


def _isolate(scene: Scene, relations: tuple[Relation, ...], plane: str) -> Scene | None:
    """Return a scene of some relations in their own plane; None if they do not span one."""
    styles = tuple(scene.view.style_numbers[relation.name] for relation in relations)
    view = replace(
        scene.view,
        relations=relations,
        styles=styles,
        plane=plane,
        n_components=2,
        marked=(),
    )
    try:
        return open_view(view, scene.vectors)
    except InputError:
        return None


def _in_own_plane(one: Statistics, alone: Scene | None) -> Statistics:
    return replace(one, plane_fidelity=alone.fidelities[one.relation] if alone else None)


def _picture(scene: Scene | None) -> Picture | None:
    return Picture(f"Arrows: {title(scene)}", lambda: svg(scene)) if scene else None


def _model(scene: Scene) -> Part:
    vectors, view = scene.vectors, scene.view
    facts = [
        ("words", f"{len(vectors):,}"),
        ("dimensions", f"{vectors.n_dims:,}"),
        ("SHA-256 of words and vectors", view.sha256),
        *_flat(
            {name: vectors.provenance[name] for name in _SHOWN_FACTS if name in vectors.provenance}
        ),
    ]
    return Part("model", "The model", facts=tuple(Fact(name, name, value) for name, value in facts))


def _flat(provenance: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return provenance as names and values."""
    lines: list[tuple[str, str]] = []
    for name, value in provenance.items():
        if isinstance(value, Mapping):
            lines += _flat(value)
        elif value is not None:
            lines.append((_RESULTS.get(name, name.replace("_", " ")), _describe_value(value)))
    return lines


def _describe_value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return str(value)


def _overview(scene: Scene, found: Sequence[Statistics]) -> Part:
    meanings = tuple((fact.name, fact.value) for fact in MEANINGS)
    families = tuple(relation for relation in scene.known if relation.name in FAMILIES)
    n_tests = f"{len(found)} test{'' if len(found) == 1 else 's'}"
    return Part(
        "relations",
        "All relations",
        text=(
            "A relation is a list of pairs such as king → queen; the offset of a pair is target "
            "minus source, with vectors normalised to length 1. If the offsets agree, their mean "
            "is a meaningful direction.",
            "Words of two classes have consistent offsets even when they are shuffled, so the "
            "consistency is read beside that of shuffled pairs.",
            "Each relation has a picture below in the plane of its own direction, which is biased "
            "in its favour; the last column reports how much that plane retains. Arrows that look "
            "parallel may not be, and vice versa. Its x axis is the mean target minus the mean "
            "source, which re-pairing does not change: shuffled arrows point right too.",
            f"{n_tests}: of twenty relations without direction, one has p ≤ 0.05 by chance. Word "
            "vectors reproduce their texts, including bias; a direction is a property of the "
            "texts, not a fact about the world.",
        ),
        tables=(
            figures_table(found),
            Table("meanings", "", _texts("figure", "meaning"), meanings),
        ),
        picture=_picture(_isolate(scene, families, "arrows") if families else None),
    )


def _relation(
    report: RelationReport,
    one: Statistics,
    spellings: Mapping[str, Sequence[str]],
    alone: Scene | None,
) -> Part:
    tables = []
    if report.n_pairs:
        tables.append(figures_table([one], names_relations=False))
    if worst := _worst(report):
        rows = tuple((*_fit(fit), "outlier" if fit in report.outliers else "") for fit in worst)
        tables.append(
            Table(
                "worst",
                "Worst-fitting pairs",
                _FIT_COLUMNS,
                rows,
                "fit: cosine with the mean offset of the other pairs; rank: the target's among the "
                "words near source + that; nearest: the word at rank 1.",
            )
        )
    if report.missing:
        known = [word for word in report.missing if word in spellings]
        missing_rows = (
            (clip(word, 64), ", ".join(clip(one, 64) for one in spellings[word]) or "–")
            for word in known
        )
        more = len(report.missing) - len(known)
        note = f"{more} more were not looked up." if more else ""
        columns = _texts("missing word", "similar spellings")
        tables.append(Table("missing", "Missing words", columns, tuple(missing_rows), note))
    return Part(
        report.name,
        arrow_name(report.name),
        text=(*_conclusion(report), *_skipped(report)),
        warnings=doubts(report, one.plane_fidelity),
        tables=tuple(tables),
        picture=_picture(alone),
    )


def _conclusion(report: RelationReport) -> tuple[str, ...]:
    return (f"{report.verdict.value}. {explain(report)}",) if report.n_pairs else ()


def _texts(*headings: str) -> tuple[Column, ...]:
    return tuple(Column(heading, heading, is_number=False) for heading in headings)


def _worst(report: RelationReport) -> list[PairFit]:
    """Return all outliers, or the five worst-fitting pairs if there are fewer."""
    fits = [fit for fit in report.fits if fit.cosine is not None]
    fits.sort(key=lambda fit: fit.cosine or 0.0)
    return fits[: max(_WORST, len(report.outliers))]


def _fit(fit: PairFit) -> tuple[str, ...]:
    return (
        f"{clip(fit.source, 64)} → {clip(fit.target, 64)}",
        "–" if fit.cosine is None else f"{fit.cosine:z.2f}",
        "–" if fit.rank is None else f"{fit.rank:,}",
        "–" if fit.nearest is None else clip(fit.nearest, 64),
    )


def _skipped(report: RelationReport) -> tuple[str, ...]:
    lines = []
    for reason, pairs in (
        ("skipped because a word has no vector", report.skipped),
        ("duplicates or identical words", report.repeated),
    ):
        if pairs:
            named = [f"{clip(a, 64)} → {clip(b, 64)}" for a, b in pairs[:_MOST_NAMED]]
            more = f" and {len(pairs) - _MOST_NAMED} more" if len(pairs) > _MOST_NAMED else ""
            lines.append(f"{len(pairs)} {reason}: {', '.join(named)}{more}.")
    return (*lines, *said_of_case(report.folded))


def doubts(report: RelationReport, fidelity: float | None) -> tuple[str, ...]:
    """Return caveats about a relation's arrows, one sentence each.

    Parameters
    ----------
    report : RelationReport
    fidelity : float or None
        Share of the offsets that the picture retains.
    """
    if not report.n_pairs:
        return ("No pair has two words with vectors: there are no statistics.",)
    caveats = []
    verdict = report.verdict
    if report.p_value is None:
        caveats.append(f"{report.n_pairs} pairs are too few for a p-value: at least 3 are needed.")
    elif not report.findings[0].found:
        caveats.append(
            f"Random pairings of the same words are about as consistent (p = "
            f"{p_value(report.p_value)}): do not interpret these arrows."
        )
    elif verdict is Verdict.CLASSES:
        caveats.append(
            "The consistency does not exceed that of the same words shuffled: the difference of "
            "their classes or their closeness alone may cause this result."
        )
    elif verdict is Verdict.NO_ANSWER:
        caveats.append(
            "The offset answers no better than closeness alone may: words paired by closeness "
            "produce such a result."
        )
    if report.n_pairs < FEWEST_FOR_INTERVAL:
        caveats.append(f"There is no interval below {FEWEST_FOR_INTERVAL} pairs.")
    if fidelity is not None and fidelity < FEW_KEPT:
        caveats.append(
            f"The plane retains only {percent(fidelity)} of the offsets: trust the figures, not "
            "the picture."
        )
    return tuple(caveats)
