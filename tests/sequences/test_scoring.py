"""Scores of pairs, compared with one pair at a time."""

import math

import numpy as np
import pytest
import small_models
import torch

from embedviz.errors import InputError
from embedviz.models import Encoded, Pairs, log_likelihood
from embedviz.sequences import (
    LEFT_OUT,
    add_labels,
    log_probabilities,
    make_pair_set,
    open_sequence_model,
    read_pair_set,
    score_pairs,
    summaries,
)
from embedviz.text import PairFile, TextPair

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("scoring")


@pytest.fixture(scope="module", params=[0, 2])
def phrases(request, folder):
    name = folder / f"phrases{request.param}"
    return open_sequence_model(
        small_models.train(name, small_models.pairs(), epochs=12.0, n_heads=request.param)
    )


@pytest.fixture(scope="module")
def vectors(folder):
    return small_models.write_vectors(folder / "labels.npy")


@pytest.fixture(scope="module")
def find(folder, vectors):
    rows = small_models.labelled("bird")
    return open_sequence_model(
        small_models.train(folder / "find", rows, vectors=vectors, shape="seq-vec")
    )


@pytest.fixture(scope="module")
def describe(folder, vectors):
    rows = [(label, text) for text, label in small_models.labelled("bird")]
    return open_sequence_model(
        small_models.train(folder / "describe", rows, vectors=vectors, shape="vec-seq")
    )


def pair_set(model, rows):
    return make_pair_set(model, (TextPair(*row) for row in rows), "here")


def likelihood(model, source, target, encoded=None):
    batch = Pairs.of(model.batch([source], [target]), CPU)
    return float(log_likelihood(model.net, batch, encoded)[0])


def test_log_p_does_not_depend_on_the_other_pairs(phrases):
    pairs = pair_set(phrases, [*small_models.pairs()[::5], ("cat", "ch1 ch1 ch1"), ("dog", "zzz")])
    found = log_probabilities(phrases, pairs.sources, pairs.targets)
    alone = [likelihood(phrases, *one) for one in zip(pairs.sources, pairs.targets, strict=True)]
    np.testing.assert_allclose(found, alone, atol=1e-4)
    scores = score_pairs(phrases, pairs, n_candidates=7)
    np.testing.assert_allclose(scores.log_probability, alone, atol=1e-4)
    assert scores.n_tokens.tolist() == [len(target) + 1 for target in pairs.targets]
    assert scores.perplexity == pytest.approx(math.exp(-sum(alone) / scores.n_tokens.sum()))


def test_information_and_ranks_are_those_of_a_literal_loop(phrases):
    rows = [*small_models.pairs()[::16], ("one small dog", "un5 ch5 gr3"), ("five cat", "un0 ch0")]
    rows += [("six old dog", rows[0][1])]  # the same target as another pair
    pairs = pair_set(phrases, rows)
    n = len(pairs)
    scores = score_pairs(phrases, pairs, n_candidates=n)
    table = np.array([[likelihood(phrases, x, y) for y in pairs.targets] for x in pairs.sources])
    shared = np.logaddexp.reduce(table, axis=0) - math.log(n)  # log p(y) by all sources
    for i in range(n):
        differ = [j for j in range(n) if pairs.sources[j] != pairs.sources[i]]
        log_p = np.logaddexp.reduce(table[differ, i]) - math.log(len(differ))
        assert scores.information[i] == pytest.approx(table[i, i] - log_p, abs=1e-3)
        adds = table[i] - shared
        others = [j for j in differ if pairs.targets[j] != pairs.targets[i]]
        assert scores.rank[i] == 1 + sum(adds[j] > adds[i] for j in others)
    assert (scores.n_candidates, scores.reference) == (n, "sources")
    assert len({*pairs.sources}) < n  # a source twice, and a target twice
    assert len({*pairs.targets}) < n


def test_groups_rank_every_pair_once(phrases):
    pairs = pair_set(phrases, small_models.pairs())
    done = []
    scores = score_pairs(phrases, pairs, n_candidates=50, seed=1, progress=done.append)
    assert done == sorted(done)
    assert done[-1] == 1
    assert np.isfinite(scores.rank).all()
    assert scores.rank.max() <= 50
    assert (scores.rank <= 1).mean() > 0.5  # by chance 0.02
    again = score_pairs(phrases, pairs, n_candidates=50, seed=1)
    other = score_pairs(phrases, pairs, n_candidates=50, seed=2)
    np.testing.assert_array_equal(again.information, scores.information)
    assert not np.allclose(other.information, scores.information)


def test_a_pair_alone_is_compared_with_a_vector_of_zeros(phrases):
    pairs = pair_set(phrases, small_models.pairs()[:1])
    scores = score_pairs(phrases, pairs)
    encoder = phrases.net.encoder
    nothing = [torch.zeros(1, 1, n) for n in (encoder.n_encoded, encoder.embedding.shape[1])]
    zero = Encoded(torch.zeros(1, 16), nothing[0], torch.tensor([1]), nothing[1])
    expected = scores.log_probability[0] - likelihood(
        phrases, pairs.sources[0], pairs.targets[0], zero
    )
    assert scores.information[0] == pytest.approx(expected, abs=1e-4)
    assert scores.reference == "zero"
    assert np.isnan(scores.rank).all()


def test_labels_are_ranked_by_cosine_less_hubness_among_all(find):
    pairs = pair_set(find, [*small_models.labelled("bird")[::3], ("dog dog", "new_car")])
    scores = score_pairs(find, pairs)
    with torch.no_grad():
        vectors = torch.from_numpy(summaries(find, pairs.sources))
        scored = find.net.scores(vectors)
        log_p = torch.log_softmax(scored, 1).double().numpy()
        closeness = (scored / find.net.scale).numpy() - find.hubness / 2
    labels = [target[0] for target in pairs.targets]
    n = len(labels)
    for i, label in enumerate(labels):
        assert scores.log_probability[i] == pytest.approx(log_p[i, label], abs=1e-5)
        others = np.delete(log_p[:, label], i)
        expected = log_p[i, label] - (np.logaddexp.reduce(others) - math.log(n - 1))
        assert scores.information[i] == pytest.approx(expected, abs=1e-4)
        assert scores.rank[i] == 1 + (closeness[i] > closeness[i, label]).sum()
    assert scores.n_candidates == len(find.target)
    alone = score_pairs(find, pairs.take([0]))
    expected = alone.log_probability[0] + math.log(len(find.target))
    assert (alone.information[0], alone.reference) == (pytest.approx(expected), "zero")


def test_a_description_is_compared_with_a_vector_of_zeros(describe):
    pairs = pair_set(describe, [(label, text) for text, label in small_models.labelled("bird")])
    scores = score_pairs(describe, pairs, n_candidates=10)
    assert scores.reference == "zero"
    after_zero = log_probabilities(describe, pairs.sources, pairs.targets, zero=True)
    np.testing.assert_allclose(scores.information, scores.log_probability - after_zero, atol=1e-4)
    assert scores.information.mean() > 0


def test_held_out_labels_are_added(folder, find, describe):
    rows = [("a big bird", "big_bird"), ("a dog", "dog"), ("a dog", "unicorn")]
    file = PairFile(small_models.write_pairs(folder / "held-out.tsv", rows))
    model, pairs = read_pair_set(find, file)
    assert len(model.target) == len(find.target) + 2
    assert pairs.counts == {"n_without_label": 1}
    assert model.composed.tolist() == [False] * len(model.target)
    ranks = score_pairs(model, pairs).rank
    assert ((ranks >= 1) & (ranks <= len(model.target))).all()
    np.testing.assert_array_equal(model.net.vectors[:-2], find.net.vectors)
    assert model.net.scale == find.net.scale
    assert add_labels(find, ["big_dog", "unicorn"]) is find
    turned = small_models.write_pairs(folder / "turned.tsv", [row[::-1] for row in rows])
    model, pairs = read_pair_set(describe, PairFile(turned))
    assert len(pairs) == 2
    assert model.source.words[-2:] == ("big_bird", "dog")
    assert np.isfinite(score_pairs(model, pairs).log_probability).all()


def test_what_cannot_be_read_is_counted(phrases):
    rows = [("one dog", "un0"), ("", "un0"), ("one", "!!"), ("qqq", "un0"), ("one " * 20, "un0")]
    pairs = pair_set(phrases, rows)
    assert pairs.counts == {"n_empty": 2, "n_unreadable": 1, "n_cut": 1}
    assert set(pairs.counts) <= set(LEFT_OUT)
    assert pairs.rows.tolist() == [0, 4]
    with pytest.raises(InputError, match=r"no pair that .* can read: .* knows no word of 'qqq'"):
        pair_set(phrases, rows[3:4])
    with pytest.raises(InputError, match="since it is empty"):
        pair_set(phrases, [])


@pytest.mark.parametrize("n", [1, 0, -5])
def test_too_few_candidates_are_refused(phrases, n):
    with pytest.raises(InputError, match=f"among {n} candidate"):
        score_pairs(phrases, pair_set(phrases, small_models.pairs()[:5]), n_candidates=n)


def test_targets_without_a_known_word_have_no_rank(phrases):
    rows = [*small_models.pairs()[::9], ("one old dog", "zzz"), ("two old cat", "qqq yyy")]
    pairs = pair_set(phrases, rows)
    scores = score_pairs(phrases, pairs)
    assert np.flatnonzero(np.isnan(scores.rank)).tolist() == [len(rows) - 2, len(rows) - 1]
    n_words = sum(len(target.split()) for _, target in rows)
    assert scores.unknown_share == pytest.approx(3 / n_words)
    only = score_pairs(phrases, pair_set(phrases, rows[-2:]))
    assert np.isnan(only.rank).all()


def test_a_single_source_has_no_rank(phrases):
    pairs = pair_set(phrases, [("one old dog", "un0"), ("one old dog", "ch0")])
    assert np.isnan(score_pairs(phrases, pairs).rank).all()
