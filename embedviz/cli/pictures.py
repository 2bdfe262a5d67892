"""Commands that put words on a plane: as numbers and as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.output import print_json
from embedviz.cli.query import Json, Model, relation_names
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.plotting import Panel
    from embedviz.projection import View
    from embedviz.relations import Relation
    from embedviz.vectors import WordVectors

Relations = Annotated[
    list[str] | None,
    typer.Option(
        help="A built-in relation or a CSV file with source,target; may be repeated. "
        "By default the three families.",
        show_default=False,
        autocompletion=relation_names,
    ),
]
Dark = Annotated[bool, typer.Option("--dark", help="Draw on a dark ground.")]


def project(
    model: Model,
    out_file: Annotated[
        Path,
        typer.Option(
            "--out", help="A .csv, .json, .png, .svg or .pdf file to write.", show_default=False
        ),
    ],
    relation: Relations = None,
    plane: Annotated[
        str,
        typer.Option(
            help="Principal components of the 'arrows', of the words of the 'pairs', or of 'all' "
            "words; 'relation': along one relation's mean offset, or two; 'tsne' and 'umap': maps "
            "of neighbours, which keep no offsets."
        ),
    ] = "arrows",
    dims: Annotated[int, typer.Option(help="Dimensions of the projection.", min=2, max=3)] = 2,
    pairs: Annotated[
        int, typer.Option(help="Pairs of each relation that a picture labels.", min=1)
    ] = 6,
    words: Annotated[
        int,
        typer.Option(help="Most frequent words that tsne and umap map with the pairs.", min=0),
    ] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of tsne and umap.", min=0)] = 0,
    dark: Dark = False,
    json: Json = False,
) -> None:
    """Project the pairs of relations on a plane, and write their coordinates or a picture.

    Examples:
    embedviz project out/model --relation country-capital --out countries.csv
    embedviz project out/model --plane all --dims 3 --out families.json
    embedviz project english --plane relation --relation verb-past --relation verb-ing --out two.pdf
    embedviz project english --plane umap --out neighbours.png
    """
    from embedviz import plotting
    from embedviz.export import write_projection
    from embedviz.opening import open_vectors
    from embedviz.relations import FAMILIES, find, offsets

    vectors = open_vectors(model)
    wanted = [find(name) for name in dict.fromkeys(relation or FAMILIES)]
    known = [there for one in wanted if (there := one.known_to(vectors))]
    if not known:
        names = ", ".join(one.name for one in wanted)
        raise InputError(
            f"No pair of {names} has both words in the vocabulary of {len(vectors)} words: "
            "choose another relation or a model of more text."
        )
    view = _view(vectors, known, plane, dims, words, seed)
    if out_file.suffix.lower() in plotting.FORMATS:
        drawn = plotting.draw(vectors, known, view, n_pairs=pairs, dark=dark)
        title = ", ".join(one.name for one in known)
        plotting.save(drawn, out_file, title=title, provenance=vectors.provenance)
        written: dict[str, object] = {}
        done = f"{out_file}."
    else:
        written = {"rows": write_projection(out_file, vectors, known, view)}
        done = f"{written['rows']} rows in {out_file}."
    fidelity = {one.name: view.fidelity(offsets(vectors, one)) for one in known}
    kept = {name: round(share, 4) for name, share in fidelity.items() if share is not None}
    if json:
        facts = {"file": str(out_file), **written, **view.facts, "fidelity": kept}
        print_json({**facts, "offsets": _drawn(vectors, known, view)})
        return
    if kept:
        done += f" Axes: {', '.join(view.axis_titles)}."
    typer.echo(" ".join([done, *view.note.splitlines()]))
    for name, share in kept.items():
        typer.echo(f"The plane keeps {share:.0%} of the offsets of {name}.")


def _drawn(
    vectors: WordVectors, known: Sequence[Relation], view: View
) -> dict[str, list[dict[str, object]]]:
    """How each pair's offset is shown; nothing of a map, which shows none."""
    from embedviz.projection import Plane, drawn_offsets

    if not isinstance(view, Plane):
        return {}
    return {one.name: [asdict(o) for o in drawn_offsets(vectors, one, view)] for one in known}


def _view(
    vectors: WordVectors,
    known: Sequence[Relation],
    plane: str,
    n_components: int,
    n_words: int,
    seed: int,
) -> View:
    """Fit what words are looked at on."""
    from embedviz.neighbour_maps import MAPS, fit_map
    from embedviz.projection import PLANES, fit

    if plane in MAPS:
        shown = [word for one in known for word in one.words]
        mapped = [*vectors.words[:n_words], *shown]
        return fit_map(vectors, mapped, plane, n_components=n_components, seed=seed)
    if plane not in PLANES:
        every = ", ".join((*PLANES, *MAPS))
        raise InputError(f"The plane '{plane}' is not known: use one of {every}.")
    return fit(vectors, known, plane, n_components=n_components)


def figure(
    model: Model,
    out_file: Annotated[
        Path, typer.Option("--out", help="A .png, .svg or .pdf file to write.", show_default=False)
    ],
    relation: Relations = None,
    pairs: Annotated[
        int, typer.Option(help="Label so many pairs a panel, the most frequent.", min=1)
    ] = 8,
    dark: Dark = False,
    json: Json = False,
) -> None:
    """Draw the classic figure: a panel a relation, its pairs as arrows, and what they are worth.

    All pairs are drawn; the most frequent are labelled, whether or not they fit.

    Examples:
    embedviz figure english --out classic.pdf
    embedviz figure glove.npy --relation male-female --relation mine.csv --pairs 12 --out mine.png
    """
    from embedviz import plotting
    from embedviz.opening import open_vectors
    from embedviz.relations import FAMILIES, find

    plotting.check_format(out_file)
    vectors = open_vectors(model)
    wanted = [find(name) for name in dict.fromkeys(relation or FAMILIES)]
    shown = plotting.panels(vectors, wanted, n_labelled=pairs)
    drawn = plotting.classic(vectors, shown, dark=dark)
    title = ", ".join(one.name for one in wanted)
    plotting.save(drawn, out_file, title=title, provenance=vectors.provenance)
    if json:
        print_json({"file": str(out_file), "panels": [_panel(one) for one in shown]})
        return
    typer.echo(f"{out_file}: {len(shown)} panel{'' if len(shown) == 1 else 's'}.")
    for one in shown:
        typer.echo(f"{one.relations[0].name}: {'; '.join(plotting.caption(one))}.")


def _panel(one: Panel) -> dict[str, object]:
    report = one.reports[0]
    return {
        "relation": report.name,
        "pairs": report.n_pairs,
        "labelled": one.relations[0].pairs[: one.n_labelled],
        "consistency": report.consistency,
        "consistency_interval": report.consistency_interval,
        "p_value": report.p_value,
        "fidelity": one.fidelity[0],
        **one.view.facts,
    }
