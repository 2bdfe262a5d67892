"""The command `train programs`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.run_options import Metrics, Resume, SaveEvery, TensorBoard, WithStarter
from embedviz.cli.sample_recorder import Samples
from embedviz.cli.setting_options import with_setting_options
from embedviz.cli.train_pairs import RunOptions, run_pairs
from embedviz.corpora import ProgramPairs
from embedviz.errors import InputError
from embedviz.settings import EXECUTION, ProgramConfig, SequenceConfig
from embedviz.text import CHARACTER_PAIRS

_FIXED = ("shape", "frozen", "embedding_rate", "tied", "picture_size", "picture_encoder")


@partial(with_setting_options, defaults=EXECUTION, fixed=_FIXED)
def train_programs(
    model: Annotated[
        Path, typer.Option("--out", help="The model folder to write.", show_default=False)
    ],
    program_config: ProgramConfig,
    config: SequenceConfig,
    resume: Resume = False,
    save_every: SaveEvery = 300.0,
    metrics: Metrics = None,
    tensorboard: TensorBoard = None,
    samples: Samples = None,
    with_starter: WithStarter = False,
    of_shape: Annotated[str, typer.Option("--shape", hidden=True)] = "seq-seq",
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Train a model that reads small Python programs and writes what they print.

    The programs are drawn at random, with sums, differences, products, conditions and loops. One
    in ten is held out by its text, for embedviz evaluate.

    Examples:
    embedviz train programs --shape seq-seq --out models/execute
    embedviz train programs --out models/answers --writes answer --heads 0 --no-self-attention
    embedviz train programs --out models/short --length 2 --nesting 2 --programs 50000
    """
    if of_shape != "seq-seq":
        raise InputError(
            f"Programs are texts, and so is what they print: the shape is seq-seq, not {of_shape}."
        )
    run = RunOptions(resume, save_every, metrics, tensorboard, samples, with_starter)
    source = ProgramPairs(program_config, config.seed)
    run_pairs(source, model, CHARACTER_PAIRS, config, run, json=json)
