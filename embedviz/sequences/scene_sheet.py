"""Scenes with what a model says of them and what controls say, graded by their facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora import GRADES, Scene, ScenePairs, grade_caption
from embedviz.errors import InputError
from embedviz.sequences.captions import (
    caption_pictures,
    encode_pictures,
    picture_size,
)
from embedviz.sequences.decoding import decode_texts
from embedviz.sequences.measures import MODEL, UNTRAINED
from embedviz.sequences.model import SequenceModel
from embedviz.vectors import WordVectors, unit_rows

NEAREST, RANDOM = "caption of the nearest other picture", "caption of another picture"
"""Controls: what is to be seen in another picture of the sheet."""


@dataclass(frozen=True)
class Said:
    """A caption and its grade, a place in `embedviz.corpora.GRADES`."""

    text: str
    grade: int


@dataclass(frozen=True, eq=False)
class CaptionedScene:
    """A scene with captions.

    Attributes
    ----------
    scene : Scene
    truth : str
    picture : ndarray of uint8, shape (size, size, 3)
        As the model reads it.
    said : mapping of str to Said
        By `MODEL`, `NEAREST`, `RANDOM` and `UNTRAINED`.
    ratio : float
        log p(caption | picture) - log p(caption | 0) of the model's caption, in nats.
    """

    scene: Scene
    truth: str
    picture: NDArray[np.uint8]
    said: Mapping[str, Said]
    ratio: float


@dataclass(frozen=True, eq=False)
class SceneSheet:
    """Scenes with captions.

    Attributes
    ----------
    scenes : tuple of CaptionedScene
    vectors, untrained : WordVectors
        Of the pictures, labelled by their numbers; by the model and before training.
    """

    scenes: tuple[CaptionedScene, ...]
    vectors: WordVectors
    untrained: WordVectors

    def count_grades(self, by: str) -> tuple[int, ...]:
        """Count each of the four grades of a writer."""
        found = Counter(one.said[by].grade for one in self.scenes)
        return tuple(found[grade] for grade in range(len(GRADES)))


def caption_scenes(model: SequenceModel, untrained: SequenceModel, pairs: ScenePairs) -> SceneSheet:
    """Write and grade captions of scenes.

    Parameters
    ----------
    model, untrained : SequenceModel
        Trained on scenes, and its control.
    pairs : ScenePairs
        At least two scenes.

    Raises
    ------
    InputError
        If the model was trained on other pictures.
    """
    if "n_scenes" not in model.training:
        raise InputError(
            f"{model.name} was not trained on scenes, whose captions are graded: give a model of "
            "embedviz train scenes, or caption your own pictures."
        )
    facts = list(pairs.scenes())
    truths = [text for _, text in pairs.read()]
    names = [str(number) for number in range(len(facts))]
    pictures = list(pairs.pictures(names, picture_size(model)))
    vectors, before = (encode_pictures(one, pictures, names) for one in (model, untrained))
    captions = caption_pictures(model, pictures)
    # the control may write without end; more words than any true caption has are no use
    longest = max(len(text.split()) for text in truths)
    written = decode_texts(untrained, pictures, longest=longest)
    texts = {
        MODEL: [one.texts[0].text for one in captions],
        NEAREST: [truths[place] for place in _nearest_others(vectors)],
        RANDOM: [*truths[1:], truths[0]],  # scenes are drawn independently
        UNTRAINED: [one.text for (one, *_) in written],
    }
    scenes = tuple(
        CaptionedScene(
            scene,
            truths[i],
            pictures[i],
            {by: Said(some[i], grade_caption(scene, some[i])) for by, some in texts.items()},
            captions[i].log_ratios[0],
        )
        for i, scene in enumerate(facts)
    )
    return SceneSheet(scenes, vectors, before)


def _nearest_others(vectors: WordVectors) -> NDArray[np.intp]:
    unit = unit_rows(vectors.matrix)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.asarray(cosines.argmax(axis=1))
