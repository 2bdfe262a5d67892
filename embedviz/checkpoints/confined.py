"""Opening of files by strangers in a child process with limits of time and memory.

A reader holds the interpreter while it parses, and a file may be made to take long or much: in a
process of its own it can harm nobody else.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from embedviz.checkpoints import loading
from embedviz.errors import EmbedvizError, InputError, SeveralTablesError
from embedviz.support import clip, parse_json

logger = logging.getLogger(__name__)

MOST_SECONDS = 30
"""Time on the clock and of the processor that opening a file may take."""

MOST_BYTES = 1 << 30
"""Memory that the process may use."""

_LONGEST_ANSWER = 1 << 16
_MOST_TABLES, _LONGEST_TABLE = 50, 200  # that can be chosen
_MOST_WARNINGS, _LONGEST_WARNING = 3, 400
_KILLED = (-signal.SIGXCPU, -signal.SIGKILL)  # by the limits, or by a system out of memory
_PROGRAM = f"from {__name__} import main; main()"


def convert_confined(
    source: Path,
    target: Path,
    *,
    words: Path | None,
    most_bytes: int,
    tensor: str | None = None,
) -> tuple[str, ...]:
    """Read a file of word vectors from a stranger, and save them.

    Parameters
    ----------
    source : Path
    target : Path
        Its name decides the format; see `embedviz.checkpoints.save`.
    words : Path or None
    tensor : str, optional
        See `embedviz.checkpoints.open_vectors`.
    most_bytes : int
        Limit for the unpacked words and numbers.

    Returns
    -------
    tuple of str
        Warnings of the reader, such as of duplicate words.

    Raises
    ------
    InputError
        If the file is invalid, or opening it takes too long or too much memory.
    SeveralTablesError
        If it has several matrices, and `tensor` names none of them.
    """
    arguments = [str(most_bytes), str(source), str(target), str(words or ""), tensor or ""]
    # one thread: others would only reserve memory
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        child = subprocess.run(
            # -P: modules in the working directory are not imported
            [sys.executable, "-P", "-c", _PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MOST_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _beyond_limits(source) from None
    if child.returncode in _KILLED:
        raise _beyond_limits(source)
    try:
        answer = parse_json(child.stdout[-_LONGEST_ANSWER:])
        error, warnings = answer["error"], tuple(map(str, answer["warnings"]))
        tables = tuple(map(str, answer["tables"]))
    except (ValueError, TypeError, KeyError):
        end = child.stderr[-_LONGEST_ANSWER:].decode(errors="replace")
        logger.error("Opening an upload ended with status %d: %s", child.returncode, end)
        raise InputError(
            f"{source} cannot be opened, for a reason that the server's log names: convert it with "
            "embedviz convert, or ask whoever runs the server."
        ) from None
    if tables:
        raise SeveralTablesError(str(error), tables)
    if error is not None:
        raise InputError(str(error))
    return warnings


def _beyond_limits(source: Path) -> InputError:
    return InputError(
        f"{source} takes more than {MOST_SECONDS} seconds or {MOST_BYTES >> 20:,} MB of memory to "
        "open: convert it to .npy with embedviz convert, or give it when the server is started."
    )


def main() -> None:
    """Convert a file as the arguments say, and print the error message and the warnings."""
    most_bytes, source, target, words, tensor = sys.argv[1:]
    warnings = _Warnings()
    logging.getLogger("embedviz").addHandler(warnings)
    _limit_resources()
    error = None
    tables: tuple[str, ...] = ()
    try:
        vectors = loading.open_vectors(
            source, words=words or None, tensor=tensor or None, most_bytes=int(most_bytes)
        )
        loading.save(vectors, target)
    except SeveralTablesError as found:
        error, tables = str(found), found.tables[:_MOST_TABLES]
    except EmbedvizError as found:
        error = str(found)
    except MemoryError:
        error = str(_beyond_limits(Path(source)))
    answer = {"error": error, "warnings": warnings.messages[:_MOST_WARNINGS]}
    answer["tables"] = [
        name for name in tables if name.isprintable() and len(name) <= _LONGEST_TABLE
    ]
    print(json.dumps(answer))  # noqa: T201 - the answer to the parent


class _Warnings(logging.Handler):
    """Keeps what the reader logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(clip(record.getMessage(), _LONGEST_WARNING))


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
