"""Arguments and options shared by several commands, and shell completion of their values."""

from __future__ import annotations

from typing import Annotated

import typer

from embedviz.support import BUNDLED


def model_names(incomplete: str) -> list[str]:
    """Complete the name of a bundled model; the shell completes folders and files."""
    return [name for name in BUNDLED if incomplete and name.startswith(incomplete)]


def relation_names(incomplete: str) -> list[str]:
    """Complete the name of a built-in relation in the shell."""
    from embedviz.relations import built_in_names

    return [name for name in built_in_names() if name.startswith(incomplete)]


Model = Annotated[
    str,  # not a Path, which would drop the "./" of a folder called english
    typer.Argument(
        help="A model folder, a file of word vectors, or english: the bundled model (a folder "
        "of that name is ./english).",
        show_default=False,
        autocompletion=model_names,
    ),
]
SequenceModelName = Annotated[
    str,
    typer.Argument(
        help="The folder of a model that train --shape wrote, or phrases or reverse-dictionary: "
        "the bundled ones.",
        show_default=False,
        autocompletion=model_names,
    ),
]
WriterName = Annotated[
    str,
    typer.Argument(
        help="The folder of a model that train --shape seq-seq or vec-seq wrote, or phrases: the "
        "bundled one.",
        show_default=False,
        autocompletion=model_names,
    ),
]
Encoding = Annotated[
    str,
    typer.Option(help="Encoding of the texts, such as cp1252, utf-16 or gb18030."),
]
Field = Annotated[
    str | None,
    typer.Option(help="The texts are JSON lines: read this field of each.", show_default=False),
]
Count = Annotated[int, typer.Option("--top", "-n", help="Number of answers.", min=1)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


Relations = Annotated[
    list[str] | None,
    typer.Option(
        help="A built-in relation or a CSV file with source,target, and relation if there are "
        "several; may be repeated. By default male-female, verb-past and country-capital.",
        show_default=False,
        autocompletion=relation_names,
    ),
]
MaxRank = Annotated[
    int | None,
    typer.Option(
        help="Answer only with this many of the most frequent words.", min=1, show_default=False
    ),
]
Prefix = Annotated[
    str, typer.Option(help="Answer only with words that start with this.", show_default=False)
]
Matching = Annotated[
    str | None,
    typer.Option(
        help="Answer only with words that contain a match of this regular expression.",
        show_default=False,
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(help="Do not answer with this word; may be repeated.", show_default=False),
]
