"""The figure of back-propagation through time: how far back each cost reaches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from embedviz.cli.output import print_json
from embedviz.cli.run_options import require_torch
from embedviz.settings import TrainingConfig, setting
from embedviz.support import CELLS, clip

if TYPE_CHECKING:
    from embedviz.plotting import GradientRow
    from embedviz.sequences import GradientReach

BPTT = "bptt"
"""Name of the figure, in place of a model's."""

TEXT = (
    "the first of these was the son of a king , who had been in the city since the end of the "
    "war , and the second was the daughter of an american writer ."
)
"""Text of the figure, by default."""


def draw_gradient_reach(
    models: Sequence[str], text: str, out_file: Path, *, dark: bool, json: bool
) -> None:
    """Draw how far back the cost of each word reaches, before and after training."""
    require_torch()
    from embedviz import plotting
    from embedviz.models import load_model
    from embedviz.sequences import gradient_reach

    rows, found = [], {}
    for name in models or [f"cells/{cell}" for cell in CELLS]:
        trained = load_model(name)
        untrained, after = (gradient_reach(one, text) for one in (trained.untrained(), trained))
        cell = setting(TrainingConfig, "cell").choices[trained.settings["cell"]].split(":")[0]
        rows.append(_make_row(f"{clip(name, 30)} ({cell})", untrained, after))
        found[name] = {"untrained": _facts(untrained), "trained": _facts(after)}
    notes = (
        "Left and middle: row t, column s: the norm of the derivative of the cost at word t + 1 by "
        "the state after word s, relative to that by the state after word t, on a scale of powers "
        "of ten from 1 (dark) to 1/10,000 (blank). Right: the same by distance k = t − s, median "
        "over t and band between the quartiles, solid after training, dashed before. The dashed "
        "straight line is where training cuts the graph. Of an LSTM, h and c together.",
        f"Text: {clip(text, 300)}",
    )
    drawn = plotting.draw_gradients(rows, notes, dark=dark)
    provenance = {"models": list(found), "text": text}
    plotting.save(drawn, out_file, title="Back-propagation through time", provenance=provenance)
    if json:
        print_json({"file": str(out_file), "models": found})
        return
    typer.echo(f"{out_file}: {len(rows)} model{'' if len(rows) == 1 else 's'}.")
    for row in rows:
        typer.echo(f"{row.title}: {row.note}.")


def _make_row(title: str, untrained: GradientReach, trained: GradientReach) -> GradientRow:
    from embedviz.plotting import GradientRow

    reaches = (_say_reach(untrained), _say_reach(trained))
    return GradientRow(
        title,
        f"1/100 at {reaches[1]}, untrained {reaches[0]}",
        trained.words,
        (untrained.norms, trained.norms),
        (untrained.by_distance, trained.by_distance),
        trained.truncation,
    )


def _say_reach(found: GradientReach) -> str:
    return f"> {len(found.norms) - 1}" if found.reach is None else str(found.reach)


def _facts(found: GradientReach) -> dict[str, object]:
    medians = found.by_distance[:, 1]
    return {
        "reach": found.reach,
        "truncation": found.truncation,
        "median_by_distance": [
            None if value != value else round(float(value), 6) for value in medians
        ],
    }
