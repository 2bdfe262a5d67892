"""The commands `corpus list`, `corpus fetch` and `corpus bundled`."""

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
def bundled(
    path: Annotated[Path, typer.Argument(help="The text file to write.", show_default=False)],
) -> None:
    """Write the bundled corpus, about 400,000 words of synthetic English, as a text file.

    Examples:
    embedviz corpus bundled bundled.txt
    """
    from embedviz.corpora import write_bundled

    out.print(f"{write_bundled(path)}: synthetic text, identical on every machine.", markup=False)
