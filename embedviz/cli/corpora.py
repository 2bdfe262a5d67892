"""Commands about corpora."""

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
    """List the corpora that can be fetched.

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
        typer.echo(f"{recipe.name:14}{size:>8}  {recipe.title} ({recipe.licence})")


def _names(incomplete: str) -> list[str]:
    """Complete the name of a corpus in the shell."""
    from embedviz.corpora import recipes

    return [recipe.name for recipe in recipes() if recipe.name.startswith(incomplete)]


@app.command()
def fetch(
    name: Annotated[
        str,
        typer.Argument(
            help="A name from 'corpus list'.", show_default=False, autocompletion=_names
        ),
    ],
    to: Annotated[Path, typer.Option(help="The folder to keep it in.", show_default=True)] = Path(
        "corpora-fetched"
    ),
) -> None:
    """Fetch a corpus, verify it and unpack it; a broken download goes on where it stopped.

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

    out.print(f"{write_bundled(path)}: synthetic text, the same everywhere.", markup=False)
