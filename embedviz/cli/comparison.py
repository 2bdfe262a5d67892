"""The commands `compare` and `stability`, which compare models."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.document_output import OutFile, emit_document
from embedviz.cli.evaluation import MethodName, Seed, open_sets
from embedviz.cli.options import Json
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.evaluation import Difference, Spread

Models = Annotated[
    list[str],
    typer.Argument(
        help="Two or more model folders, files of word vectors, or english.", show_default=False
    ),
]
Questions = Annotated[
    list[Path] | None,
    typer.Option(
        help="Question file or rated pairs, as for embedviz evaluate; may be repeated.",
        show_default=False,
    ),
]
Cut = Annotated[
    int,
    typer.Option(
        "--max-rank", help="Use only this many of the most frequent words of each model.", min=1
    ),
]
Frequent = Annotated[
    int,
    typer.Option(
        help="Compare the neighbours of this many of the most frequent shared words.", min=1
    ),
]


def compare(
    models: Models,
    questions: Questions = None,
    method: MethodName = "3cosadd",
    max_rank: Cut = 30_000,
    frequent: Frequent = 1_000,
    seed: Seed = 0,
    out_file: OutFile = None,
    json: Json = False,
) -> None:
    """Compare models pairwise: answers, neighbours, and the words that differ most.

    Examples:
    embedviz compare models/a models/b --questions questions-words.txt
    embedviz compare english glove.npy --questions simlex.txt --out compared.html
    """
    from embedviz.analogies import Method
    from embedviz.checkpoints import open_vectors
    from embedviz.evaluation import (
        compare_answers,
        compare_similarity,
        most_moved,
        neighbour_overlap,
        on_shared_words,
    )
    from embedviz.reports import check_form, comparison_document, comparison_part

    _check_count(models)
    if out_file is not None:
        check_form(out_file)
    chosen, sets = Method(method), open_sets(questions or [])
    opened = [open_vectors(model) for model in models]
    parts = []
    for (name, one), (other_name, other) in combinations(zip(models, opened, strict=True), 2):
        both = on_shared_words([one, other], n_words=max_rank)
        a, b = both
        answers: dict[str, tuple[Difference, ...]] = {
            set_name: (compare_similarity(a, b, found, seed=seed),)
            if isinstance(found, tuple)
            else compare_answers(a, b, found, method=chosen, seed=seed)
            for set_name, found in sets.items()
        }
        parts.append(
            comparison_part(
                name,
                other_name,
                n_shared=len(both[0]),
                answers=answers,
                overlap=neighbour_overlap(both, n_frequent=frequent),
                moved=most_moved(a, b, n_frequent=frequent),
            )
        )
    emit_document(comparison_document(parts), json=json, file=out_file)


def stability(
    models: Models,
    questions: Questions = None,
    method: MethodName = "3cosadd",
    max_rank: Cut = 30_000,
    frequent: Frequent = 1_000,
    out_file: OutFile = None,
    json: Json = False,
) -> None:
    """Measure the agreement between models of different seeds, or checkpoints of a run.

    Examples:
    embedviz stability models/seed0 models/seed1 models/seed2
    embedviz stability models/seed* --questions questions-words.txt --out stability.md
    """
    from embedviz.analogies import Method
    from embedviz.checkpoints import open_vectors
    from embedviz.evaluation import accuracy_spread
    from embedviz.evaluation import stability as measured
    from embedviz.reports import check_form, stability_document

    _check_count(models)
    if out_file is not None:
        check_form(out_file)
    chosen, sets = Method(method), open_sets(questions or [])
    opened = [open_vectors(model) for model in models]
    report = measured(opened, n_words=max_rank, n_frequent=frequent)
    spreads: dict[str, tuple[Spread, ...]] = {
        name: accuracy_spread(opened, found, n_words=max_rank, method=chosen)
        for name, found in sets.items()
        if not isinstance(found, tuple)
    }
    emit_document(stability_document(models, report, spreads), json=json, file=out_file)


def _check_count(models: list[str]) -> None:
    if len(models) < 2:
        raise InputError(f"{len(models)} model cannot be compared: give at least two.")
