import numpy as np
import pytest

from embedviz.relations import N_DRAWS, PairMeans, PairWeights, percentiles, share_interval


def every_two(n):
    return np.array([(i, j) for i in range(n) for j in range(n) if i != j])


def test_the_draws_are_those_of_a_literal_sum():
    rng = np.random.default_rng(0)
    pairs, values = rng.integers(300, size=(900, 2)), rng.random((900, 2))
    weights = PairWeights(3)
    means = PairMeans(weights, 2)
    for part in np.array_split(np.arange(900), 4):  # as they come
        means.add(pairs[part], values[part])
    of_pair = PairWeights(3).of(np.arange(300))  # the same again
    for draw in (0, 7, N_DRAWS - 1):
        total, above = 0.0, np.zeros(2)
        for (i, j), value in zip(pairs, values, strict=True):
            weight = of_pair[i, draw] if i == j else of_pair[i, draw] * of_pair[j, draw]
            total, above = total + weight, above + weight * value
        assert means.drawn_means[:, draw] == pytest.approx(above / total, rel=1e-5)
    assert means.means == pytest.approx(values.mean(axis=0))
    assert means.n_pairs == len(np.unique(pairs))
    low, high = means.interval(0)
    assert (low, high) == pytest.approx(np.quantile(means.drawn_means[0], [0.025, 0.975]))


def test_weights_are_poissons_and_each_pairs_own():
    weights = PairWeights().of(np.arange(400))
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)
    assert len(np.unique(weights, axis=0)) == 400
    assert not (PairWeights(1).of(np.arange(5)) == weights[:5]).all()


@pytest.mark.parametrize("easy", [-2.0, 0.0, 2.0])
def test_the_interval_covers_where_questions_share_pairs(easy):
    rng = np.random.default_rng(5)
    n, asked = 20, every_two(20)

    def right(n, pairs):
        of_pair = rng.normal(size=(2, n)) * [[0.7], [1.4]]
        noise = rng.logistic(size=len(pairs))
        score = easy + of_pair[0, pairs[:, 0]] + of_pair[1, pairs[:, 1]] + noise
        return (score > 0).astype(float)[:, np.newaxis]

    truth = np.mean([right(200, every_two(200)).mean() for _ in range(20)])
    covers = over_questions = 0
    for seed in range(100):
        means = PairMeans(PairWeights(seed), 1)
        means.add(asked, values := right(n, asked))
        low, high = means.interval(0)
        covers += low <= truth <= high
        low, high = share_interval(int(values.sum()), len(values))
        over_questions += low <= truth <= high
    assert covers >= 88
    assert over_questions < 80  # as if questions were draws of their own


def test_equal_values_leave_room_and_few_pairs_have_no_interval():
    for value, signed, low, high in (
        (0.0, False, 0.0, 0.24),
        (1.0, False, 0.76, 1.0),
        (0.0, True, -0.24, 0.24),
        (-1.0, True, -1.0, -0.76),
    ):
        means = PairMeans(PairWeights(), 1)
        means.add(every_two(24), np.full((24 * 23, 1), value))
        assert means.interval(0, signed=signed) == pytest.approx((low, high), abs=0.01)
    few = PairMeans(PairWeights(), 1)
    few.add(every_two(7), np.zeros((42, 1)))
    assert few.interval(0) is None
    assert np.isnan(PairMeans(PairWeights(), 1).means[0])
    assert percentiles(np.array([np.nan])) is None
