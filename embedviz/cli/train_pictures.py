"""The commands `train --pictures` and `train scenes`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.run_options import (
    Metrics,
    Resume,
    SaveEvery,
    TensorBoard,
    follow_run,
    require_torch,
)
from embedviz.cli.setting_options import with_setting_options
from embedviz.cli.train_pairs import print_results
from embedviz.corpora import PictureFolder, ScenePairs
from embedviz.errors import InputError
from embedviz.settings import SCENES, SceneConfig, SequenceConfig
from embedviz.text import CAPTIONS, PairConfig

if TYPE_CHECKING:
    from embedviz.text import PictureSource
    from embedviz.training import Callbacks, World

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
    of_shape: Shape = "vec-seq",
    json: AsJson = False,
) -> None:
    """Train a model that puts pictures into words, from a folder of pictures with captions.

    Examples:
    embedviz train --pictures photos --captions photos.json --out models/photos
    """
    _check(of_shape, config)
    source = PictureFolder(pictures, captions)
    _train(source, pair_config, config, model, (resume, save_every, metrics, tensorboard), json)


@partial(with_setting_options, defaults=SCENES, fixed=(*_FIXED, "picture_encoder"))
def train_scenes(
    model: Out,
    scene_config: SceneConfig,
    config: SequenceConfig,
    resume: Resume = False,
    save_every: SaveEvery = 300.0,
    metrics: Metrics = None,
    tensorboard: TensorBoard = None,
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
    _train(source, CAPTIONS, config, model, (resume, save_every, metrics, tensorboard), json)


def _check(shape: str, config: SequenceConfig) -> None:
    if shape != "vec-seq":
        raise InputError(f"Pictures are read by the shape vec-seq, not {shape}: omit --shape.")
    if not config.picture_size:
        raise InputError("--picture-size=0 leaves nothing to see: give 64, for example.")


def _train(
    source: PictureSource,
    pair_config: PairConfig,
    config: SequenceConfig,
    model: Path,
    run: tuple[bool, float, Path | None, Path | None],
    json: bool,
) -> None:
    require_torch()
    from embedviz.training import train_sequence_model

    resume, save_every, metrics, tensorboard = run

    def start(callbacks: Callbacks, world: World) -> Mapping[str, object]:
        return train_sequence_model(
            source,
            model,
            pair_config=pair_config,
            config=config,
            callbacks=callbacks,
            resume=resume,
            world=world,
        )

    results = follow_run(
        start, model, save_every=save_every, metrics=metrics, tensorboard=tensorboard
    )
    print_results(model, results, pair_config, json=json)
