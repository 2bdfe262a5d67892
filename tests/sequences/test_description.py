"""Points put into words: which points, which words, and what stands beside them."""

import numpy as np
import pytest
import small_models

from embedviz.errors import InputError, UnknownWordError
from embedviz.relations import Relation
from embedviz.sequences import (
    Point,
    describe_points,
    label_vectors,
    open_sequence_model,
    points_of,
)


@pytest.fixture(scope="module")
def describe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("description")
    vectors = small_models.write_vectors(folder / "labels.npy")
    rows = [(label, text) for text, label in small_models.labelled("bird")]
    model = small_models.train(folder / "describe", rows, vectors=vectors, shape="vec-seq")
    return open_sequence_model(model)


def unit(row):
    return row / np.linalg.norm(row)


def test_a_word_is_its_own_point_and_a_formula_is_composed(describe):
    labels = label_vectors(describe)
    word, formula = points_of(describe, ["big_dog", "big_dog - big_cat + old_cat"])
    assert word.own_words == word.words == ("big_dog",)
    np.testing.assert_allclose(word.vector, labels["big_dog"], atol=1e-6)
    assert formula.own_words == () and formula.words == ("big_dog", "big_cat", "old_cat")
    expected = labels["big_dog"] - labels["big_cat"] + labels["old_cat"]
    np.testing.assert_allclose(formula.vector, expected, atol=1e-6)


def test_an_offset_leaves_out_the_pairs_of_the_word_itself(describe):
    labels = label_vectors(describe)
    animals = ("dog", "cat", "tree")
    relation = Relation("big-old", tuple((f"big_{one}", f"old_{one}") for one in animals))
    (point,) = points_of(describe, ["big_dog"], relation)
    offset = np.mean([labels[f"old_{one}"] - labels[f"big_{one}"] for one in animals[1:]], axis=0)
    np.testing.assert_allclose(point.vector, labels["big_dog"] + offset, atol=1e-5)
    assert point.own_words == ()
    own = Relation("own", (("big_dog", "old_dog"), ("big_dog", "qqq")))
    with pytest.raises(InputError, match="No pair of own has vectors for both words and none of"):
        points_of(describe, ["big_dog"], own)


def test_own_words_are_not_written(describe):
    (point,) = points_of(describe, ["big_dog"])
    (free,) = describe_points(describe, [point])
    assert "dog" in free.texts[0].words
    banned = Point("big_dog", point.vector, (), ("dog", "</s>", "no word of the model"))
    (found,) = describe_points(describe, [banned])
    assert found.texts and all("dog" not in text.words for text in found.texts)
    both = describe_points(describe, [point, banned])
    assert [one.texts[0].text for one in both] == [free.texts[0].text, found.texts[0].text]


def test_a_point_is_far_if_random_ones_are_as_near(describe):
    labels = label_vectors(describe)
    away = -sum(unit(row) for row in labels.matrix)
    near, far, zero = describe_points(
        describe,
        [Point("near", labels["big_dog"]), Point("far", away), Point("zero", np.zeros(8))],
    )
    assert not near.about.is_far and near.about.nearest[0][0] == "big_dog"
    assert far.about.is_far and zero.about.is_far
    cosines = [
        max(float(unit(row) @ unit(other)) for other in labels.matrix)
        for row in np.random.default_rng(1).normal(size=(400, 8))
    ]
    assert 0.85 < np.mean(np.array(cosines) < near.about.far_below) < 0.99


@pytest.mark.parametrize(
    ("formula", "error", "says"),
    [
        ("", InputError, "A point is empty"),
        ("big_dog -", InputError, "Column 10"),
        ("qqqqq", UnknownWordError, "qqqqq"),
    ],
)
def test_points_that_cannot_be_computed(describe, formula, error, says):
    with pytest.raises(error, match=says):
        points_of(describe, ["big_dog", formula])
