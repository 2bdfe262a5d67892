"""The command `figure`, which draws the classic figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.gradient_figures import BPTT, TEXT, draw_gradient_reach
from embedviz.cli.options import Json, Model, Relations
from embedviz.cli.output import err, print_json
from embedviz.cli.phrase_relations import is_of_programs, reads_pictures, reads_texts
from embedviz.cli.program_figures import draw_program_model
from embedviz.cli.run_options import require_torch
from embedviz.cli.scene_figures import draw_scene_model
from embedviz.errors import InputError
from embedviz.support import counted

if TYPE_CHECKING:
    from embedviz.plotting import Panel

_N_LABELLED, _PLANE = 8, "tsne"

Dark = Annotated[bool, typer.Option("--dark", help="Draw on a dark background.")]


def figure(
    model: Model,
    out_file: Annotated[
        Path, typer.Option("--out", help="A .png, .svg or .pdf file to write.", show_default=False)
    ],
    relation: Relations = None,
    pairs: Annotated[
        int | None,
        typer.Option(
            help=f"Label this many pairs per panel, the most frequent; {_N_LABELLED} by default.",
            min=1,
            show_default=False,
        ),
    ] = None,
    plane: Annotated[
        str | None,
        typer.Option(
            help=f"Of a map of phrases: tsne, umap or pca, the fastest; {_PLANE} by default.",
            show_default=False,
        ),
    ] = None,
    of: Annotated[
        list[str] | None,
        typer.Option(
            help="Of the figure bptt: a language model, by default four small ones that ship, one "
            "for each cell; may be repeated.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            help="Of the figure bptt: the text that is read, 2 to 80 words; by default a sentence.",
            show_default=False,
        ),
    ] = None,
    dark: Dark = False,
    json: Json = False,
) -> None:
    """Draw the classic figure: one panel per relation, its pairs as arrows, and statistics.

    All pairs are drawn; labels go to the most frequent, however well they fit. Of a sequence model,
    such as phrases, the figure is a map of everyday phrases with three zooms, beside its controls.
    Of a model of programs it shows what the digits became, the states along a program, and where
    the net looks in it. Of a model of pictures it is a sheet of drawn scenes under the four grades.
    The figure bptt shows back-propagation through time: how far back the cost of each word
    reaches, for each cell, before and after training.

    Examples:
    embedviz figure english --out classic.pdf
    embedviz figure phrases --out phrases.png
    embedviz figure execute --out execute.png
    embedviz figure bptt --out bptt.png
    embedviz figure bptt --of models/mine --text "some words of your own" --out mine.png
    embedviz figure glove.npy --relation male-female --relation mine.csv --pairs 12 --out mine.png
    """
    from embedviz import plotting

    plotting.check_format(out_file)
    if model == BPTT:
        if relation or pairs is not None or plane is not None:
            raise InputError("The figure bptt has no relations: omit --relation, --pairs, --plane.")
        draw_gradient_reach(of or [], text or TEXT, out_file, dark=dark, json=json)
        return
    if of or text is not None:
        raise InputError(f"--of and --text are those of the figure {BPTT}: omit them.")
    if reads_texts(model):
        if relation or pairs is not None:
            raise InputError(
                f"The figure of {model} is a map of phrases, without relations and their pairs: "
                "omit --relation and --pairs. embedviz relations --model measures relations "
                "between phrases."
            )
        _draw_text_model(model, out_file, plane, dark=dark, json=json)
        return
    if reads_pictures(model):
        if relation or pairs is not None or plane is not None:
            raise InputError(
                f"The figure of {model} is a sheet of scenes with captions: omit --relation, "
                "--pairs and --plane."
            )
        draw_scene_model(model, out_file, dark=dark, json=json)
        return
    if plane is not None:
        raise InputError(
            f"--plane is that of a map of phrases, and {model} has vectors of words, whose panels "
            "have planes of their own: omit it."
        )
    _draw_classic(model, out_file, relation or (), pairs, dark=dark, json=json)


def _draw_classic(
    model: str,
    out_file: Path,
    relations: Sequence[str],
    pairs: int | None,
    *,
    dark: bool,
    json: bool,
) -> None:
    """Draw a panel for each relation."""
    from embedviz import plotting
    from embedviz.checkpoints import open_vectors
    from embedviz.relations import FAMILIES, find_relations

    vectors = open_vectors(model)
    names = dict.fromkeys(relations or FAMILIES)
    wanted = [one for name in names for one in find_relations(name)]
    if not relations:  # of the built-in ones, those that the vectors have
        wanted = [one for one in wanted if one.known_to(vectors)]
        if not wanted:
            raise InputError(
                f"No pair of {', '.join(FAMILIES)} has both words in {model}: give pairs of your "
                f"own with --relation, or draw a map of words with embedviz project {model} --out "
                f"{out_file}."
            )
    shown = plotting.panels(vectors, wanted, n_labelled=pairs or _N_LABELLED)
    drawn = plotting.classic(vectors, shown, dark=dark)
    title = ", ".join(one.name for one in wanted)
    plotting.save(drawn, out_file, title=title, provenance=vectors.provenance)
    if json:
        print_json({"file": str(out_file), "panels": [_describe_panel(one) for one in shown]})
        return
    typer.echo(f"{out_file}: {len(shown)} panel{'' if len(shown) == 1 else 's'}.")
    for one in shown:
        typer.echo(f"{one.relations[0].name}: {'; '.join(plotting.caption(one))}.")


def _draw_text_model(
    model: str, out_file: Path, plane: str | None, *, dark: bool, json: bool
) -> None:
    """Draw a model of programs, or a map of phrases."""
    if not is_of_programs(model):
        _draw_phrases(model, out_file, plane or _PLANE, dark=dark, json=json)
        return
    if plane is not None:
        raise InputError(
            f"--plane is that of a map of phrases, and {model} was trained on programs: omit it."
        )
    draw_program_model(model, out_file, dark=dark, json=json)


def _describe_panel(one: Panel) -> dict[str, object]:
    from embedviz.relations import describe_verdict

    report = one.reports[0]
    return {
        "relation": report.name,
        "pairs": report.n_pairs,
        "labelled": one.relations[0].pairs[: one.n_labelled],
        "consistency": report.consistency,
        "consistency_interval": report.consistency_interval,
        "shuffled_consistency": report.shuffled_consistency,
        "p_value": report.p_value,
        "gain": report.gain,
        "gain_interval": report.gain_interval,
        **describe_verdict(report),
        "fidelity": one.fidelity[0],
        **one.view.facts,
    }


def _draw_phrases(model: str, out_file: Path, plane: str, *, dark: bool, json: bool) -> None:
    """Draw the map of the built-in phrases, with the untrained model and the words' mean."""
    require_torch()
    from embedviz import plotting
    from embedviz.corpora import read_phrases
    from embedviz.sequences import phrase_spaces

    phrases = read_phrases()
    spaces = phrase_spaces(model, [phrase.text for phrase in phrases])
    vectors = spaces.pop("trained")
    if n_left_out := len(phrases) - len(vectors):
        err.print(
            f"Left out: {counted(n_left_out, 'phrase')} without a word that {model} knows.",
            markup=False,
            soft_wrap=True,
        )
    shown = plotting.phrase_map(vectors, phrases, spaces, plane=plane)
    drawn = plotting.draw_phrases(shown, dark=dark)
    plotting.save(drawn, out_file, title="Phrases", provenance=vectors.provenance)
    if json:
        print_json({"file": str(out_file), **shown.facts})
    else:
        typer.echo(f"{out_file}: {len(shown.whole.phrases)} phrases.")
