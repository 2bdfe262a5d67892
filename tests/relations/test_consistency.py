"""Every measure beside a literal twin, and against chance."""

import itertools
import math
import random

import numpy as np
import pytest
from scipy.stats import binom, binomtest, kstest, norm, t

from embedviz.relations import (
    consistency,
    consistency_interval,
    mean_pairwise_cosine,
    share_interval,
)
from embedviz.relations.consistency import _orders, pairing_consistency, permutation_p


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def drawn(n, rng, *, strength=0.0, n_dims=30):
    """Unit sources and targets; the stronger, the more a target is its source plus one offset."""
    sources = rng.normal(size=(n, n_dims))
    offset = strength * unit(rng.normal(size=(1, n_dims))) * n_dims**0.5
    targets = sources * min(1, strength) + offset + rng.normal(size=(n, n_dims))
    return unit(sources), unit(targets)


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def literal_cosines(sources, targets, order):
    offsets = [
        [t_ - s for s, t_ in zip(sources[i], targets[j], strict=True)] for i, j in enumerate(order)
    ]
    return [cosine(a, b) for a, b in itertools.combinations(offsets, 2)]


def literal_mean(values):
    return sum(values) / len(values)


def literal_area(right, wrong):
    wins = sum((r > w) + (r == w) / 2 for r in right for w in wrong)
    return wins / (len(right) * len(wrong))


def derangements(n):
    return [o for o in itertools.permutations(range(n)) if all(j != i for i, j in enumerate(o))]


@pytest.mark.parametrize("n", [2, 3, 7])
def test_consistency_is_the_mean_of_every_cosine(n):
    sources, targets = drawn(n, np.random.default_rng(n), strength=0.5)
    expected = literal_mean(literal_cosines(sources, targets, range(n)))
    assert float(mean_pairwise_cosine(targets - sources)) == pytest.approx(expected)


@pytest.mark.parametrize(("lengths", "expected"), [((1, 1, 0), 0.6), ((1, 0, 0), None)])
def test_an_offset_of_no_length_has_no_say(lengths, expected):
    offsets = np.array([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]]) * np.array(lengths)[:, None]
    found = float(mean_pairwise_cosine(offsets))
    assert math.isnan(found) if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize("n", [3, 4, 6])
def test_p_counts_every_pairing_of_few_words(n):
    sources, targets = drawn(n, np.random.default_rng(n), strength=0.1)
    true = literal_mean(literal_cosines(sources, targets, range(n)))
    found = [
        literal_mean(literal_cosines(sources, targets, order)) >= true - 1e-9
        for order in itertools.permutations(range(n))
    ]
    assert permutation_p(sources, targets) == pytest.approx(sum(found) / math.factorial(n))


def test_p_of_more_pairs_agrees_with_a_literal_count():
    sources, targets = drawn(8, np.random.default_rng(4), strength=0.1, n_dims=8)
    true = literal_mean(literal_cosines(sources, targets, range(8)))
    shuffle = random.Random(0)
    n_at_least = sum(
        literal_mean(literal_cosines(sources, targets, shuffle.sample(range(8), 8))) >= true
        for _ in range(600)
    )
    found = permutation_p(sources, targets, n_shuffles=4000)
    assert 0.02 < found < 0.5  # where a wrong count would show
    assert found == pytest.approx(n_at_least / 600, abs=0.06)


@pytest.mark.parametrize(("n", "others"), [(3, 5), (4, 23), (6, 719), (7, 99), (40, 99)])
def test_few_pairs_are_paired_in_every_other_way_once(n, others):
    orders = np.concatenate(list(_orders(n, 99, np.random.default_rng(0), 1 << 17)))
    assert orders.shape == (others, n)
    assert (np.sort(orders) == np.arange(n)).all()
    assert n >= 7 or len(np.unique(orders, axis=0)) == others


@pytest.mark.parametrize("n", [3, 4, 5])
def test_pairing_consistency_is_the_mean_area_over_all_derangements_of_few(n):
    sources, targets = drawn(n, np.random.default_rng(n), strength=0.2)
    right = literal_cosines(sources, targets, range(n))
    expected = literal_mean(
        [literal_area(right, literal_cosines(sources, targets, order)) for order in derangements(n)]
    )
    assert pairing_consistency(sources, targets) == pytest.approx(expected)


def test_pairing_consistency_of_more_pairs_lies_near_the_mean_over_all_derangements():
    sources, targets = drawn(7, np.random.default_rng(1), strength=0.3)
    right = literal_cosines(sources, targets, range(7))
    some = random.Random(0).sample(derangements(7), 300)
    expected = literal_mean(
        [literal_area(right, literal_cosines(sources, targets, order)) for order in some]
    )
    assert pairing_consistency(sources, targets) == pytest.approx(expected, abs=0.04)


def test_pairing_consistency_of_many_pairs_looks_at_a_part_of_them(monkeypatch):
    sources, targets = drawn(60, np.random.default_rng(2), strength=0.4)
    whole = pairing_consistency(sources, targets)
    monkeypatch.setattr(consistency, "_MOST_PCS_PAIRS", 20)
    part = pairing_consistency(sources, targets)
    assert part != whole
    assert part == pytest.approx(whole, abs=0.03)


@pytest.mark.parametrize("n", [8, 12])
def test_the_interval_agrees_with_a_literal_bootstrap(n):
    sources, targets = drawn(n, np.random.default_rng(n), strength=0.5)
    offsets = targets - sources
    between = [[cosine(a, b) for b in offsets] for a in offsets]

    def mean_of(chosen):
        return literal_mean([between[i][j] for i in chosen for j in chosen if i != j])

    times = np.random.default_rng([0, 2]).multinomial(n, np.full(n, 1 / n), size=1999)
    draws = [mean_of([i for i in range(n) for _ in range(row[i])]) for row in times]
    estimate = mean_of(range(n))
    without = [mean_of([j for j in range(n) if j != i]) for i in range(n)]
    away = [literal_mean(without) - value for value in without]
    acceleration = sum(d**3 for d in away) / (6 * sum(d**2 for d in away) ** 1.5)
    lower = [(draw < estimate - 1e-9) + (abs(draw - estimate) <= 1e-9) / 2 for draw in draws]
    bias = norm.ppf(literal_mean(lower))
    levels = [
        norm.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
        for z in (norm.ppf(0.025), norm.ppf(0.975))
    ]
    wider = t.ppf(0.975, n - 1) / norm.ppf(0.975) * math.sqrt(n / (n - 1))
    expected = [estimate + (end - estimate) * wider for end in np.quantile(draws, levels)]
    assert consistency_interval(offsets) == pytest.approx(tuple(expected), abs=1e-6)


@pytest.mark.parametrize(("hits", "n"), [(0, 8), (3, 10), (50, 50)])
def test_the_interval_of_a_share_is_wilsons(hits, n):
    expected = binomtest(hits, n).proportion_ci(method="wilson")
    assert share_interval(hits, n) == pytest.approx((expected.low, expected.high))


def test_p_of_random_pairs_is_uniform():
    rng = np.random.default_rng(0)
    found = [permutation_p(*drawn(12, rng), n_shuffles=199, seed=seed) for seed in range(500)]
    assert kstest(found, "uniform").pvalue > 0.01


def derangement_p(sources, targets, rng, n_draws=199):
    """The p-value that random derangements would give: the true pairing is none of them."""
    n = len(sources)
    true, n_at_least = mean_pairwise_cosine(targets - sources), 0
    for order in rng.choice(derangements(n), n_draws):
        n_at_least += int(mean_pairwise_cosine(targets[order] - sources) >= true - 1e-9)
    return (1 + n_at_least) / (1 + n_draws)


def most_above_level(found):
    """How far the share of p at or below a level lies above that level, at most."""
    found = np.array(found)
    return max((found <= level + 1e-9).mean() - level for level in found)


@pytest.mark.parametrize("n", [3, 4, 6])
def test_p_of_random_pairs_is_never_too_small_however_few(n):
    rng = np.random.default_rng(n)
    assert most_above_level([permutation_p(*drawn(n, rng)) for _ in range(500)]) < 0.07


def test_derangements_in_place_of_permutations_would_be_noticed():
    rng = np.random.default_rng(0)
    found = [derangement_p(*drawn(3, rng), rng) for _ in range(200)]
    assert kstest(found, "uniform").pvalue < 1e-6
    assert most_above_level(found) > 0.2


@pytest.mark.parametrize("n", [3, 6, 20])
def test_pairing_consistency_of_random_pairs_is_a_half(n):
    rng = np.random.default_rng(n)
    found = [pairing_consistency(*drawn(n, rng, n_dims=10)) for _ in range(200)]
    error = np.std(found) / len(found) ** 0.5
    assert np.mean(found) == pytest.approx(0.5, abs=3.5 * error)
    assert error < 0.02


def test_measures_rise_with_the_strength_of_the_offset():
    strengths = (0.02, 0.15, 0.3, 0.6, 1.2, 2.5)
    found = []
    for strength in strengths:
        pairs = [drawn(15, np.random.default_rng(i), strength=strength) for i in range(10)]
        found.append(
            [
                np.mean([float(mean_pairwise_cosine(target - source)) for source, target in pairs]),
                np.mean([pairing_consistency(*pair) for pair in pairs]),
                -np.mean([permutation_p(*pair, n_shuffles=199) for pair in pairs]),
            ]
        )
    rises = np.diff(np.array(found), axis=0)
    assert (rises[:, 0] > 0).all()
    assert (rises[:, 1:] >= 0).all()
    assert (rises[:2, 1:] > 0).all()
    assert found[0][0] < 0.1
    assert found[-1][0] > 0.5


def population(kind, n, rng, n_dims=50):
    """Offsets of pairs that agree alike, of which three in ten do not, or that vary widely."""
    noise = rng.normal(size=(n, n_dims)) / n_dims**0.5
    direction = np.zeros((n, n_dims))
    direction[:, 0] = 1
    if kind == "mixed":
        direction[rng.random(n) < 0.3] = 0
    if kind == "varied":
        noise *= rng.lognormal(0, 0.7, size=(n, 1))
    return unit(direction + noise)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "n"), [("alike", 8), ("alike", 24), ("mixed", 24), ("varied", 24)]
)
def test_the_interval_covers(kind, n):
    rng = np.random.default_rng(5)
    truth = float(mean_pairwise_cosine(population(kind, 50_000, rng)))
    intervals = [consistency_interval(population(kind, n, rng), seed=i) for i in range(300)]
    assert 0.9 <= np.mean([low <= truth <= high for low, high in intervals]) <= 0.98


@pytest.mark.parametrize("n", [8, 20, 50, 174])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_the_interval_of_a_share_covers(n, share):
    hits = np.arange(n + 1)
    ends = np.array([share_interval(int(k), n) for k in hits])
    covers = (ends[:, 0] <= share) & (share <= ends[:, 1])
    assert 0.89 <= binom.pmf(hits, n, share)[covers].sum() <= 0.985


@pytest.mark.parametrize("seed", [0, 7])
def test_measures_repeat_with_the_seed(seed):
    sources, targets = drawn(20, np.random.default_rng(0), strength=0.2)
    for measure in (permutation_p, pairing_consistency):
        assert measure(sources, targets, seed=seed) == measure(sources, targets, seed=seed)
    offsets = targets - sources
    assert consistency_interval(offsets, seed=seed) == consistency_interval(offsets, seed=seed)
    assert consistency_interval(offsets, seed=seed) != consistency_interval(offsets, seed=9)


def test_what_does_not_exist_is_none():
    rng = np.random.default_rng(0)
    for n in range(3):
        assert permutation_p(*drawn(n, rng)) is None
        assert pairing_consistency(*drawn(n, rng)) is None
    sources, targets = drawn(7, rng)
    assert consistency_interval(targets - sources) is None
    assert share_interval(7, 7) is None
    assert permutation_p(sources, sources) is None
    nowhere = np.zeros((4, 5))
    assert pairing_consistency(nowhere, nowhere) is None


def test_offsets_that_are_all_the_same_have_an_interval_of_no_width():
    low, high = consistency_interval(np.tile([1.0, 2.0, 3.0], (9, 1)))
    assert (low, high) == pytest.approx((1, 1))


def test_words_that_all_coincide_are_no_evidence():
    rng = np.random.default_rng(0)
    sources, targets = (np.tile(one, (9, 1)) for one in rng.normal(size=(2, 1, 5)))
    assert permutation_p(sources, targets) == 1
    assert pairing_consistency(sources, targets) == 0.5
