"""The command `convert`, which converts between file formats of word vectors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.options import Json, Model
from embedviz.cli.output import out, print_json, progress_bars


def convert(
    source: Model,
    target: Annotated[
        Path,
        typer.Argument(
            help="The file to write; its name determines the format: .vec, .txt, .glove, .bin, "
            ".npy, .npz, .safetensors, .parquet, .csv, projector_config.pbtxt or "
            "projector_config.json.",
            show_default=False,
        ),
    ],
    top: Annotated[
        int | None,
        typer.Option(
            "--top",
            "-n",
            help="Keep only this many of the most frequent words.",
            min=1,
            show_default=False,
        ),
    ] = None,
    float16: Annotated[
        bool, typer.Option("--float16", help="Store float16 (.npy, .npz, .safetensors).")
    ] = False,
    whiten: Annotated[
        float | None,
        typer.Option(
            help="Above 0: scale the principal axes of the 10,000 most frequent words towards "
            "equal variance: 0.25 halves the differences, 0.5 removes them. Neighbours improve, "
            "and offsets that relations have in common become shorter.",
            min=0,
            max=0.5,
            show_default=False,
        ),
    ] = None,
    words: Annotated[
        Path | None,
        typer.Option(
            help="File of the words of a bare matrix: one per line, with a count or not, CSV, "
            "JSON, JSON lines, .npy, a Parquet column or tokenizer.json; by default next to the "
            "matrix.",
            show_default=False,
        ),
    ] = None,
    tensor: Annotated[
        str | None,
        typer.Option(
            help="Name of the matrix in a file or folder with several.", show_default=False
        ),
    ] = None,
    replace_invalid: Annotated[
        bool, typer.Option("--replace-invalid", help="Replace invalid UTF-8 in words.")
    ] = False,
    json: Json = False,
) -> None:
    """Convert word vectors to another file format; .npy and .safetensors open fastest.

    Examples:
    embedviz convert glove.6B.50d.txt glove.npy
    embedviz convert english english.bin
    embedviz convert english runs/english/projector_config.pbtxt --top 10000
    embedviz convert english whitened.npy --whiten 0.25
    embedviz convert GoogleNews.bin.gz news.safetensors --top 200000 --float16
    """
    from embedviz.checkpoints import loading
    from embedviz.vectors.formats import Options

    started = time.monotonic()
    with progress_bars("Reading", "Writing") as (reading, writing):
        made = loading.convert(
            source,
            target,
            top=top,
            float16=float16,
            whitening=whiten,
            options=Options(replace_invalid, words, tensor, lambda share: reading(share, "")),
            progress=lambda share: writing(share, ""),
        )
    if json:
        print_json(
            {
                "file": str(target),
                "files": [str(file) for file in made.files],
                "format": made.format,
                "words": made.n_words,
                "dims": made.n_dims,
                "provenance": made.provenance,
            }
        )
        return
    named = " and ".join(filter(None, (", ".join(map(str, made.files[:-1])), str(made.files[-1]))))
    out.print(
        f"{made.n_words:,} words of {made.n_dims} dimensions in {named} ({made.format}, "
        f"{time.monotonic() - started:.1f} s)",
        markup=False,
        soft_wrap=True,
    )
