"""The commands `project`, `report` and `export-site`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from embedviz.cli.options import Json, Model, Relations, model_names, relation_names
from embedviz.cli.output import err, print_json
from embedviz.errors import InputError
from embedviz.support import clip, counted, said_of_case

if TYPE_CHECKING:
    from embedviz.export import Scene
    from embedviz.relations import Relation

_PICTURED_WORDS = 150
_MAP_WORDS = 10_000
_MAPPED_WORDS = 2_000
_NAMED = 5
_FOLDER = ""  # for TensorBoard
_MAPS = (".html", _FOLDER)
"""Kinds of output that by default show frequent words in addition to the arrows."""


_AllRelations = Annotated[
    list[str] | None,
    typer.Option(
        help="A built-in relation, or a file or folder of pairs; may be repeated. By default all "
        "built-in ones.",
        show_default=False,
        autocompletion=relation_names,
    ),
]
_Seed = Annotated[int, typer.Option(help="Seed of the permutation test.", min=0)]


def project(
    out_file: Annotated[
        Path,
        typer.Option(
            "--out",
            help="What to write: .csv, .json, .parquet, .html (a page that works offline), .png, "
            ".svg, .pdf, or a folder for TensorBoard.",
            show_default=False,
        ),
    ],
    model: Annotated[
        str | None,
        typer.Argument(
            help="A model folder, a file of word vectors, or english; with --from, the session "
            "file names it.",
            show_default=False,
            autocompletion=model_names,
        ),
    ] = None,
    relation: Relations = None,
    plane: Annotated[
        str | None,
        typer.Option(
            help="Principal components of the 'arrows' (the default), of the words of the "
            "'pairs', or of 'all' words; 'relation': along the direction of one or two relations; "
            "'tsne' and 'umap': neighbour maps, which do not preserve offsets.",
            show_default=False,
        ),
    ] = None,
    dims: Annotated[
        int | None,
        typer.Option(help="Dimensions of the projection, 2 or 3.", min=2, max=3, show_default="2"),
    ] = None,
    words: Annotated[
        int | None,
        typer.Option(
            help="Also show this many of the most frequent words.",
            min=0,
            show_default="0; 10,000 in .html, TensorBoard and maps without arrows, 150 in their "
            "pictures; 2,000 with tsne and umap",
        ),
    ] = None,
    pairs: Annotated[
        int | None,
        typer.Option(
            help="Draw this many pairs of each relation; tables contain all.",
            min=1,
            show_default="12",
        ),
    ] = None,
    mark: Annotated[
        list[str] | None, typer.Option(help="Mark this word; may be repeated.", show_default=False)
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            help="Colour words by group: a CSV file with the header word,group. Arrows are then "
            "drawn only of relations that are given.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Seed of the permutation test, of tsne and umap.", min=0, show_default="0"
        ),
    ] = None,
    dark: Annotated[
        bool, typer.Option("--dark", help="Draw a picture on a dark background.")
    ] = False,
    size: Annotated[
        Literal["page", "column", "slide"],
        typer.Option(help="Size of a picture: a page or a column of a journal, or a 16:9 slide."),
    ] = "page",
    session: Annotated[
        Path | None,
        typer.Option(help="Also write a session file, which reopens the view.", show_default=False),
    ] = None,
    opened: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Open the view of a session file; other options override it.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Project the pairs of relations onto a plane, and write a table, picture or page.

    Examples:
    embedviz project out/model --relation country-capital --out countries.csv
    embedviz project english --out map.html --session map.json
    embedviz project --from map.json --out families.parquet
    embedviz project english --plane all --words 20000 --out runs/english
    embedviz project items.vec --plane all --groups kinds.csv --out map.html
    """
    from embedviz.checkpoints import label_pictures, open_vectors
    from embedviz.export import PictureSettings, kind_of, open_view, write
    from embedviz.plotting import FORMATS
    from embedviz.projection import MAPS, View, fingerprint, read_view, write_view
    from embedviz.relations import FAMILIES, read_word_groups

    kind = kind_of(out_file)
    changes: dict[str, Any] = {
        name: value
        for name, value in (
            ("plane", plane),
            ("n_components", dims),
            ("n_words", words),
            ("n_pairs", pairs),
            ("seed", seed),
            ("marked", tuple(mark) if mark else None),
            ("relations", _relations(relation) if relation else None),
            ("groups", read_word_groups(groups) if groups else None),
        )
        if value is not None
    }
    if opened is not None:
        view = read_view(opened)
        vectors = open_vectors(model or view.model)
    elif model is None:
        raise InputError("0 models were given: give one, or a session file with --from.")
    else:
        vectors = open_vectors(model)
        families = () if relation or groups else _relations(FAMILIES)
        if not any(one.known_to(vectors) for one in families):
            families = ()  # words of another language or field: a map without arrows
        has_arrows = bool(families or relation)
        has_marks = has_arrows or groups is not None
        n_words = _MAP_WORDS if kind in _MAPS or not has_marks else 0
        if not has_marks and kind in FORMATS:
            n_words = _PICTURED_WORDS
        n_words = n_words or (_MAPPED_WORDS if plane in MAPS else 0)
        view = View(model, fingerprint(vectors), families, n_words=n_words)
    scene = open_view(replace(view, **changes), vectors)
    if kind == _FOLDER:
        scene = replace(scene, pictures=label_pictures(model or view.model, vectors))
    written = write(out_file, scene, PictureSettings(dark=dark, size=size))
    if session is not None:
        write_view(session, scene.view)
    same = opened is None or scene.is_same_model
    _print_summary(scene, [*written, *([session] if session else [])], same, json)


def _relations(names: Sequence[str]) -> tuple[Relation, ...]:
    """Return built-in relations, and all those of files."""
    from embedviz.relations import find_relations

    return tuple(one for name in dict.fromkeys(names) for one in find_relations(name))


def report(
    model: Model,
    out_file: Annotated[
        Path,
        typer.Option("--out", help="The .html or .md file to write.", show_default=False),
    ],
    relation: _AllRelations = None,
    seed: _Seed = 0,
) -> None:
    """Write a report on a model: a picture, statistics and caveats of every relation.

    Examples:
    embedviz report english --out report.html
    embedviz report out/model --relation country-capital --relation mine.csv --out report.md
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.export import check_report_name, take_view, write_report
    from embedviz.relations import built_in_names, find_relations

    check_report_name(out_file)
    names = dict.fromkeys(relation or built_in_names())
    relations = [one for name in names for one in find_relations(name)]
    scene = take_view(open_vectors(model), model, relations, seed=seed)
    write_report(out_file, scene)
    n_without = sum(not one.n_pairs for one in scene.reports)
    plural = "" if len(relations) == 1 else "s"
    verb = "has" if n_without == 1 else "have"
    suffix = f"; {n_without:,} {verb} no pair in the vocabulary" if n_without else ""
    typer.echo(f"{out_file}: {len(relations):,} relation{plural}{suffix}.")


def export_site(
    model: Model,
    out_folder: Annotated[
        Path,
        typer.Option(
            "--out", help="The folder to write; an older site is replaced.", show_default=False
        ),
    ],
    relation: _AllRelations = None,
    n_words: Annotated[
        int,
        typer.Option(
            "--words", help="Most frequent words that the site knows.", min=2, max=200_000
        ),
    ] = 50_000,
    seed: _Seed = 0,
) -> None:
    """Write the explorer of a model as a folder for any web server, or for none.

    Map, search, neighbours, analogies, axes, arrows and verdicts run in the browser; nothing is
    loaded from elsewhere. A page of 50,000 words takes about 6 MB.

    Examples:
    embedviz export-site english --out site
    embedviz export-site out/model --relation mine.csv --words 10000 --out site
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.export import write_site
    from embedviz.relations import built_in_names, find_relations

    names = dict.fromkeys(relation or built_in_names())
    relations = [one for name in names for one in find_relations(name)]
    vectors = open_vectors(model)
    if relation and not any(one.known_to(vectors) for one in relations):
        raise InputError(
            f"No pair of {', '.join(relation)} has both words in the vocabulary of {len(vectors)} "
            "words: give other relations."
        )
    page = write_site(out_folder, vectors, Path(model).name, relations, n_words=n_words, seed=seed)
    size = page.stat().st_size / 1e6
    typer.echo(f"{page}: {min(n_words, len(vectors)):,} words, {size:.1f} MB.")


def _print_summary(scene: Scene, written: Sequence[Path], same: bool, json: bool) -> None:
    from embedviz.relations import describe_verdict

    fidelity = {
        name: round(share, 4) for name, share in scene.fidelities.items() if share is not None
    }
    if json:
        print_json(
            {
                "files": [str(path) for path in written],
                "same_model": same,
                **scene.plane.facts,
                "fidelity": fidelity,
                "verdicts": {one.name: describe_verdict(one) for one in scene.reports},
                "offsets": _describe_offsets(scene),
                **_describe_groups(scene),
            }
        )
        return
    if not same:
        err.print(
            "The session was saved with other vectors (their SHA-256 differs): "
            "the picture is different.",
            style="yellow",
            soft_wrap=True,
        )
    if missing := scene.grouped.missing:
        named = ", ".join(clip(word, 30) for word in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
        err.print(
            f"{counted(len(missing), 'word')} of the groups without a vector: {named}{more}.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
    n_pairs = sum(len(relation.pairs) for relation in scene.known)
    n_grouped = sum(len(group.words) for group in scene.grouped.groups)
    parts = [f"{n_pairs} arrows"] if n_pairs else []
    if n_grouped:
        parts.append(
            f"{counted(n_grouped, 'word')} in {counted(len(scene.grouped.groups), 'group')}"
        )
    what = " and ".join(parts) or f"{scene.n_shown:,} words"
    typer.echo(f"{what} in {', '.join(map(str, written))}.")
    for line in said_of_case(scene.grouped.folded):
        typer.echo(line)
    typer.echo(f"Axes: {', '.join(scene.plane.axis_titles)}. {scene.plane.note}".strip())
    for name, share in fidelity.items():
        typer.echo(f"The plane retains {share:.0%} of the offsets of {name}.")
    for report in scene.reports:
        typer.echo(f"{report.name}: {report.verdict.in_sentence}.")


def _describe_groups(scene: Scene) -> dict[str, object]:
    """Name the groups' words with and without vectors; nothing if there are no groups."""
    if not scene.view.groups:
        return {}
    known = {group.name: list(group.words) for group in scene.grouped.groups}
    return {"groups": known, "without_vectors": list(scene.grouped.missing)}


def _describe_offsets(scene: Scene) -> dict[str, list[dict[str, object]]]:
    """Describe the projected offset of each pair; empty for a neighbour map, which shows none."""
    from embedviz.projection import Plane, drawn_offsets

    plane = scene.plane
    if not isinstance(plane, Plane):
        return {}
    return {
        one.name: [asdict(offset) for offset in drawn_offsets(scene.vectors, one, plane)]
        for one in scene.known
    }
