"""Programs that a model learns to execute: grammar, interpreter with trace, generator."""

from embedviz.corpora.programs.alignment import Step, align_trace
from embedviz.corpora.programs.generation import EXAMPLE_PROGRAMS, draw_program, is_held_out
from embedviz.corpora.programs.parsing import parse_program
from embedviz.corpora.programs.reading import Block, read_answer, read_trace
from embedviz.corpora.programs.running import Outcome, run_program, split_trace
from embedviz.corpora.programs.stream import ProgramPairs, difficulty
from embedviz.corpora.programs.syntax import Program

__all__ = [
    "EXAMPLE_PROGRAMS",
    "Block",
    "Outcome",
    "Program",
    "ProgramPairs",
    "Step",
    "align_trace",
    "difficulty",
    "draw_program",
    "is_held_out",
    "parse_program",
    "read_answer",
    "read_trace",
    "run_program",
    "split_trace",
]
