"""The page Relations: a card a relation, with its arrows and how far to trust their direction."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from embedviz.analogies import MethodScore
from embedviz.dashboard.component.arrow_picture import arrows_and_mean, labels_of
from embedviz.dashboard.component.arrow_picture import show as show_arrows
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import own_pairs, trust
from embedviz.dashboard.widgets.method_panel import NAMES
from embedviz.dashboard.widgets.model_choice import chosen_model
from embedviz.dashboard.widgets.plain_text import plain
from embedviz.errors import InputError
from embedviz.projection import fit_arrows
from embedviz.relations import (
    FAMILIES,
    PairFit,
    Relation,
    RelationReport,
    as_csv,
    built_in_names,
    offsets,
    style_number,
)
from embedviz.support import arrow_name, clip, percent, signed
from embedviz.vectors import WordVectors

_CARDS_A_ROW = 3
_ARROWS = 25
_LABELLED = 8
_WORST = 3
_COLOURS = {
    trust.Verdict.REAL: "green",
    trust.Verdict.ALIKE: "orange",
    trust.Verdict.CHANCE: "orange",
    trust.Verdict.FEW: "gray",
}


def show() -> None:
    """Show the page."""
    model = chosen_model()
    names = st.pills(
        "Relations",
        built_in_names(),
        selection_mode="multi",
        default=FAMILIES,
        format_func=arrow_name,
        key="cards",
        label_visibility="collapsed",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    vectors = model.vectors
    own = own_pairs.asked(vectors)
    shown = [relation for relation in (own,) if relation]
    shown += [
        relation
        for name in built_in_names()
        if name in names and (relation := model.relation(name))
    ]
    missing = [name for name in names if not model.relation(name)]
    if made_up := trust.origin(model.vectors):
        st.caption(made_up)
    st.markdown(_summary([_measured(model, relation) for relation in shown]))
    for begin in range(0, len(shown), _CARDS_A_ROW):
        row = shown[begin : begin + _CARDS_A_ROW]
        for place, column in enumerate(st.columns(_CARDS_A_ROW, gap="medium")):
            if place < len(row):
                with column:
                    _card(model, row[place], key=f"{begin + place}-{row[place].name}")
    if missing:
        named = ", ".join(arrow_name(name) for name in missing)
        st.caption(f"No pair of {named} is in this model's vocabulary.")


def _summary(reports: Sequence[RelationReport]) -> str:
    if not reports:
        return "Choose a relation, or give pairs of your own, to see whether it has a direction."
    real = [report for report in reports if trust.verdict(report) is trust.Verdict.REAL]
    verb = "has" if len(real) == 1 else "have"
    return (
        f"**{len(real)} of {len(reports)}** relations shown {verb} a direction that the figures "
        "bear out: chance does not explain it, and the interval of its consistency lies above 0."
    )


def _card(model: Model, relation: Relation, *, key: str) -> None:
    """Show a relation's arrows and figures."""
    report, vectors = _measured(model, relation), model.vectors
    found = trust.verdict(report)
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(arrow_name(relation.name), 60)}**", width="content")
            st.badge(found.value, color=_COLOURS[found], help=found.why)  # type: ignore[arg-type]
        kept = _picture(vectors, relation, key)
        _figures(report)
        st.caption(_about(report, kept))
        worst = _worst(report)
        if worst:
            st.markdown(
                f"**Fit worst:** {', '.join(worst)}",
                help="Cosine between the pair's offset and the mean offset of the others: 1 if it "
                "points their way, 0 if at right angles, below 0 if against them.",
            )
        pairs = st.expander("Every pair", key=f"pairs-{key}", on_change="rerun")
        if pairs.open:
            with pairs:
                _pairs(report, relation, key)
        methods = st.expander("Every method", key=f"methods-{key}", on_change="rerun")
        if methods.open:
            with methods:
                _methods(model, relation, key)


def _measured(model: Model, relation: Relation) -> RelationReport:
    """Measure pairs as listed, not as drawn: the draws of an interval go by their order."""
    listed = relation.name in built_in_names()
    return model.report(relation.name) if listed else model.measured(relation)


def _picture(vectors: WordVectors, relation: Relation, key: str) -> float | None:
    """Draw the arrows on the relation's plane; return the share of the offsets that it keeps."""
    try:
        plane = fit_arrows(vectors, [relation])
    except InputError as error:
        st.caption(plain(str(error)))
        return None
    labelled = relation.pairs[:_LABELLED]
    arrows = arrows_and_mean(vectors, plane, relation.pairs, _ARROWS)
    show_arrows(
        f"arrows-{key}",
        arrows,
        labels_of(labelled, arrows),
        says="Arrows of "
        + ", ".join(f"{source} to {target}" for source, target in labelled)
        + "; a thick one from the mean of all sources to that of all targets.",
        style=style_number(relation.name),
    )
    return plane.fidelity(offsets(vectors, relation))


def _figures(report: RelationReport) -> None:
    left, right = st.columns(2, wrap=False)
    trust.consistency_and_p(report, left, right)
    left.metric(
        "PCS",
        "–" if report.pairing_consistency is None else f"{report.pairing_consistency:.2f}",
        help="How well the cosines of true offsets stand out from those of shuffled pairs: 0.5 by "
        "chance, 1 at most.",
    )
    right.metric(
        "Hit rate",
        "–" if report.hit_rate is None else percent(report.hit_rate),
        help="Leave-one-out accuracy: share of pairs whose target is the word nearest to source + "
        "mean offset of the other pairs.",
    )


def _about(report: RelationReport, kept: float | None) -> str:
    said = []
    if report.consistency_interval is not None and report.hit_rate_interval is not None:
        (low, high), (fewest, most) = report.consistency_interval, report.hit_rate_interval
        said.append(
            f"95 % intervals: consistency {signed(low)} to {signed(high)}, hit rate "
            f"{percent(fewest)} to {percent(most)}."
        )
    else:
        said.append("No intervals: they want 8 pairs or more.")
    said.append(f"{report.n_pairs} pair{'' if report.n_pairs == 1 else 's'}.")
    if kept is not None:
        said.append(
            f"The picture keeps {percent(kept)} of their offsets: to the right the mean direction, "
            "upwards what varies most beside it."
        )
    return " ".join(said)


def _worst(report: RelationReport) -> list[str]:
    """Name the pairs that fit worst, but never more than half of them."""
    fits = [fit for fit in report.fits if fit.cosine is not None]
    fits.sort(key=_fit)
    return [
        f"{plain(fit.source, 30)} → {plain(fit.target, 30)} ({signed(_fit(fit))})"
        for fit in fits[: min(_WORST, len(fits) // 2)]
    ]


def _fit(fit: PairFit) -> float:
    return 2.0 if fit.cosine is None else fit.cosine


def _pairs(report: RelationReport, relation: Relation, key: str) -> None:
    fits = sorted(report.fits, key=_fit)
    table = pa.table(
        {
            "source": [clip(fit.source, 80) for fit in fits],
            "target": [clip(fit.target, 80) for fit in fits],
            "fit": pa.array([fit.cosine for fit in fits], pa.float64()),
            "rank": pa.array([fit.rank for fit in fits], pa.int64()),
            "nearest": [clip(fit.nearest or "–", 80) for fit in fits],
        }
    )
    columns = {
        "source": st.column_config.TextColumn("Source"),
        "target": st.column_config.TextColumn("Target"),
        "fit": st.column_config.NumberColumn(
            "Fit",
            format="%.2f",
            help="Cosine between the pair's offset and the mean offset of the others.",
        ),
        "rank": st.column_config.NumberColumn(
            "Place", help="Of the target among the words near source + that mean; 1 is a hit."
        ),
        "nearest": st.column_config.TextColumn("Nearest", help="The word at place 1."),
    }
    st.dataframe(table, key=f"fits-{key}", column_config=columns, hide_index=True, height=260)
    st.download_button(
        "Download the pairs (CSV)",
        data=lambda: as_csv([relation]),
        file_name="embedviz-pairs.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"download-{key}",
        help="Source and target of the pairs that have vectors, to copy and extend.",
    )


def _methods(model: Model, relation: Relation, key: str) -> None:
    """Show how well each method finds the targets, beside the baseline."""
    if len(relation.pairs) > own_pairs.MOST_FOR_METHODS:
        st.caption(
            f"{len(relation.pairs):,} pairs are too many to ask every method here: give at most "
            f"{own_pairs.MOST_FOR_METHODS}."
        )
        return
    scores = model.scores(relation)
    if not scores:
        st.caption(
            "One pair has no accuracy and no offset gain: both ask about a pair by the others."
        )
        return
    table = pa.table(
        {
            "method": [NAMES[one.method] for one in scores],
            "right": [100 * one.accuracy for one in scores],
            "honest": [100 * one.honest_accuracy for one in scores],
            "gain": [_gain(one) for one in scores],
        }
    )
    columns = {
        "method": st.column_config.TextColumn("Method"),
        "right": st.column_config.NumberColumn(
            "Right",
            format="%.0f %%",
            help="Share of the pairs' targets found without the pair's own help, the asked words "
            "left out.",
        ),
        "honest": st.column_config.NumberColumn(
            "Left in", format="%.0f %%", help="The same with the asked words left in."
        ),
        "gain": st.column_config.TextColumn(
            "Gain",
            help="Offset gain, in points of 100: what the method gets right less what the word "
            "nearest to the source alone gets right; with its 95 % interval over pairs, from 8 "
            "pairs on.",
        ),
    }
    st.dataframe(table, key=f"scores-{key}", column_config=columns, hide_index=True)


def _gain(score: MethodScore) -> str:
    if score.method == "only-b":
        return "–"
    gain = f"{100 * score.gain:+.0f}"
    if score.gain_interval is not None:
        low, high = score.gain_interval
        gain += f" ({100 * low:+.0f} to {100 * high:+.0f})"
    return gain.replace("-", "−")
