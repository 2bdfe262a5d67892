"""The settings of generated programs, and of a model that learns to execute them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from embedviz.settings.declaration import Setting, check, documented
from embedviz.settings.sequences import SequenceConfig

_PROGRAMS = "Programs"


@documented
@dataclass(frozen=True)
class ProgramConfig:
    """What programs are drawn, and what a model reads and writes of them.

    Examples
    --------
    >>> ProgramConfig(length=2).nesting
    4
    """

    length: Annotated[
        int, Setting("Digits of most numbers, at most.", group=_PROGRAMS, least=1, most=8)
    ] = 6
    nesting: Annotated[
        int, Setting("Operations in a program, at most.", group=_PROGRAMS, least=1, most=6)
    ] = 4
    n_programs: Annotated[
        int,
        Setting(
            "Programs drawn.", group=_PROGRAMS, least=100, most=100_000_000, option="--programs"
        ),
    ] = 190_000
    curriculum: Annotated[
        str,
        Setting(
            "Length and nesting of the programs in the course of a run.",
            group=_PROGRAMS,
            choices={
                "growing": "most numbers long from the start; deep nesting after a seventh",
                "none": "always the greatest ones",
                "naive": "length grows step by step, and for each nesting anew",
                "mix": "random ones",
                "combined": "half naive, half mix",
            },
        ),
    ] = "growing"
    writes: Annotated[
        str,
        Setting(
            "What the model writes.",
            group=_PROGRAMS,
            choices={
                "trace": "every step, and then the answer, least significant digit first",
                "answer": "the answer alone, as Python prints it",
            },
        ),
    ] = "trace"
    reads: Annotated[
        str,
        Setting(
            "What the model reads.",
            group=_PROGRAMS,
            choices={
                "program": "the program",
                "reversed": "its characters from the last to the first",
                "doubled": "the program twice",
            },
        ),
    ] = "program"

    def __post_init__(self) -> None:
        """Check that values are in range."""
        check(self)

    def source(self, text: str) -> str:
        """Return what the model reads of a program."""
        if self.reads == "reversed":
            return text[::-1]
        return f"{text}\n{text}" if self.reads == "doubled" else text

    def target(self, trace: str, value: int) -> str:
        """Return what the model is to write of a program with this trace and value."""
        return trace if self.writes == "trace" else str(value)


EXECUTION = SequenceConfig(
    cell="gru",
    n_dims=32,
    n_states=112,
    n_summary=64,
    bidirectional=True,
    n_target_dims=32,
    n_maxout=128,
    n_out=64,
    n_heads=2,
    self_attention=True,
    cost="full",
    n_pairs=64,
    epochs=1.0,
    optimiser="muon",
    rate=2e-3,
    clip=0.5,
    dropout=0.0,
)
"""Settings with which a model learns to execute programs."""
