"""Scenes with captions of a model and of controls, graded by their facts."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="a net captions")
pytest.importorskip("PIL", reason="scenes are drawn")

from embedviz.corpora import ScenePairs, grade_caption, read_caption
from embedviz.errors import InputError
from embedviz.sequences import (
    MODEL,
    NEAREST,
    RANDOM,
    UNTRAINED,
    caption_pictures,
    caption_scenes,
    open_sequence_model,
)
from embedviz.settings import SceneConfig

PAIRS = ScenePairs(SceneConfig(n_scenes=100), seed=3, stream="test")


@pytest.fixture(scope="module")
def sheet():
    models = (open_sequence_model("scenes", of_pictures=True, trained=one) for one in (True, False))
    return caption_scenes(*models, PAIRS)


def test_each_scene_has_its_own_captions(sheet):
    model = open_sequence_model("scenes", of_pictures=True)
    some = sheet.scenes[:5]
    alone = caption_pictures(model, [one.picture for one in some])
    for one, found, scene in zip(some, alone, PAIRS.scenes(), strict=False):
        assert one.scene == scene == read_caption(one.truth)
        assert one.said[MODEL].text == found.texts[0].text
        assert abs(one.ratio - found.log_ratios[0]) < 1e-3


def test_all_captions_are_graded(sheet):
    for one in sheet.scenes:
        for said in one.said.values():
            assert said.grade == grade_caption(one.scene, said.text)
    assert sheet.count_grades(MODEL)[0] >= 95
    for control in (NEAREST, RANDOM, UNTRAINED):
        assert sum(sheet.count_grades(control)) == 100 and sheet.count_grades(control)[0] <= 10


def test_the_control_is_the_caption_of_the_nearest_other_picture(sheet):
    unit = sheet.vectors.matrix / np.linalg.norm(sheet.vectors.matrix, axis=1, keepdims=True)
    for i, one in enumerate(sheet.scenes):
        others = [j for j in range(100) if j != i]
        nearest = max(others, key=lambda j, i=i: unit[i] @ unit[j])
        assert one.said[NEAREST].text == sheet.scenes[nearest].truth
        assert one.said[RANDOM].text == sheet.scenes[(i + 1) % 100].truth


def test_a_model_of_other_pictures_is_refused():
    from dataclasses import replace

    model = open_sequence_model("scenes", of_pictures=True)
    other = replace(model, training={k: v for k, v in model.training.items() if k != "n_scenes"})
    with pytest.raises(InputError, match="not trained on scenes"):
        caption_scenes(other, other, PAIRS)
