"""Options of a training run, and the run with bars, metrics and signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.output import err
from embedviz.cli.progress import Interruption, reporting
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.training import Callbacks, Progress, World

RUN = "Run"

Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Resume the unfinished run at --out; give the same settings.",
        rich_help_panel=RUN,
    ),
]
SaveEvery = Annotated[
    float, typer.Option(help="Seconds between checkpoints.", min=0.0, rich_help_panel=RUN)
]
Metrics = Annotated[
    Path | None,
    typer.Option(
        help="Write the progress to this file as JSON lines.",
        show_default=False,
        rich_help_panel=RUN,
    ),
]
TensorBoard = Annotated[
    Path | None,
    typer.Option(
        help="Write scalars for TensorBoard to this folder.",
        show_default=False,
        rich_help_panel=RUN,
    ),
]


STARTER = "--with-starter"
WithStarter = Annotated[
    bool, typer.Option(STARTER, hidden=True, help="Stop once standard input ends.")
]


def require_torch() -> None:
    """Raise `InputError` if PyTorch is not installed."""
    try:
        from embedviz.training import train as _  # noqa: F401
    except ModuleNotFoundError as missing:
        raise InputError(
            f"Training needs the package {missing.name}: pip install 'embedviz[train]'."
        ) from None


def follow_run(
    start: Callable[[Callbacks, World], Mapping[str, object]],
    model: Path,
    *,
    save_every: float,
    metrics: Path | None,
    tensorboard: Path | None,
    recorders: Sequence[Callable[[Progress], None]] = (),
) -> Mapping[str, object]:
    """Train with progress bars; exit if a signal stops the run.

    Parameters
    ----------
    start : callable
        Trains a model folder and returns its results.
    model : Path
        For the message about an unfinished run.
    save_every, metrics, tensorboard
        See the options.
    recorders : sequence of callable
        Called with the progress, and with the untrained model first; see `GrowthRecorder`.
    """
    from embedviz.training import Callbacks, joined

    interruption = Interruption()

    def follow(progress: Progress) -> None:
        interruption.training = True
        report(progress)

    def begin(progress: Progress) -> None:
        for record in recorders:
            record(progress)

    with (
        joined() as world,
        interruption.listening(),
        reporting(metrics, tensorboard, recorders, shown=world.is_first) as (reading, report),
    ):
        first = begin if world.is_first and recorders else None
        results = start(
            Callbacks(reading, follow, first, save_every=save_every, stop=interruption), world
        )
    if not world.is_first:
        raise typer.Exit(0 if results["finished"] else interruption.exit_code)
    if not results["finished"]:
        err.print(
            f"{model} contains the unfinished run: run the same command with --resume.",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(interruption.exit_code)
    return results
