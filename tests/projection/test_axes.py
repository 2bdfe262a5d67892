"""Axes that a person names."""

import numpy as np
import pytest

from embedviz.errors import InputError, UnknownWordError
from embedviz.projection import AxesPlane, Axis, relation_axis, word_axis
from embedviz.relations import Relation


def test_a_coordinate_is_the_cosine_with_the_axis(vectors):
    pairs = (("man", "woman"), ("king", "queen"))
    x, y = relation_axis(vectors, Relation("r", pairs)), word_axis(vectors, "paris")
    plane = AxesPlane((x, y))
    unit = {word: vectors[word] / np.linalg.norm(vectors[word]) for word in vectors}
    mean = np.mean([unit[target] - unit[source] for source, target in pairs], axis=0)
    mean /= np.linalg.norm(mean)
    words = ["man", "paris", "king"]
    literal = [[unit[word] @ mean, unit[word] @ unit["paris"]] for word in words]
    assert plane.place(vectors, words) == pytest.approx(np.array(literal), abs=1e-5)
    assert plane.cosine == pytest.approx(float(mean @ unit["paris"]), abs=1e-5)
    assert plane.axis_titles == ("r", "paris")


def test_the_share_kept_is_that_of_the_projection_on_both_axes():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 6))
    axes = [Axis(name, one / np.linalg.norm(one)) for name, one in (("a", first), ("b", second))]
    plane = AxesPlane((axes[0], axes[1]))
    rows = rng.normal(size=(5, 6))
    literal = []
    for row in rows:
        weights, *_ = np.linalg.lstsq(np.stack([first, second]).T, row, rcond=None)
        image = weights @ np.stack([first, second])
        literal.append(image @ image / (row @ row))
    assert plane.shares(rows) == pytest.approx(literal)
    assert plane.shares(np.stack([first, second])) == pytest.approx([1.0, 1.0])
    whole = np.square(rows).sum(axis=1)
    assert plane.fidelity(rows) == pytest.approx(float(np.dot(literal, whole) / whole.sum()))


def test_unusable_axes_are_refused_with_a_reason(vectors):
    axis = word_axis(vectors, "king")
    with pytest.raises(InputError, match="same direction and span no plane"):
        AxesPlane((axis, Axis("again", -axis.direction)))
    with pytest.raises(InputError, match="No pair of r"):
        relation_axis(vectors, Relation("r", (("xx", "yy"),)))
    with pytest.raises(InputError, match="has no direction"):
        relation_axis(vectors, Relation("r", (("man", "woman"), ("woman", "man"))))
    with pytest.raises(UnknownWordError):
        word_axis(vectors, "kign")
