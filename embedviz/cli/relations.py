"""The command `relations`, which lists relations and measures them in a model."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from embedviz.cli.options import Json, model_names, relation_names
from embedviz.cli.output import print_json
from embedviz.cli.phrase_relations import measure_phrases, reads_texts
from embedviz.cli.relation_tables import build_relation_document, print_details, print_relations

MAX_SPELLINGS = 20
"""Number of missing words of a relation for which near spellings are searched, which is slow."""


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
            "english; in phrases or another sequence model those between phrases.",
            show_default=False,
            autocompletion=model_names,
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="With --model: also the fit of each pair, outliers, pairs that were skipped, and "
            f"near spellings of the first {MAX_SPELLINGS} missing words of a relation of words.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the permutation test.", min=0)] = 0,
    json: Json = False,
) -> None:
    """List the built-in relations, print pairs as CSV to copy and extend, or measure them.

    Examples:
    embedviz relations
    embedviz relations country-capital > mine.csv
    embedviz relations --model english
    embedviz relations mine.csv --model out/model --details
    embedviz relations --model phrases
    embedviz relations questions-words.txt --model out/model --json
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.relations import as_csv, built_in, built_in_names, find_relations, measure
    from embedviz.relations import near_spellings as find_near_spellings

    if model is not None and reads_texts(model):
        measure_phrases(name, model, details=details, seed=seed, json=json)
        return
    chosen = find_relations(name) if name else [built_in(known) for known in built_in_names()]
    if model is not None:
        vectors = open_vectors(model)
        reports = [measure(vectors, relation, seed=seed) for relation in chosen]
        spellings = [
            find_near_spellings(vectors, report.missing[:MAX_SPELLINGS]) if details else {}
            for report in reports
        ]
        if json:
            print_json(
                [
                    build_relation_document(report, near_spellings)
                    for report, near_spellings in zip(reports, spellings, strict=True)
                ]
            )
            return
        print_relations(reports)
        if details:
            for report, near_spellings in zip(reports, spellings, strict=True):
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
