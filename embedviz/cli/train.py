"""The command `train`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.commands import LANGUAGE_MODEL
from embedviz.cli.options import Encoding, Field, relation_names
from embedviz.cli.output import err, out, print_json
from embedviz.cli.progress import stop_with_starter
from embedviz.cli.run_options import (
    RUN,
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
from embedviz.cli.texts import print_folders
from embedviz.errors import InputError
from embedviz.settings import TrainingConfig
from embedviz.text import CorpusConfig, TextLayout

if TYPE_CHECKING:
    from embedviz.cli.growth import GrowthRecorder
    from embedviz.training import Callbacks, Progress, World


@with_setting_options
def train(
    texts: Annotated[
        list[Path],
        typer.Argument(
            help="Text files (also .gz, .bz2, .xz, .zst), folders of them, or - for standard "
            "input.",
            show_default=False,
        ),
    ],
    model: Annotated[
        Path, typer.Option("--out", help="The model folder to write.", show_default=False)
    ],
    corpus_config: CorpusConfig,
    config: TrainingConfig,
    encoding: Encoding = "utf-8",
    field: Field = None,
    resume: Resume = False,
    save_every: SaveEvery = 300.0,
    metrics: Metrics = None,
    tensorboard: TensorBoard = None,
    growth: Annotated[
        Path | None,
        typer.Option(
            help="Write the vectors of the words that the run follows to this folder every few "
            "percent of the run: those of the three families, and of --watch and --watch-words.",
            show_default=False,
            rich_help_panel=RUN,
        ),
    ] = None,
    watch: Annotated[
        list[str] | None,
        typer.Option(
            help="A relation to follow in --growth: a built-in one, or a file of pairs; may be "
            "repeated.",
            show_default=False,
            rich_help_panel=RUN,
            autocompletion=relation_names,
        ),
    ] = None,
    watch_words: Annotated[
        Path | None,
        typer.Option(
            help="Words to follow in --growth: a file with one per line.",
            show_default=False,
            rich_help_panel=RUN,
        ),
    ] = None,
    shape: Annotated[
        str,
        typer.Option(
            help="What the model learns. The shapes seq-seq, seq-vec and vec-seq are trained on "
            "pairs and have options of their own: embedviz train --shape seq-seq --help. So have "
            "embedviz train --shape vec-seq --pictures FOLDER, train programs and train scenes.",
        ),
    ] = LANGUAGE_MODEL,
    samples: Samples = None,
    with_starter: WithStarter = False,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Train a recurrent language model on texts and write it as a model folder.

    Examples:
    embedviz train novel.txt --out models/novel
    embedviz train articles/ more.txt.xz --out models/mine --dims 200 --epochs 10
    zcat dump.gz | embedviz train - --out models/dump --cell lstm --seed 7
    embedviz train articles/ --out models/mine --resume
    """
    if with_starter:
        stop_with_starter()
    require_torch()
    layout = TextLayout(encoding, field)
    print_folders(texts, layout)
    results = train_with_bars(
        texts,
        model,
        corpus_config,
        config,
        layout=layout,
        resume=resume,
        save_every=save_every,
        metrics=metrics,
        tensorboard=tensorboard,
        recorders=[
            *_make_growth_recorder(growth, watch or [], watch_words),
            *([SampleRecorder(samples)] if samples else []),
        ],
    )
    if json:
        print_json({"model": str(model), **results})
    else:
        out.print(f"{model}: {summary(results)}", soft_wrap=True, markup=False)


def _make_growth_recorder(
    folder: Path | None, relations: Sequence[str], words: Path | None
) -> list[GrowthRecorder]:
    if folder is None:
        if relations or words:
            raise InputError("Words can be followed only with --growth FOLDER: add it.")
        return []
    from embedviz.cli.growth import GrowthRecorder
    from embedviz.jobs import Watched, read_watched_words
    from embedviz.relations import find_relations

    found = tuple(relation for name in relations for relation in find_relations(name))
    return [GrowthRecorder(folder, Watched(found, read_watched_words(words) if words else ()))]


def train_with_bars(
    texts: list[Path],
    model: Path,
    corpus_config: CorpusConfig,
    config: TrainingConfig,
    *,
    layout: TextLayout | None = None,
    resume: bool = False,
    save_every: float = 300.0,
    metrics: Path | None = None,
    tensorboard: Path | None = None,
    recorders: Sequence[Callable[[Progress], None]] = (),
) -> Mapping[str, object]:
    """Train a model folder with progress bars; exit if a signal stops the run."""
    from embedviz.training import train_model

    def start(callbacks: Callbacks, world: World) -> Mapping[str, object]:
        return train_model(
            texts,
            model,
            corpus_config=corpus_config,
            config=config,
            layout=layout,
            callbacks=callbacks,
            resume=resume,
            world=world,
        )

    results = follow_run(
        start,
        model,
        save_every=save_every,
        metrics=metrics,
        tensorboard=tensorboard,
        recorders=recorders,
    )
    if results["perplexity"] is None and corpus_config.held_out:
        err.print("The text is too short for held-out blocks: no perplexity was measured.")
    return results


def summary(results: Mapping[str, object]) -> str:
    """Summarise the training results in one line."""
    line = (
        f"vocabulary of {results['n_words']:,}, {results['n_train_tokens']:,} training tokens, "
        f"{results['seconds']} s"
    )
    if results["perplexity"] is not None:
        line += (
            f"; held-out perplexity {results['perplexity']:.1f} "
            f"on {results['n_held_out_tokens']:,} words, over the full softmax"
        )
    return line + "."
