"""Programs that nets have executed, and how many of each difficulty they execute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from embedviz.corpora import Step, align_trace, parse_program
from embedviz.dashboard.state.sequence_models import ServerSequenceModel

if TYPE_CHECKING:
    from embedviz.sequences import Execution, Looked, Right
    from embedviz.settings import ProgramConfig

N_AT_ONCE, _MOST_BATCHES = 20, 10
"""Programs of a measurement; more are added in batches."""


@dataclass(frozen=True, eq=False)
class ShownExecution:
    """What a model wrote of a program, beside its control.

    Attributes
    ----------
    execution : Execution
    source : str
        The program as the model reads it.
    steps : tuple of Step
        One with empty lines of a model that writes answers only.
    control : Execution
        Of the untrained model.
    looked : Looked or None
        Where the untrained model looks while it reads the same trace.
    """

    execution: Execution
    source: str
    steps: tuple[Step, ...]
    control: Execution
    looked: Looked | None


@dataclass(frozen=True)
class Difficulty:
    """How many new programs of a length and a nesting are executed.

    Attributes
    ----------
    length, nesting, n : int
        Digits, operations, and number of programs.
    n_right, n_traces : int
        Answers and whole traces that are right.
    n_untrained, n_constant : int
        Right answers of the controls: the model before training, and the commonest answer.
    """

    length: int
    nesting: int
    n: int
    n_right: int
    n_traces: int
    n_untrained: int
    n_constant: int

    @property
    def is_measured_well(self) -> bool:
        """Whether no more programs can be added."""
        return self.n >= N_AT_ONCE * _MOST_BATCHES


def execute(model: ServerSequenceModel, text: str) -> ShownExecution:
    """Let a model execute a program.

    Raises
    ------
    InputError
        If the program cannot be read, or does not run.
    """
    return _execute(model.key, text, model)


def read_config(model: ServerSequenceModel) -> ProgramConfig:
    """Return the settings of the programs that a model was trained on."""
    from embedviz.sequences import program_config

    return program_config(model.open())


def list_measured(model: ServerSequenceModel) -> list[Difficulty]:
    """List what was measured on this server so far."""
    return [
        _sum(length, nesting, batches)
        for (length, nesting), batches in sorted(_measured(model.key).items())
        if batches
    ]


def measure(
    model: ServerSequenceModel, length: int, nesting: int, n_batches: int = 1
) -> Difficulty:
    """Measure how many new programs are executed; only what was not measured before."""
    from embedviz.sequences import measure_programs

    done = _measured(model.key).setdefault((length, nesting), [])
    for seed in range(len(done), min(n_batches, _MOST_BATCHES)):
        found = measure_programs(
            model.open(), model.open(trained=False), length, nesting, n=N_AT_ONCE, seed=seed
        )
        if len(done) == seed:  # another session may have been faster
            done.append(found)
    return _sum(length, nesting, done)


def _sum(length: int, nesting: int, batches: Sequence[Right]) -> Difficulty:
    total = batches[0]
    for one in batches[1:]:
        total += one
    return Difficulty(
        length,
        nesting,
        total.n,
        sum(total.answers),
        sum(total.traces),
        sum(total.untrained),
        total.n_constant,
    )


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=12, show_spinner="Executing …")
def _execute(key: str, text: str, _model: ServerSequenceModel) -> ShownExecution:
    from embedviz.sequences import execute_programs, look_along, program_config

    program = parse_program(text)
    model, untrained = _model.open(), _model.open(trained=False)
    (found,) = execute_programs(model, [program])
    # the control may write without end; more than the true trace is no use
    (control,) = execute_programs(untrained, [program], longest=len(found.true_trace) + 1)
    config = program_config(model)
    steps = align_trace(program, found.trace) if config.writes == "trace" else ()
    return ShownExecution(
        found,
        config.source(program.text),
        steps,
        control,
        look_along(untrained, program.text, found.trace),
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _measured(key: str) -> dict[tuple[int, int], list[Right]]:
    """Return what the sessions of this server fill: 48 cells of at most ten batches."""
    return {}
