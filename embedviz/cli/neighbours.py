"""The command `neighbours`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.options import Count, Exclude, Json, Matching, MaxRank, Model, Prefix
from embedviz.cli.output import make_answers_table, out, print_json
from embedviz.errors import InputError


def neighbours(
    model: Model,
    word: Annotated[
        str, typer.Argument(help="A word; in quotes if it contains spaces.", show_default=False)
    ],
    top: Count = 10,
    max_rank: MaxRank = None,
    prefix: Prefix = "",
    matching: Matching = None,
    exclude: Exclude = None,
    index: Annotated[
        Path | None,
        typer.Option(
            help="Search an index that 'embedviz index' built from these vectors: fast for "
            "millions of words, but approximate.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the words nearest to a word.

    Examples:
    embedviz neighbours english queen
    embedviz neighbours english walking --matching "ed$" --max-rank 10000
    embedviz neighbours out/model queen --top 20 --json
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.vectors import Filter

    vectors = open_vectors(model)
    if index is None:
        only = Filter(max_rank, prefix, matching, tuple(exclude or ()))
        found = vectors.most_similar(word, top, only=only)
    elif max_rank or prefix or matching:
        raise InputError(
            "An index cannot filter its answers: omit --max-rank, --prefix and --matching, or "
            "--index."
        )
    else:
        from embedviz.vectors import open_index

        (row,) = vectors.unit([word])
        found = open_index(index, vectors).nearest(row, top, exclude=[word, *(exclude or ())])
    stability = vectors.stability_of(word)
    if json:
        answers = [asdict(answer) for answer in found]
        print_json({"query": word, "stability": stability, "answers": answers})
        return
    out.print(make_answers_table(word, found, "cosine"))
    if stability is not None:
        out.print(
            f"stable: of a word's 10 nearest, the share that another seed finds too; of {word} "
            f"{stability:.0%}.",
            style="dim",
            markup=False,
            soft_wrap=True,
        )
