"""Whether digits lie in order, by vectors whose order is known."""

import numpy as np
import pytest

from embedviz.sequences.learnt import DIGITS, measure_digits
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


def vectors(matrix):
    matrix = np.asarray(matrix, dtype=np.float32)
    return WordVectors(Vocabulary(tuple(DIGITS)), matrix - matrix.mean(axis=0))


def test_digits_on_a_line_lie_in_order():
    found = measure_digits(vectors(np.outer(np.arange(10.0), [1, 2, -1])))
    assert found.rank_correlation == pytest.approx(1)
    assert found.p_value == 0.001


def test_digits_on_an_arc_lie_in_order_but_their_steps_turn():
    angle = np.linspace(0, np.pi, 10)
    found = measure_digits(vectors(np.stack([np.cos(angle), np.sin(angle)], axis=1)))
    assert found.rank_correlation > 0.98
    assert found.p_value == 0.001
    assert found.report.consistency < 0.6


def test_independent_digits_lie_in_no_order():
    rng = np.random.default_rng(0)
    found = [measure_digits(vectors(rng.normal(size=(10, 300)))) for _ in range(20)]
    assert abs(np.mean([one.rank_correlation for one in found])) < 0.1
    assert sum(one.p_value <= 0.05 for one in found) <= 3
    # neighbouring offsets share a digit: 8 of 36 pairs have a cosine of -1/2
    assert np.mean([one.report.consistency for one in found]) == pytest.approx(-4 / 36, abs=0.01)


def test_the_order_is_that_of_the_digits_not_of_the_rows():
    line = np.outer(np.arange(10.0), [1, 2, -1])
    shuffled = np.random.default_rng(1).permutation(10)
    assert abs(measure_digits(vectors(line[shuffled])).rank_correlation) < 0.6
