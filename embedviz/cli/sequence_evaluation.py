"""The evaluation of a sequence model, as a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.cli.document_output import emit_document
from embedviz.cli.output import progress_bars
from embedviz.cli.run_options import require_torch
from embedviz.cli.scoring import print_left_out
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.reports import Cell, Part
    from embedviz.sequences import Measured, SequenceModel
    from embedviz.text import PairFile

_SYSTEM = "of"


def is_sequence_model(name: str) -> bool:
    """Whether a name is that of a sequence model."""
    from embedviz.checkpoints import checkpoint
    from embedviz.support import model_folder

    return checkpoint.read_shape(model_folder(name)) not in (None, checkpoint.LANGUAGE_MODEL)


def emit_sequence_evaluation(
    name: str,
    pairs: PairFile,
    *,
    ratings: Path | None,
    beam: int | None,
    n_candidates: int | None,
    seed: int,
    json: bool,
    out_file: Path | None,
) -> None:
    """Evaluate a sequence model and print or write the result."""
    require_torch()
    from embedviz.reports import Document
    from embedviz.sequences import (
        EvaluationOptions,
        Search,
        evaluate_pairs,
        open_sequence_model,
        read_pair_set,
    )

    model = open_sequence_model(name)
    if ratings is not None and model.shape == "vec-seq":
        raise InputError(
            f"{name} reads no texts, so it has no vectors of rated ones: omit --ratings."
        )
    if model.shape == "seq-vec" and (beam or n_candidates) is not None:
        raise InputError(
            f"{name} writes no texts, and ranks each label among all: omit --beam and --candidates."
        )
    beam, n_candidates = beam or 1, 100 if n_candidates is None else n_candidates
    options = EvaluationOptions(Search(beam, alpha=0.7 if beam > 1 else 0.0), n_candidates, seed)
    # before the evaluation, which takes longer
    rated = [] if ratings is None else [_ratings_part(model, ratings)]
    model, read = read_pair_set(model, pairs)
    with progress_bars("Evaluating") as (bar,):
        found = evaluate_pairs(model, read, options, progress=bar)
    print_left_out(read)
    parts = [*map(_part, found), *rated]
    document = Document(f"Evaluation of {name} on {pairs.path.name}", tuple(parts))
    emit_document(document, json=json, file=out_file)


def _part(measured: Measured) -> Part:
    from embedviz.reports import Column, Fact, Figure, Part, Table

    columns = (
        Column("system", _SYSTEM, is_number=False),
        *(Column(one.key, one.heading) for one in measured.measures),
    )
    forms = [one.form for one in measured.measures]
    rows: list[tuple[Cell, ...]] = [
        (name, *(Figure(value, form) for value, form in zip(values, forms, strict=True)))
        for name, values in measured.rows.items()
    ]
    return Part(
        measured.key,
        measured.heading,
        facts=(Fact("n", measured.of_what, Figure(measured.n)),),
        tables=(Table("systems", "", columns, tuple(rows)),),
        notes=measured.notes,
    )


def _ratings_part(model: SequenceModel, path: Path) -> Part:
    from embedviz.evaluation import read_similarities, spearman_interval, spearman_of
    from embedviz.reports import Column, Fact, Figure, Part, Table
    from embedviz.sequences import rated_cosines

    pairs = read_similarities(path, form="two texts (or words) and a number per line")
    ratings, cosines = rated_cosines(model, pairs)
    rows: list[tuple[Cell, ...]] = []
    for name, ours in cosines.items():
        found = spearman_of(ours, ratings)
        interval = None if found is None else spearman_interval(found, len(ratings))
        rows.append((name, Figure(found, ".3f", interval)))
    columns = (Column("system", _SYSTEM, is_number=False), Column("spearman", "Spearman"))
    return Part(
        "ratings",
        f"{path.stem}: similarity",
        facts=(
            Fact("n_pairs", "pairs", Figure(len(pairs))),
            Fact("n_read", "with known words on both sides", Figure(len(ratings))),
        ),
        tables=(Table("systems", "", columns, tuple(rows)),),
        notes=(
            "Spearman: rank correlation of ratings and cosines of the texts' vectors, centred at "
            "the mean of all texts, with its 95 % interval.",
        ),
    )
