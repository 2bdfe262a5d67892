"""The choice of a command: `train` has five, by its shape and by what it reads."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from embedviz.errors import InputError
from embedviz.settings import SHAPES

LANGUAGE_MODEL = "language-model"
TRAIN, PAIRS, PROGRAMS = "train", "train --shape", "train programs"
PICTURES, SCENES = "train --pictures", "train scenes"
"""Names of the commands; all but the first are hidden, and typed as the first."""


class Commands(TyperGroup):
    """The commands, where `train` with the shape of a sequence model, or programs, is another one.

    Language models and sequence models share few settings, so that each help page lists only the
    options that count.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Find the command that the arguments name."""
        shape = _shape(args)
        if args[0] == TRAIN and shape in ctx.help_option_names:
            return f"{PAIRS} {SHAPES[0]}", self.get_command(ctx, PAIRS), [shape]
        for made in (PROGRAMS, SCENES):
            if args[:2] == made.split():
                return made, self.get_command(ctx, made), args[2:]
        if args[0] == TRAIN and any(one.split("=")[0] == "--pictures" for one in args):
            wants_help = [one for one in args if one in ctx.help_option_names]
            return PICTURES, self.get_command(ctx, PICTURES), wants_help[:1] or args[1:]
        if args[0] == TRAIN and shape in SHAPES:
            return f"{PAIRS} {shape}", self.get_command(ctx, PAIRS), args[1:]
        if args[0] == TRAIN and shape not in (None, LANGUAGE_MODEL):
            # before the options are read, which are those of another command
            raise InputError(
                f"The shape {shape} does not exist: choose {LANGUAGE_MODEL}, {', '.join(SHAPES)}."
            )
        return super().resolve_command(ctx, args)


def _shape(args: list[str]) -> str | None:
    for place, argument in enumerate(args):
        if argument.startswith("--shape="):
            return argument.removeprefix("--shape=")
        if argument == "--shape" and place + 1 < len(args):
            return args[place + 1]
    return None
