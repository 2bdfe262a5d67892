"""Names of the areas of a map."""

import numpy as np
import pytest

from embedviz.projection import name_regions
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

N_TOPICS, A_TOPIC, N_FUNCTION = 8, 60, 150


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


@pytest.fixture(scope="module")
def topics():
    """Function words everywhere, and words of eight topics, each in a place of its own."""
    rng = np.random.default_rng(0)
    centres = 2 * rng.normal(size=(N_TOPICS, 30))
    topic = rng.permutation(np.repeat(np.arange(N_TOPICS), A_TOPIC))
    words = [f"the{letters(i)}" for i in range(N_FUNCTION)]
    words += [f"topic{letters(int(t))}word{letters(i)}" for i, t in enumerate(topic)]
    rows = np.concatenate(
        [rng.normal(size=(N_FUNCTION, 30)), centres[topic] + rng.normal(size=(len(topic), 30))]
    )
    angles = 2 * np.pi * topic / N_TOPICS
    places = np.concatenate(
        [rng.normal(size=(N_FUNCTION, 2)), 5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)]
    ) + 0.1 * rng.normal(size=(len(rows), 2))
    return WordVectors(Vocabulary(tuple(words)), rows.astype(np.float32)), places


def test_names_are_content_words_that_predict_their_area(topics):
    vectors, places = topics
    found = name_regions(vectors, np.arange(len(vectors)), places)
    largest = [one.word for one in found.regions if one.level == 0]
    assert len(set(largest)) == len(largest) == 8
    assert not any(one.word.startswith("the") for one in found.regions)
    assert len({word[:9] for word in largest}) >= 6, "of different topics"
    assert found.predicted[0] > 0.4 > 3 * found.by_chance[0]
    inside = places.min(axis=0), places.max(axis=0)
    assert all(inside[0][0] <= one.x <= inside[1][0] for one in found.regions)


def test_names_of_a_map_without_order_predict_nothing(topics):
    vectors, places = topics
    shuffled = np.random.default_rng(1).permutation(places)
    found = name_regions(vectors, np.arange(len(vectors)), shuffled)
    assert abs(found.predicted[0] - found.by_chance[0]) < 0.1


def test_small_maps_have_few_names_or_none(topics):
    vectors, places = topics
    assert name_regions(vectors, np.arange(0), places[:0]).regions == ()
    assert name_regions(vectors, np.arange(150), places[:150]).regions == ()  # function words
    few = name_regions(vectors, np.arange(170), places[:170])
    assert len(few.regions) < 100 and len(few.predicted) == len(few.by_chance)
