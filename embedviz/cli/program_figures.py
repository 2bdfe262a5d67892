"""The figure of a model of programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from embedviz.cli.output import print_json
from embedviz.cli.run_options import require_torch
from embedviz.corpora import EXAMPLE_PROGRAMS, parse_program
from embedviz.support import signed

if TYPE_CHECKING:
    from embedviz.plotting import ProgramPicture
    from embedviz.sequences import DigitOrder, Learnt

_PROGRAM = "lecture-if"
_DIGITS = dict(enumerate("0123456789"))


def draw_program_model(model: str, out_file: Path, *, dark: bool, json: bool) -> None:
    """Draw what a model of programs learnt, along a program of the lecture."""
    require_torch()
    from embedviz import plotting
    from embedviz.sequences import learnt_from, open_sequence_model

    opened = open_sequence_model(model)
    learnt = learnt_from(opened, parse_program(EXAMPLE_PROGRAMS[_PROGRAM]))
    drawn = plotting.draw_program(_picture(learnt), dark=dark)
    provenance = {"model": model, "program": _PROGRAM}
    plotting.save(drawn, out_file, title="Learning to execute", provenance=provenance)
    if json:
        print_json({"file": str(out_file), "digits": learnt.digit_figures})
        return
    typer.echo(f"{out_file}: digits, states and attention along {_PROGRAM}.")
    for (name, side), order in learnt.digits.items():
        typer.echo(f"{side}, {name}: {_note(order)}.")


def _picture(learnt: Learnt) -> ProgramPicture:
    from embedviz.plotting import ProgramPicture, SmallPlot

    program = learnt.execution.program
    starts = [0, *(i + 1 for i, sign in enumerate(program) if sign == "\n")]
    lines = {start: str(number) for number, start in enumerate(starts, start=1)}
    rows = []
    for model, states in learnt.states.items():
        orders = {side: order for (name, side), order in learnt.digits.items() if name == model}
        rows.append(
            (
                *(
                    SmallPlot(
                        f"{side.capitalize()}: {model}", _note(order), order.vectors.matrix, _DIGITS
                    )
                    for side, order in orders.items()
                ),
                SmallPlot(f"States: {model}", "1, 2, 3: begin of a line", states, lines),
            )
        )
    focus = ", ".join(f"{name} {share:.2f}" for name, share in learnt.focus.items())
    notes = (
        "Principal planes. ρ: Spearman's correlation of |i − j| with the distance between the "
        "vectors of digits i and j, and p by random orders of the digits; steps: mean cosine of "
        "the offsets from each digit to the next, 1 if they agreed, −0.11 if the vectors are "
        f"independent. Largest weight of a head, on average: {focus}. The program is {_PROGRAM} of "
        f"the lecture; the model wrote {learnt.execution.answer}, and the truth is "
        f"{learnt.execution.truth}.",
    )
    execution = learnt.execution
    return ProgramPicture(tuple(rows), program, execution.trace, execution.attention, notes)


def _note(order: DigitOrder) -> str:
    consistency = order.report.consistency
    steps = "none" if consistency is None else signed(consistency)
    return f"ρ {signed(order.rank_correlation)}, p {order.p_value:.3f}, steps {steps}"
