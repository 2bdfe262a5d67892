"""Texts on the command line: as arguments, in files, or on standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from embedviz.cli.output import err
from embedviz.errors import InputError
from embedviz.support import clip
from embedviz.text import TextLayout, look_into_folders, read_text_lines

STANDARD_INPUT = "-"
_MOST_WORDS = 10  # shown

Texts = Annotated[
    list[str],
    typer.Argument(
        help="Texts; with --lines files with a text a line. - for lines of standard input.",
        show_default=False,
    ),
]
Lines = Annotated[bool, typer.Option("--lines", help="The arguments are files with a text a line.")]


def print_folders(paths: Sequence[Path], layout: TextLayout) -> None:
    """Say on standard error which files of folders are read, and which are left out."""
    for contents in look_into_folders(paths, layout):
        if contents.read:  # else reading it is an error
            err.print(f"{contents}.", markup=False, soft_wrap=True)


def read_texts(arguments: Sequence[str], *, lines: bool) -> list[str]:
    """Return the texts that the arguments give; empty lines are left out.

    Raises
    ------
    InputError
        If a file cannot be read or there is no text.
    """
    found = [text for argument in arguments for text in _texts(argument, lines) if text.strip()]
    if not found:
        raise InputError("There are 0 texts: give at least one.")
    return [whole(text) for text in found]


def standard_input() -> list[str]:
    """Return the lines of standard input, also blank ones; `InputError` if there are none."""
    lines = [whole(line.strip()) for line in _texts(STANDARD_INPUT, lines=False)]
    if not lines:
        raise InputError("There are 0 texts: give at least one.")
    return lines


def print_unknown(words: Sequence[str]) -> None:
    """Print the first words that a model does not know on standard error."""
    if words:
        more = f" and {len(words) - _MOST_WORDS:,} more" if len(words) > _MOST_WORDS else ""
        shown = ", ".join(clip(word, 40) for word in words[:_MOST_WORDS])
        err.print(f"Unknown words: {shown}{more}.", markup=False, soft_wrap=True)


def whole(text: str) -> str:
    """Return a text; `InputError` if the shell gave bytes that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"The text {clip(text, 40)!a} is not UTF-8 at character {error.start + 1}: correct it."
        ) from None
    return text


def _texts(argument: str, lines: bool) -> Iterator[str]:
    if argument == STANDARD_INPUT:
        try:
            yield from (line.rstrip("\n") for line in sys.stdin)
        except UnicodeDecodeError as error:
            raise InputError(
                f"Standard input is not UTF-8 text ({error.reason}): convert it."
            ) from None
    elif lines:
        yield from (line for _, line in _lines_of(Path(argument)))
    else:
        yield argument


def _lines_of(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        raise InputError(f"{path} is not a file: give a file with a text a line, or omit --lines.")
    return read_text_lines(path)
