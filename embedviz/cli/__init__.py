"""The command line."""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from embedviz.cli import (
    analogies,
    assistants,
    captions,
    comparison,
    conversion,
    corpora,
    decoding,
    demo,
    description,
    encoding,
    evaluation,
    execution,
    export,
    figures,
    grading,
    index,
    language_model,
    neighbours,
    relations,
    scoring,
    train,
    train_pairs,
    train_pictures,
    train_programs,
)
from embedviz.cli.commands import PAIRS, PICTURES, PROGRAMS, SCENES, Commands
from embedviz.cli.output import err
from embedviz.cli.run_options import STARTER
from embedviz.errors import EmbedvizError, InputError

app = typer.Typer(
    name="embedviz",
    cls=Commands,
    help="Train a recurrent language model on a text, and explore its word vectors.",
    epilog="Exit codes: 0 success, 1 a word is not in the vocabulary, 2 unusable input, "
    "128 + the signal's number if interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


_OPTION = re.compile(r"(?<!\S)--[a-z][a-z0-9-]+")


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


# help panels; help lists them and their commands in this order
_TRAIN, _QUERY, _VISUALISE, _EVALUATE, _EXPORT = "Train", "Query", "Visualise", "Evaluate", "Export"

app.command("train", rich_help_panel=_TRAIN)(train.train)
app.command(PAIRS, hidden=True)(train_pairs.train_pairs)
app.command(PROGRAMS, hidden=True)(train_programs.train_programs)
app.command(PICTURES, hidden=True)(train_pictures.train_pictures)
app.command(SCENES, hidden=True)(train_pictures.train_scenes)
app.command("demo", rich_help_panel=_TRAIN)(demo.demo)
app.add_typer(corpora.app, name="corpus", rich_help_panel=_TRAIN)

app.command("analogy", rich_help_panel=_QUERY)(analogies.analogy)
app.command("neighbours", rich_help_panel=_QUERY)(neighbours.neighbours)
app.command("relations", rich_help_panel=_QUERY)(relations.relations)
app.command("sample", rich_help_panel=_QUERY)(language_model.sample)
app.command("encode", rich_help_panel=_QUERY)(encoding.encode)
app.command("find", rich_help_panel=_QUERY)(encoding.find)
app.command("decode", rich_help_panel=_QUERY)(decoding.decode)
app.command("describe", rich_help_panel=_QUERY)(description.describe)
app.command("caption", rich_help_panel=_QUERY)(captions.caption)
app.command("execute", rich_help_panel=_QUERY)(execution.execute)
app.command("score", rich_help_panel=_QUERY)(scoring.score)
app.command("index", rich_help_panel=_QUERY)(index.index)

app.command("app", rich_help_panel=_VISUALISE)(demo.dashboard)
app.command("project", rich_help_panel=_VISUALISE)(export.project)
app.command("figure", rich_help_panel=_VISUALISE)(figures.figure)

app.command("evaluate", rich_help_panel=_EVALUATE)(evaluation.evaluate)
app.command("perplexity", rich_help_panel=_EVALUATE)(language_model.perplexity)
app.command("grade", rich_help_panel=_EVALUATE)(grading.grade)
app.command("compare", rich_help_panel=_EVALUATE)(comparison.compare)
app.command("stability", rich_help_panel=_EVALUATE)(comparison.stability)

app.command("report", rich_help_panel=_EXPORT)(export.report)
app.command("export-site", rich_help_panel=_EXPORT)(export.export_site)
app.command("convert", rich_help_panel=_EXPORT)(conversion.convert)
app.command("mcp", rich_help_panel=_EXPORT)(assistants.mcp)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code; users never see a traceback."""
    try:
        try:
            app(args=arguments)
        finally:
            sys.stdout.flush()
    except EmbedvizError as error:
        given = arguments or sys.argv[1:]
        message = _message(error, given)
        _print_error(message + options_elsewhere(message, given))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped.")
        sys.exit(130)
    except OSError as error:
        # prevent the interpreter from flushing stdout again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            sys.exit(0)  # the reader closed the pipe, such as `head`
        _print_error(f"The output cannot be written ({error.strerror}): free disk space.")
        sys.exit(2)
    except SystemExit as left:
        # typer exits with 1, our code for an unknown word, when a pipe is closed
        if isinstance(left.__context__, BrokenPipeError):
            sys.exit(0)
        # typer turns Ctrl+C into an exit without a message
        if isinstance(getattr(left.__context__, "__cause__", None), KeyboardInterrupt):
            err.print("Stopped.")
        raise


def _message(error: EmbedvizError, arguments: Sequence[str]) -> str:
    """Return an error's message, with options as remedies unless the dashboard started this."""
    if isinstance(error, InputError) and STARTER not in arguments:
        return str(InputError(error.in_options))
    return str(error)


def options_elsewhere(message: str, arguments: Sequence[str]) -> str:
    """Say which command has an option that a message names and the command at hand lacks."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    name = next((one for one in arguments if one in commands), None)
    if name is None or name == "train":  # whose options depend on the shape
        return ""
    options = {
        command: {option for one in commands[command].params for option in one.opts}
        for command in commands
    }
    lacking = [
        option
        for option in dict.fromkeys(_OPTION.findall(message))
        if option not in options[name] and option in options["convert"]
    ]
    if not lacking or "embedviz convert" in message:
        return ""
    verb = "is an option" if len(lacking) == 1 else "are options"
    return (
        f" ({' and '.join(lacking)} {verb} of embedviz convert: convert the file first, and give "
        "the new one here.)"
    )


def _print_error(message: str) -> None:
    err.print(f"Error: {message}", style="red", markup=False, soft_wrap=True)
