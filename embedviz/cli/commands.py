"""The choice of a command: `train` has two, by its shape."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from embedviz.settings import SHAPES

TRAIN, PAIRS = "train", "train --shape"
"""Names of the two commands; the second is hidden, and typed as the first."""


class Commands(TyperGroup):
    """The commands, where `train` with the shape of a sequence model is another one.

    Language models and sequence models share few settings, so that each help page lists only the
    options that count.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Find the command that the arguments name."""
        if args[0] == TRAIN and _shape(args) in SHAPES:
            return PAIRS, self.get_command(ctx, PAIRS), args[1:]
        return super().resolve_command(ctx, args)


def _shape(args: list[str]) -> str | None:
    for place, argument in enumerate(args):
        if argument.startswith("--shape="):
            return argument.removeprefix("--shape=")
        if argument == "--shape" and place + 1 < len(args):
            return args[place + 1]
    return None
