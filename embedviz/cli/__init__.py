"""The command line."""

from __future__ import annotations

import errno
import logging
import os
import sys
from typing import Annotated

import typer

from embedviz.cli import (
    analogies,
    comparison,
    conversion,
    corpora,
    demo,
    evaluation,
    export,
    figures,
    index,
    language_model,
    neighbours,
    relations,
    train,
)
from embedviz.cli.output import err
from embedviz.errors import EmbedvizError

app = typer.Typer(
    name="embedviz",
    help="Train a recurrent language model on a text, and explore its word vectors.",
    epilog="Exit codes: 0 done, 1 a word is not in the vocabulary, 2 the input cannot be used.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        from embedviz import __version__

        typer.echo(f"embedviz {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="embedviz: %(message)s", force=True)


# by what people do; the panels and their commands stand in this order
_TRAIN, _ASK, _LOOK, _MEASURE, _SHARE = "Train", "Ask", "Look", "Measure", "Share"

app.command("train", rich_help_panel=_TRAIN)(train.train)
app.command("demo", rich_help_panel=_TRAIN)(demo.demo)
app.add_typer(corpora.app, name="corpus", rich_help_panel=_TRAIN)

app.command("analogy", rich_help_panel=_ASK)(analogies.analogy)
app.command("neighbours", rich_help_panel=_ASK)(neighbours.neighbours)
app.command("relations", rich_help_panel=_ASK)(relations.relations)
app.command("sample", rich_help_panel=_ASK)(language_model.sample)
app.command("index", rich_help_panel=_ASK)(index.index)

app.command("app", rich_help_panel=_LOOK)(demo.dashboard)
app.command("project", rich_help_panel=_LOOK)(export.project)
app.command("figure", rich_help_panel=_LOOK)(figures.figure)

app.command("evaluate", rich_help_panel=_MEASURE)(evaluation.evaluate)
app.command("perplexity", rich_help_panel=_MEASURE)(language_model.perplexity)
app.command("compare", rich_help_panel=_MEASURE)(comparison.compare)
app.command("stability", rich_help_panel=_MEASURE)(comparison.stability)

app.command("report", rich_help_panel=_SHARE)(export.report)
app.command("convert", rich_help_panel=_SHARE)(conversion.convert)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with 0, 1 or 2; users never see a traceback."""
    try:
        try:
            app(args=arguments)
        finally:
            sys.stdout.flush()
    except EmbedvizError as error:
        _complain(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped.")
        sys.exit(130)
    except OSError as error:
        # keep the interpreter from writing what is left once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            sys.exit(0)  # whoever read the output has read enough
        _complain(f"The output cannot be written ({error.strerror}): make room for it.")
        sys.exit(2)
    except SystemExit as left:
        # the framework leaves with 1, our code for an unknown word, when a pipe is closed
        if isinstance(left.__context__, BrokenPipeError):
            sys.exit(0)
        raise


def _complain(sentence: str) -> None:
    err.print(f"Error: {sentence}", style="red", markup=False, soft_wrap=True)
