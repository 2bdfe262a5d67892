"""A trace that a model wrote beside the true one, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from embedviz.corpora.programs.reading import Block, read_trace
from embedviz.corpora.programs.running import split_trace
from embedviz.corpora.programs.syntax import Loop, Program


@dataclass(frozen=True)
class Step:
    """A block of both traces.

    Attributes
    ----------
    lines : tuple of int
        First and last line of the program that the true block computes, from 1; empty if there is
        none.
    written, true : Block or None
        None if the trace has ended.
    """

    lines: tuple[int, ...]
    written: Block | None
    true: Block | None


def align_trace(program: Program, written: str) -> tuple[Step, ...]:
    """Put the blocks of a trace beside those of the true one, in order.

    Parameters
    ----------
    program : Program
    written : str
        A trace, right or wrong.

    Examples
    --------
    >>> from embedviz.corpora.programs.parsing import parse_program
    >>> program = parse_program("a=42" + chr(10) + "print(a)")
    >>> for step in align_trace(program, "aA=#24,=aA25"):
    ...     print(step.lines, step.written.text, step.true.text)
    (1, 1) aA=#24, aA=#24,
    (2, 2) =aA25 =aA24
    """
    true: list[tuple[tuple[int, ...], Block]] = []
    line = 1
    for statement, part in zip_longest(program.statements, split_trace(program)):
        last = line + isinstance(statement, Loop)
        true += [((line, last), block) for block in read_trace(part)]
        line = last + 1
    return tuple(
        Step(both[0] if both else (), block, both[1] if both else None)
        for block, both in zip_longest(read_trace(written), true)
    )
