"""How many new programs of a length and a nesting a model executes, beside its controls."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from embedviz.corpora import draw_program
from embedviz.sequences.execution import execute_programs
from embedviz.sequences.model import SequenceModel

MOST_MEASURED = 100
"""Programs at once."""

_SLACK = 20  # characters that the control may write more than the longest true trace


@dataclass(frozen=True)
class Right:
    """What became of programs of one length and nesting.

    Attributes
    ----------
    truths : tuple of int
        What they print.
    answers, traces, untrained : tuple of bool
        Whether the model's answer is right, its whole trace, and the answer of the control.
    """

    truths: tuple[int, ...]
    answers: tuple[bool, ...]
    traces: tuple[bool, ...]
    untrained: tuple[bool, ...]

    @property
    def n(self) -> int:
        """Number of programs."""
        return len(self.truths)

    @property
    def n_constant(self) -> int:
        """Number of programs that the commonest of these answers would get right: a control."""
        return Counter(self.truths).most_common(1)[0][1]

    def __add__(self, other: Right) -> Right:
        """Return both together."""
        return Right(
            self.truths + other.truths,
            self.answers + other.answers,
            self.traces + other.traces,
            self.untrained + other.untrained,
        )


def measure_programs(
    model: SequenceModel,
    untrained: SequenceModel,
    length: int,
    nesting: int,
    *,
    n: int = 20,
    seed: int = 0,
) -> Right:
    """Let a model execute new programs, none of which is in any training.

    Parameters
    ----------
    model, untrained : SequenceModel
        Trained on programs, and its control.
    length, nesting : int
        See `embedviz.corpora.draw_program`.
    n : int
        Number of programs, at most `MOST_MEASURED`.
    seed : int

    Raises
    ------
    InputError
        If the model was trained on something else, or on other characters.
    """
    rng = Random(f"{length} {nesting} {seed}")  # a text as seed
    drawn = [
        draw_program(rng, length, nesting, held_out=True) for _ in range(min(n, MOST_MEASURED))
    ]
    programs = [program for program, _ in drawn]
    found = execute_programs(model, programs)
    # the control writes without end; more than any true trace is no use
    longest = max(len(one.true_trace) for one in found) + _SLACK
    control = execute_programs(untrained, programs, longest=longest)
    return Right(
        tuple(one.truth for one in found),
        tuple(one.is_right for one in found),
        tuple(one.trace == one.true_trace for one in found),
        tuple(one.is_right for one in control),
    )
