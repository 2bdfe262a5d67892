"""The command `evaluate`, and its options that `compare` shares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.document_output import OutFile, emit_document
from embedviz.cli.options import Json, Model

if TYPE_CHECKING:
    from embedviz.evaluation import AnalogyReport, QuestionSet, RatedPair, SimilarityReport

Sets = Annotated[
    list[Path],
    typer.Argument(
        help="Question files (Google, MSR), BATS files or folders, CSV files of pairs, or rated "
        "pairs (two words and a number per line); tabs between words that contain spaces.",
        show_default=False,
    ),
]
MethodName = Annotated[
    str,
    typer.Option(
        "--method", help="3cosadd, 3cosmul, pairdirection, 3cosavg, lrcos, only-b or ignore-a."
    ),
]
Cut = Annotated[
    int | None,
    typer.Option(
        "--max-rank",
        help="Restrict questions and answers to this many of the most frequent words; 30,000 by "
        "default, all for rated pairs.",
        min=1,
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)]


def evaluate(
    model: Model,
    questions: Sets,
    method: MethodName = "3cosadd",
    max_rank: Cut = None,
    seed: Seed = 0,
    out_file: OutFile = None,
    json: Json = False,
) -> None:
    """Measure how well a model answers analogies and agrees with similarity ratings.

    Examples:
    embedviz evaluate english questions-words.txt wordsim353.txt
    embedviz evaluate english BATS_3.0/ --method 3cosavg --out bats.html
    embedviz evaluate out/model questions-words.txt --max-rank 10000 --json
    """
    from embedviz.analogies import Method
    from embedviz.checkpoints import open_vectors
    from embedviz.evaluation import ANALOGY_CUT, score_analogies, score_similarity
    from embedviz.reports import check_form, evaluation_document

    if out_file is not None:
        check_form(out_file)
    chosen = Method(method)
    sets = open_sets(questions)
    vectors = open_vectors(model)
    reports: dict[str, AnalogyReport | SimilarityReport] = {}
    for name, found in sets.items():
        if isinstance(found, tuple):
            reports[name] = score_similarity(vectors, found, n_words=max_rank)
        else:
            cut = max_rank or ANALOGY_CUT
            reports[name] = score_analogies(vectors, found, n_words=cut, method=chosen, seed=seed)
    emit_document(evaluation_document(model, reports), json=json, file=out_file)


def open_sets(paths: list[Path]) -> dict[str, QuestionSet | tuple[RatedPair, ...]]:
    """Open question sets and rated pairs by name; the first lines determine the kind."""
    from embedviz.evaluation import is_rated_pair, read_questions, read_similarities
    from embedviz.relations import first_line, read_lines

    found: dict[str, QuestionSet | tuple[RatedPair, ...]] = {}
    for path in dict.fromkeys(paths):
        name = path.stem if path.stem not in found else str(path)
        is_rated = False
        if not path.is_dir():
            lines = read_lines(path, "questions or rated pairs")
            beginning = [row for row in (first_line(lines), first_line(lines)) if row]
            while beginning and beginning[-1][1].startswith("#"):  # comments above rated pairs
                beginning = [row for row in [first_line(lines)] if row]
            is_rated = any(is_rated_pair(line) for _, line in beginning)
            lines.close()  # type: ignore[attr-defined]
        found[name] = read_similarities(path) if is_rated else read_questions(path)
    return found
