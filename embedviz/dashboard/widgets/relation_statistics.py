"""Statistics of relations and planes, and the verdict on whether a relation has a direction.

Every number is shown with a line that explains it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from embedviz.corpora import BUNDLED_NAME
from embedviz.dashboard.widgets.markdown import escape
from embedviz.projection import Plane
from embedviz.relations import RelationReport, Verdict, built_in_names
from embedviz.support import arrow_name, p_value, percent, signed
from embedviz.vectors import WordVectors

LOW_FIDELITY = 0.1
CONTROL: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
"""How a metric shows its control below its value."""
_DOUBTFUL = "no offset beyond chance or the difference of the classes"
_NO_ANSWER = "a common offset that answers no better than closeness alone"
_AGREEMENT = (  # consistency is a mean cosine: 0.5 is a mean angle of 60 degrees
    (0.7, "nearly the same direction"),
    (0.5, "similar directions"),
    (0.1, "weakly similar directions"),
    (-1.0, "hardly similar directions, though more than by chance"),
)


@dataclass(frozen=True)
class Evidence:
    """Statistics of a family on a plane: its report, and the fidelity of its offsets.

    The fidelity is None on a map of neighbours.
    """

    report: RelationReport
    fidelity: float | None

    @property
    def verdict(self) -> Verdict:
        """The verdict on the relation."""
        return self.report.verdict


def _agreement(report: RelationReport) -> str:
    return next(words for least, words in _AGREEMENT if (report.consistency or 0.0) >= least)


def describe_agreement(report: RelationReport) -> str:
    """Describe in a few words how far the arrows of a relation agree.

    >>> describe_agreement(RelationReport("a-b", 9, (), 0.4, 0.001, 0.5))
    'Too few pairs'
    """
    found = report.verdict
    if found is not Verdict.ANSWERS:
        return str(found.value)
    return f"{found.value}: {_agreement(report)}"


def state_verdict(reports: Sequence[RelationReport]) -> str:
    """State in a sentence, in Markdown, which of the relations shown have a direction."""
    if not reports:
        return (
            "Each dot is a word; words with similar use are close to each other, as far as two "
            "dimensions can show it. Choose a relation to see its pairs as arrows."
        )
    by_verdict = {found: [one for one in reports if one.verdict is found] for found in Verdict}

    def named(some: Sequence[RelationReport]) -> str:
        return ", ".join(f"**{_label(one)}**" for one in some)

    parts = []
    sound = sorted(by_verdict[Verdict.ANSWERS], key=lambda one: -(one.consistency or 0.0))
    if sound:
        strengths = list(dict.fromkeys(_agreement(one) for one in sound))
        parts.append(
            "; ".join(
                f"the arrows of {named([one for one in sound if _agreement(one) == words])} have "
                f"{words}"
                for words in strengths
            )
            + "."
        )
    if by_verdict[Verdict.NO_ANSWER]:
        parts.append(f"{named(by_verdict[Verdict.NO_ANSWER])}: {_NO_ANSWER}.")
    doubtful = [*by_verdict[Verdict.CLASSES], *by_verdict[Verdict.CHANCE]]
    if doubtful:
        parts.append(f"{named(doubtful)}: {_DOUBTFUL}, do not interpret the arrows.")
    if by_verdict[Verdict.TOO_FEW]:
        parts.append(f"{named(by_verdict[Verdict.TOO_FEW])}: too few pairs for a test.")
    text = " ".join(parts)
    return text[0].upper() + text[1:]


def summarise(
    evidence: Sequence[Evidence], *, fitted_to_arrows: bool = False, n_axes: int = 2
) -> str:
    """Summarise what the arrows show and how reliable they are, in Markdown.

    A plane that is fitted to the arrows is biased in their favour, and the text states this.
    """
    named = {
        found: ", ".join(f"**{_label(item.report)}**" for item in evidence if item.verdict is found)
        for found in Verdict
    }
    parts = _describe_directions(
        [item for item in evidence if item.verdict is Verdict.ANSWERS],
        ("this plane" if n_axes == 2 else "this space")
        + (", chosen to show them," if fitted_to_arrows else ""),
    )
    if named[Verdict.NO_ANSWER]:
        parts.append(f"{named[Verdict.NO_ANSWER]}: {_NO_ANSWER}.")
    if doubtful := ", ".join(filter(None, (named[Verdict.CLASSES], named[Verdict.CHANCE]))):
        parts.append(f"{doubtful}: {_DOUBTFUL}; do not interpret those arrows.")
    if named[Verdict.TOO_FEW]:
        parts.append(f"Too few pairs for a test: {named[Verdict.TOO_FEW]}.")
    return " ".join(parts)


def _describe_directions(sound: Sequence[Evidence], plane: str) -> list[str]:
    """Describe the relations that have a direction, the most consistent first."""
    parts: list[str] = []
    for item in sorted(sound, key=lambda item: -(item.report.consistency or 0.0)):
        name, consistency = _label(item.report), item.report.consistency or 0.0
        verb, fidelity = f"have {_agreement(item.report)}", item.fidelity or 0.0
        kept = f"{'only ' if fidelity < LOW_FIDELITY else ''}{percent(fidelity)}"
        shuffled = _beside(", shuffled", item.report.shuffled_consistency, signed) or ""
        figures = f"consistency {consistency:.2f}{shuffled}, p = {p_value(item.report.p_value)}"
        if parts:
            parts.append(f"Those of **{name}** {verb} ({figures}, {kept} retained).")
        else:
            parts.append(
                f"Arrows of **{name}** {verb} ({figures}); {plane} retains {kept} of their squared "
                "length."
            )
    if any((item.fidelity or 0.0) < LOW_FIDELITY for item in sound):
        parts.append("Where little is retained, trust the numbers, not the picture.")
    return parts


def _label(report: RelationReport) -> str:
    """Return the name of a relation in Markdown; own names are untrusted."""
    name = arrow_name(report.name)
    return name if report.name in built_in_names() else escape(name, 60)


def warn_if_synthetic(vectors: WordVectors) -> str:
    """Return a warning if the model was trained only on the bundled corpus, or an empty string."""
    results = vectors.provenance.get("results")
    texts = results.get("texts") if isinstance(results, Mapping) else None
    if not isinstance(texts, list | tuple) or list(texts) != [BUNDLED_NAME]:
        return ""
    return (
        "This model was trained only on the bundled corpus, which a grammar generates from fact "
        "tables: it demonstrates the program, but does not represent English."
    )


def show_plane_card(plane: Plane, name: str) -> None:
    """Show the card of the plane: the share of variance on each axis."""
    with st.container(border=True, height="stretch"):
        st.markdown("**This plane**")
        columns = st.columns(len(plane.explained_variance), wrap=False)
        for number, (column, share) in enumerate(
            zip(columns, plane.explained_variance, strict=True), start=1
        ):
            column.metric(
                f"Axis {number}",
                percent(share),
                help=f"Share of these words' variance that axis {number} explains. Other "
                "variance is not visible on this map.",
            )
        st.caption(f"{name}. Explained variance of {plane.n_words:,} words.")


def show_consistency(report: RelationReport, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Show the consistency of the offsets, and the p-value of a permutation test."""
    left.metric(
        "Consistency",
        "–" if report.consistency is None else f"{report.consistency:.2f}",
        _beside("shuffled", report.shuffled_consistency, signed),
        **CONTROL,
        help="Mean cosine between the offsets (target minus source) of every two pairs (OCS): "
        "1 if all arrows are parallel, 0 for random directions. Shuffled: the same words in random "
        "pairs, whose offsets agree by the difference of their classes alone.",
    )
    right.metric(
        "p",
        p_value(report.p_value),
        None if report.p_value is None else "0 to 1 by chance",
        **CONTROL,
        help="Share of random pairings of the same words that are at least as consistent, counting "
        "the true one: 0.001 means none of 999. For few pairs, all pairings are tested. "
        "Below 0.05, chance is an unlikely explanation.",
    )


def show_hits(report: RelationReport, place: DeltaGenerator) -> None:
    """Show the share of pairs that the others' mean offset answers."""
    place.metric(
        "Hit rate",
        "–" if report.hit_rate is None else percent(report.hit_rate),
        _beside("without offset", report.nearest_rate, percent),
        **CONTROL,
        help="Leave-one-out accuracy: share of pairs whose target is the word nearest to source + "
        "mean offset of the other pairs. Without offset: nearest to the source alone.",
    )


def _beside(name: str, value: float | None, form: Callable[[float], str]) -> str | None:
    """Return the control that stands below a figure."""
    return None if value is None else f"{name} {form(value)}"


def show_family_card(item: Evidence) -> None:
    """Show the card of a family: its statistics."""
    report = item.report
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{_label(report)}**")
        left, right = st.columns(2, wrap=False)
        show_consistency(report, left, right)
        show_hits(report, left)
        right.metric(
            "Plane retains",
            "–" if item.fidelity is None else percent(item.fidelity),
            help="Share of the offsets' squared length that lies in this plane. The rest is "
            "perpendicular to the plane, so a short arrow may be a long offset.",
        )
        missing = f", {len(report.skipped)} not in the vocabulary" if report.skipped else ""
        st.caption(f"{report.verdict.value}. {report.n_pairs} pairs{missing}.")


def show_cards(
    evidence: Mapping[str, Evidence], plane: Plane | None = None, name: str = ""
) -> None:
    """Show the card of the plane, if there is one, and of each family, four in a row."""
    cards = [partial(show_family_card, item) for item in evidence.values()]
    if plane:
        cards.insert(0, partial(show_plane_card, plane, name))
    for begin in range(0, len(cards), 4):
        for card, column in zip(cards[begin : begin + 4], st.columns(4), strict=False):
            with column:
                card()
