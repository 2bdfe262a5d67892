"""What is measured of a model that puts scenes into words, beside its controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora import GRADES, Scene, ScenePairs, draw_facts, draw_scene, grade_caption
from embedviz.relations import Relation, measure
from embedviz.sequences import SequenceModel, caption_pictures, encode_pictures
from embedviz.settings import SceneConfig

NEW, UNSEEN = "new scenes", "combinations never seen"
MODEL, BY_PIXELS, BY_VECTORS, RANDOM = (
    "model",
    "caption of the nearest picture, by pixels",
    "caption of the nearest picture, by the model's vectors",
    "caption of a random picture",
)

_SEEDS = {NEW: 901, UNSEEN: 902}
_N_COMPARED = 5_000  # training pictures among which the nearest is searched
_N_PAIRS = 60
_TIMES = 3  # scenes drawn for each that is reported

Pictures = list[NDArray[np.uint8]]


def grades(model: SequenceModel, training: ScenePairs, n: int, size: int) -> dict[str, Any]:
    """Share of each grade, of the model and of what needs no decoder."""
    names = [str(i) for i in range(_N_COMPARED)]
    shown = list(training.pictures(names, size))
    captions = [text for _, text in zip(names, (text for _, text in training.read()), strict=False)]
    vectors = encode_pictures(model, shown, names).unit_matrix
    pixels = _pixels(shown)
    found: dict[str, Any] = {}
    for kind, seed in _SEEDS.items():
        pairs = ScenePairs(SceneConfig(n_scenes=_TIMES * n), seed, kind == UNSEEN, "test")
        drawn = list(pairs.scenes())
        # settings were chosen on every second of the combinations never seen
        chosen_on = sorted({scene.combination for scene in drawn})[::2] if kind == UNSEEN else ()
        kept = [i for i, scene in enumerate(drawn) if scene.combination not in chosen_on][:n]
        scenes = [drawn[i] for i in kept]
        places = [str(i) for i in kept]
        pictures = list(pairs.pictures(places, size))
        own = encode_pictures(model, pictures, places).unit_matrix
        nearest = {
            BY_PIXELS: _nearest(pixels, _pixels(pictures)),
            BY_VECTORS: np.argmax(own @ vectors.T, axis=1),
        }
        rng = Random(0)
        texts = {
            MODEL: [one.texts[0].text for one in caption_pictures(model, pictures)],
            **{name: [captions[i] for i in places] for name, places in nearest.items()},
            RANDOM: [rng.choice(captions) for _ in scenes],
        }
        found[kind] = {name: _shares(scenes, some) for name, some in texts.items()}
    return found


def _shares(scenes: Sequence[Scene], texts: Sequence[str]) -> dict[str, float]:
    found = [grade_caption(scene, text) for scene, text in zip(scenes, texts, strict=True)]
    counts = np.bincount(found, minlength=len(GRADES)) / len(found)
    return dict(zip(GRADES, counts.tolist(), strict=True))


def _pixels(pictures: Pictures) -> NDArray[np.float32]:
    """Shrink pictures by 4 and put each in a row."""
    rows = []
    for picture in pictures:
        side = len(picture) // 4
        small = picture.reshape(side, 4, side, 4, 3).mean(axis=(1, 3), dtype=np.float32)
        rows.append(small.ravel())
    return np.stack(rows)


def _nearest(rows: NDArray[np.float32], own: NDArray[np.float32]) -> NDArray[np.intp]:
    squares = np.square(rows).sum(1)
    return np.argmin(squares - 2 * own @ rows.T, axis=1)


CHANGES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "one → two": ({"n": 1}, {"n": 2}),
    "day → night": ({"time": "by day"}, {"time": "at night"}),
    "red → blue": ({"colour": "red"}, {"colour": "blue"}),
    "dog → cat": ({"being": "dog"}, {"being": "cat"}),
    "resting → jumping": ({"action": "resting"}, {"action": "jumping"}),
}
"""Facts that change between the pictures of a pair; all others stay."""


def relations(model: SequenceModel, size: int) -> list[dict[str, Any]]:
    """Measure whether a changed fact is an offset between the vectors of pictures."""
    rows = []
    for number, (name, (before, after)) in enumerate(CHANGES.items()):
        rng = Random(number)
        names, pictures = [], []
        for i in range(_N_PAIRS):
            scene = draw_facts(rng)
            for label, facts in (("a", before), ("b", after)):
                names.append(f"{i}{label}")
                pictures.append(draw_scene(replace(scene, **facts), Random(i), size))
        vectors = encode_pictures(model, pictures, names)
        relation = Relation(name, tuple((f"{i}a", f"{i}b") for i in range(_N_PAIRS)))
        report = measure(vectors, relation)
        rows.append(
            {
                "change": name,
                "consistency": report.consistency,
                "shuffled_consistency": report.shuffled_consistency,
                "hit_rate": report.hit_rate,
            }
        )
    return rows
