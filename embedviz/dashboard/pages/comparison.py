"""The page Compare: two models, A and B, on shared axes, by their relations and neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component.arrow_picture import Arrow, Point, arrows_and_mean, labels_of
from embedviz.dashboard.component.arrow_picture import show as show_arrows
from embedviz.dashboard.state import server_options
from embedviz.dashboard.state.model_pairs import TwoModels
from embedviz.dashboard.widgets import compared_words
from embedviz.dashboard.widgets.model_choice import chosen_model, second_model
from embedviz.dashboard.widgets.plain_text import plain
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
from embedviz.relations import (
    FAMILIES,
    Relation,
    built_in,
    built_in_names,
    by_frequency,
    offsets,
    style_number,
)
from embedviz.support import arrow_name, percent

_ARROWS = 12
_LABELLED = 8


def show() -> None:
    """Show the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        first = chosen_model()
        second = second_model(first)
    if second is None:
        _only_one()
        return
    two = TwoModels(first, second)
    overlap = two.overlap
    is_cut = max(len(first.vectors), len(second.vectors)) > SHARED_CUT
    cut = f", out of the {SHARED_CUT:,} most frequent of each" if is_cut else ""
    st.markdown(
        f"**A** {plain(first.name, 60)} and **B** {plain(second.name, 60)} share "
        f"**{len(two.shared[0]):,}** words{cut}. Of the {N_NEIGHBOURS} words nearest to a "
        f"frequent one, **{N_NEIGHBOURS * overlap.mean:.1f}** are the same in both.",
        help="Everything on this page is measured on the shared words alone, so that both models "
        f"choose among the same. Neighbours: mean over the {min(FREQUENT, len(overlap.words)):,} "
        "most frequent shared words. Models of one recipe that differ by chance alone do not "
        "reach 10 either.",
    )
    _axes(two)
    _relations(two)
    compared_words.show(two)


def _only_one() -> None:
    """Say how to get a second model."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("One model is not two", anchor=False)
        st.markdown("This page holds two models beside each other, and there is only one here.")
        if not server_options.read_only():
            st.markdown("**Open a file** of word vectors above, or train one on the page *Train*.")
        st.markdown("Whoever starts the server can give two models, or two checkpoints of one:")
        st.code("embedviz app MODEL OTHER", language=None)


# -- shared axes --


def _axes(two: TwoModels) -> None:
    """Draw a relation's arrows in both models on one plane."""
    st.markdown(
        "#### On shared axes",
        anchors=False,
        help="B is turned as a whole onto A (Procrustes): no angle or distance inside B changes. "
        "Both pictures have the same plane, scale and middle.",
    )
    name = st.pills(
        "Arrows of",
        built_in_names(),
        default=FAMILIES[0],
        required=True,
        format_func=arrow_name,
        key="family",
        label_visibility="collapsed",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    both = two.on_shared_axes
    known = built_in(name).known_to(both[0])
    if known is None:
        st.caption(f"The models share no pair of {arrow_name(name)}.")
        return
    known = by_frequency(both[0], known)
    try:
        plane = fit_arrows(both[0], [known])
    except InputError as error:
        st.caption(plain(str(error)))
        return
    drawn = [arrows_and_mean(vectors, plane, known.pairs, _ARROWS) for vectors in both]
    every = [place for arrows in drawn for arrow in arrows for place in (arrow.start, arrow.end)]
    for letter, model, arrows, column in zip(
        "AB", (two.first, two.second), drawn, st.columns(2, gap="medium"), strict=True
    ):
        with column, st.container(border=True):
            st.markdown(f"**{letter}** {plain(model.name, 60)}")
            _picture(letter, known, arrows, every)
    kept = [percent(plane.fidelity(offsets(vectors, known))) for vectors in both]
    n = min(_ARROWS, len(known.pairs))
    st.caption(
        f"The plane is fitted on A: to the right its mean direction of {arrow_name(name)}, upwards "
        f"what varies most beside it. It keeps {kept[0]} of the offsets of A and {kept[1]} of "
        f"those of B. Drawn: the {n} most frequent of {len(known.pairs)} pairs; the thick arrow "
        "leads from the mean source to the mean target of them all."
    )


def _picture(
    letter: str,
    relation: Relation,
    drawn: Sequence[Arrow],
    every: Sequence[Point],
) -> None:
    labelled = relation.pairs[:_LABELLED]
    named = ", ".join(f"{source} to {target}" for source, target in labelled)
    show_arrows(
        f"axes-{letter}",
        drawn,
        labels_of(labelled, drawn),
        says=f"Arrows in {letter} of {named}; a thick one from the mean of all sources to that of "
        "all targets.",
        style=style_number(relation.name),
        room_for=every,
    )


# -- relations --


def _relations(two: TwoModels) -> None:
    """Show the figures of relations side by side."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### Relations", anchors=False, width="content")
        room = st.popover("More relations")
    with room:
        more = st.pills(
            "More relations to compare",
            [name for name in built_in_names() if name not in FAMILIES],
            selection_mode="multi",
            format_func=arrow_name,
            key="also",
            bind="query-params",
            persist_state="session",
        )
    names = [name for name in built_in_names() if name in (*FAMILIES, *more)]
    found = [one for name in names if (one := two.relation(name))]
    if not found:
        st.caption("The models share no pair of these relations.")
        return
    st.markdown(_summary(found))
    table = pa.table(
        {
            "relation": [arrow_name(one.name) for one in found],
            "pairs": [one.n_pairs for one in found],
            "a": [_consistency(one.first) for one in found],
            "b": [_consistency(one.second) for one in found],
            "right_a": [_share(one.answers.first) for one in found],
            "right_b": [_share(one.answers.second) for one in found],
            "difference": [_difference(one.answers) for one in found],
        }
    )
    consistent = (
        "Mean cosine between the offsets of every two pairs (OCS): 1 if all arrows are parallel, "
        "0 if they point anywhere; with its 95 % interval, from 8 pairs on."
    )
    right = (
        "Share of right answers by 3CosAdd when each pair asks for each other, out of the shared "
        "words, the asked ones left out."
    )
    columns = {
        "relation": st.column_config.TextColumn("Relation"),
        "pairs": st.column_config.NumberColumn("Pairs", help="Pairs whose words both models have."),
        "a": st.column_config.TextColumn("Consistency A", help=consistent),
        "b": st.column_config.TextColumn("Consistency B", help=consistent),
        "right_a": st.column_config.TextColumn("Right A", help=right),
        "right_b": st.column_config.TextColumn("Right B", help=right),
        "difference": st.column_config.TextColumn(
            "A − B, points",
            help="Right A less right B, in points of 100, with its 95 % interval by a paired "
            "bootstrap over pairs, from 8 pairs on. An interval that holds 0 may be chance.",
        ),
    }
    st.dataframe(table, key="compared", column_config=columns, hide_index=True)
    if len(found) < len(names):
        there = {one.name for one in found}
        named = ", ".join(arrow_name(name) for name in names if name not in there)
        st.caption(f"The models share no pair of {named}.")


def _summary(found: Sequence[ComparedRelation]) -> str:
    """Say in which relations one model answers better by more than chance."""
    told = [one.answers for one in found if one.answers.is_significant]
    said = []
    for letter, sign in (("A", 1), ("B", -1)):
        ahead = [plain(arrow_name(one.name)) for one in told if sign * (one.difference or 0.0) > 0]
        if ahead:
            said.append(f"**{letter}** answers better on {', '.join(ahead)}")
    n_few = sum(one.answers.interval is None for one in found)
    parts = [f"{'; '.join(said)}."] if said else []
    if len(told) + n_few < len(found):
        parts.append(
            "The others do not tell the two apart by more than chance."
            if said
            else "No relation tells the two apart by more than chance."
        )
    if n_few:
        parts.append(
            f"Of {n_few} {'relation' if n_few == 1 else 'relations'} there are too few "
            "shared pairs to tell."
        )
    return " ".join(parts)


def _consistency(agreement: Agreement) -> str:
    if agreement.consistency is None:
        return "–"
    if agreement.interval is None:
        return _signed(f"{agreement.consistency:.2f}")
    low, high = agreement.interval
    return _signed(f"{agreement.consistency:.2f} ({low:.2f} to {high:.2f})")


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _difference(found: Difference) -> str:
    if found.difference is None:
        return "–"
    said = f"{100 * found.difference:+.0f}"
    if found.interval is not None:
        low, high = found.interval
        said += f" ({100 * low:+.0f} to {100 * high:+.0f})"
    return _signed(said)


def _signed(text: str) -> str:
    return text.replace("-", "−")
