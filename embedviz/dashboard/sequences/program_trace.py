"""The answer to a program, and the trace that a net wrote, step by step beside the true one."""

from __future__ import annotations

from itertools import zip_longest

import pyarrow as pa
import streamlit as st

from embedviz.corpora import Step
from embedviz.dashboard.component.written_trace import WrittenStep, WrittenTrace, show_trace
from embedviz.dashboard.state.executions import ShownExecution
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.support import counted

_SURE = 0.999
_ANSWER = "the answer alone: this model writes no steps"
_STEPS = (
    "Each step computes one value, named A, B, C in turn, after the variable that gets it; digits "
    "come least significant first. In a sum each four characters are a digit of either side, one "
    "of the result, and the carry. "
)
_MARKS = (
    "Bars below characters: how unsure the net is, 1 − p. Stripes behind characters: where its "
    "heads look while it writes the chosen one, framed from a weight of one half. Click a "
    "character, or use the arrow keys on the slider."
)
_COLUMNS = ("step", "lines", "written", "true", "probability")


def show_answer(shown: ShownExecution) -> None:
    """Show the answer of the net, the true one, and that of the control."""
    found, control = shown.execution, shown.control
    written = len(control.trace)
    with st.container(horizontal=True, gap="small"):
        st.metric(
            "The net's answer",
            "none" if found.answer is None else str(found.answer),
            delta="✓ right" if found.is_right else "✗ wrong",
            delta_color="normal" if found.is_right else "inverse",
            delta_arrow="off",
            border=True,
        )
        st.metric(
            "The true answer",
            str(found.truth),
            delta="by an interpreter",
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
        st.metric(
            "The net before training",
            "none" if control.answer is None else str(control.answer),
            delta="✓ right" if control.is_right else f"✗ it wrote {counted(written, 'character')}",
            delta_color="off",
            delta_arrow="off",
            border=True,
        )


def show_written(shown: ShownExecution) -> None:
    """Show the trace beside the program, and beside the true trace where they differ."""
    found = shown.execution
    st.caption(_say_trace(shown))
    # a model that reads programs backwards has other lines
    has_lines = shown.source.startswith(found.program)
    steps = [_build_step(one, has_lines=has_lines) for one in shown.steps] or [
        WrittenStep("", 0, 0, found.trace, found.true_trace, _ANSWER, "")
    ]
    show_trace(
        "execute-trace",
        WrittenTrace(
            shown.source,
            steps,
            found.n_alike,
            found.probabilities,
            found.attention,
            found.own_attention,
        ),
    )
    st.caption((_STEPS if shown.steps else "") + _MARKS)
    show_csv_download("Download (CSV)", tabulate(shown), "embedviz-trace.csv", key="download-trace")


def tabulate(shown: ShownExecution) -> pa.Table:
    """List the characters of both traces, with their steps and probabilities."""
    found = shown.execution
    columns: dict[str, list[object]] = {name: [] for name in _COLUMNS}
    place = 0
    for number, step in enumerate(shown.steps or (Step((), None, None),), 1):
        written = step.written.text if step.written else ""
        true = step.true.text if step.true else ""
        if not shown.steps:
            written, true = found.trace, found.true_trace
        for one, other in zip_longest(written, true, fillvalue=""):
            probability = found.probabilities[place] if one else None
            row = number, _name_lines(step), one, other, probability
            for name, value in zip(_COLUMNS, row, strict=True):
                columns[name].append(value)
            place += bool(one)
    return pa.table(columns)


def _say_trace(shown: ShownExecution) -> str:
    found = shown.execution
    sure = list(found.probabilities[: len(found.trace)])
    parts = []
    if found.trace == found.true_trace:
        parts.append(f"All {counted(len(found.trace), 'character')} are as they should be.")
    else:
        parts.append(_say_difference(found.n_alike, len(found.true_trace)))
        if found.is_right:
            parts.append("The answer is right nevertheless.")
    if sure:
        least = min(range(len(sure)), key=sure.__getitem__)
        parts.append(
            "Every character has a probability above 99.9 %."
            if sure[least] > _SURE
            else f"The net is least sure of character {least + 1}: probability {sure[least]:.3f}."
        )
    return " ".join(parts)


def _say_difference(n_alike: int, n: int) -> str:
    if n_alike == 0:
        return f"Already the first of {counted(n, 'character')} is not as it should be (▼)."
    if n_alike == 1:
        return f"The first character of {n} is as it should be; the second is not (▼)."
    return (
        f"The first {n_alike} characters of {n} are as they should be; number {n_alike + 1} is the "
        "first that is not (▼)."
    )


def _build_step(step: Step, *, has_lines: bool) -> WrittenStep:
    first, last = (step.lines[0], step.lines[-1]) if step.lines and has_lines else (0, 0)
    return WrittenStep(
        _name_lines(step),
        first,
        last,
        step.written.text if step.written else "",
        step.true.text if step.true else "",
        step.written.meaning if step.written else "",
        step.true.meaning if step.true else "",
    )


def _name_lines(step: Step) -> str:
    if not step.lines:
        return ""
    first, last = step.lines[0], step.lines[-1]
    return str(first) if first == last else f"{first}–{last}"
