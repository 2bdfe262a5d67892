"""What a model of each shape does, and which commands are for it."""

from __future__ import annotations

from collections.abc import Collection
from os import PathLike

from embedviz.checkpoints.checkpoint import LANGUAGE_MODEL, Checkpoint
from embedviz.errors import InputError

_WHAT = {
    LANGUAGE_MODEL: "is a language model",
    "seq-seq": "maps a text to a text",
    "seq-vec": "maps a text to the vector of a label",
    "vec-seq": "maps the vector of a label to a text",
}
_COMMANDS = {
    LANGUAGE_MODEL: "embedviz neighbours, analogy, relations, perplexity or sample",
    "seq-seq": "embedviz encode, decode, score or evaluate",
    "seq-vec": "embedviz find, encode, score or evaluate",
    "vec-seq": "embedviz decode, score or evaluate",
}


def require_shape(saved: Checkpoint, name: str | PathLike[str], shapes: Collection[str]) -> None:
    """Raise `InputError` if a model has another shape; the message names the commands for it."""
    if saved.shape in shapes:
        return
    wanted = " or ".join(shapes)
    option = "" if LANGUAGE_MODEL in shapes else f" --shape {next(iter(shapes))}"
    raise InputError(
        f"{name} {_WHAT[saved.shape]}, and a model of shape {wanted} is needed here: use "
        f"{_COMMANDS[saved.shape]} for it, or train one with embedviz train{option}."
    )
