"""Opening of files by strangers in a child process with limits of time and memory.

A reader holds the interpreter while it parses, and a file may be made to take long or much: in a
process of its own it can harm nobody else.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from embedviz.checkpoints import loading
from embedviz.errors import EmbedvizError, InputError
from embedviz.support import parse_json

MOST_SECONDS = 30
"""Time on the clock and of the processor that opening a file may take."""

MOST_BYTES = 1 << 30
"""Memory that the process may use."""

_LONGEST_ANSWER = 10_000
_PROGRAM = f"from {__name__} import main; main()"


def convert_confined(source: Path, target: Path, *, words: Path | None, most_bytes: int) -> None:
    """Read a file of word vectors from a stranger, and save them.

    Parameters
    ----------
    source : Path
    target : Path
        Its name decides the format; see `embedviz.checkpoints.save`.
    words : Path or None
        See `embedviz.checkpoints.open_vectors`.
    most_bytes : int
        Limit for the unpacked words and numbers.

    Raises
    ------
    InputError
        If the file is invalid, or opening it takes too long or too much memory.
    """
    arguments = [str(most_bytes), str(source), str(target), *([str(words)] if words else [])]
    # one thread: others would only reserve memory
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        child = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            env=environment,
            check=False,
        )
        answer = parse_json(child.stdout[:_LONGEST_ANSWER] or b"null")
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if answer == "":
        return
    if isinstance(answer, str):
        raise InputError(answer)
    raise InputError(
        f"{source} takes more than {MOST_SECONDS} seconds or {MOST_BYTES >> 20:,} MB of memory to "
        "open: convert it to .npy with embedviz convert, or give it when the server is started."
    )


def main() -> None:
    """Convert a file as the arguments say, and print the error message, empty without an error."""
    most_bytes, source, target, *words = sys.argv[1:]
    _limit_resources()
    try:
        vectors = loading.open_vectors(
            source, words=words[0] if words else None, most_bytes=int(most_bytes)
        )
        loading.save(vectors, target)
        message = ""
    except EmbedvizError as error:
        message = str(error)
    print(json.dumps(message))  # noqa: T201 - the answer to the parent


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # not on every system: the parent's clock still counts
        return
    for limit, most in (
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_DATA, MOST_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
            resource.setrlimit(limit, (most, most))
