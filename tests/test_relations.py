import itertools
import logging

import numpy as np
import pytest
from conftest import planted_vectors
from scipy.stats import kstest

from embedviz.errors import InputError
from embedviz.relations import (
    Relation,
    _orders,
    built_in,
    built_in_names,
    find,
    measure,
    read_pairs,
)
from embedviz.tokenization import Tokenizer
from embedviz.vectors import WordVectors
from embedviz.vocabulary import Vocabulary


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def literal_consistency(vectors, pairs):
    unit = {w: vectors[w] / np.linalg.norm(vectors[w]) for pair in pairs for w in pair}
    offsets = [unit[t] - unit[s] for s, t in pairs]
    return np.mean([cosine(a, b) for a, b in itertools.combinations(offsets, 2)])


def test_consistency_and_hits_agree_with_the_definitions(vectors):
    relation = Relation("x", built_in("male-female").pairs[:12])
    report = measure(vectors, relation)
    assert report.consistency == pytest.approx(
        literal_consistency(vectors, relation.pairs), abs=1e-5
    )
    unit = {w: vectors[w] / np.linalg.norm(vectors[w]) for w in vectors.words}
    hits = 0
    for left_out in relation.pairs:
        others = [unit[t] - unit[s] for s, t in relation.pairs if (s, t) != left_out]
        query = unit[left_out[0]] + np.mean(others, axis=0)
        best = max((w for w in unit if w != left_out[0]), key=lambda w: cosine(unit[w], query))
        hits += best == left_out[1]
    assert report.hit_rate == pytest.approx(hits / 12)
    assert report.hit_rate > 0


def test_a_stronger_offset_is_more_consistent():
    found = [
        measure(planted_vectors(noise=noise), built_in("country-capital")).consistency
        for noise in (0.2, 1.0, 3.0)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.8


def test_planted_offsets_are_significant_and_random_pairs_uniform(vectors):
    assert measure(vectors, built_in("verb-past")).p_value == pytest.approx(0.001)
    rng = np.random.default_rng(0)
    fillers = [word for word in vectors.words if word.startswith("filler")]
    found = []
    for seed in range(150):
        words = rng.permutation(fillers)[:24]
        relation = Relation("x", tuple(zip(words[:12], words[12:], strict=True)))
        found.append(measure(vectors, relation, seed=seed, n_shuffles=199).p_value)
    assert kstest(found, "uniform").pvalue > 0.01


@pytest.mark.parametrize(("n", "others"), [(3, 5), (4, 23), (6, 719)])
def test_few_pairs_are_paired_in_every_other_way_once(vectors, n, others):
    assert len(np.unique(_orders(n, 999, np.random.default_rng(0)), axis=0)) == others
    p_value = measure(vectors, Relation("x", built_in("verb-past").pairs[:n])).p_value
    assert p_value == pytest.approx(1 / (1 + others))


@pytest.mark.parametrize("n", [3, 4, 5, 7])
def test_random_pairs_are_seldom_significant_however_few(vectors, n):
    rng = np.random.default_rng(n)
    fillers = [word for word in vectors.words if word.startswith("filler")]
    found = []
    for _ in range(300):
        words = rng.permutation(fillers)[: 2 * n]
        relation = Relation("x", tuple(zip(words[:n], words[n:], strict=True)))
        found.append(measure(vectors, relation, n_shuffles=99).p_value)
    assert np.mean(np.array(found) <= 0.05) < 0.09
    assert np.mean(np.array(found) <= 0.2) < 0.27


def test_an_offset_of_nothing_has_no_say(vectors):
    pairs = built_in("verb-past").pairs[:5]
    matrix = np.vstack([vectors.matrix, vectors.matrix[:1]])
    twin = WordVectors(Vocabulary((*vectors.words, "twin")), matrix)
    report = measure(twin, Relation("x", (*pairs, (vectors.words[0], "twin"))))
    assert report.consistency == pytest.approx(measure(vectors, Relation("x", pairs)).consistency)


def test_pairs_that_fold_together_count_once(vectors):
    folding = WordVectors(vectors.vocabulary, vectors.matrix, Tokenizer())
    twice = Relation("x", (("Man", "Woman"), ("man", "woman"), ("king", "queen"), ("He", "he")))
    assert twice.known_to(folding).pairs == (("Man", "Woman"), ("king", "queen"))
    assert measure(folding, twice).n_pairs == 2


@pytest.mark.parametrize(("n_pairs", "exist"), [(0, 0), (1, 0), (2, 2), (3, 3)])
def test_statistics_exist_only_where_they_mean_something(vectors, n_pairs, exist):
    known = built_in("male-female").pairs[:n_pairs]
    report = measure(vectors, Relation("x", (*known, ("nobody", "knows"))))
    assert report.n_pairs == n_pairs
    assert report.skipped == (("nobody", "knows"),)
    figures = (report.consistency, report.hit_rate, report.p_value)
    assert sum(figure is not None for figure in figures) == exist


def test_measures_repeat_with_the_seed(vectors):
    relation = built_in("male-female")
    assert measure(vectors, relation, seed=4) == measure(vectors, relation, seed=4)


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_relations_survive_a_round_trip_as_csv(tmp_path, name):
    relation = built_in(name)
    path = tmp_path / f"{name}.csv"
    path.write_text(relation.to_csv(), encoding="utf-8")
    assert find(str(path)) == relation


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match=r"'gender' is not a built-in relation.*male-female"):
        find("gender")


def test_bad_lines_are_named_by_number_and_left_out(tmp_path, caplog):
    path = tmp_path / "mine.csv"
    path.write_text("note,Source,target\n,king,queen\n,only\n\n,same,same\n,man,woman\n")
    with caplog.at_level(logging.WARNING):
        relation = read_pairs(path)
    assert relation.pairs == (("king", "queen"), ("man", "woman"))
    assert [message.split(":")[0][-6:] for message in caplog.messages] == ["line 3", "line 5"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "expected the header source,target"),
        (b"king,queen\n", "line 1: expected the header"),
        (b"source,target\n", "0 pairs"),
        (b"source,target\ncaf\xe9,x\n", "UTF-8"),
        (b"source,target\n" + b"x" * 200_000, "line 2: field larger"),
        (None, "does not exist"),
    ],
)
def test_a_file_without_pairs_is_refused(tmp_path, data, says):
    path = tmp_path / "mine.csv"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match=says):
        read_pairs(path)
