"""Documents of evaluations, comparisons and stability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from embedviz.evaluation import (
    AnalogyReport,
    Difference,
    Moved,
    Overlap,
    SectionScore,
    SimilarityReport,
    Spread,
    StabilityReport,
)
from embedviz.reports.documents import Cell, Column, Document, Fact, Figure, Part, Table
from embedviz.support import said_of_case

_SHARE, _POINTS, _RANK = ".1%", "+.1%", ".3f"
_NAMED_MISSING = 10

_SCORES = (
    Column("section", "section", is_number=False),
    Column("n_questions", "questions"),
    Column("n_covered", "covered"),
    Column("n_pairs", "pairs"),
    Column("accuracy", "accuracy"),
    Column("honest", "query words included", shows_interval=False),
    Column("only_b", "only b"),
    Column("gain", "gain"),
    Column("mean_reciprocal_rank", "MRR", shows_interval=False),
    Column("median_rank", "median rank"),
)
_MEANINGS = (
    "accuracy: share of correct answers to the covered questions, query words excluded; "
    "query words included: the same with them. only b: the answer is the word nearest to b; "
    "gain: accuracy minus that. MRR: mean of 1 / rank of the correct answer. In brackets 95 % "
    "intervals from a bootstrap over pairs; –: fewer than 8 pairs, or nothing covered."
)

_DIFFERENCES = (
    Column("name", "section", is_number=False),
    Column("n_asked", "questions"),
    Column("n_covered", "covered"),
    Column("n_pairs", "pairs"),
    Column("first", "A"),
    Column("second", "B"),
    Column("difference", "A − B"),
    Column("is_significant", "significant", is_number=False),
)


def evaluation_document(
    model: str, reports: Mapping[str, AnalogyReport | SimilarityReport]
) -> Document:
    """Report a model's scores on question sets and ratings, by the sets' names."""
    return Document(
        f"Evaluation of {model}",
        tuple(
            _analogy_part(name, report)
            if isinstance(report, AnalogyReport)
            else _similarity_part(name, report)
            for name, report in reports.items()
        ),
    )


def _analogy_part(name: str, report: AnalogyReport) -> Part:
    semantic = [
        Fact("semantic", "semantic sections", Figure(report.semantic, _SHARE)),
        Fact("syntactic", "syntactic sections (gram…)", Figure(report.syntactic, _SHARE)),
    ]
    is_google = any(not section.is_semantic for section in report.sections)
    facts = (
        *_coverage(report.n_words, report.n_questions, report.n_covered, "questions"),
        *((_dropped(report.n_dropped),) if report.n_dropped else ()),
        Fact("method", "method", report.method.name),
        Fact("correct_of_all", "correct of all questions", Figure(report.correct_of_all, _SHARE)),
        *(semantic if is_google else ()),
    )
    rows = [_score_row(section) for section in report.sections]
    for label, mean, intervals, median in (
        ("micro: all covered", report.micro_mean, report.micro, report.median_rank),
        ("macro: mean of sections", report.macro_mean, report.macro, None),
    ):
        shown = {
            figure: Figure(mean(figure), form, getattr(intervals, figure, None))
            for figure, form in (
                ("accuracy", _SHARE),
                ("honest", _SHARE),
                ("only_b", _SHARE),
                ("gain", _POINTS),
                ("mean_reciprocal_rank", _RANK),
            )
        }
        rows.append(
            (
                label,
                Figure(report.n_questions),
                Figure(report.n_covered),
                Figure(report.n_pairs),
                *shown.values(),
                Figure(median),
            )
        )
    notes = [_MEANINGS, *said_of_case(report.folded)]
    if report.n_unanswerable:
        notes.append(
            f"For {report.n_unanswerable:,} covered questions {report.method.name} has no pair "
            "to learn from; they count as wrong."
        )
    if report.missing:
        named = ", ".join(report.missing[:_NAMED_MISSING])
        more = len(report.missing) - _NAMED_MISSING
        notes.append(f"Outside the cut: {named}{f' and {more:,} more' if more > 0 else ''}.")
    return Part(
        name,
        f"{name}: analogies",
        facts=facts,
        tables=(Table("sections", "", _SCORES, tuple(rows)),),
        notes=tuple(notes),
    )


def _dropped(n: int) -> Fact:
    return Fact("n_dropped", "not asked, a correct answer being one of their words", Figure(n))


def _score_row(score: SectionScore) -> tuple[str | Figure, ...]:
    intervals = score.intervals
    return (
        score.name,
        Figure(score.n_questions),
        Figure(score.n_covered),
        Figure(score.n_pairs),
        Figure(score.accuracy, _SHARE, intervals.accuracy),
        Figure(score.honest, _SHARE, intervals.honest),
        Figure(score.only_b, _SHARE),
        Figure(score.gain, _POINTS, intervals.gain),
        Figure(score.mean_reciprocal_rank, _RANK, intervals.mean_reciprocal_rank),
        Figure(score.median_rank),
    )


def _similarity_part(name: str, report: SimilarityReport) -> Part:
    return Part(
        name,
        f"{name}: similarity",
        facts=(
            *_coverage(report.n_words, report.n_pairs, report.n_covered, "pairs"),
            Fact("spearman", "Spearman", Figure(report.spearman, _RANK, report.interval)),
        ),
        notes=(
            "Spearman: rank correlation of cosines and human ratings over the covered pairs, "
            "with its 95 % interval.",
            *said_of_case(report.folded),
        ),
    )


def _coverage(n_words: int, n: int, n_covered: int, what: str) -> tuple[Fact, ...]:
    return (
        Fact("n_words", "vocabulary cut (most frequent words)", Figure(n_words)),
        Fact(f"n_{what}", what, Figure(n)),
        Fact("n_covered", "covered", Figure(n_covered)),
        Fact("coverage", "coverage", Figure(n_covered / n if n else None, _SHARE)),
    )


def comparison_part(
    first: str,
    second: str,
    *,
    n_shared: int,
    answers: Mapping[str, Sequence[Difference]],
    overlap: Overlap,
    moved: Sequence[Moved],
) -> Part:
    """Report how two models differ in question sets, ratings, neighbours and words."""
    tables = [_difference_table(name, found) for name, found in answers.items()]
    columns = (
        Column("word", "word", is_number=False),
        Column("distance", "distance"),
        Column("first", "nearest in A", is_number=False),
        Column("second", "nearest in B", is_number=False),
    )
    rows = tuple(
        (one.word, Figure(one.distance, ".2f"), ", ".join(one.first), ", ".join(one.second))
        for one in moved
    )
    tables.append(Table("moved", "Words that moved most", columns, rows))
    return Part(
        f"{first} and {second}",
        f"A = {first}, B = {second}",
        text=tuple(difference_sentence(name, found[0]) for name, found in answers.items()),
        facts=(
            Fact("n_shared", "shared words, used for queries and answers", Figure(n_shared)),
            Fact("n_frequent", "most frequent of them, measured", Figure(len(overlap.words))),
            Fact("overlap", "common among the 10 nearest", Figure(overlap.mean, _SHARE)),
        ),
        tables=tuple(tables),
        notes=(
            "Both models answer the questions whose words both have, among their shared words; "
            "left in: the words of the question are possible answers too, and the other model may "
            "be ahead. Questions with a correct answer among their words are not asked. "
            "Intervals: 95 %, from a paired bootstrap over pairs; of twenty rows without any "
            "difference, one is significant by chance. Distance: 1 − cosine after A was rotated "
            "onto B by an orthogonal matrix.",
        ),
    )


def comparison_document(parts: Sequence[Part]) -> Document:
    """Return a document of the comparisons of every two models."""
    return Document("Comparison of models", tuple(parts))


def difference_sentence(name: str, found: Difference) -> str:
    """Describe a difference and its significance, of answers also with the asked words left in.

    Examples
    --------
    >>> difference_sentence("google", Difference("all", 900, 800, 412, 0.531, 0.5, (0.01, 0.052)))
    'google: A is 3.1 points more accurate than B, 95 % interval 1.0 to 5.2, over 412 pairs.'
    >>> same = Difference("all", 9, 9, 9, 0.5, 0.5, (-0.1, 0.1))
    >>> difference_sentence("mine", same).split(", ")[0]
    'mine: no significant difference between A and B (0.0 points'
    >>> difference_sentence("few", Difference("all", 2, 2, 2, 0.5, 0.0, None))
    'few: 2 covered pairs are too few for a test.'
    """
    said = f"{name}: {_describe_difference(found)}."
    if found.left_in is None or found.interval is None:
        return said
    return f"{said} With the asked words left in: {_describe_difference(found.left_in)}."


def _describe_difference(found: Difference) -> str:
    is_rated = found.n_covered == found.n_pairs and found.name == "similarity"
    scale, unit = (1.0, "") if is_rated else (100.0, " points")
    form = "z.3f" if is_rated else "z.1f"
    if found.interval is None or found.difference is None:
        return f"{found.n_pairs} covered pairs are too few for a test"
    low, high = sorted(end * scale for end in found.interval)
    over = f"95 % interval {low:{form}} to {high:{form}}, over {found.n_pairs:,} pairs"
    if not found.is_significant:
        size = f"{found.difference * scale:{form}}{unit}"
        return f"no significant difference between A and B ({size}, {over})"
    more = "more" if found.difference > 0 else "less"
    if is_rated:
        size = f"{abs(found.difference):{form}}"
        return f"A agrees {more} with the ratings than B (by {size}, {over})"
    if found.difference < 0:
        over = f"95 % interval {-high:{form}} to {-low:{form}}, over {found.n_pairs:,} pairs"
    size = f"{abs(found.difference) * scale:{form}}{unit}"
    return f"A is {size} {more} accurate than B, {over}"


def _difference_table(name: str, found: Sequence[Difference]) -> Table:
    """Return a row per difference; of answers two, with the asked words left out and left in."""
    rows = []
    for one in found:
        rows.append(_difference_row(one))
        if one.left_in is not None:
            _, *rest = _difference_row(one.left_in)
            rows.append((f"{one.name}, left in", *rest))
    return Table(name, name, _DIFFERENCES, tuple(rows))


def _difference_row(one: Difference) -> tuple[str | Figure, ...]:
    is_rated = one.name == "similarity"
    share, points = (_RANK, "+.3f") if is_rated else (_SHARE, _POINTS)
    return (
        one.name,
        Figure(one.n_asked),
        Figure(one.n_covered),
        Figure(one.n_pairs),
        Figure(one.first, share),
        Figure(one.second, share),
        Figure(one.difference, points, one.interval),
        "–" if one.interval is None else "yes" if one.is_significant else "no",
    )


def stability_document(
    models: Sequence[str], report: StabilityReport, spreads: Mapping[str, Sequence[Spread]]
) -> Document:
    """Report the agreement of models and the spread of their accuracies."""
    columns = (
        Column("model", "model", is_number=False),
        *(Column(f"with_{number}", str(number)) for number in range(1, len(models) + 1)),
    )
    between: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{number}: {model}", *(Figure(share, _SHARE) for share in row))
        for number, (model, row) in enumerate(zip(models, report.between, strict=True), 1)
    )
    words = (
        Column("word", "word", is_number=False),
        Column("overlap", "common"),
    )
    tables = [
        Table("between", "Common nearest words of every two models", columns, between),
        *(
            Table(key, heading, words, tuple((word, Figure(share, ".0%")) for word, share in found))
            for key, heading, found in (
                ("most_stable", "Words that agree most", report.most_stable()),
                ("least_stable", "Words that agree least", report.least_stable()),
            )
        ),
    ]
    spread_columns = (
        Column("section", "section", is_number=False),
        Column("mean", "mean"),
        Column("deviation", "standard deviation"),
        Column("lowest", "lowest"),
        Column("highest", "highest"),
    )
    for name, found in spreads.items():
        rows = tuple(
            (
                one.name,
                Figure(one.mean, _SHARE),
                Figure(one.deviation, _SHARE),
                Figure(min(one.values), _SHARE),
                Figure(max(one.values), _SHARE),
            )
            for one in found
        )
        tables.append(Table(name, f"{name}: accuracies", spread_columns, rows))
    part = Part(
        "stability",
        f"{len(models)} models",
        facts=(
            Fact("n_shared", "shared words, searched", Figure(report.n_shared)),
            Fact("n_frequent", "most frequent of them, queried", Figure(len(report.overlap.words))),
            Fact("overlap", "common among the 10 nearest", Figure(report.overlap.mean, _SHARE)),
        ),
        tables=tuple(tables),
        notes=(
            "Common: of the 10 words nearest to a word in one model, the share that is among the "
            "10 nearest in the other; mean over words and over every two models.",
        ),
    )
    return Document("Stability of models", (part,))
