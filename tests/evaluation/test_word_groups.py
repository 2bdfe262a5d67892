"""The nearest group of every word, by hand and by chance."""

from __future__ import annotations

import numpy as np
import pytest

from embedviz.errors import InputError
from embedviz.evaluation import fit_groups


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_mean_of_the_own_group_leaves_the_word_out():
    rng = np.random.default_rng(1)
    rows, groups = unit(rng.normal(size=(30, 6))), np.arange(30) % 4
    found = fit_groups(rows, groups.tolist())
    for i, row in enumerate(rows):
        means = [rows[(groups == g) & (np.arange(30) != i)].mean(axis=0) for g in range(4)]
        cosines = [row @ mean / np.linalg.norm(mean) for mean in means]
        assert found.nearest[i] == np.argmax(cosines)


def test_words_that_belong_together_are_found_and_chance_is_far_below():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(4, 20))
    groups = np.repeat(range(4), 10)
    found = fit_groups(unit(centres[groups] + 0.3 * rng.normal(size=(40, 20))), groups.tolist())
    assert found.n_own == found.n_words == 40
    assert 5 < found.by_chance < 15  # a quarter
    # of words without groups, no more are near their own than by chance
    random = fit_groups(unit(rng.normal(size=(400, 20))), (np.arange(400) % 4).tolist())
    assert abs(random.n_own - random.by_chance) < 40


def test_a_word_alone_in_its_group_is_not_counted():
    rows = unit(np.array([[1, 0.1], [1, 0.2], [1, 0.3]]))
    found = fit_groups(rows, [0, 0, 1])
    assert found.nearest[2] == 0 and found.n_words == 2
    assert fit_groups(rows, [0, 0, 3]).nearest.tolist()[2] == 0  # numbers may be missing


def test_one_group_is_refused():
    with pytest.raises(InputError, match="at least 2"):
        fit_groups(np.eye(2), [0, 0])
