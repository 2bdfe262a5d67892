"""The commands `corpus list`, `corpus fetch`, `corpus scenes` and `corpus bundled`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.output import out, print_json, progress_bars

app = typer.Typer(help="Get texts to train on: the bundled corpus, and public ones to download.")


@app.command("list")
def list_(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the corpora that can be downloaded.

    Examples:
    embedviz corpus list
    """
    from dataclasses import asdict

    from embedviz.corpora import recipes

    if json:
        print_json([asdict(recipe) for recipe in recipes()])
        return
    for recipe in recipes():
        size = f"{recipe.size_bytes / 1e6:,.0f} MB"
        description = recipe.title.removeprefix(f"{recipe.name}: ")
        typer.echo(f"{recipe.name:14}{size:>8}  {description}; {recipe.licence}")


def _complete_names(incomplete: str) -> list[str]:
    """Complete the name of a corpus in the shell."""
    from embedviz.corpora import recipes

    return [recipe.name for recipe in recipes() if recipe.name.startswith(incomplete)]


@app.command()
def fetch(
    name: Annotated[
        str,
        typer.Argument(
            help="A name from 'corpus list'.", show_default=False, autocompletion=_complete_names
        ),
    ],
    to: Annotated[Path, typer.Option(help="The folder to write it to.", show_default=True)] = Path(
        "corpora-fetched"
    ),
) -> None:
    """Download a corpus, verify it and unpack it; an interrupted download is resumed.

    Examples:
    embedviz corpus fetch text8 --to texts
    """
    from embedviz.corpora import fetch as fetch_corpus
    from embedviz.corpora import recipe

    wanted = recipe(name)
    with progress_bars("Fetching") as (bar,):
        text = fetch_corpus(
            wanted, to, progress=lambda done, total: bar(done / max(1, total), wanted.url)
        )
    out.print(f"{text}: {wanted.title}. Licence: {wanted.licence}", markup=False, soft_wrap=True)
    out.print(f"Cite: {wanted.citation}", markup=False, soft_wrap=True)


@app.command()
def scenes(
    folder: Annotated[Path, typer.Argument(help="The new folder to write.", show_default=False)],
    n: Annotated[int, typer.Option("--n", help="Scenes.", min=1, max=1_000_000)] = 12,
    size: Annotated[int, typer.Option(help="Side in pixels, 32 to 1,024.")] = 256,
    seed: Annotated[int, typer.Option(help="Random seed.", min=0)] = 1_000,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Only combinations that are kept from training.")
    ] = False,
) -> None:
    """Draw scenes with captions, as PNG files and captions.json in COCO's format.

    They are drawings made by code from facts, not photographs.

    Examples:
    embedviz corpus scenes drawings --n 20 --size 128
    embedviz corpus scenes new --unseen --seed 7
    """
    from embedviz.corpora import write_scenes

    write_scenes(folder, n, size=size, seed=seed, held_out=unseen)
    out.print(f"{folder}: {n:,} drawings, and captions.json.", markup=False, soft_wrap=True)


@app.command()
def bundled(
    path: Annotated[Path, typer.Argument(help="The text file to write.", show_default=False)],
) -> None:
    """Write the bundled corpus, about 400,000 words of synthetic English, as a text file.

    Examples:
    embedviz corpus bundled bundled.txt
    """
    from embedviz.corpora import write_bundled

    out.print(f"{write_bundled(path)}: synthetic text, identical on every machine.", markup=False)
