"""The command `train` for the shapes that learn from pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from embedviz.cli.options import Encoding
from embedviz.cli.output import err, out, print_json
from embedviz.cli.progress import stop_with_starter
from embedviz.cli.run_options import (
    Metrics,
    Resume,
    SaveEvery,
    TensorBoard,
    WithStarter,
    follow_run,
    require_torch,
)
from embedviz.cli.sample_recorder import SampleRecorder, Samples
from embedviz.cli.setting_options import with_setting_options
from embedviz.errors import InputError
from embedviz.settings import SequenceConfig, settings_of
from embedviz.support import counted
from embedviz.text import PairConfig, PairFile, PairSource

if TYPE_CHECKING:
    from embedviz.training import Callbacks, World

_FEW_STEPS = 100


def pair_file(pairs: list[Path], source: str, target: str, encoding: str = "utf-8") -> PairFile:
    """Describe one table of pairs, or two parallel files."""
    if len(pairs) > 2:
        raise InputError(
            f"{len(pairs)} files of pairs cannot be read: give one table, or two parallel files."
        )
    return PairFile(pairs[0], pairs[1] if len(pairs) == 2 else None, source, target, encoding)


PairFiles = Annotated[
    list[Path],
    typer.Argument(
        help="A table of pairs (.tsv, .csv, .jsonl or .parquet), or two parallel texts; also "
        "compressed.",
        show_default=False,
    ),
]
SourceColumn = Annotated[str, typer.Option("--source", help="Column of the sources.")]
TargetColumn = Annotated[str, typer.Option("--target", help="Column of the targets.")]


@partial(with_setting_options, fixed=("picture_size", "picture_encoder"))
def train_pairs(
    pairs: PairFiles,
    model: Annotated[
        Path, typer.Option("--out", help="The model folder to write.", show_default=False)
    ],
    config: SequenceConfig,
    pair_config: PairConfig,
    source: SourceColumn = "source",
    target: TargetColumn = "target",
    encoding: Encoding = "utf-8",
    embedding: Annotated[
        str | None,
        typer.Option(
            help="A model or a file of vectors: first vectors of the source's words; for vec-seq "
            "of the target's.",
            show_default=False,
        ),
    ] = None,
    vectors: Annotated[
        str | None,
        typer.Option(
            help="A model or a file of vectors with those of the labels, for seq-vec and vec-seq.",
            show_default=False,
        ),
    ] = None,
    resume: Resume = False,
    save_every: SaveEvery = 300.0,
    metrics: Metrics = None,
    tensorboard: TensorBoard = None,
    samples: Samples = None,
    with_starter: WithStarter = False,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Train a sequence model on pairs: of texts, or of texts and labels with vectors.

    Examples:
    embedviz train fra-eng.tsv --shape seq-seq --out models/phrases --embedding english
    embedviz train en.txt.xz fr.txt.xz --shape seq-seq --out models/parallel --heads 2
    embedviz train definitions.tsv --shape seq-vec --vectors english --out models/find
    embedviz train defs.csv --shape vec-seq --source word --target gloss --vectors english --out out
    """
    _refuse_unused(config, embedding, vectors)
    run = RunOptions(resume, save_every, metrics, tensorboard, samples, with_starter)
    given = embedding, vectors
    files = pair_file(pairs, source, target, encoding)
    run_pairs(files, model, pair_config, config, run, given=given, json=json)


@dataclass(frozen=True)
class RunOptions:
    """Options of a run that are no settings of its model."""

    resume: bool
    save_every: float
    metrics: Path | None
    tensorboard: Path | None
    samples: Path | None
    with_starter: bool


def run_pairs(
    source: PairSource,
    model: Path,
    pair_config: PairConfig,
    config: SequenceConfig,
    run: RunOptions,
    *,
    given: tuple[str | None, str | None] = (None, None),
    json: bool,
) -> None:
    """Train a model on pairs and print what it came to; given are embedding and vectors."""
    if run.with_starter:
        stop_with_starter()
    require_torch()
    from embedviz.training import GivenVectors, train_sequence_model

    def start(callbacks: Callbacks, world: World) -> Mapping[str, object]:
        return train_sequence_model(
            source,
            model,
            pair_config=pair_config,
            config=config,
            given=GivenVectors(*given),
            callbacks=callbacks,
            resume=run.resume,
            world=world,
        )

    results = follow_run(
        start,
        model,
        save_every=run.save_every,
        metrics=run.metrics,
        tensorboard=run.tensorboard,
        recorders=[SampleRecorder(run.samples, source)] if run.samples else [],
    )
    print_results(model, results, pair_config, json=json)


def _refuse_unused(config: SequenceConfig, embedding: str | None, vectors: str | None) -> None:
    """Raise `InputError` for changed settings that the run would ignore."""
    changed = {
        one.name for one in settings_of(SequenceConfig) if getattr(config, one.name) != one.default
    }
    if "embedding_rate" in changed and embedding is None:
        raise InputError(
            "--embedding-rate is that of the vectors that --embedding names: add --embedding, or "
            "omit it."
        )
    if "n_out" in changed and config.tied:
        raise InputError(
            "With --tied the output has the rank --target-dims: omit --rank, or --tied."
        )
    if "n_summary" in changed and vectors is not None and config.shape != "seq-seq":
        raise InputError(
            "With --vectors the summary has their dimensions: omit --summary, or name vectors of "
            "other dimensions."
        )


def print_results(
    model: Path, results: Mapping[str, object], pair_config: PairConfig, *, json: bool
) -> None:
    """Print what a training run on pairs came to."""
    for line in left_out(results, pair_config.longest):
        err.print(line, markup=False, soft_wrap=True)
    n_steps = results.get("n_steps")  # which older models do not have
    if isinstance(n_steps, int) and n_steps < _FEW_STEPS:
        err.print(
            f"The run took only {counted(n_steps, 'step')}: raise --epochs, or lower --batch.",
            markup=False,
            soft_wrap=True,
        )
    if json:
        print_json({"model": str(model), **results})
    else:
        out.print(
            f"{model}: {_summary(results, pair_config.held_out)}", soft_wrap=True, markup=False
        )


def left_out(counts: Mapping[str, object], longest: int) -> list[str]:
    """Say what was not read, or not whole."""
    found = {
        "n_empty": ("pair", "Left out: {} with an empty side."),
        "n_without_vector": ("pair", "Left out: {} whose label has no vector."),
        "n_cut": ("text", f"Cut after {longest} words (--longest): {{}}."),
    }
    return [
        sentence.format(counted(n, noun))
        for name, (noun, sentence) in found.items()
        if isinstance(n := counts.get(name), int) and n
    ]


def _summary(results: Mapping[str, object], share: float) -> str:
    n_train, n_held_out = (
        cast(int, results[name]) for name in ("n_train_pairs", "n_held_out_pairs")
    )
    line = (
        f"{counted(n_train, 'pair')}, vocabularies of {results['n_source']:,} and "
        f"{results['n_target']:,}, {results['n_weights']:,} weights, {results['seconds']} s"
    )
    if results["perplexity"] is not None:
        line += (
            f"; held-out perplexity {results['perplexity']:.2f} on "
            f"{counted(n_held_out, 'pair')}, over the full softmax"
        )
    elif share and not n_held_out:
        line += "; no pair held out" + (
            ", since more pairs share a side than --held-out allows"
            if int(n_train * share)
            else ": give more pairs, or raise --held-out"
        )
    return line + "."
