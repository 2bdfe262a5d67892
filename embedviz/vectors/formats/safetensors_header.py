"""The header of a safetensors file: its tensors, and where they are in the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedviz.errors import InputError
from embedviz.support import parse_json

_LONGEST_HEADER = 100_000_000  # limit of the format


@dataclass(frozen=True)
class Entry:
    """A tensor of a file.

    Attributes
    ----------
    dtype : str
        Name of the type in the file.
    shape : tuple of int
    start, stop : int
        Byte range in the file.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class Contents:
    """The content of a file.

    Attributes
    ----------
    entries : dict of str to Entry
    remarks : dict
    """

    entries: dict[str, Entry]
    remarks: dict[str, Any]


def read_header(path: Path) -> Contents:
    """Read the list of tensors, and check every length against the file.

    Raises
    ------
    InputError
        If it does not fit the file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LONGEST_HEADER):
                raise ValueError(f"a header of {length:,} bytes in a file of {size:,}")
            header = parse_json(file.read(length))
        begin = 8 + length
        remarks = header.pop("__metadata__", {})
        entries = {
            str(name): Entry(
                str(facts["dtype"]),
                tuple(int(n) for n in facts["shape"]),
                begin + int(facts["data_offsets"][0]),
                begin + int(facts["data_offsets"][1]),
            )
            for name, facts in header.items()
        }
        for name, entry in entries.items():
            if not begin <= entry.start <= entry.stop <= size or min(entry.shape, default=0) < 0:
                raise ValueError(f"tensor {name} at bytes {entry.start} to {entry.stop} of {size}")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}).") from None
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
    ) as error:
        raise InputError(
            f"{path} is not a complete safetensors file ({str(error)[:120]}): copy the file again."
        ) from None
    return Contents(entries, remarks if isinstance(remarks, dict) else {})
