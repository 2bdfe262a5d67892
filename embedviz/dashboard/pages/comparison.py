"""The Compare page: arrows of two models, A and B, on shared axes, relations and neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from embedviz.dashboard.component.arrow_picture import (
    Arrow,
    Point,
    build_arrows,
    label_arrows,
    show_arrows,
)
from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.model_comparison import ModelComparison
from embedviz.dashboard.widgets import compared_words, own_pairs
from embedviz.dashboard.widgets.known_relations import KnownRelations, describe_unknown
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.model_choice import choose_model, choose_second_model
from embedviz.dashboard.widgets.series_over_time import show_series
from embedviz.errors import InputError
from embedviz.evaluation import (
    FREQUENT,
    N_NEIGHBOURS,
    SHARED_CUT,
    Agreement,
    ComparedRelation,
    Difference,
)
from embedviz.projection import fit_arrows
from embedviz.relations import FAMILIES, Relation, built_in_names, by_frequency, offsets
from embedviz.support import arrow_name, percent, signed, signed_points

_ARROWS = 12
_DESCRIBED = 8


def show_page() -> None:
    """Show the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        first = choose_model()
        second = choose_second_model(first)
    if second is None:
        _explain_second_model()
        return
    comparison = ModelComparison(first, second)
    overlap = comparison.overlap
    is_cut = max(len(first.vectors), len(second.vectors)) > SHARED_CUT
    cut = f", among the {SHARED_CUT:,} most frequent of each" if is_cut else ""
    st.markdown(
        f"**A** {escape(first.name, 60)} and **B** {escape(second.name, 60)} share "
        f"**{len(comparison.shared[0]):,}** words{cut}. Of the {N_NEIGHBOURS} words nearest to a "
        f"frequent one, **{N_NEIGHBOURS * overlap.mean:.1f}** are the same in both.",
        help="All measurements on this page use only the shared words, so that both models "
        "have the same candidates. Neighbours: mean over the "
        f"{min(FREQUENT, len(overlap.words)):,} most frequent shared words. Models trained with "
        "the same configuration but different seeds do not reach 10 either.",
    )
    axes = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### Relations", anchors=False, width="content")
        popover = st.popover("More relations")
    relations, names = _choose_relations(comparison, popover)
    with axes:
        _show_axes(comparison, relations)
    _show_relations(comparison, relations, names)
    show_series(first, second)
    compared_words.show_words(comparison)


def _explain_second_model() -> None:
    """Explain how to get a second model."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("A second model is needed", anchor=False)
        st.markdown("This page compares two models, and only one is available.")
        if not server_options.is_read_only():
            st.markdown("**Open a file** of word vectors above, or train one on the *Train* page.")
        st.markdown("Start the server with two models, or two checkpoints of one:")
        st.code("embedviz app MODEL OTHER", language=None)


# -- shared axes --


def _show_axes(comparison: ModelComparison, relations: KnownRelations) -> None:
    """Draw a relation's arrows in both models on one plane."""
    st.markdown(
        "#### On shared axes",
        anchors=False,
        help="B is rotated onto A (orthogonal Procrustes): no angle or distance within B changes. "
        "Both pictures have the same plane, scale and centre.",
    )
    if notice := describe_unknown("family", relations.names, relations.label):
        st.info(notice)
    name = st.pills(
        "Arrows of",
        relations.names,
        default=FAMILIES[0],
        required=True,
        format_func=relations.label,
        key="family",
        label_visibility="collapsed",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    both = comparison.on_shared_axes
    known = relations.listed(name).known_to(both[0])
    if known is None:
        st.caption(f"The models share no pair of {relations.label(name)}.")
        return
    known = by_frequency(both[0], known)
    try:
        plane = fit_arrows(both[0], [known])
    except InputError as error:
        st.caption(escape(str(error)))
        return
    drawn = [build_arrows(vectors, plane, known.pairs, _ARROWS) for vectors in both]
    every = [place for arrows in drawn for arrow in arrows for place in (arrow.start, arrow.end)]
    for letter, model, arrows, column in zip(
        "AB", (comparison.first, comparison.second), drawn, st.columns(2, gap="medium"), strict=True
    ):
        with column, st.container(border=True):
            st.markdown(f"**{letter}** {escape(model.name, 60)}")
            _show_picture(letter, known, relations.styles[name], arrows, every)
    kept = [percent(plane.fidelity(offsets(vectors, known))) for vectors in both]
    n = min(_ARROWS, len(known.pairs))
    st.caption(
        f"The plane is fitted on A: the horizontal axis is its mean direction of "
        f"{relations.label(name)}, the vertical axis the direction of largest remaining variance. "
        f"It retains {kept[0]} of the offsets of A and {kept[1]} of those of B. Drawn: those of "
        f"the {n} most frequent of {len(known.pairs)} pairs whose names have room; the thick "
        "arrow leads from the mean source to the mean target of all pairs."
    )


def _show_picture(
    letter: str,
    relation: Relation,
    style: int,
    drawn: Sequence[Arrow],
    every: Sequence[Point],
) -> None:
    described = relation.pairs[:_DESCRIBED]
    named = ", ".join(f"{source} to {target}" for source, target in described)
    show_arrows(
        f"axes-{letter}",
        drawn,
        label_arrows(relation.pairs[:_ARROWS], drawn),
        description=f"Arrows in {letter} of {named}; a thick one from the mean of all "
        "sources to that of all targets.",
        style=style,
        also_fit=every,
    )


# -- relations --


def _choose_relations(
    comparison: ModelComparison, popover: DeltaGenerator
) -> tuple[KnownRelations, list[str]]:
    """Show the choice of relations to compare, and return them; own ones are always compared."""
    with popover:
        more = st.pills(
            "More relations to compare",
            [name for name in built_in_names() if name not in FAMILIES],
            selection_mode="multi",
            format_func=arrow_name,
            key="also",
            bind="query-params",
            persist_state="session",
        )
        own = own_pairs.choose_pairs_here(comparison.shared[0])
    relations = KnownRelations(comparison.first, own)
    wanted = (*FAMILIES, *more, *relations.own_names)
    return relations, [name for name in relations.names if name in wanted]


def _show_relations(
    comparison: ModelComparison, relations: KnownRelations, names: Sequence[str]
) -> None:
    """Show the statistics of relations in both models in one table."""
    found = [one for name in names if (one := comparison.compare_relation(relations.listed(name)))]
    if not found:
        st.caption("The models share no pair of these relations.")
        return
    st.markdown(_summarise(found))
    table = pa.table(
        {
            "relation": [arrow_name(one.name) for one in found],
            "pairs": [one.n_pairs for one in found],
            "a": [_format_consistency(one.first) for one in found],
            "b": [_format_consistency(one.second) for one in found],
            "right_a": [_format_share(one.answers.first) for one in found],
            "right_b": [_format_share(one.answers.second) for one in found],
            "difference": [_format_difference(one.answers) for one in found],
            "left_in": [_format_difference(one.answers.left_in) for one in found],
        }
    )
    consistent = (
        "Mean cosine between the offsets of every two pairs (OCS): 1 if all arrows are parallel, "
        "0 for random directions; with its 95 % interval, for 8 pairs or more."
    )
    accuracy = (
        "Accuracy of 3CosAdd on the questions formed from every two pairs, among "
        "the shared words, query words excluded."
    )
    columns = {
        "relation": st.column_config.TextColumn("Relation"),
        "pairs": st.column_config.NumberColumn("Pairs", help="Pairs whose words both models have."),
        "a": st.column_config.TextColumn("Consistency A", help=consistent),
        "b": st.column_config.TextColumn("Consistency B", help=consistent),
        "right_a": st.column_config.TextColumn("Accuracy A", help=accuracy),
        "right_b": st.column_config.TextColumn("Accuracy B", help=accuracy),
        "difference": st.column_config.TextColumn(
            "A − B, points",
            help="Accuracy A minus Accuracy B, in percentage points, with its 95 % interval from a "
            "paired bootstrap over pairs, for 8 pairs or more. If the interval contains 0, the "
            "difference may be due to chance.",
        ),
        "left_in": st.column_config.TextColumn(
            "Left in",
            help="The same difference with the words of the question left in as answers: the "
            "other model may be ahead then.",
        ),
    }
    st.dataframe(table, key="compared", column_config=columns, hide_index=True)
    if len(found) < len(names):
        there = {one.name for one in found}
        named = ", ".join(relations.label(name) for name in names if name not in there)
        st.caption(f"The models share no pair of {named}.")


def _summarise(found: Sequence[ComparedRelation]) -> str:
    """Summarise on which relations one model is significantly more accurate."""
    ahead = _name_ahead([one.answers for one in found])
    n_significant = sum(one.answers.is_significant for one in found)
    n_few = sum(one.answers.interval is None for one in found)
    parts = [f"{ahead}."] if ahead else []
    if n_significant + n_few < len(found):
        parts.append(
            "For the others, the difference is not significant."
            if ahead
            else "For no relation is the difference significant."
        )
    if n_few:
        parts.append(
            f"For {n_few} {'relation' if n_few == 1 else 'relations'} there are too few "
            "shared pairs for a test."
        )
    left_in = _name_ahead([one.answers.left_in for one in found if one.answers.left_in])
    if left_in:
        parts.append(f"With the asked words left in as answers, {left_in}.")
    return " ".join(parts)


def _name_ahead(answers: Sequence[Difference]) -> str:
    """Name the relations on which A, and those on which B is more accurate; empty if none is."""
    clauses = []
    for letter, sign in (("A", 1), ("B", -1)):
        ahead = [
            escape(arrow_name(one.name))
            for one in answers
            if one.is_significant and sign * (one.difference or 0.0) > 0
        ]
        if ahead:
            clauses.append(f"**{letter}** is more accurate on {', '.join(ahead)}")
    return "; ".join(clauses)


def _format_consistency(agreement: Agreement) -> str:
    if agreement.consistency is None:
        return "–"
    return signed(agreement.consistency, interval=agreement.interval)


def _format_share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _format_difference(found: Difference | None) -> str:
    if found is None or found.difference is None:
        return "–"
    return signed_points(found.difference, found.interval)
