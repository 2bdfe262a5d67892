"""Programs → what a model says that they print, beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora import Program, read_answer, run_program
from embedviz.errors import InputError
from embedviz.sequences.decoding import DecodedText, decode_texts
from embedviz.sequences.model import SequenceModel
from embedviz.settings import ProgramConfig, own_settings

_MOST_CHARACTERS = 800  # of a trace: twice those of the longest programs trained on


@dataclass(frozen=True, eq=False)
class Execution:
    """What a model wrote of a program.

    Attributes
    ----------
    program : str
    answer : int or None
        None if the model wrote none.
    truth : int
        By the interpreter of `embedviz.corpora.run_program`.
    trace, true_trace : str
        What the model wrote, and what it should have written; of a model that writes answers only,
        these.
    probabilities : tuple of float
        Of each character, and last of the end.
    attention : ndarray of float32, shape (n_heads, n_written + 1, n_read), or None
        Of the program's characters at each character and at the end.
    own_attention : ndarray of float32, shape (n_heads, n_written + 1, n_written + 1), or None
        Of the characters written before.
    """

    program: str
    answer: int | None
    truth: int
    trace: str
    true_trace: str
    probabilities: tuple[float, ...]
    attention: NDArray[np.float32] | None
    own_attention: NDArray[np.float32] | None

    @property
    def is_right(self) -> bool:
        """Whether the answer is the truth."""
        return self.answer == self.truth

    @property
    def n_alike(self) -> int:
        """Number of characters before the first one that is not as it should be."""
        pairs = zip(self.trace, self.true_trace, strict=False)
        shorter = min(len(self.trace), len(self.true_trace))
        return next((i for i, (one, other) in enumerate(pairs) if one != other), shorter)


def program_config(model: SequenceModel) -> ProgramConfig:
    """Return the settings of the programs that a model was trained on.

    Raises
    ------
    InputError
        If it was trained on something else.
    """
    names = [one.name for one in own_settings(ProgramConfig)]
    if not set(names) <= model.training.keys():
        raise InputError(
            f"{model.name} was not trained on programs: give a model of embedviz train programs."
        )
    settings: dict[str, object] = {name: model.training[name] for name in names}
    return ProgramConfig(**settings)  # type: ignore[arg-type]


def program_source(model: SequenceModel, program: Program) -> str:
    """Return a program as a model reads it.

    Raises
    ------
    InputError
        If the model was trained on something else or on other characters.
    """
    if unknown := set(program.text) - set(model.source.words):
        raise InputError(
            f"{model.name} was trained on programs without {sorted(unknown)[0]!r}: train it on "
            "longer programs, or use other letters."
        )
    return program_config(model).source(program.text)


def execute_programs(
    model: SequenceModel, programs: Sequence[Program], *, longest: int | None = None
) -> list[Execution]:
    """Let a model read programs and write what they print, its own likeliest character each time.

    Parameters
    ----------
    model : SequenceModel
        Trained on programs.
    programs : sequence of Program
    longest : int, optional
        Characters after which a trace is cut; its answer is then none.

    Raises
    ------
    InputError
        If the model was trained on something else or on other characters, or a program does not
        run.
    """
    config = program_config(model)
    longest = _MOST_CHARACTERS if longest is None else longest
    outcomes = [run_program(program) for program in programs]
    read = [program_source(model, program) for program in programs]
    order = sorted(range(len(programs)), key=lambda i: len(outcomes[i].trace))
    sources = [read[i] for i in order]
    found: list[DecodedText] = [
        one for (one,) in decode_texts(model, sources, longest=min(longest, model.longest))
    ]
    by_program = dict(zip(order, found, strict=True))
    return [
        Execution(
            program.text,
            _answer(by_program[i], config),
            outcome.value,
            by_program[i].text,
            config.target(outcome.trace, outcome.value),
            tuple(np.exp(by_program[i].log_probabilities).tolist()),
            by_program[i].attention,
            by_program[i].own_attention,
        )
        for i, (program, outcome) in enumerate(zip(programs, outcomes, strict=True))
    ]


def _answer(found: DecodedText, config: ProgramConfig) -> int | None:
    if found.is_cut:
        return None
    if config.writes == "trace":
        return read_answer(found.text)
    text = found.text
    return int(text) if text.removeprefix("-").isdecimal() and text == str(int(text)) else None
