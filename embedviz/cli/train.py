"""The command that trains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.output import err, out, print_json
from embedviz.cli.progress import Interruption, reporting, stop_with_starter
from embedviz.errors import InputError
from embedviz.settings import TrainingConfig

if TYPE_CHECKING:
    from embedviz.text import CorpusConfig
    from embedviz.training import Progress

_TEXT, _MODEL, _LEARNING, _RUN = "Text", "Model", "Learning", "Run"
_default = TrainingConfig()


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
    min_count: Annotated[
        int, typer.Option(help="Leave out words seen less often.", rich_help_panel=_TEXT)
    ] = 5,
    max_words: Annotated[
        int, typer.Option(help="Keep so many words at most.", rich_help_panel=_TEXT)
    ] = 100_000,
    held_out: Annotated[
        float,
        typer.Option(help="Share of the text to measure perplexity on.", rich_help_panel=_TEXT),
    ] = 0.02,
    lowercase: Annotated[bool, typer.Option(help="Fold capitals.", rich_help_panel=_TEXT)] = True,
    digits: Annotated[
        bool, typer.Option(help="Keep words with digits.", rich_help_panel=_TEXT)
    ] = True,
    apostrophes: Annotated[
        bool, typer.Option(help="Keep apostrophes inside words.", rich_help_panel=_TEXT)
    ] = True,
    punctuation: Annotated[
        bool, typer.Option(help="Make every sign a word.", rich_help_panel=_TEXT)
    ] = False,
    sentence_ends: Annotated[
        bool, typer.Option(help="Mark where sentences stop.", rich_help_panel=_TEXT)
    ] = False,
    cell: Annotated[
        str, typer.Option(help="mingru, elman, gru or lstm.", rich_help_panel=_MODEL)
    ] = _default.cell,
    dims: Annotated[
        int, typer.Option(help="Dimensions of the vectors.", rich_help_panel=_MODEL)
    ] = _default.n_dims,
    states: Annotated[
        int | None,
        typer.Option(
            help="Size of the state; by default that of the vectors.",
            show_default=False,
            rich_help_panel=_MODEL,
        ),
    ] = None,
    tied: Annotated[
        bool, typer.Option(help="One table for input and output.", rich_help_panel=_MODEL)
    ] = True,
    linear_path: Annotated[
        bool, typer.Option(help="The decoder sees the current word.", rich_help_panel=_MODEL)
    ] = True,
    bidirectional: Annotated[
        bool,
        typer.Option(
            help="A second reader learns from every second stretch backwards.",
            rich_help_panel=_MODEL,
        ),
    ] = True,
    subwords: Annotated[
        bool,
        typer.Option(
            "--subwords",
            help="Make a word's vector from those of its character n-grams too.",
            rich_help_panel=_MODEL,
        ),
    ] = False,
    buckets: Annotated[
        int, typer.Option(help="Vectors that the n-grams share.", rich_help_panel=_MODEL)
    ] = _default.n_buckets,
    cost: Annotated[
        str, typer.Option(help="sampled, full or adaptive softmax.", rich_help_panel=_LEARNING)
    ] = _default.cost,
    epochs: Annotated[
        float, typer.Option(help="Passes over the text.", rich_help_panel=_LEARNING)
    ] = _default.epochs,
    skip: Annotated[
        float,
        typer.Option(
            help="Skip words more frequent than this share; 0 skips none.",
            rich_help_panel=_LEARNING,
        ),
    ] = 1e-4,
    rate: Annotated[
        float, typer.Option(help="Rate of the word vectors.", rich_help_panel=_LEARNING)
    ] = _default.rate,
    noise: Annotated[
        int, typer.Option(help="Noise words a block.", rich_help_panel=_LEARNING)
    ] = _default.n_noise,
    ahead: Annotated[
        int, typer.Option(help="Words ahead that are predicted.", rich_help_panel=_LEARNING)
    ] = _default.n_ahead,
    streams: Annotated[
        int, typer.Option(help="Stretches read in parallel.", rich_help_panel=_LEARNING)
    ] = _default.n_streams,
    steps: Annotated[
        int,
        typer.Option(help="Steps of truncated back-propagation.", rich_help_panel=_LEARNING),
    ] = _default.n_steps,
    seed: Annotated[
        int, typer.Option(help="Makes the run repeatable.", rich_help_panel=_LEARNING)
    ] = 0,
    threads: Annotated[
        int, typer.Option(help="Processor threads.", rich_help_panel=_LEARNING)
    ] = _default.n_threads,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the run that stands unfinished at --out; give the same settings.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    save_every: Annotated[
        float,
        typer.Option(help="Seconds between checkpoints.", min=0.0, rich_help_panel=_RUN),
    ] = 300.0,
    metrics: Annotated[
        Path | None,
        typer.Option(
            help="Write the progress to this file, as JSON lines.",
            show_default=False,
            rich_help_panel=_RUN,
        ),
    ] = None,
    tensorboard: Annotated[
        Path | None,
        typer.Option(
            help="Write scalars for TensorBoard to this folder.",
            show_default=False,
            rich_help_panel=_RUN,
        ),
    ] = None,
    growth: Annotated[
        Path | None,
        typer.Option(
            help="Write how the three families stand to this folder, every few seconds.",
            show_default=False,
            rich_help_panel=_RUN,
        ),
    ] = None,
    with_starter: Annotated[
        bool, typer.Option("--with-starter", hidden=True, help="Stop once standard input ends.")
    ] = False,
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
    try:
        from embedviz.text import CorpusConfig, Tokenizer
        from embedviz.training import train as _  # noqa: F401
    except ModuleNotFoundError as missing:
        raise InputError(
            f"Training needs the package {missing.name}: pip install 'embedviz[train]'."
        ) from None
    with in_terms_of_options():
        corpus_config = CorpusConfig(
            Tokenizer(lowercase, digits, apostrophes, punctuation, sentence_ends),
            min_count,
            max_words,
            held_out,
        )
        config = TrainingConfig(
            cell=cell,
            n_dims=dims,
            n_states=states,
            tied=tied,
            linear_path=linear_path,
            bidirectional=bidirectional,
            subwords=subwords,
            n_buckets=buckets,
            cost=cost,
            epochs=epochs,
            skip=skip or None,
            rate=rate,
            n_noise=noise,
            n_ahead=ahead,
            n_streams=streams,
            n_steps=steps,
            seed=seed,
            n_threads=threads,
        )
    results = train_with_bars(
        texts,
        model,
        corpus_config,
        config,
        resume=resume,
        save_every=save_every,
        metrics=metrics,
        tensorboard=tensorboard,
        growth=growth,
    )
    if json:
        print_json({"model": str(model), **results})
    else:
        out.print(f"{model}: {summary(results)}", soft_wrap=True, markup=False)


@contextmanager
def in_terms_of_options() -> Iterator[None]:
    """Name settings in errors as the options that set them."""
    try:
        yield
    except InputError as error:
        text = re.sub(
            r"\bn_(dims|states|buckets|noise|ahead|streams|steps|threads)\b", r"--\1", str(error)
        )
        raise InputError(
            re.sub(r"\b([a-z]+_[a-z]+)\b", lambda m: f"--{m[1].replace('_', '-')}", text)
        ) from None


def train_with_bars(
    texts: list[Path],
    model: Path,
    corpus_config: CorpusConfig,
    config: TrainingConfig,
    *,
    resume: bool = False,
    save_every: float = 300.0,
    metrics: Path | None = None,
    tensorboard: Path | None = None,
    growth: Path | None = None,
) -> Mapping[str, object]:
    """Train a model folder, showing how far it is; leave if a signal stops it."""
    from embedviz.training import Callbacks, joined, train_model

    interruption = Interruption()

    def follow(progress: Progress) -> None:
        interruption.training = True
        report(progress)

    with (
        joined() as world,
        interruption.listening(),
        reporting(metrics, tensorboard, growth, shown=world.is_first) as (reading, report),
    ):
        results = train_model(
            texts,
            model,
            corpus_config=corpus_config,
            config=config,
            callbacks=Callbacks(reading, follow, save_every=save_every, stop=interruption),
            resume=resume,
            world=world,
        )
    if not world.is_first:
        raise typer.Exit(0 if results["finished"] else interruption.exit_code)
    if not results["finished"]:
        err.print(
            f"{model} holds the run so far: go on by the same command with --resume.",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(interruption.exit_code)
    if results["perplexity"] is None and corpus_config.held_out:
        err.print("The text is too short to hold some out: no perplexity was measured.")
    return results


def summary(results: Mapping[str, object]) -> str:
    """One line on what was trained."""
    line = (
        f"{results['n_words']:,} words from a text of {results['n_train_tokens']:,}, "
        f"{results['seconds']} s"
    )
    if results["perplexity"] is not None:
        line += (
            f"; held-out perplexity {results['perplexity']:.1f} "
            f"on {results['n_held_out_tokens']:,} words, over the full softmax"
        )
    return line + "."
