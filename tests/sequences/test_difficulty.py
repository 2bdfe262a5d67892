"""How many new programs a model executes, and where its heads look along a trace."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("torch", reason="a recurrent net executes")

from embedviz.corpora import EXAMPLE_PROGRAMS, is_held_out, parse_program
from embedviz.sequences import (
    Right,
    difficulty,
    execute_programs,
    look_along,
    measure_programs,
    open_sequence_model,
)


@pytest.fixture(scope="module")
def models():
    return [open_sequence_model("execute", trained=one) for one in (True, False)]


def test_programs_are_new_and_of_the_difficulty(models, monkeypatch):
    seen = []

    def execute(model, programs, **options):
        seen.append([program.text for program in programs])
        return execute_programs(model, programs, **options)

    monkeypatch.setattr(difficulty, "execute_programs", execute)
    right = measure_programs(*models, 3, 2, n=12, seed=4)
    assert seen[0] == seen[1] and len(seen[0]) == right.n == 12
    for text in seen[0]:
        assert is_held_out(text)
        assert len(re.findall(r"[+\-*](?!=)| if |for ", text)) == 2
    found = execute_programs(models[0], list(map(parse_program, seen[0])))
    assert right.answers == tuple(one.answer == one.truth for one in found)
    assert sum(right.answers) >= 11 and not any(right.untrained)
    again = measure_programs(*models, 3, 2, n=12, seed=4)
    assert again == right != measure_programs(*models, 3, 2, n=12, seed=5)


def test_both_batches_are_counted_together():
    one = Right((7, 7, 1), (True, True, False), (True, False, False), (False,) * 3)
    other = Right((1, 1), (True, False), (True, False), (False, True))
    both = one + other
    assert (both.n, sum(both.answers), sum(both.traces), sum(both.untrained)) == (5, 3, 2, 1)
    assert (one.n_constant, both.n_constant) == (2, 3)


def test_a_trace_may_be_cut(models):
    program = parse_program(EXAMPLE_PROGRAMS["lecture-loop"])
    (whole,), (cut,) = (
        execute_programs(models[0], [program], longest=longest) for longest in (800, 30)
    )
    assert whole.is_right and cut.answer is None and cut.trace == whole.trace[:30]


def test_along_its_own_trace_a_model_looks_where_it_looked(models):
    program = parse_program(EXAMPLE_PROGRAMS["lecture-if"])
    (found,) = execute_programs(models[0], [program])
    looked = look_along(models[0], found.program, found.trace)
    assert looked.source == found.program
    assert np.allclose(looked.program, found.attention, atol=1e-5)
    assert np.allclose(looked.own, found.own_attention, atol=1e-5)
    before = look_along(models[1], found.program, found.trace)
    assert before.program.max() < 0.2 < looked.program.max()
