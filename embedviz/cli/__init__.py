"""The command line."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from embedviz import EmbedvizError, __version__
from embedviz.cli import corpora, demo, query, train
from embedviz.cli.output import err

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
        typer.echo(f"embedviz {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="embedviz: %(message)s", force=True)


app.command("train", rich_help_panel="Make vectors")(train.train)
app.command("demo", rich_help_panel="Make vectors")(demo.demo)
app.add_typer(corpora.app, name="corpus", rich_help_panel="Make vectors")
app.command("analogy", rich_help_panel="Explore vectors")(query.analogy)
app.command("neighbours", rich_help_panel="Explore vectors")(query.neighbours)
app.command("relations", rich_help_panel="Explore vectors")(query.relations)
app.command("project", rich_help_panel="Explore vectors")(query.project)
app.command("app", rich_help_panel="Explore vectors")(demo.dashboard)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with 0, 1 or 2; users never see a traceback."""
    try:
        app(args=arguments)
    except EmbedvizError as error:
        err.print(f"Error: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        # whoever read the output has read enough; keep the interpreter from complaining at exit
        sys.stdout = None
        sys.exit(0)
