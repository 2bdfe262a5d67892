"""The formats of word vectors, found by a file's content or by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embedviz.errors import InputError
from embedviz.text import open_decompressed
from embedviz.vectors.formats import (
    binary,
    npy,
    npz,
    parquet,
    projector,
    table_csv,
    tensors,
    text,
)
from embedviz.vectors.formats.blocks import Options, Progress, Stream, Table

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_HEAD_BYTES = 1 << 16

Reader = Callable[[Path, Options], Stream | Table]
Writer = Callable[[Path, Table, Progress | None], None]


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : str
    endings : tuple of str
        File-name endings of the format; the longest match decides.
    read, write : callable
    companions : callable
        Returns the files that `write` writes next to its path.
    is_compressed : bool
        Whether ``.gz`` and the like may follow the ending.
    is_halved : bool
        Whether it can store 16-bit numbers.
    """

    name: str
    endings: tuple[str, ...]
    read: Reader
    write: Writer
    companions: Callable[[Path], tuple[Path, ...]] = lambda path: ()
    is_compressed: bool = False
    is_halved: bool = False


FORMATS = (
    Format(
        text.WITH_HEADER, (".vec", ".txt"), text.read, text.write_with_header, is_compressed=True
    ),
    Format(
        text.WITHOUT_HEADER,
        (".glove", ".glove.txt"),
        text.read,
        text.write_without_header,
        is_compressed=True,
    ),
    Format(binary.NAME, (".bin",), binary.read, binary.write, is_compressed=True),
    Format(npy.NAME, (".npy",), npy.read, npy.write, npy.companions, is_halved=True),
    Format(npz.NAME, (".npz",), npz.read, npz.write, is_halved=True),
    Format(
        tensors.NAME,
        (".safetensors",),
        tensors.read,
        tensors.write,
        tensors.companions,
        is_halved=True,
    ),
    Format(parquet.NAME, (".parquet",), parquet.read, parquet.write),
    Format(
        projector.NAME,
        (projector.CONFIG, projector.STANDALONE),
        projector.read,
        projector.write,
        projector.companions,
    ),
    Format(table_csv.NAME, (".csv",), table_csv.read, table_csv.write, is_compressed=True),
)
_BY_NAME = {format_.name: format_ for format_ in FORMATS}


def by_ending(path: Path) -> Format | None:
    """Find the format by the ending of a file's name; None if no ending matches."""
    name = path.name.lower()
    packed = name.endswith(COMPRESSED)
    if packed:
        name = name.rpartition(".")[0]
    fitting = {
        ending: format_
        for format_ in FORMATS
        for ending in format_.endings
        if (name.endswith(ending) if ending.startswith(".") else name == ending)
        and (format_.is_compressed or not packed)
    }
    return fitting[max(fitting, key=len)] if fitting else None


def choose_format(path: Path) -> Format:
    """Choose the format to write by the ending of the name.

    Raises
    ------
    InputError
        If no ending matches; the message lists those that can be written.
    """
    if format_ := by_ending(path):
        return format_
    endings = ", ".join(ending for format_ in FORMATS for ending in format_.endings)
    packable = ", ".join(
        ending for format_ in FORMATS if format_.is_compressed for ending in format_.endings
    )
    raise InputError(
        f"{path} has no known extension: use one of {endings} "
        f"({packable} also with {', '.join(COMPRESSED)})."
    )


def detect_format(path: Path) -> Format:
    """Detect a file's format by its content; by its name only if the content is ambiguous.

    Raises
    ------
    InputError
        If no format matches.
    """
    with open_decompressed(path) as file:
        head = file.stream.read(_HEAD_BYTES)
    named = by_ending(path)
    name = _by_content(head, named)
    if name:
        return _BY_NAME[name]
    if head[:1] == b"\x80" and head[1:2] <= b"\x05" and named is None:
        raise InputError(
            f"{path} is a pickle, which can run any program and is never opened: open it where it "
            "was written and save it as .bin (gensim: save_word2vec_format with binary=True)."
        )
    if named:
        return named  # its reader reports the error
    raise InputError(
        f"{path} is no file of word vectors: expected a word and its numbers on line 1, or one of "
        f"{', '.join(_BY_NAME)}."
    )


def _by_content(head: bytes, named: Format | None) -> str | None:
    head = head.removeprefix(b"\xef\xbb\xbf")
    first, _, rest = head.partition(b"\n")
    if text.is_row(first) and b"\x00" not in first and not text.parse_header(first):
        return text.WITHOUT_HEADER
    starts = {b"\x93NUMPY": npy.NAME, b"PK\x03\x04": npz.NAME, b"PAR1": parquet.NAME}
    for magic, name in starts.items():
        if head.startswith(magic):
            return name
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 27:
        return tensors.NAME
    plain = head.lstrip()
    if plain.startswith((b"embeddings {", b"embeddings{")) or (
        plain.startswith(b"{") and b'"embeddings"' in plain
    ):
        return projector.NAME
    if first.startswith((b"word,", b'"word",')):
        return table_csv.NAME
    promised = text.parse_header(first)
    if promised is None:
        return None
    is_whole = len(head) < _HEAD_BYTES
    if not _are_rows(rest, promised[1], is_whole):
        # a small binary file may contain only text characters: its name decides, if it fits
        may_be = named is not None and named.name == binary.NAME and is_whole
        if _is_binary(rest) or (may_be and binary.matches_layout(rest, *promised)):
            return binary.NAME
    return text.WITH_HEADER


def _are_rows(data: bytes, n_dims: int, is_whole: bool) -> bool:
    """Whether lines are words followed by `n_dims` numbers.

    A byte of a binary number may be a newline, so the first line alone is not enough. A
    text of another encoding may have a bad line, but has no zero bytes.
    """
    lines = data.split(b"\n")
    if not (is_whole and lines[-1]) and len(lines) > 1:
        lines.pop()  # empty, or cut
    n_rows = sum(text.is_row(line, n_dims) for line in lines)
    return n_rows == len(lines) if b"\x00" in data else 2 * n_rows > len(lines)


def _is_binary(data: bytes) -> bool:
    """Whether there are bytes that text cannot contain."""
    if any(byte < 9 or 13 < byte < 32 for byte in data):
        return True
    try:
        data[:-4].decode()
    except UnicodeDecodeError:
        return True
    return False
