"""The command `describe`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json, model_names, relation_names
from embedviz.cli.output import out, print_json
from embedviz.cli.run_options import require_torch
from embedviz.cli.texts import whole
from embedviz.errors import InputError
from embedviz.support import DESCRIBE, ENGLISH, clip

if TYPE_CHECKING:
    from embedviz.relations import Relation
    from embedviz.sequences import Description, SequenceModel

_MOST, _N_NEAREST = 20, 5  # texts for a point, and words beside it
_NOTES = (
    "likelihood ratio: log p(text | point) − log p(text | no vector), in nats: what the point "
    "adds.",
    "far: no nearer to a word than random directions, 95 % of which stay below cosine {:.2f}.",
)


def describe(
    model: Annotated[
        str,
        typer.Argument(
            help="english, or the folder of a model that train --shape vec-seq wrote.",
            show_default=False,
            autocompletion=model_names,
        ),
    ],
    points: Annotated[
        list[str],
        typer.Argument(
            metavar="POINT...",
            help="Words, or formulas such as 'king - man + woman'.",
            show_default=False,
        ),
    ],
    along: Annotated[
        str | None,
        typer.Option(
            help="Add the mean offset of a relation: a built-in one, or a file of pairs.",
            show_default=False,
            autocompletion=relation_names,
        ),
    ] = None,
    n_best: Annotated[
        int, typer.Option(help="Texts for each point, best first.", min=1, max=_MOST)
    ] = 1,
    table: Annotated[
        Path | None,
        typer.Option(
            help="Also write the texts as a table for embedviz grade.", show_default=False
        ),
    ] = None,
    definitions: Annotated[
        Path | None,
        typer.Option(
            help="With --table: a file of words and their definitions; adds the true ones and, as "
            "a control, that of the nearest other word.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Put points of the space into words: a definition for a word, a formula, an offset.

    Fluent sentences are written for any point. What stands beside them says whether to trust one:
    how much likelier it is than without the point, the nearest words, and how far they are.

    Examples:
    embedviz describe english "king - man + woman"
    embedviz describe english aardvark violin --n-best 3
    embedviz describe english king actor --along male-female --json
    """
    require_torch()
    from embedviz.relations import find_relations
    from embedviz.sequences import BEAM, describe_points, open_sequence_model, points_of

    if definitions and not table:
        raise InputError("--definitions are for the table to grade: add --table, or omit them.")
    relation = _only(find_relations(along), along) if along else None
    # the vectors have a model that describes them
    opened = open_sequence_model(DESCRIBE if model == ENGLISH else model, needs=("vec-seq",))
    asked = points_of(opened, [whole(point) for point in points], relation)
    how = replace(BEAM, beam=max(BEAM.beam, n_best), n_best=n_best)
    found = describe_points(opened, asked, how)
    if table:
        _write_table(table, found, definitions, opened)
    if json:
        print_json({"model": model, "points": [_as_json(one) for one in found]})
        return
    for one in found:
        _print(one)
    for line in _NOTES:
        out.print(line.format(found[0].about.far_below), style="dim", soft_wrap=True)


def _write_table(
    path: Path, found: list[Description], definitions: Path | None, model: SequenceModel
) -> None:
    """Write who says what of each point."""
    from embedviz.evaluation import GradedText, write_texts_to_grade
    from embedviz.sequences import label_vectors
    from embedviz.text import PairFile, read_text_pairs

    rows = [GradedText(one.point.name, one.texts[0].text, model.name) for one in found]
    if definitions:
        known: dict[str, str] = {}
        for pair in read_text_pairs(PairFile(definitions)):
            known.setdefault(pair.source, pair.target)
        labels = label_vectors(model)
        others = [word for word in known if word in labels]
        if len(others) <= len(set(others) & {w for one in found for w in one.point.words}):
            raise InputError(
                f"{definitions} has no word that {model.name} knows besides those described: add "
                "others, whose definitions are the control."
            )
        vectors = labels.subset(others)
        for one in found:
            name = one.point.name
            exclude = [word for word in one.point.words if word in vectors]
            (nearest,) = vectors.nearest(one.point.vector, 1, exclude=exclude)
            rows.append(GradedText(name, known[nearest.word], "copy of the nearest word's"))
            if name in known:
                rows.append(GradedText(name, known[name], "true definition"))
    write_texts_to_grade(path, rows)


def _only(relations: tuple[Relation, ...], name: str) -> Relation:
    if len(relations) != 1:
        raise InputError(
            f"{name} has {len(relations)} relations: give one of {relations[0].name}, … as a file "
            "of its own."
        )
    return relations[0]


def _print(found: Description) -> None:
    about = found.about
    table = Table(
        title=Text(clip(found.point.name)), title_justify="left", box=None, padding=(0, 2, 0, 0)
    )
    table.add_column("text", overflow="fold")
    table.add_column("log p", justify="right")
    table.add_column("likelihood ratio", justify="right")
    for one, ratio in zip(found.texts, about.log_ratios, strict=True):
        table.add_row(Text(one.text), f"{one.log_probability:.1f}", f"{ratio:+.1f}")
    out.print(table)
    if about.is_far:
        out.print("far from all words: do not trust this.", style="red", soft_wrap=True)
    nearest = ", ".join(f"{clip(word)} {cosine:.2f}" for word, cosine in _others(found))
    out.print(Text(f"nearest words by cosine: {nearest}"), soft_wrap=True)
    out.print()


def _others(found: Description) -> list[tuple[str, float]]:
    """Return the nearest words but those of the formula."""
    others = [(word, at) for word, at in found.about.nearest if word not in found.point.words]
    return others[:_N_NEAREST]


def _as_json(found: Description) -> dict[str, object]:
    about = found.about
    return {
        "point": found.point.name,
        "texts": [
            {
                "text": one.text,
                "log_probability": one.log_probability,
                "log_ratio": ratio,
                "log_ratio_per_token": per_token,
            }
            for one, ratio, per_token in zip(
                found.texts, about.log_ratios, about.log_ratios_per_token, strict=True
            )
        ],
        "nearest": [{"word": word, "cosine": cosine} for word, cosine in _others(found)],
        "is_far": about.is_far,
        "far_below": about.far_below,
    }
