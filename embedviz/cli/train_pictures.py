"""The commands `train --pictures` and `train scenes`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.run_options import Metrics, Resume, SaveEvery, TensorBoard, WithStarter
from embedviz.cli.sample_recorder import Samples
from embedviz.cli.setting_options import with_setting_options
from embedviz.cli.train_pairs import RunOptions, run_pairs
from embedviz.corpora import PictureFolder, ScenePairs
from embedviz.errors import InputError
from embedviz.settings import SCENES, SceneConfig, SequenceConfig
from embedviz.text import CAPTIONS, PairConfig

_FIXED = (
    *("shape", "frozen", "embedding_rate", "n_dims", "bidirectional", "n_heads", "self_attention"),
)

Out = Annotated[Path, typer.Option("--out", help="The model folder to write.", show_default=False)]
Shape = Annotated[str, typer.Option("--shape", hidden=True)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]


@partial(with_setting_options, defaults=SCENES, fixed=_FIXED)
def train_pictures(
    pictures: Annotated[
        Path,
        typer.Option("--pictures", help="The folder with the pictures.", show_default=False),
    ],
    captions: Annotated[
        Path,
        typer.Option(
            "--captions", help="Their captions: JSON in COCO's format.", show_default=False
        ),
    ],
    model: Out,
    pair_config: PairConfig,
    config: SequenceConfig,
    resume: Resume = False,
    save_every: SaveEvery = 300.0,
    metrics: Metrics = None,
    tensorboard: TensorBoard = None,
    samples: Samples = None,
    with_starter: WithStarter = False,
    of_shape: Shape = "vec-seq",
    json: AsJson = False,
) -> None:
    """Train a model that puts pictures into words, from a folder of pictures with captions.

    Examples:
    embedviz train --pictures photos --captions photos.json --out models/photos
    """
    _check(of_shape, config)
    source = PictureFolder(pictures, captions)
    run = RunOptions(resume, save_every, metrics, tensorboard, samples, with_starter)
    run_pairs(source, model, pair_config, config, run, json=json)


@partial(with_setting_options, defaults=SCENES, fixed=(*_FIXED, "picture_encoder"))
def train_scenes(
    model: Out,
    scene_config: SceneConfig,
    config: SequenceConfig,
    resume: Resume = False,
    save_every: SaveEvery = 300.0,
    metrics: Metrics = None,
    tensorboard: TensorBoard = None,
    samples: Samples = None,
    with_starter: WithStarter = False,
    of_shape: Shape = "vec-seq",
    json: AsJson = False,
) -> None:
    """Train a model that puts drawn scenes into words: drawings by code, not photographs.

    Examples:
    embedviz train scenes --out models/scenes
    embedviz train scenes --out models/few --scenes 5000 --epochs 20
    """
    _check(of_shape, config)
    source = ScenePairs(scene_config, config.seed)
    run = RunOptions(resume, save_every, metrics, tensorboard, samples, with_starter)
    run_pairs(source, model, CAPTIONS, config, run, json=json)


def _check(shape: str, config: SequenceConfig) -> None:
    if shape != "vec-seq":
        raise InputError(f"Pictures are read by the shape vec-seq, not {shape}: omit --shape.")
    if not config.picture_size:
        raise InputError("--picture-size=0 leaves nothing to see: give 64, for example.")
