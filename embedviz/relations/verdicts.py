"""The verdict on a relation: three findings, each with its control. No other rule is applied.

``docs/relations.md`` reports how often each of them is wrong on lists without a relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from embedviz.relations.consistency import FEWEST_FOR_INTERVAL
from embedviz.support import p_value, signed, signed_points

if TYPE_CHECKING:
    from embedviz.relations.relation_report import RelationReport

LIKELY_CHANCE = 0.05
"""A p-value from here on is not above chance."""


class Verdict(Enum):
    """What the statistics of a relation allow to conclude."""

    ANSWERS = "A direction that answers"
    NO_ANSWER = "Common offset, does not answer"
    CLASSES = "Class difference or closeness"
    CHANCE = "Not above chance"
    TOO_FEW = "Too few pairs"

    @property
    def in_sentence(self) -> str:
        """The verdict as it stands within a sentence."""
        return self.value[0].lower() + self.value[1:]


@dataclass(frozen=True)
class Finding:
    """Answer to one of the three questions.

    Attributes
    ----------
    name : str
        ``pairing``, ``beyond_class_difference`` or ``answers``.
    found : bool or None
        None if there are too few pairs.
    why : str
        The figures, and the control that they are compared with.
    """

    name: str
    found: bool | None
    why: str


def judge(report: RelationReport) -> Verdict:
    """Return the verdict: the first finding that is missing decides."""
    pairing, beyond, answers = (one.found for one in list_findings(report))
    if pairing is None or beyond is None or answers is None:
        return Verdict.TOO_FEW
    if not pairing:
        return Verdict.CHANCE
    if not beyond:
        return Verdict.CLASSES
    return Verdict.ANSWERS if answers else Verdict.NO_ANSWER


def list_findings(report: RelationReport) -> tuple[Finding, ...]:
    """List the findings: whether the pairing matters, the offset is common, and it answers."""
    pairing = beyond = answers = None
    few = (
        f"{report.n_pairs} pairs; at least {FEWEST_FOR_INTERVAL} are needed."
        if report.n_pairs < FEWEST_FOR_INTERVAL
        else "The offsets have no direction."
    )
    whys = [few] * 3
    if report.p_value is not None:
        pairing = report.p_value < LIKELY_CHANCE
        whys[0] = (
            f"p = {p_value(report.p_value)}: share of random pairings of the same words that are "
            "at least as consistent."
        )
    if report.excess is not None and report.excess_interval is not None:
        beyond = report.excess_interval[0] > 0
        whys[1] = (
            f"Consistency minus that of the same words shuffled: "
            f"{signed(report.excess, interval=report.excess_interval)}."
        )
    if report.gain is not None and report.gain_interval is not None:
        answers = report.gain_interval[0] > report.gain_to_exceed
        beside = (
            "what closeness alone gains was not measured (fewer than 64 words)"
            if report.closeness_gain is None
            else f"closeness alone gains {signed_points(report.gain_to_exceed)} in this model"
        )
        whys[2] = (
            f"Targets found with the offset, minus those nearest to the source alone: "
            f"{signed_points(report.gain, report.gain_interval)} of 100; {beside}."
        )
    names = ("pairing", "beyond_class_difference", "answers")
    found = zip(names, (pairing, beyond, answers), whys, strict=True)
    return tuple(Finding(*one) for one in found)


def describe_verdict(report: RelationReport) -> dict[str, object]:
    """Describe verdict and findings, as in every JSON document."""
    findings = {one.name: {"found": one.found, "why": one.why} for one in list_findings(report)}
    return {"verdict": judge(report).value, "findings": findings}


def explain(report: RelationReport) -> str:
    """Explain the verdict on a relation with the figures of its findings."""
    verdict = judge(report)
    if verdict is Verdict.TOO_FEW and report.n_pairs < FEWEST_FOR_INTERVAL:
        return f"Below {FEWEST_FOR_INTERVAL} pairs there are no intervals, so nothing is concluded."
    return " ".join(one.why for one in list_findings(report))
