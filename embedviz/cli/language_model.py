"""The commands `perplexity` and `sample`, which use a model as a language model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.options import Encoding, Field, Json, Model
from embedviz.cli.output import out, print_json
from embedviz.cli.texts import print_folders
from embedviz.text import TextLayout


def perplexity(
    model: Model,
    texts: Annotated[
        list[Path],
        typer.Argument(help="Text files, folders, or - for standard input.", show_default=False),
    ],
    encoding: Encoding = "utf-8",
    field: Field = None,
    json: Json = False,
) -> None:
    """Measure the perplexity of a model on a text, over the full softmax.

    Examples:
    embedviz perplexity models/mine other.txt
    embedviz perplexity models/mine other.txt --json
    """
    from embedviz.models import load_model, measure_text

    layout = TextLayout(encoding, field)
    print_folders(texts, layout)
    found = measure_text(load_model(model), texts, layout)
    if json:
        print_json(asdict(found))
    else:
        unknown = found.n_unknown / found.n_words
        typer.echo(
            f"Perplexity {found.perplexity:.1f} on {found.n_words:,} words, "
            f"{unknown:.1%} of them unknown to the model and counted as one word."
        )


def sample(
    model: Model,
    prompt: Annotated[str, typer.Option(help="Text to continue.", show_default=False)] = "",
    words: Annotated[int, typer.Option(help="Number of words to generate.")] = 50,
    temperature: Annotated[
        float, typer.Option(help="Softmax temperature; below 1 favours likely words.")
    ] = 1.0,
    top_k: Annotated[
        int | None,
        typer.Option(help="Sample among this many of the most likely words.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed of the sampling.")] = 0,
    json: Json = False,
) -> None:
    """Generate text with a model that was trained with --skip 0.

    Examples:
    embedviz sample models/plain --prompt "the king" --words 30
    embedviz sample models/plain --temperature 0.8 --top-k 40 --seed 5
    """
    from embedviz.models import load_model
    from embedviz.models import sample_text as write

    written = list(
        write(
            load_model(model),
            prompt,
            n_words=words,
            temperature=temperature,
            top_k=top_k,
            seed=seed,
        )
    )
    if json:
        print_json({"prompt": prompt, "words": written})
    else:
        out.print(" ".join([*prompt.split(), *written]), markup=False)
