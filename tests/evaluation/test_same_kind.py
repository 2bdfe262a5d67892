import numpy as np
import pytest

from embedviz.errors import InputError
from embedviz.evaluation import same_kind_by_chance, same_kind_share


def test_the_share_is_that_of_a_literal_count():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 4))
    kinds = rng.choice(["a", "b", "c"], size=60)
    hits = []
    for i in range(60):
        order = sorted((np.linalg.norm(points[i] - points[j]), j) for j in range(60) if j != i)
        hits += [kinds[j] == kinds[i] for _, j in order[:7]]
    assert same_kind_share(points, kinds, n=7) == pytest.approx(np.mean(hits))


def test_shuffled_kinds_are_at_the_level_of_chance():
    rng = np.random.default_rng(1)
    kinds = np.repeat(["a", "b", "c"], [100, 200, 300])
    points = np.repeat(np.eye(3), [100, 200, 300], axis=0) + 0.1 * rng.normal(size=(600, 3))
    assert same_kind_share(points, kinds) == 1
    shuffled = [same_kind_share(points, rng.permutation(kinds)) for _ in range(5)]
    assert np.mean(shuffled) == pytest.approx(same_kind_by_chance(kinds), abs=0.02)


def test_a_point_is_not_its_own_neighbour():
    assert same_kind_share(np.zeros((3, 2)), ["a", "b", "c"], n=2) == 0


@pytest.mark.parametrize("n", [0, 3])
def test_too_few_points_are_refused(n):
    with pytest.raises(InputError, match=f"The {n} nearest of 3 points do not exist"):
        same_kind_share(np.zeros((3, 2)), ["a", "b", "c"], n=n)
