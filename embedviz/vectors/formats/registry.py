"""The formats of word vectors, found by a file's content or by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embedviz.errors import InputError
from embedviz.text import open_decompressed
from embedviz.vectors.formats import (
    arrays,
    binary,
    fasttext,
    npy,
    npz,
    parquet,
    projector,
    table_csv,
    tensors,
    text,
    text_matrix,
)
from embedviz.vectors.formats.blocks import HEAD_BYTES, Options, Progress, Stream, Table
from embedviz.vectors.formats.foreign_files import describe_archive, describe_foreign
from embedviz.vectors.formats.table_layout import find_layout

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_SHARDS = "sharded safetensors"

Reader = Callable[[Path, Options], Stream | Table]
Writer = Callable[[Path, Table, Progress | None], None]


@dataclass(frozen=True)
class Source:
    """A format that is read.

    Attributes
    ----------
    name : str
    read : callable
    takes : tuple of str
        The options that it uses, of ``words`` and ``tensor``; others are refused.
    """

    name: str
    read: Reader
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Format(Source):
    """A file format that is written as well.

    Attributes
    ----------
    endings : tuple of str
        File-name endings of the format; the longest match decides.
    write : callable
    companions : callable
        Returns the files that `write` writes next to its path.
    is_compressed : bool
        Whether ``.gz`` and the like may follow the ending.
    is_halved : bool
        Whether it can store 16-bit numbers.
    """

    endings: tuple[str, ...]
    write: Writer
    companions: Callable[[Path], tuple[Path, ...]] = lambda path: ()
    is_compressed: bool = False
    is_halved: bool = False


_WORDS, _TENSOR = ("words",), ("words", "tensor")
FORMATS = (
    Format(
        text.WITH_HEADER,
        text.read,
        endings=(".vec", ".txt"),
        write=text.write_with_header,
        is_compressed=True,
    ),
    Format(
        text.WITHOUT_HEADER,
        text.read,
        endings=(".glove", ".glove.txt"),
        write=text.write_without_header,
        is_compressed=True,
    ),
    Format(binary.NAME, binary.read, endings=(".bin",), write=binary.write, is_compressed=True),
    Format(
        npy.NAME,
        npy.read,
        _WORDS,
        endings=(".npy",),
        write=npy.write,
        companions=npy.companions,
        is_halved=True,
    ),
    Format(npz.NAME, npz.read, _TENSOR, endings=(".npz",), write=npz.write, is_halved=True),
    Format(
        tensors.NAME,
        tensors.read,
        _TENSOR,
        endings=(".safetensors",),
        write=tensors.write,
        companions=tensors.companions,
        is_halved=True,
    ),
    Format(parquet.NAME, parquet.read, ("tensor",), endings=(".parquet",), write=parquet.write),
    Format(
        projector.NAME,
        projector.read,
        _TENSOR,
        endings=(projector.CONFIG, projector.STANDALONE),
        write=projector.write,
        companions=projector.companions,
    ),
    Format(
        table_csv.NAME,
        table_csv.read,
        endings=(".csv",),
        write=table_csv.write,
        is_compressed=True,
    ),
)
_READ_ONLY = (
    Source(text_matrix.NAME, text_matrix.read, _WORDS),
    Source(fasttext.NAME, fasttext.read),
    Source(_SHARDS, tensors.read_index, _TENSOR),
)
_MARKS = {arrays.MAGIC: npy.NAME, b"PAR1": parquet.NAME, fasttext.MAGIC: fasttext.NAME}
_NEVER_PACKED = (npy.NAME, parquet.NAME, tensors.NAME, _SHARDS, fasttext.NAME, projector.NAME)
_BY_NAME: dict[str, Source] = {source.name: source for source in (*_READ_ONLY, *FORMATS)}


def read_file(path: Path, options: Options) -> Stream | Table:
    """Read a file of any format.

    Raises
    ------
    InputError
        If no format matches, the file is damaged, or an option has no meaning for its format.
    """
    source = detect_format(path)
    for option in ("words", "tensor"):
        if getattr(options, option) is not None and option not in source.takes:
            has = "its own words" if option == "words" else "a single matrix"
            raise InputError(
                f"{path} is {source.name}, which has {has}: leave out --{option} "
                f"(in Python, {option}=)."
            )
    return source.read(path, options)


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


def detect_format(path: Path) -> Source:
    """Detect a file's format by its content; by its name only if the content is ambiguous.

    Raises
    ------
    InputError
        If no format matches.
    """
    named = by_ending(path)
    if npz.is_archive(path):
        return _BY_NAME[npz.NAME]
    if foreign := describe_archive(path):
        raise InputError(f"{path} is {foreign}.")
    with open_decompressed(path) as file:
        head, is_packed = file.stream.read(HEAD_BYTES), file.stream is not file.raw
    name = _by_content(path, head, named)
    if is_packed and name in _NEVER_PACKED:
        raise InputError(
            f"{path} is a compressed file of {name}, which is read only as it is: decompress it "
            "first."
        )
    if name:
        return _BY_NAME[name]
    foreign = describe_foreign(path, head)
    if foreign:
        raise InputError(f"{path} is {foreign}.")
    if named:
        return named  # its reader reports the error
    raise InputError(
        f"{path} is no file of word vectors: expected a word and its numbers on line 1, or one of "
        f"{', '.join(_BY_NAME)}."
    )


def _by_content(path: Path, head: bytes, named: Source | None) -> str | None:
    head = head.removeprefix(b"\xef\xbb\xbf")
    if name := _by_mark(path, head):
        return name
    is_whole = len(head) < HEAD_BYTES - 3
    first, _, rest = head.partition(b"\n")
    promised = text.parse_header(first)
    if not promised:
        return _without_header(path, head, first, is_whole)
    n_lines = rest.count(b"\n") + (is_whole and bool(rest))
    if promised[1] != 1 and n_lines and text_matrix.find_numbers(head, is_whole_file=is_whole):
        return text_matrix.NAME  # two columns, of which the first row is whole
    if not _are_rows(rest, promised[1], is_whole):
        # a small binary file may contain only text characters: its name decides, if it fits
        may_be = named is not None and named.name == binary.NAME and is_whole
        if _is_binary(rest) or (may_be and binary.matches_layout(rest, *promised)):
            return binary.NAME
    return text.WITH_HEADER


def _by_mark(path: Path, head: bytes) -> str | None:
    """Detect a format with a mark of its own."""
    for magic, name in _MARKS.items():
        if head.startswith(magic):
            return name
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 27:
        return tensors.NAME
    plain = head.lstrip()
    if plain.startswith(b"{") and b'"weight_map"' in plain:
        return _SHARDS
    if path.name in (projector.CONFIG, projector.STANDALONE) or _is_projector(plain):
        return projector.NAME
    return None


def _without_header(path: Path, head: bytes, first: bytes, is_whole: bool) -> str | None:
    """Detect lines of numbers without the header of word2vec."""
    if b"\x00" not in head:
        if find_layout(path, head, is_whole_file=is_whole):
            return table_csv.NAME
        if text_matrix.find_numbers(head, is_whole_file=is_whole):
            return text_matrix.NAME
    return text.WITHOUT_HEADER if text.is_row(first) and b"\x00" not in first else None


def _is_projector(plain: bytes) -> bool:
    if plain.startswith(b"{"):
        return b'"embeddings"' in plain
    lines = [line for line in plain.split(b"\n", 100) if not line.lstrip().startswith(b"#")]
    begin = b"\n".join(lines).lstrip()
    return begin.startswith(
        (b"embeddings {", b"embeddings{", b"embeddings:", b"model_checkpoint_path:")
    )


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
