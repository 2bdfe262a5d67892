"""JSON and JSON-lines documents, read within limits of size and nesting."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from embedviz.errors import InputError

MOST_BYTES = 1 << 28
"""Default size limit of a document in bytes."""

MOST_NUMBER = 1e300
"""Largest number that `check_numbers` accepts: beyond it, arithmetic on floats would fail."""


def parse_json(text: str | bytes, *, unique_keys: bool = False) -> Any:  # noqa: ANN401
    """Parse a JSON document from an untrusted source.

    Parameters
    ----------
    text : str or bytes
        Bytes are UTF-8, UTF-16 or UTF-32.
    unique_keys : bool
        Raise an error for duplicate keys; otherwise the last one counts.

    Raises
    ------
    ValueError
        If it is not JSON, is nested too deeply, or has a duplicate key. Never `RecursionError`.

    Examples
    --------
    >>> parse_json('{"n": [1, 2]}')
    {'n': [1, 2]}
    >>> parse_json("[" * 100_000)
    Traceback (most recent call last):
    ...
    ValueError: lists and objects are nested too deeply
    """
    try:
        return json.loads(text, object_pairs_hook=_without_repeats if unique_keys else None)
    except RecursionError:
        raise ValueError("lists and objects are nested too deeply") from None


def parse_json_lines(text: str) -> list[Any]:
    r"""Parse JSON lines as one list, several times as fast as line by line.

    A newline inside a string is written as ``\n``, so that each newline ends a value.

    Raises
    ------
    ValueError
        If it is not JSON, or is nested too deeply.

    Examples
    --------
    >>> parse_json_lines('["a", 1]\n["b", 2]\n')
    [['a', 1], ['b', 2]]
    """
    found: list[Any] = parse_json(f"[{text.rstrip(chr(10)).replace(chr(10), ',')}]")
    return found


def read_limited(path: Path, most_bytes: int) -> bytes:
    """Read a file up to a size limit.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it exceeds the limit.
    """
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"more than {most_bytes:,} bytes")
    return data


def read_text(path: Path, expected: str, *, most_bytes: int = MOST_BYTES) -> str:
    """Read a text file whole, never more than the limit; its line ends become newlines.

    Parameters
    ----------
    path : Path
    expected : str
        Description of the expected file for error messages: "a session file".
    most_bytes : int

    Raises
    ------
    InputError
        If the file cannot be read, is larger than the limit, or is not UTF-8.
    """
    try:
        text = read_limited(path, most_bytes).decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: give {expected}.") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): give {expected}."
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start + 1}): give {expected}."
        ) from None
    except ValueError as error:
        raise InputError(f"{path} is too large ({error}): give {expected}.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_json(
    path: Path, expected: str, *, most_bytes: int = MOST_BYTES, unique_keys: bool = False
) -> Any:  # noqa: ANN401
    """Read a JSON document; see `read_text` for the parameters.

    Raises
    ------
    InputError
        If the file cannot be read, is larger than the limit, or is not JSON.
    """
    text = read_text(path, expected, most_bytes=most_bytes)
    try:
        return parse_json(text, unique_keys=unique_keys)
    except ValueError as error:
        raise InputError(f"{path} is not JSON ({error}): give {expected}.") from None


def check_numbers(*values: object) -> None:
    """Check values that a JSON document should hold as numbers.

    Raises
    ------
    TypeError
        If one is no number, or not finite.

    Examples
    --------
    >>> check_numbers(1, 0.5)
    >>> check_numbers(True)
    Traceback (most recent call last):
    ...
    TypeError: True is no number
    """
    for value in values:
        is_bool = isinstance(value, bool)
        if is_bool or not isinstance(value, (int, float)) or not abs(value) <= MOST_NUMBER:
            raise TypeError(f"{value!r:.60} is no number")


def read_complete_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Read the objects of JSON lines that another process may be writing.

    An incomplete last line and lines without an object are skipped. A missing file is
    empty, and of a file above the limit the first 256 MiB are read.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return
    for line in text.split("\n")[:-1]:
        try:
            content = parse_json(line)
        except ValueError:
            continue
        if isinstance(content, dict):
            yield content


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document: dict[str, object] = {}
    for name, value in pairs:
        if name in document:
            raise ValueError(f"'{name}' occurs twice")
        document[name] = value
    return document
