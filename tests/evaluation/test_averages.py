"""The mean vector of several words, beside random words."""

from __future__ import annotations

import numpy as np
import pytest

from embedviz.errors import InputError, UnknownWordError
from embedviz.evaluation import average_words
from embedviz.evaluation.averages import _draw_similar
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


def clustered(n=400, n_dims=30):
    """Words of which the first of every forty lie close together."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(n, n_dims))
    rows[::40] = 3 * rng.normal(size=n_dims) + 0.5 * rng.normal(size=(n // 40, n_dims))
    return WordVectors(Vocabulary(tuple(f"w{i}" for i in range(n))), rows.astype(np.float32))


def test_the_nearest_of_a_mean_are_those_of_its_kind_and_random_words_have_none_so_near():
    vectors = clustered()
    words = [f"w{i}" for i in range(0, 320, 40)]
    found = average_words(vectors, words, 5)
    assert found.vector == pytest.approx(vectors.unit(words).mean(axis=0), abs=1e-6)
    assert {item.word for item in found.others[:2]} == {"w320", "w360"}
    assert found.nearest[0].word in words and not {one.word for one in found.others} & set(words)
    assert len(found.by_chance) == 20
    assert found.others[0].score > max(found.by_chance) + 0.2
    assert found.by_chance == average_words(vectors, words, 5).by_chance


def test_random_words_have_similar_ranks_and_are_others():
    ids = [0, 5, 100, 900]
    drawn = [_draw_similar(ids, 1_000, np.random.default_rng(seed)) for seed in range(50)]
    assert all(len(set(one) | set(ids)) == 8 for one in drawn)
    for one in drawn:
        assert one[0] <= 10 and 66 <= one[2] <= 150 and one[3] >= 600
    crowded = list(range(30))
    assert sorted(_draw_similar(crowded, 60, np.random.default_rng(0))) == list(range(30, 60))
    assert _draw_similar(crowded, 50, np.random.default_rng(0)) == []


def test_a_word_given_twice_counts_once_and_all_words_leave_no_other():
    vectors = clustered(40)
    twice, once = (average_words(vectors, words) for words in (["w1", "w1", "w2"], ["w1", "w2"]))
    assert twice.vector == pytest.approx(once.vector)
    every = average_words(vectors, vectors.words)
    assert every.others == [] and every.by_chance == ()


def test_no_word_and_an_unknown_one_are_refused():
    with pytest.raises(InputError, match="at least one"):
        average_words(clustered(40), [])
    with pytest.raises(UnknownWordError):
        average_words(clustered(40), ["nowhere"])
