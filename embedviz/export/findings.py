"""The content of a report on a model: its parts, one for each relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from embedviz.errors import InputError
from embedviz.export.figures import MEANINGS, figures_table
from embedviz.export.pictures import svg, title
from embedviz.export.scene import Scene, open_view
from embedviz.export.tables import Statistics, statistics
from embedviz.relations import FAMILIES, PairFit, Relation, RelationReport, near_spellings
from embedviz.reports import Column, Fact, Part, Picture, Table
from embedviz.support import arrow_name, clip, p_value, percent

LIKELY_CHANCE = 0.05
FEW_KEPT = 0.1
MOST_SPELT = 5
"""Missing words of a relation for which near spellings are looked up: each takes a moment."""

_SHOWN_FACTS = ("model", "file", "format", "sha256", "steps", "converted", "results")
_RESULTS = {
    "finished": "trained to the end",
    "perplexity": "held-out perplexity",
    "n_words": "words learnt",
    "n_train_tokens": "words of training text",
    "n_held_out_tokens": "words held out",
    "n_tokens_read": "words read, all epochs",
    "seconds": "seconds of training",
    "cpu_seconds": "CPU-seconds of training",
}
"""Names for readers of what a training run records."""
_FIT_COLUMNS = (
    Column("pair", "pair", is_number=False),
    Column("fit", "fit"),
    Column("rank", "rank"),
    Column("nearest", "nearest", is_number=False),
    Column("outlier", "", is_number=False),
)
_MOST_NAMED = 30
_WORST = 5
_FEWEST_FOR_INTERVALS = 8


def findings(scene: Scene) -> tuple[Part, ...]:
    """Return the parts of a report: the model, all relations, and each relation of the view."""
    alone = {relation.name: _alone(scene, (relation,), "relation") for relation in scene.known}
    found = [_in_own_plane(one, alone.get(one.relation)) for one in statistics(scene)]
    missing = dict.fromkeys(
        word for report in scene.reports for word in report.missing[:MOST_SPELT]
    )
    alike = near_spellings(scene.vectors, list(missing))
    return (
        _model(scene),
        _overview(scene, found),
        *(
            _relation(report, one, alike, alone.get(report.name))
            for report, one in zip(scene.reports, found, strict=True)
        ),
    )


def _alone(scene: Scene, relations: tuple[Relation, ...], plane: str) -> Scene | None:
    """Return a scene of some relations in their own plane; None if they span none."""
    view = replace(scene.view, relations=relations, plane=plane, n_components=2, marked=())
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
            lines.append((_RESULTS.get(name, name.replace("_", " ")), _spelt_out(value)))
    return lines


def _spelt_out(value: object) -> str:
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
            "minus source, of vectors of length 1. If the offsets agree, their mean is a direction "
            "that means something.",
            "Each relation has a picture below in the plane of its own direction, which flatters "
            "it; the last column says how much that picture keeps. Arrows that look parallel may "
            "not be, and the reverse.",
            f"{n_tests}: of twenty relations without any direction, one has p ≤ 0.05. Word vectors "
            "repeat what their texts say, prejudice included; a direction is a habit of the texts, "
            "not a fact about the world.",
        ),
        tables=(
            figures_table(found),
            Table("meanings", "", _texts("figure", "meaning"), meanings),
        ),
        picture=_picture(_alone(scene, families, "arrows") if families else None),
    )


def _relation(
    report: RelationReport,
    one: Statistics,
    alike: Mapping[str, Sequence[str]],
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
                "Pairs that fit worst",
                _FIT_COLUMNS,
                rows,
                "fit: cosine with the mean offset of the other pairs; rank: the target's among the "
                "words near source + that; nearest: the first of them.",
            )
        )
    if report.missing:
        known = [word for word in report.missing if word in alike]
        spelt = (
            (clip(word, 64), ", ".join(clip(one, 64) for one in alike[word]) or "–")
            for word in known
        )
        more = len(report.missing) - len(known)
        note = f"{more} more are not looked up." if more else ""
        columns = _texts("missing word", "spelt alike")
        tables.append(Table("missing", "Missing words", columns, tuple(spelt), note))
    return Part(
        report.name,
        arrow_name(report.name),
        text=_skipped(report),
        warnings=doubts(report, one.plane_fidelity),
        tables=tuple(tables),
        picture=_picture(alone),
    )


def _texts(*headings: str) -> tuple[Column, ...]:
    return tuple(Column(heading, heading, is_number=False) for heading in headings)


def _worst(report: RelationReport) -> list[PairFit]:
    """Return all outliers, or the five pairs that fit worst if there are fewer."""
    fits = [fit for fit in report.fits if fit.cosine is not None]
    fits.sort(key=lambda fit: fit.cosine or 0.0)
    return fits[: max(_WORST, len(report.outliers))]


def _fit(fit: PairFit) -> tuple[str, ...]:
    return (
        f"{clip(fit.source, 64)} → {clip(fit.target, 64)}",
        "–" if fit.cosine is None else f"{fit.cosine:.2f}",
        "–" if fit.rank is None else f"{fit.rank:,}",
        "–" if fit.nearest is None else clip(fit.nearest, 64),
    )


def _skipped(report: RelationReport) -> tuple[str, ...]:
    lines = []
    for said, pairs in (
        ("skipped, for a word has no vector", report.skipped),
        ("again an earlier pair, or one word", report.repeated),
    ):
        if pairs:
            named = [f"{clip(a, 64)} → {clip(b, 64)}" for a, b in pairs[:_MOST_NAMED]]
            more = f" and {len(pairs) - _MOST_NAMED} more" if len(pairs) > _MOST_NAMED else ""
            lines.append(f"{len(pairs)} {said}: {', '.join(named)}{more}.")
    if report.case_folded:
        lines.append("Words were looked up in lower case, as the vocabulary is.")
    return tuple(lines)


def doubts(report: RelationReport, fidelity: float | None) -> tuple[str, ...]:
    """Return reasons not to trust a relation's arrows, one sentence each.

    Parameters
    ----------
    report : RelationReport
    fidelity : float or None
        Share of the offsets that the picture keeps.
    """
    if not report.n_pairs:
        return ("No pair has two words with vectors: there is nothing to see.",)
    said = []
    if report.p_value is None:
        said.append(f"Of {report.n_pairs} pairs nothing can be said: 3 are needed for a p.")
    elif report.p_value >= LIKELY_CHANCE:
        said.append(
            f"Random pairings of the same words agree about as well (p = "
            f"{p_value(report.p_value)}): do not read these arrows."
        )
    if report.consistency_interval and report.consistency_interval[0] <= 0:
        said.append(
            "The consistency's interval contains 0: the pairs may be alike without a direction."
        )
    elif report.n_pairs < _FEWEST_FOR_INTERVALS:
        said.append(f"Fewer than {_FEWEST_FOR_INTERVALS} pairs give no interval.")
    if fidelity is not None and fidelity < FEW_KEPT:
        said.append(
            f"The plane keeps only {percent(fidelity)} of the offsets: trust the figures, not the "
            "looks."
        )
    return tuple(said)
