"""The command `mcp`, which serves models to assistants."""

from __future__ import annotations

from typing import Annotated

import typer

from embedviz.cli.options import model_names


def mcp(
    models: Annotated[
        list[str],
        typer.Argument(
            help="Models: folders, files of word vectors, or english. Nothing else can be read.",
            metavar="MODEL...",
            show_default=False,
            autocompletion=model_names,
        ),
    ],
) -> None:
    """Serve models to an assistant over the Model Context Protocol (standard input and output).

    The tools look up words, find neighbours, answer analogies by all methods, measure relations
    with their controls, place words on axes and draw figures. Each answer about words states its
    doubts.

    Examples:
    embedviz mcp english
    embedviz mcp english out/model
    """
    from embedviz.assistants import make_server, open_models

    make_server(open_models(models)).run("stdio")
