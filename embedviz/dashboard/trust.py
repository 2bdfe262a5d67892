"""How far to trust what a map shows: each number with a line that explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from embedviz.dashboard.plain import arrow_name, p_value, percent
from embedviz.projection import Plane
from embedviz.relations import RelationReport

LIKELY_CHANCE = 0.05
FEW = 0.1
_AGREEMENT = (
    (0.5, "point the same way"),
    (0.3, "point much the same way"),
    (0.1, "lean the same way"),
    (-1.0, "barely lean the same way, though more than chance"),
)


@dataclass(frozen=True)
class Evidence:
    """A family on a plane: its report, and the share of its offsets that the plane keeps."""

    report: RelationReport
    fidelity: float

    @property
    def by_chance(self) -> bool:
        """Whether random pairings of the same words agree about as well."""
        return self.report.p_value is None or self.report.p_value >= LIKELY_CHANCE


def sentence(evidence: Sequence[Evidence], *, fitted_to_arrows: bool = False) -> str:
    """Say what the arrows show and how far to trust them, in Markdown.

    A plane that was fitted to the arrows flatters them, and is said to be so.
    """
    if not evidence:
        return (
            "Each dot is a word; words used alike lie near each other, as far as two dimensions "
            "can show it. Choose a relation to see its pairs as arrows."
        )
    sound = [item for item in evidence if not item.by_chance]
    doubtful = [item for item in evidence if item.by_chance]
    parts: list[str] = []
    plane = "this plane, chosen to show them," if fitted_to_arrows else "this plane"
    for item in sorted(sound, key=lambda item: -(item.report.consistency or 0.0)):
        name, consistency = arrow_name(item.report.name), item.report.consistency or 0.0
        verb = next(verb for least, verb in _AGREEMENT if consistency >= least)
        kept = f"{'only ' if item.fidelity < FEW else ''}{percent(item.fidelity)}"
        if parts:
            parts.append(
                f"Those of **{name}** {verb} (consistency {consistency:.2f}, {kept} kept)."
            )
        else:
            parts.append(
                f"Arrows of **{name}** {verb} (consistency {consistency:.2f}, "
                f"p = {p_value(item.report.p_value)}); {plane} keeps {kept} of them."
            )
    if any(item.fidelity < FEW for item in sound):
        parts.append("Where little is kept, trust the numbers, not the looks.")
    if doubtful:
        named = ", ".join(f"**{arrow_name(item.report.name)}**" for item in doubtful)
        parts.append(f"Not more than by chance: {named}; do not read those arrows.")
    return " ".join(parts)


def plane_card(plane: Plane, name: str) -> None:
    """Show how much of the words' variance each axis keeps."""
    with st.container(border=True, height="stretch"):
        st.markdown("**This plane**")
        columns = st.columns(len(plane.explained_variance), wrap=False)
        for number, (column, share) in enumerate(
            zip(columns, plane.explained_variance, strict=True), start=1
        ):
            column.metric(
                f"Axis {number}",
                percent(share),
                help=f"Share of these words' variance that axis {number} keeps. What the axes "
                "leave out cannot be seen on this map.",
            )
        st.caption(f"{name}. Variance kept of {plane.n_words:,} words.")


def family_card(item: Evidence) -> None:
    """Show the statistics of a family."""
    report = item.report
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{arrow_name(report.name)}**")
        left, right = st.columns(2, wrap=False)
        consistency = "–" if report.consistency is None else f"{report.consistency:.2f}"
        left.metric(
            "Consistency",
            consistency,
            help="Mean cosine between the offsets (target minus source) of every two pairs (OCS): "
            "1 if all arrows are parallel, 0 if they point anywhere.",
        )
        right.metric(
            "p",
            p_value(report.p_value),
            help="Share of random pairings of the same words that are at least as consistent, by "
            "999 shuffles. Below 0.05, chance is an unlikely explanation.",
        )
        left.metric(
            "Hit rate",
            "–" if report.hit_rate is None else percent(report.hit_rate),
            help="Share of pairs whose target is the word nearest to source + mean offset of the "
            "other pairs.",
        )
        right.metric(
            "Plane keeps",
            percent(item.fidelity),
            help="Share of the offsets' squared length that lies in this plane. What is left out "
            "points out of the screen, so short arrows may be long ones seen end on.",
        )
        missing = f", {len(report.skipped)} not in the vocabulary" if report.skipped else ""
        st.caption(f"{report.n_pairs} pairs{missing}.")


def cards(plane: Plane, name: str, evidence: Mapping[str, Evidence]) -> None:
    """Show the plane's card and one a family, four beside each other where there is room."""
    items = list(evidence.values())
    for start in range(-1, len(items), 4):
        for place, column in zip(range(start, start + 4), st.columns(4), strict=True):
            with column:
                if place < 0:
                    plane_card(plane, name)
                elif place < len(items):
                    family_card(items[place])
