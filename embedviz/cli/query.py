"""Commands that explore vectors."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.output import answers_table, out, print_json
from embedviz.cli.relation_tables import print_details, print_relations, relation_document
from embedviz.errors import InputError
from embedviz.support import ENGLISH


def model_names(incomplete: str) -> list[str]:
    """Complete the one model that has a name; folders are left to the shell."""
    return [ENGLISH] if incomplete and ENGLISH.startswith(incomplete) else []


SPELLINGS = 20
"""Missing words of a relation for which near spellings are looked up: each takes a moment."""

Model = Annotated[
    str,  # not a path, which would lose the "./" of a folder called english
    typer.Argument(
        help="A model folder, a file of word vectors, or english: the model that ships (a folder "
        "of that name: ./english).",
        show_default=False,
        autocompletion=model_names,
    ),
]
Count = Annotated[int, typer.Option("--top", "-n", help="How many words to answer.", min=1)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


def relation_names(incomplete: str) -> list[str]:
    """Complete the name of a built-in relation in the shell."""
    from embedviz.relations import built_in_names

    return [name for name in built_in_names() if name.startswith(incomplete)]


Relations = Annotated[
    list[str] | None,
    typer.Option(
        help="A built-in relation or a CSV file with source,target; may be repeated. "
        "By default the three families.",
        show_default=False,
        autocompletion=relation_names,
    ),
]
MaxRank = Annotated[
    int | None,
    typer.Option(help="Answer only so many most frequent words.", min=1, show_default=False),
]
Prefix = Annotated[str, typer.Option(help="Answer only words that begin so.", show_default=False)]
Matching = Annotated[
    str | None,
    typer.Option(
        help="Answer only words in which this regular expression is found.", show_default=False
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(help="Never answer this word; may be repeated.", show_default=False),
]


def neighbours(
    model: Model,
    word: Annotated[str, typer.Argument(help="A word.", show_default=False)],
    top: Count = 10,
    max_rank: MaxRank = None,
    prefix: Prefix = "",
    matching: Matching = None,
    exclude: Exclude = None,
    index: Annotated[
        Path | None,
        typer.Option(
            help="Look in an index that 'embedviz index' made of these vectors: quick among "
            "millions of words, and not exact.",
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
            "An index answers any of its words: leave --max-rank, --prefix and --matching out, or "
            "--index."
        )
    else:
        from embedviz.vectors import open_index

        (row,) = vectors.unit([word])
        found = open_index(index, vectors).nearest(row, top, exclude=[word, *(exclude or ())])
    if json:
        print_json({"query": word, "answers": [asdict(answer) for answer in found]})
    else:
        out.print(answers_table(word, found, "cosine"))


def relations(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A built-in relation, or a file or folder of pairs: a CSV file with the header "
            "source,target, Google's or MSR's questions, BATS. By default all built-in ones.",
            metavar="NAME|FILE|FOLDER",
            show_default=False,
            autocompletion=relation_names,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Measure the relations in this model: a folder, a file of word vectors, or "
            "english.",
            show_default=False,
            autocompletion=model_names,
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="With --model: also how each pair fits, outliers, and what is spelt like the "
            f"first {SPELLINGS} missing words of each relation.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the shuffles.", min=0)] = 0,
    json: Json = False,
) -> None:
    """List the built-in relations, print pairs as CSV to copy and extend, or measure them.

    Examples:
    embedviz relations
    embedviz relations country-capital > mine.csv
    embedviz relations --model english
    embedviz relations mine.csv --model out/model --details
    embedviz relations questions-words.txt --model out/model --json
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.relations import as_csv, built_in, built_in_names, find_relations, measure
    from embedviz.relations import near_spellings as spelt_like

    chosen = find_relations(name) if name else [built_in(known) for known in built_in_names()]
    if model is not None:
        vectors = open_vectors(model)
        reports = [measure(vectors, relation, seed=seed) for relation in chosen]
        alike = [
            spelt_like(vectors, report.missing[:SPELLINGS]) if details else {} for report in reports
        ]
        if json:
            print_json(
                [
                    relation_document(report, near_spellings)
                    for report, near_spellings in zip(reports, alike, strict=True)
                ]
            )
            return
        print_relations(reports)
        if details:
            for report, near_spellings in zip(reports, alike, strict=True):
                print_details(report, near_spellings)
    elif json:
        print_json([asdict(relation) for relation in chosen])
    elif name:
        typer.echo(as_csv(chosen), nl=False)
    else:
        for relation in chosen:
            source, target = relation.pairs[0]
            typer.echo(
                f"{relation.name:24}{len(relation.pairs):4} pairs, such as {source} → {target}"
            )
