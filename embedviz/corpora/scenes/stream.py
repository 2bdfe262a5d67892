"""Scenes and their captions, as pairs of a name and a text with a picture for each name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora.scenes.captions import FORMS, write_caption
from embedviz.corpora.scenes.drawing import draw_scene, save_picture
from embedviz.corpora.scenes.facts import Scene, draw_facts
from embedviz.errors import InputError
from embedviz.settings import SceneConfig
from embedviz.support import atomic_path

_FEWEST = 100  # scenes of a configuration
_GENERATOR = 3  # increase when the same settings and seed give other scenes or pictures


@dataclass(frozen=True)
class ScenePairs:
    """Random scenes, each named by its number, none of which has a held-out combination.

    Parameters
    ----------
    config : SceneConfig
    seed : int
    held_out : bool
        Scenes with held-out combinations instead.
    stream : str
        What they are for: scenes of another stream are others, also with the same seed.

    Examples
    --------
    >>> pairs = ScenePairs(SceneConfig(n_scenes=100), seed=4)
    >>> next(pairs.read())
    ('0', 'one white horse is running on the road by day')
    """

    config: SceneConfig
    seed: int = 0
    held_out: bool = False
    stream: str = "training"

    in_order: ClassVar[bool] = False
    """Whether pairs are read in this order."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the pairs are called."""
        return ("scenes",)

    @property
    def settings(self) -> Mapping[str, object]:
        """Settings of the scenes."""
        return asdict(self.config)

    def identity(self) -> object:
        """Return what distinguishes other pairs, for JSON."""
        return [_GENERATOR, asdict(self.config), self.seed, self.held_out, self.stream]

    def read(self) -> Iterator[tuple[str, str]]:
        """Draw the facts, and write them in a random order of words."""
        for number in range(self.config.n_scenes):
            scene, rng = self._scene(number)
            yield str(number), write_caption(scene, rng.choice(FORMS))

    def scenes(self) -> Iterator[Scene]:
        """Draw the facts alone."""
        for number in range(self.config.n_scenes):
            yield self._scene(number)[0]

    def pictures(self, names: Sequence[str], size: int) -> Iterator[NDArray[np.uint8]]:
        """Draw the scenes with these names, each (size, size, 3)."""
        for name in names:
            scene, rng = self._scene(int(name))
            yield draw_scene(scene, rng, size)

    def _scene(self, number: int) -> tuple[Scene, Random]:
        rng = Random(f"{self.stream} {self.seed} {number} {self.held_out}")  # a text as seed
        return draw_facts(rng, held_out=self.held_out), rng


def write_scenes(folder: Path, n: int, *, size: int, seed: int, held_out: bool = False) -> None:
    """Write drawings as PNG files, and their captions in COCO's format.

    Parameters
    ----------
    folder : Path
        A new folder.
    n : int
    size : int
        Side in pixels.
    seed : int
    held_out : bool
        Only combinations that are kept from training.

    Raises
    ------
    InputError
        If the folder exists, or a picture cannot be drawn; see `draw_scene`.
    """
    if folder.exists():
        raise InputError(f"{folder} exists already: name a new folder.")
    pairs = ScenePairs(SceneConfig(n_scenes=max(n, _FEWEST)), seed, held_out, "drawings")
    captions = list(islice(pairs.read(), n))
    drawn = pairs.pictures([name for name, _ in captions], size)
    width = len(str(n - 1))
    files = [f"{int(name):0{width}}.png" for name, _ in captions]
    with atomic_path(folder) as aside:
        aside.mkdir(parents=True)
        for file, picture in zip(files, drawn, strict=True):
            save_picture(aside / file, picture)
        document = {
            "images": [{"id": i, "file_name": file} for i, file in enumerate(files)],
            "annotations": [
                {"id": i, "image_id": i, "caption": text} for i, (_, text) in enumerate(captions)
            ],
        }
        (aside / "captions.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
