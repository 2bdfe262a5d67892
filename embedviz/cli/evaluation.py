"""The command `evaluate`, and its options that `compare` shares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.document_output import OutFile, emit_document
from embedviz.cli.options import Json, model_names
from embedviz.cli.train_pairs import pair_file
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.evaluation import AnalogyReport, QuestionSet, RatedPair, SimilarityReport

Evaluated = Annotated[
    str,  # see `Model`
    typer.Argument(
        help="A model folder, a file of word vectors, or a bundled model: english, or the sequence "
        "models phrases and reverse-dictionary.",
        show_default=False,
        autocompletion=model_names,
    ),
]
Sets = Annotated[
    list[Path],
    typer.Argument(
        help="Question files (Google, MSR), BATS files or folders, CSV files of pairs, or rated "
        "pairs (two words and a number per line; tabs between words that contain spaces); for a "
        "sequence model a table of pairs, or two parallel texts.",
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
Seed = Annotated[int, typer.Option(help="Seed of the bootstrap, or of what is drawn.", min=0)]

_SEQUENCES = "Sequence models"
OfSources = Annotated[
    str, typer.Option("--source", help="Column of the sources.", rich_help_panel=_SEQUENCES)
]
OfTargets = Annotated[
    str, typer.Option("--target", help="Column of the targets.", rich_help_panel=_SEQUENCES)
]
RatedTexts = Annotated[
    Path | None,
    typer.Option(
        help="Also correlate cosines of texts with ratings: two texts and a number per line, "
        "separated by tabs, or by commas with quotes around a text that has one.",
        rich_help_panel=_SEQUENCES,
        show_default=False,
    ),
]
Beam = Annotated[
    int | None,
    typer.Option(
        help="Texts that are continued at each step of decoding; 1 by default.",
        min=1,
        rich_help_panel=_SEQUENCES,
        show_default=False,
    ),
]
Candidates = Annotated[
    int | None,
    typer.Option(
        help="Rank the true target among the targets of this many pairs; 100 by default.",
        rich_help_panel=_SEQUENCES,
        show_default=False,
    ),
]


def evaluate(
    model: Evaluated,
    questions: Sets,
    method: MethodName = "3cosadd",
    max_rank: Cut = None,
    seed: Seed = 0,
    source: OfSources = "source",
    target: OfTargets = "target",
    ratings: RatedTexts = None,
    beam: Beam = None,
    candidates: Candidates = None,
    out_file: OutFile = None,
    json: Json = False,
) -> None:
    """Measure how well a model answers analogies and agrees with ratings, or maps held-out pairs.

    Word vectors answer question files. A sequence model, which train --shape wrote, is measured on
    pairs, with controls.

    Examples:
    embedviz evaluate english questions-words.txt wordsim353.txt
    embedviz evaluate english BATS_3.0/ --method 3cosavg --out bats.html
    embedviz evaluate out/model questions-words.txt --max-rank 10000 --json
    embedviz evaluate phrases test.tsv --beam 5 --ratings rated-sentences.tsv
    """
    from embedviz.cli.sequence_evaluation import emit_sequence_evaluation, is_sequence_model

    if out_file is not None:
        from embedviz.reports import check_form

        check_form(out_file)
    if is_sequence_model(model):
        if method != "3cosadd" or max_rank is not None:
            raise InputError(
                f"--method and --max-rank are for questions, and {model} is a sequence model: omit "
                "them and give pairs, or evaluate its word vectors as a file that "
                f"'embedviz convert {model} vectors.npy' writes."
            )
        emit_sequence_evaluation(
            model,
            pair_file(questions, source, target),
            ratings=ratings,
            beam=beam,
            n_candidates=candidates,
            seed=seed,
            json=json,
            out_file=out_file,
        )
        return
    given = {
        "--ratings": ratings is not None,
        "--beam": beam is not None,
        "--candidates": candidates is not None,
        "--source": source != "source",
        "--target": target != "target",
    }
    if wrong := [name for name, is_given in given.items() if is_given]:
        raise InputError(
            f"{', '.join(wrong)}: for sequence models, and {model} has word vectors; omit it, or "
            "give a model that 'embedviz train --shape' wrote. Rated words are given as a file, "
            "without an option."
        )
    from embedviz.analogies import Method
    from embedviz.checkpoints import open_vectors
    from embedviz.evaluation import ANALOGY_CUT, score_analogies, score_similarity
    from embedviz.reports import evaluation_document

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
    from embedviz.evaluation import is_rated_beginning, read_questions, read_similarities
    from embedviz.relations import first_line, read_lines

    found: dict[str, QuestionSet | tuple[RatedPair, ...]] = {}
    for path in dict.fromkeys(paths):
        name = path.stem if path.stem not in found else str(path)
        is_rated = False
        if not path.is_dir():
            lines = read_lines(path, "questions or rated pairs")
            beginning = [row[1] for row in (first_line(lines), first_line(lines)) if row]
            is_rated = is_rated_beginning(beginning)
            lines.close()  # type: ignore[attr-defined]
        found[name] = read_similarities(path) if is_rated else read_questions(path)
    return found
