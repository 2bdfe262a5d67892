"""The verdict on a relation, and the controls behind its findings."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import embedviz as ev
from benchmarks import verdicts
from embedviz.relations import (
    Relation,
    RelationReport,
    Verdict,
    built_in,
    count_interval,
    describe_verdict,
    explain,
    gain_interval,
    mean_pairwise_cosine,
    measure,
)
from embedviz.relations.closeness import gain_of, measure_closeness_gain, pair_closest
from embedviz.relations.excess import expect_shuffled, measure_excess


@pytest.fixture(scope="module")
def english():
    return ev.load("english")


def units_of(sources, targets):
    moves = targets[np.newaxis] - sources[:, np.newaxis]
    units = moves / np.linalg.norm(moves, axis=2, keepdims=True)
    units[np.arange(len(sources)), np.arange(len(sources))] = 0
    return units


def test_the_closed_form_is_the_mean_over_shuffles():
    rng = np.random.default_rng(0)
    sources, targets = rng.normal(size=(2, 5, 4))
    units, weights = units_of(sources, targets), rng.integers(0, 4, (3, 5)).astype(float)
    for row, found in zip(weights, expect_shuffled(units, weights), strict=True):
        total = count = 0.0
        for i, k, j, m in np.ndindex(5, 5, 5, 5):
            if i != j and k != m and i != k and j != m:
                weight = row[i] * row[k] * row[j] * row[m]
                total += weight * float(units[i, k] @ units[j, m])
                count += weight
        assert found == pytest.approx(total / count)


def test_the_excess_is_that_over_shuffles_without_true_pairs():
    rng = np.random.default_rng(1)
    sources, targets = rng.normal(size=(2, 12, 20))
    targets += 1.5
    orders = [rng.permutation(12) for _ in range(60_000)]
    orders = [one for one in orders if (one != np.arange(12)).all()]
    shuffled = np.mean([mean_pairwise_cosine(targets[one] - sources) for one in orders])
    true = float(mean_pairwise_cosine(targets - sources))
    found = measure_excess(sources, targets)
    assert found.excess == pytest.approx(true - shuffled, abs=0.003)
    assert found.interval[0] < found.excess < found.interval[1]
    assert found.interval[0] < 0  # classes without a pairing
    assert measure_excess(sources[:7], targets[:7]) is None


def test_shuffled_pairs_that_are_true_again_are_left_out():
    rng = np.random.default_rng(2)
    sources, targets = rng.normal(size=(2, 10, 20))
    targets[1] = targets[0]
    words = [(f"s{i}", f"t{max(i, 1)}") for i in range(10)]  # two sources of one target
    units = targets[np.newaxis] - sources[:, np.newaxis]
    units /= np.linalg.norm(units, axis=2, keepdims=True)
    units[np.arange(10), np.arange(10)] = 0
    units[0, 1] = units[1, 0] = 0
    own = np.array([targets[i] - sources[i] for i in range(10)])
    shuffled = expect_shuffled(units, np.ones((1, 10)))[0]
    found = measure_excess(sources, targets, words)
    assert found.excess == pytest.approx(float(mean_pairwise_cosine(own)) - shuffled, abs=1e-4)
    assert found.excess != pytest.approx(measure_excess(sources, targets).excess, abs=1e-3)


def test_the_control_is_named_where_it_was_not_measured():
    without = report_with(closeness_gain=None)
    assert without.verdict is Verdict.ANSWERS and without.gain_to_exceed == 0
    assert "was not measured (fewer than 64 words)" in without.findings[2].why
    assert "closeness alone gains +15" in report_with().findings[2].why
    flat = report_with(p_value=None, excess=None, excess_interval=None, n_pairs=10)
    assert flat.findings[1].why == "The offsets have no direction."
    assert "Below 8 pairs" not in explain(flat)


def test_three_poisson_variables_are_the_bootstrap_over_pairs():
    gains = np.array([1.0] * 12 + [-1.0] * 3 + [0.0] * 25)
    alone = np.eye(40, dtype=bool)
    expected = gain_interval(np.diag(gains), alone)
    assert count_interval(12, 3, 40) == pytest.approx(expected, abs=0.02)
    assert count_interval(7, 0, 7) is None


@pytest.mark.parametrize("name", ["male-female", "country-capital"])
def test_known_relations_answer(english, name):
    report = measure(english, built_in(name))
    assert report.verdict is Verdict.ANSWERS
    assert all(one.found for one in report.findings)
    assert report.gain == pytest.approx(report.hit_rate - report.nearest_rate)
    assert report.gain_interval[0] > report.closeness_gain > 0.05


def test_lists_of_close_words_do_not_answer(english):
    units = english.unit_rows(np.arange(20_000))
    rng = np.random.default_rng(7)
    small_p = 0
    for _ in range(6):
        first, second = (
            np.argsort(-(units @ units[one]))[:60] for one in rng.choice(20_000, 2, replace=False)
        )
        pairs = pair_closest(units, first[:20], np.setdiff1d(second, first))
        words = tuple((english.words[a], english.words[b]) for a, b in pairs)
        report = measure(english, Relation("close", words), n_shuffles=199, with_pairing=False)
        small_p += report.findings[0].found
        assert report.verdict is not Verdict.ANSWERS
        assert report.gain == pytest.approx(gain_of(english.unit_matrix, pairs), abs=0.051)
    assert small_p == 6  # the pairing matters, and nothing follows from it


def test_the_control_is_measured_once(english, monkeypatch):
    first = measure_closeness_gain(english)
    monkeypatch.setattr("embedviz.relations.closeness._list_gains", None)
    assert measure_closeness_gain(english) == first
    assert 0.05 < first < 0.3


def report_with(**figures):
    sound = RelationReport(
        "a-b",
        9,
        (),
        0.4,
        0.001,
        0.5,
        excess=0.2,
        excess_interval=(0.1, 0.3),
        gain=0.5,
        gain_interval=(0.3, 0.6),
        closeness_gain=0.15,
    )
    return replace(sound, **figures)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({}, Verdict.ANSWERS),
        ({"closeness_gain": None}, Verdict.ANSWERS),
        ({"gain_interval": (0.15, 0.6)}, Verdict.NO_ANSWER),
        ({"gain_interval": (0.0, 0.6), "closeness_gain": -0.1}, Verdict.NO_ANSWER),
        ({"excess_interval": (0.0, 0.3)}, Verdict.CLASSES),
        ({"p_value": 0.05}, Verdict.CHANCE),
        ({"p_value": None}, Verdict.TOO_FEW),
        ({"excess_interval": None}, Verdict.TOO_FEW),
        ({"gain_interval": None}, Verdict.TOO_FEW),
    ],
)
def test_the_first_missing_finding_decides(figures, says):
    report = report_with(**figures)
    assert report.verdict is says
    assert explain(report)
    described = describe_verdict(report)
    assert described["verdict"] == says.value
    assert list(described["findings"]) == ["pairing", "beyond_class_difference", "answers"]


def test_the_documentation_shows_the_measured_tables():
    shown = (Path(__file__).parents[2] / "docs" / "relations.md").read_text(encoding="utf-8")
    figures = json.loads(verdicts.OUT.read_text(encoding="utf-8"))
    assert verdicts.tables(figures) in shown
    rates = [of["top_verdict"] for by_size in figures["errors"].values() for of in by_size.values()]
    assert len(rates) == 24 and max(rates) <= 0.05
