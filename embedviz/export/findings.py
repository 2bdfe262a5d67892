"""What a report says: sections of plain text and tables, not yet HTML or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embedviz.errors import InputError
from embedviz.export.markup import FIGURES, figure_texts
from embedviz.export.scene import Scene, open_view
from embedviz.export.tables import Statistics, statistics
from embedviz.relations import FAMILIES, PairFit, Relation, RelationReport, near_spellings
from embedviz.support import arrow_name, clip, p_value, percent

LIKELY_CHANCE = 0.05
FEW_KEPT = 0.1
MOST_SPELT = 5
"""Missing words of a relation for which near spellings are looked up: each takes a moment."""

_TOLD = ("model", "file", "format", "sha256", "steps", "converted", "results")
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
"""What a training run leaves, as a reader would call it."""
_MOST_NAMED = 30
_WORST = 5
_FEWEST_FOR_INTERVALS = 8


@dataclass(frozen=True)
class Grid:
    """A table of plain texts; all columns but the first are figures, or all are prose."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    is_prose: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a report: what it says, what to doubt, its tables, and what its picture shows."""

    title: str
    lines: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    picture: Scene | None = None


def findings(scene: Scene) -> tuple[Section, ...]:
    """Say what is known of a model and of every relation of a view."""
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
    """Look at some relations in a plane of their own; None if they span none."""
    view = replace(scene.view, relations=relations, plane=plane, n_components=2, marked=())
    try:
        return open_view(view, scene.vectors)
    except InputError:
        return None


def _in_own_plane(one: Statistics, alone: Scene | None) -> Statistics:
    return replace(one, plane_fidelity=alone.fidelities[one.relation] if alone else None)


def _model(scene: Scene) -> Section:
    vectors, view = scene.vectors, scene.view
    facts = [
        ("words", f"{len(vectors):,}"),
        ("dimensions", f"{vectors.n_dims:,}"),
        ("SHA-256 of words and vectors", view.sha256),
        *_flat({name: vectors.provenance[name] for name in _TOLD if name in vectors.provenance}),
    ]
    return Section("The model", grids=(Grid(("fact", "value"), tuple(facts), is_prose=True),))


def _flat(provenance: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return what there is to tell of provenance, a line for each fact."""
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


def _overview(scene: Scene, found: Sequence[Statistics]) -> Section:
    rows = tuple((arrow_name(one.relation), *figure_texts(one)) for one in found)
    meanings = Grid(("figure", "meaning"), tuple(FIGURES.items()), is_prose=True)
    families = tuple(relation for relation in scene.known if relation.name in FAMILIES)
    n_tests = f"{len(found)} test{'' if len(found) == 1 else 's'}"
    return Section(
        "All relations",
        lines=(
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
        grids=(
            Grid(("relation", *FIGURES), rows),
            meanings,
        ),
        picture=_alone(scene, families, "arrows") if families else None,
    )


def _relation(
    report: RelationReport,
    one: Statistics,
    alike: Mapping[str, Sequence[str]],
    alone: Scene | None,
) -> Section:
    headings = ("pair", "fit", "rank", "nearest", "")
    grids = []
    if report.n_pairs:
        grids.append(Grid(tuple(FIGURES), (tuple(figure_texts(one)),)))
    if worst := _worst(report):
        grids.append(
            Grid(
                headings,
                tuple((*_fit(one), "outlier" if one in report.outliers else "") for one in worst),
                "Pairs that fit worst. fit: cosine with the mean offset of the other pairs; rank: "
                "the target's among the words near source + that; nearest: the first of them.",
            )
        )
    if report.missing:
        known = [word for word in report.missing if word in alike]
        rows = tuple((clip(word, 64), ", ".join(alike[word]) or "–") for word in known)
        more = len(report.missing) - len(known)
        said = f" {more} more are not looked up." if more else ""
        grids.append(
            Grid(("missing word", "spelt alike"), rows, f"Missing words.{said}", is_prose=True)
        )
    return Section(
        arrow_name(report.name),
        lines=_told(report),
        doubts=doubts(report, one.plane_fidelity),
        grids=tuple(grids),
        picture=alone,
    )


def _worst(report: RelationReport) -> list[PairFit]:
    """All outliers, and those that come next."""
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


def _told(report: RelationReport) -> tuple[str, ...]:
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
    """Say what should be kept in mind before a relation's arrows are believed.

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
            "The consistency's interval holds 0: the pairs may be alike without a direction."
        )
    elif report.n_pairs < _FEWEST_FOR_INTERVALS:
        said.append(f"Fewer than {_FEWEST_FOR_INTERVALS} pairs give no interval.")
    if fidelity is not None and fidelity < FEW_KEPT:
        said.append(
            f"The plane keeps only {percent(fidelity)} of the offsets: trust the figures, not the "
            "looks."
        )
    return tuple(said)
