"""The command `execute`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json, model_names
from embedviz.cli.output import out, print_json
from embedviz.cli.run_options import require_torch
from embedviz.corpora import EXAMPLE_PROGRAMS, parse_program, read_trace
from embedviz.errors import InputError
from embedviz.support import EXECUTE

if TYPE_CHECKING:
    from embedviz.sequences import Execution

_LARGEST_FILE = 1 << 16  # bytes


def example_names(incomplete: str) -> list[str]:
    """Complete the name of an example; the shell completes files."""
    return [name for name in EXAMPLE_PROGRAMS if name.startswith(incomplete)]


def execute(
    program: Annotated[
        str,
        typer.Argument(
            metavar="FILE|EXAMPLE",
            help="A file with a program, - for standard input, or an example: "
            f"{' or '.join(EXAMPLE_PROGRAMS)}.",
            show_default=False,
            autocompletion=example_names,
        ),
    ],
    model: Annotated[
        str,
        typer.Option(
            help="The folder of a model of embedviz train programs, or the bundled one.",
            autocompletion=model_names,
        ),
    ] = EXECUTE,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="Show the probability of each character.")
    ] = False,
    json: Json = False,
) -> None:
    """Let a recurrent net read a small Python program, and write what it prints.

    The net reads and writes characters; nothing is executed. The truth beside it is that of a small
    interpreter.

    Examples:
    embedviz execute lecture-loop
    embedviz execute program.py --probabilities
    embedviz execute - --model models/execute --json < program.py
    """
    parsed = parse_program(_read(program))
    require_torch()
    from embedviz.sequences import execute_programs, open_sequence_model

    (found,) = execute_programs(open_sequence_model(model, needs=("seq-seq",)), [parsed])
    if json:
        print_json(_as_json(model, found))
    else:
        _print(found, probabilities=probabilities)


def _read(name: str) -> str:
    if name in EXAMPLE_PROGRAMS:
        return EXAMPLE_PROGRAMS[name]
    path = Path(name)
    if name != "-" and not path.is_file():
        raise InputError(
            f"{name} is not a file: give a file with a program, - for standard input, or "
            f"{' or '.join(EXAMPLE_PROGRAMS)}."
        )
    try:
        if name == "-":
            return sys.stdin.read(_LARGEST_FILE)
        with path.open(encoding="utf-8") as file:
            return file.read(_LARGEST_FILE)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text ({error.reason}): convert it.") from None


def _print(found: Execution, *, probabilities: bool) -> None:
    out.print(Text(found.program), soft_wrap=True)
    out.print()
    answer = "none" if found.answer is None else str(found.answer)
    verdict = "right" if found.is_right else f"wrong: the truth is {found.truth}"
    out.print(Text(f"answer: {answer} ({verdict})"), soft_wrap=True)
    if found.trace == str(found.answer):  # a model without a trace
        if probabilities:
            out.print(Text(_with_probabilities(found, 0, found.trace)), soft_wrap=True)
        return
    out.print()
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("trace, least significant digit first", overflow="fold")
    table.add_column("in words", overflow="fold")
    place = 0
    for block in read_trace(found.trace):
        is_good = place + len(block.text) <= found.n_alike
        style = "" if is_good else "red"
        meaning = block.meaning or "cannot be read"
        table.add_row(Text(block.text, style), Text(meaning + " ✗" * (not is_good), style))
        if probabilities:
            table.add_row(Text(_with_probabilities(found, place, block.text), "dim"), "")
        place += len(block.text)
    out.print(table)
    if found.trace != found.true_trace:
        out.print(Text(_where_they_part(found)), soft_wrap=True)


def _with_probabilities(found: Execution, begin: int, text: str) -> str:
    shares = found.probabilities[begin : begin + len(text)]
    return " ".join(f"{sign}:{share:.2f}" for sign, share in zip(text, shares, strict=True))


def _where_they_part(found: Execution) -> str:
    place = found.n_alike
    there, true = found.trace[place : place + 12], found.true_trace[place : place + 12]
    return (
        f"The trace parts from the true one at character {place + 1}: "
        f"{there or 'it ends'} in place of {true or 'its end'}."
    )


def _as_json(model: str, found: Execution) -> dict[str, object]:
    return {
        "model": model,
        "program": found.program,
        "answer": found.answer,
        "truth": found.truth,
        "right": found.is_right,
        "trace": found.trace,
        "true_trace": found.true_trace,
        "n_alike": found.n_alike,
        "probabilities": list(found.probabilities),
        "blocks": [
            {"text": block.text, "meaning": block.meaning} for block in read_trace(found.trace)
        ],
    }
