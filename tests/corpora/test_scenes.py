"""Scenes: facts, captions in both directions, drawings and grades."""

import itertools
import json
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from PIL import Image

from embedviz.corpora import (
    FORMS,
    GRADES,
    Scene,
    ScenePairs,
    draw_facts,
    draw_scene,
    grade_caption,
    read_caption,
    write_caption,
    write_scenes,
)
from embedviz.corpora.scenes.beings import DRAWN
from embedviz.corpora.scenes.facts import ACTIONS, BEINGS, COLOURS, PLACES, TIMES
from embedviz.errors import InputError
from embedviz.settings import SceneConfig

SCENE = Scene(2, "red", "dog", "holding a balloon", "on the beach", "at night")


def some_scenes(n=300, **options):
    rng = Random(1)
    return [draw_facts(rng, **options) for _ in range(n)]


def test_captions_are_read_back_in_every_order():
    for scene, form in itertools.product(some_scenes(), FORMS):
        assert read_caption(write_caption(scene, form)) == scene
    assert (
        write_caption(SCENE, FORMS[1]) == "at night two red dogs are holding balloons on the beach"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "two red dog are holding balloons on the beach at night",
        "two red dogs is holding balloons on the beach at night",
        "two red dogs are holding balloons on the beach",
        "two red dogs are holding balloons on the beach at night by day",
        "two red dogs are holding balloons on the beach at night at night",
    ],
)
def test_other_texts_are_no_captions(text):
    assert read_caption(text) is None


def test_grades_count_the_facts_that_are_wrong():
    def grade(**changed):
        return GRADES[grade_caption(SCENE, write_caption(replace(SCENE, **changed)))]

    assert grade() == "without errors"
    for wrong in ({"n": 1}, {"colour": "blue"}, {"being": "cat"}, {"time": "by day"}):
        assert grade(**wrong) == "minor errors"
    assert grade(n=1, colour="blue") == "somewhat related"
    assert grade(n=1, colour="blue", action="singing", place="in a room", time="by day") == (
        "somewhat related"
    )
    others = {"n": 1, "colour": "blue", "being": "cat"}
    assert grade(**others) == "somewhat related"
    assert grade(**others, place="in a room") == "unrelated"
    assert GRADES[grade_caption(SCENE, "")] == "unrelated"
    # all facts, but no sentence of the grammar
    ungrammatical = "two red dogs is holding balloons on the beach at night"
    assert GRADES[grade_caption(SCENE, ungrammatical)] == "minor errors"
    without_a_place = "two red dogs are holding balloons at night"
    assert GRADES[grade_caption(SCENE, without_a_place)] == "minor errors"


def test_a_combination_is_either_trained_on_or_held_out():
    seen = {scene.combination for scene in some_scenes(3_000)}
    unseen = {scene.combination for scene in some_scenes(3_000, held_out=True)}
    assert not seen & unseen
    assert len(seen | unseen) == len(BEINGS) * len(ACTIONS)
    assert 15 <= len(unseen) <= 35
    # each part of an unseen combination is seen in others
    assert {who for who, _ in unseen} <= {who for who, _ in seen}
    assert {does for _, does in unseen} <= {does for _, does in seen}


def test_every_fact_is_drawn():
    assert set(DRAWN) == set(BEINGS)
    base = Scene(1, "red", "man", "resting", "on the grass", "by day")
    options = {
        "n": (1, 2, 3),
        "colour": COLOURS,
        "being": tuple(BEINGS),
        "action": tuple(ACTIONS),
        "place": PLACES,
        "time": TIMES,
    }
    for fact, values in options.items():
        pictures = {draw_scene(replace(base, **{fact: v}), Random(0)).tobytes() for v in values}
        assert len(pictures) == len(values), fact


def test_drawings_have_the_size_asked_for_and_look_alike_at_any():
    small, large = (draw_scene(SCENE, Random(3), size) for size in (64, 256))
    assert small.shape == (64, 64, 3) and large.shape == (256, 256, 3)
    assert small.dtype == np.uint8
    reduced = large.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.abs(reduced - small).mean() < 6
    other = draw_scene(SCENE, Random(4), 64).astype(int)
    assert np.abs(other - small).mean() > 6  # another place and size
    for size in (31, 1_025):
        with pytest.raises(InputError, match="choose 32 to 1024"):
            draw_scene(SCENE, Random(0), size)


def test_scenes_of_a_seed_are_the_same_however_they_are_read():
    pairs = ScenePairs(SceneConfig(n_scenes=100), 5)
    rows = list(pairs.read())
    assert rows == list(pairs.read())
    assert [read_caption(text) for _, text in rows] == list(pairs.scenes())
    (third,) = pairs.pictures(["3"], 32)
    every = list(pairs.pictures([name for name, _ in rows[:5]], 32))
    assert (every[3] == third).all()
    others = ScenePairs(SceneConfig(n_scenes=100), 6)
    assert rows != list(others.read())
    assert pairs.identity() != others.identity()


def test_scenes_are_written_as_cocos_files(tmp_path):
    write_scenes(tmp_path / "new", 11, size=48, seed=2, held_out=True)
    document = json.loads((tmp_path / "new" / "captions.json").read_text())
    assert [one["file_name"] for one in document["images"]][:2] == ["00.png", "01.png"]
    captions = [one["caption"] for one in document["annotations"]]
    assert len(captions) == 11
    assert all(read_caption(text).is_held_out for text in captions)
    with Image.open(tmp_path / "new" / "10.png") as picture:
        assert picture.size == (48, 48)
    with pytest.raises(InputError, match="exists already"):
        write_scenes(tmp_path / "new", 1, size=48, seed=2)


def test_the_combinations_kept_from_training_are_spread_evenly():
    kept = {
        (being, action)
        for being in BEINGS
        for action in ACTIONS
        if Scene(1, "red", being, action, "on the road", "by day").is_held_out
    }
    assert len(kept) == 24
    assert {sum(action == one for _, one in kept) for action in ACTIONS} == {3}
    assert {sum(being == one for one, _ in kept) for being in BEINGS} == {1, 2}
