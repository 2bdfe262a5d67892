"""The command `index`, which builds an approximate nearest-neighbour index."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.options import Json, Model
from embedviz.cli.output import out, print_json


def index(
    model: Model,
    out_file: Annotated[
        Path,
        typer.Option(
            "--out",
            help="The file to write; NAME.json is written next to it.",
            show_default=False,
        ),
    ],
    json: Json = False,
) -> None:
    """Build an index for fast neighbour search among more than a million words.

    The search is approximate: its recall, measured on 200 words, is printed. Needs the
    extra index.

    Examples:
    embedviz index crawl.npy --out crawl.usearch
    embedviz neighbours crawl.npy queen --index crawl.usearch
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.support import check_writable
    from embedviz.vectors import build_index

    check_writable(out_file)
    vectors = open_vectors(model)
    started = time.monotonic()
    made = build_index(vectors, threads=os.cpu_count() or 1)
    seconds = time.monotonic() - started
    recall = made.recall()
    made.save(out_file)
    if json:
        facts = {"file": str(out_file), "words": len(vectors), "recall_at_10": recall}
        print_json({**facts, "seconds": round(seconds, 1)})
        return
    out.print(
        f"{len(vectors):,} words in {out_file} ({seconds:.1f} s); it finds {recall:.1%} of the 10 "
        "nearest words.",
        markup=False,
        soft_wrap=True,
    )
