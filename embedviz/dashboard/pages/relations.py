"""The Relations page: a card for each relation, with its arrows and statistics."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from embedviz.analogies import MethodScore
from embedviz.dashboard.component.arrow_picture import build_arrows, label_arrows, show_arrows
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import own_pairs, relation_statistics
from embedviz.dashboard.widgets.known_relations import KnownRelations
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.method_panel import NAMES
from embedviz.dashboard.widgets.model_choice import choose_model
from embedviz.errors import InputError
from embedviz.projection import fit_arrows
from embedviz.relations import (
    FAMILIES,
    PairFit,
    Relation,
    RelationReport,
    Verdict,
    as_csv,
    built_in_names,
    explain,
    offsets,
)
from embedviz.support import arrow_name, clip, percent, signed, signed_points
from embedviz.vectors import WordVectors

_CARDS_PER_ROW = 3
_ARROWS = 25
_DESCRIBED = 8
_WORST = 3
_COLOURS = {
    Verdict.ANSWERS: "green",
    Verdict.NO_ANSWER: "blue",
    Verdict.CLASSES: "orange",
    Verdict.CHANCE: "orange",
    Verdict.TOO_FEW: "gray",
}


def show_page() -> None:
    """Show the page."""
    model = choose_model()
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
    relations = KnownRelations(model, own_pairs.choose_pairs(model.vectors))
    wanted = (*relations.own_names, *names)
    shown = [name for name in relations.names if name in wanted and relations.find(name)]
    missing = [name for name in names if name not in shown]
    if warning := relation_statistics.warn_if_synthetic(model.vectors):
        st.caption(warning)
    st.markdown(_summarise([relations.measure(name) for name in shown]))
    for begin in range(0, len(shown), _CARDS_PER_ROW):
        row = shown[begin : begin + _CARDS_PER_ROW]
        for place, column in enumerate(st.columns(_CARDS_PER_ROW, gap="medium")):
            if place < len(row):
                with column:
                    _show_card(relations, row[place], key=f"{begin + place}-{row[place]}")
    if missing:
        named = ", ".join(arrow_name(name) for name in missing)
        st.caption(f"No pair of {named} is in this model's vocabulary.")


def _summarise(reports: Sequence[RelationReport]) -> str:
    if not reports:
        return "Choose a relation, or enter your own pairs, to test whether it has a direction."
    real = [report for report in reports if report.verdict is Verdict.ANSWERS]
    verb = "has" if len(real) == 1 else "have"
    return (
        f"**{len(real)} of {len(reports)}** relations shown {verb} a direction that answers: the "
        "pairing matters, the offsets agree beyond those of the same words shuffled, and they find "
        "more targets than closeness does."
    )


def _show_card(relations: KnownRelations, name: str, *, key: str) -> None:
    """Show the arrows and the statistics of a relation that has pairs in the vocabulary."""
    report, model = relations.measure(name), relations.model
    relation = relations.find(name) or relations.listed(name)
    found = report.verdict
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{relations.label(name)}**", width="content")
            st.badge(found.value, color=_COLOURS[found], help=explain(report))  # type: ignore[arg-type]
        kept = _show_picture(model.vectors, relation, relations.styles[name], key)
        _show_figures(report)
        st.caption(_describe(report, kept))
        worst = _list_worst(report)
        if worst:
            st.markdown(
                f"**Worst fits:** {', '.join(worst)}",
                help="Cosine between the pair's offset and the mean offset of the others: 1 if it "
                "has the same direction, 0 if it is orthogonal, below 0 if it is opposed.",
            )
        pairs = st.expander("All pairs", key=f"pairs-{key}", on_change="rerun")
        if pairs.open:
            with pairs:
                _show_pairs(report, relation, key)
        methods = st.expander("All methods", key=f"methods-{key}", on_change="rerun")
        if methods.open:
            with methods:
                _show_methods(model, relation, key)


def _show_picture(vectors: WordVectors, relation: Relation, style: int, key: str) -> float | None:
    """Draw the arrows on the relation's plane; return the fidelity of the offsets."""
    try:
        plane = fit_arrows(vectors, [relation])
    except InputError as error:
        st.caption(escape(str(error)))
        return None
    arrows = build_arrows(vectors, plane, relation.pairs, _ARROWS)
    show_arrows(
        f"arrows-{key}",
        arrows,
        label_arrows(relation.pairs[:_ARROWS], arrows),
        description="Arrows of "
        + ", ".join(f"{source} to {target}" for source, target in relation.pairs[:_DESCRIBED])
        + "; a thick one from the mean of all sources to that of all targets.",
        style=style,
    )
    return plane.fidelity(offsets(vectors, relation))


def _show_figures(report: RelationReport) -> None:
    left, right = st.columns(2, wrap=False)
    relation_statistics.show_consistency(report, left, right)
    left.metric(
        "PCS",
        "–" if report.pairing_consistency is None else f"{report.pairing_consistency:.2f}",
        None if report.pairing_consistency is None else "0.50 by chance",
        **relation_statistics.CONTROL,
        help="Pairing consistency score: how well the cosines of true offsets are separated from "
        "those of shuffled pairs; 0.5 by chance, at most 1.",
    )
    relation_statistics.show_hits(report, right)


def _describe(report: RelationReport, kept: float | None) -> str:
    sentences = []
    if report.consistency_interval is not None and report.hit_rate_interval is not None:
        (low, high), (fewest, most) = report.consistency_interval, report.hit_rate_interval
        sentences.append(
            f"95 % intervals: consistency {signed(low)} to {signed(high)}, hit rate "
            f"{percent(fewest)} to {percent(most)}."
        )
    else:
        sentences.append("No intervals: they need 8 pairs or more.")
    if report.gain is not None:
        sentences.append(
            "Gain over the nearest word: "
            f"{signed_points(report.gain, report.gain_interval)} points."
        )
    sentences.append(f"{report.n_pairs} pair{'' if report.n_pairs == 1 else 's'}.")
    if kept is not None:
        sentences.append(
            f"The picture retains {percent(kept)} of their offsets: the x axis is the mean "
            "direction, the y axis the largest remaining variance."
        )
    return " ".join(sentences)


def _list_worst(report: RelationReport) -> list[str]:
    """List the pairs that fit worst, at most half of all."""
    fits = [fit for fit in report.fits if fit.cosine is not None]
    fits.sort(key=_fit_key)
    return [
        f"{escape(fit.source, 30)} → {escape(fit.target, 30)} ({signed(_fit_key(fit))})"
        for fit in fits[: min(_WORST, len(fits) // 2)]
    ]


def _fit_key(fit: PairFit) -> float:
    return 2.0 if fit.cosine is None else fit.cosine


def _show_pairs(report: RelationReport, relation: Relation, key: str) -> None:
    fits = sorted(report.fits, key=_fit_key)
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
            "Rank", help="Of the target among the words nearest to source + that mean; 1 is a hit."
        ),
        "nearest": st.column_config.TextColumn("Nearest", help="The word at rank 1."),
    }
    st.dataframe(table, key=f"fits-{key}", column_config=columns, hide_index=True, height=260)
    st.download_button(
        "Download the pairs (CSV)",
        data=lambda: as_csv([relation]),
        file_name="embedviz-pairs.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"download-{key}",
        help="Source and target of the pairs with vectors, to copy and extend.",
    )


def _show_methods(model: Model, relation: Relation, key: str) -> None:
    """Show the accuracy of each method and of the baseline."""
    if len(relation.pairs) > own_pairs.MOST_FOR_METHODS:
        st.caption(
            f"{len(relation.pairs):,} pairs are too many to score all methods here: give at most "
            f"{own_pairs.MOST_FOR_METHODS}."
        )
        return
    scores = model.score_methods(relation)
    if not scores:
        st.caption(
            "For one pair there is no accuracy and no offset gain: both predict a pair from the "
            "others."
        )
        return
    table = pa.table(
        {
            "method": [NAMES[one.method] for one in scores],
            "right": [100 * one.accuracy for one in scores],
            "honest": [100 * one.honest_accuracy for one in scores],
            "gain": [_format_gain(one) for one in scores],
        }
    )
    columns = {
        "method": st.column_config.TextColumn("Method"),
        "right": st.column_config.NumberColumn(
            "Accuracy",
            format="%.0f %%",
            help="Leave-one-out accuracy: share of targets found from the other pairs, with the "
            "query words excluded.",
        ),
        "honest": st.column_config.NumberColumn(
            "Included", format="%.0f %%", help="The same with the query words included."
        ),
        "gain": st.column_config.TextColumn(
            "Gain",
            help="Offset gain, in percentage points: accuracy of the method minus accuracy of the "
            "word nearest to the source alone; with its 95 % interval over pairs, for 8 pairs or "
            "more.",
        ),
    }
    st.dataframe(table, key=f"scores-{key}", column_config=columns, hide_index=True)


def _format_gain(score: MethodScore) -> str:
    if score.method == "only-b":
        return "–"
    return signed_points(score.gain, score.gain_interval)
