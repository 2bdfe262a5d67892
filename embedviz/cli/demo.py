"""The commands `demo` and `app`: the demonstration and the dashboard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.options import model_names
from embedviz.cli.output import out
from embedviz.cli.relation_tables import print_relations
from embedviz.settings import DEMO_CONFIG
from embedviz.support import ENGLISH, RUNS, TEXTS, model_folder

if TYPE_CHECKING:
    from embedviz.vectors import WordVectors

_QUESTIONS = (
    ("man", "king", "woman"),
    ("actor", "actress", "waiter"),
    ("walk", "walked", "write"),
    ("france", "paris", "japan"),
    ("italy", "rome", "egypt"),
)

Port = Annotated[int, typer.Option(help="Port of the dashboard.", min=1, max=65_535)]
Address = Annotated[str, typer.Option(help="Address to serve on.")]


def demo(
    out_folder: Annotated[
        Path, typer.Option("--out", help="Folder for the model and the exports.")
    ] = Path("out"),
    serve: Annotated[bool, typer.Option(help="Serve the dashboard at the end.")] = True,
    port: Port = 8501,
    seed: Annotated[int, typer.Option(help="Random seed; makes the run reproducible.")] = 0,
) -> None:
    """Train on the bundled corpus, print what the model learnt, and serve the dashboard.

    Examples:
    embedviz demo --no-serve
    """
    from dataclasses import replace

    from embedviz.checkpoints import load_vectors
    from embedviz.cli.train import summary, train_with_bars
    from embedviz.corpora import bundled_corpus, held_out_capitals
    from embedviz.export import take_view, write
    from embedviz.relations import FAMILIES, Relation, built_in, measure
    from embedviz.text import CorpusConfig

    if serve:
        from embedviz.dashboard import check_address

        check_address("127.0.0.1", port)  # before training, which takes a while

    model = out_folder / "model"
    out.print(
        "The bundled corpus is synthetic text from a grammar and fact tables, not real English."
    )
    config = replace(DEMO_CONFIG, seed=seed)
    results = train_with_bars([bundled_corpus()], model, CorpusConfig(), config)
    out.print(f"\n{model}: {summary(results)}\n", soft_wrap=True, markup=False)

    vectors = load_vectors(model)
    families = [built_in(name) for name in FAMILIES]
    held_out = Relation("held-out capitals", tuple(sorted(held_out_capitals())))
    print_relations([measure(vectors, family) for family in (*families, held_out)])
    out.print("held-out capitals: never in the same document as their country.", style="dim")
    out.print()
    for a, b, c in _QUESTIONS:
        _print_answer(vectors, a, b, c)

    scene = take_view(vectors, str(model), families, n_words=10_000)
    for name in ("families.csv", "families.html"):
        write(out_folder / name, scene)
    out.print(f"\nThe three families on a plane: {out_folder / 'families.csv'} (and .html)")
    if serve:
        dashboard([str(model)], port=port)


def _print_answer(vectors: WordVectors, a: str, b: str, c: str) -> None:
    if len(vectors.known((a, b, c))) == 3:
        best = ", ".join(answer.word for answer in vectors.analogy(a, b, c, n=3))
        out.print(f"{a} is to {b} as {c} is to: {best}", markup=False)


def dashboard(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            help="Model folders or files of word vectors; english, the bundled model, is "
            "always available.",
            show_default=False,
            autocompletion=model_names,
        ),
    ] = None,
    port: Port = 8501,
    address: Address = "127.0.0.1",
    runs: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the runs of the Train page; out/runs by default.", show_default=False
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(help="Folder of texts to offer on the Train page.", show_default=False),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="A host name under which browsers reach the server, such as words.example.org; "
            "others are rejected. May be repeated."
        ),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Disable uploads and training, for a public server.")
    ] = False,
) -> None:
    """Serve the dashboard for one or more models.

    Examples:
    embedviz app
    embedviz app out/model english
    embedviz app glove.npy
    embedviz app models/novel models/wiki --port 9000
    embedviz app --texts novels/ --runs models/
    embedviz app --read-only --address 0.0.0.0 --host words.example.org
    """
    from embedviz.checkpoints import open_vectors
    from embedviz.dashboard import check_address, launch, list_allowed_hosts

    folders = [model_folder(model) for model in models or [ENGLISH]]
    for folder in folders:
        open_vectors(folder)  # report a damaged model here, before the server starts
    check_address(address, port)
    for name, place in ((RUNS, runs), (TEXTS, texts)):
        if place:
            os.environ[name] = str(place.resolve())
    out.print(f"The dashboard is at http://{address}:{port} (stop it with Ctrl+C).")
    if not list_allowed_hosts(address, host or ()):
        out.print("It accepts any host name: restrict it with --host NAME.", soft_wrap=True)
    launch(folders, port=port, address=address, hosts=host or (), read_only=read_only)
