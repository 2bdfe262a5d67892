"""Loading, saving and conversion of word vectors in model folders and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import islice
from os import PathLike
from pathlib import Path

import numpy as np

from embedviz.checkpoints.extraction import load_vectors
from embedviz.errors import InputError, ModelError
from embedviz.support import (
    BUNDLED,
    MATRIX,
    check_writable,
    model_folder,
    recover,
    scratch_folder,
)
from embedviz.vectors import (
    WordVectors,
    check_power,
    name_whitening,
    table_of,
    vectors_of,
    whitened,
)
from embedviz.vectors.formats import (
    Format,
    Options,
    Progress,
    Stream,
    Table,
    choose_format,
    collect,
    find_vector_file,
    fresh_provenance,
    keep_first,
    limit_memory,
    read_file,
    steps_of,
    with_step,
)

_URLS = ("http:/", "https:/", "ftp:/", "s3:/", "hf:/")  # a Path has one slash
_MOST_NAMES = 10_000  # of a folder, searched for one that was misspelt


def open_vectors(
    name: str | PathLike[str],
    *,
    words: str | PathLike[str] | None = None,
    tensor: str | None = None,
    replace_invalid: bool = False,
    most_bytes: int | None = None,
) -> WordVectors:
    """Load word vectors from a model, or from a file of any format; see ``docs/formats``.

    A file's format is detected by its content. ``.npy`` and ``.safetensors`` are memory-mapped;
    other formats are read into memory.

    Parameters
    ----------
    name : str or path
        ``"english"``, a model folder, a file of word vectors, or a folder with
        ``projector_config.pbtxt`` or with a transformer's ``model.safetensors`` and
        ``tokenizer.json``.
    words : str or path, optional
        File with the words of a matrix: one per line, JSON lines, a Parquet column or a
        ``tokenizer.json``; by default next to the matrix.
    tensor : str, optional
        Name of the matrix, in a file with several.
    replace_invalid : bool
        Replace invalid UTF-8 in words instead of raising an error.
    most_bytes : int, optional
        Limit for the memory of words and numbers, for files from untrusted sources.

    Raises
    ------
    ModelError, InputError
        If it is missing or damaged; the message gives the line or the byte.
    """
    options = Options(
        replace_invalid, Path(words) if words else None, tensor, most_bytes=most_bytes
    )
    file = _vector_file(name)
    if file is None:
        return _load_model(name, options)
    read = read_file(file, options)
    if most_bytes and isinstance(read, Stream):
        read = limit_memory(read, most_bytes)
    table = collect(read) if isinstance(read, Stream) else read
    return vectors_of(table)


def _vector_file(name: str | PathLike[str]) -> Path | None:
    """Return the file to read; None for a model of embedviz, also for one that is missing here."""
    path = model_folder(name)
    if path.is_dir():
        return find_vector_file(path)
    if path.is_file():
        return path
    recover(path)
    if not path.exists() and str(name) not in BUNDLED:
        raise ModelError(_explain_missing(str(name), path))
    return None


def _explain_missing(name: str, path: Path) -> str:
    """Say that a name is no file, and which existing name it resembles."""
    near = get_close_matches(path.name, _names_beside(path), n=3)
    close = get_close_matches(name, BUNDLED, n=3)
    offered = [str(path.with_name(one)) for one in near] + close
    if name.startswith(_URLS):
        return (
            f"{name} is a URL, and embedviz downloads nothing: download the file and give its path."
        )
    if offered:
        return f"{name} does not exist: did you mean {', '.join(offered)}?"
    return (
        f"{name} does not exist: give a file of word vectors, a folder of a model, or english, the "
        "bundled model; embedviz downloads nothing, so a model of a hub is downloaded first."
    )


def _names_beside(path: Path) -> list[str]:
    try:
        return [one.name for one in islice(path.parent.iterdir(), _MOST_NAMES)]
    except OSError:
        return []


def _load_model(name: str | PathLike[str], options: Options) -> WordVectors:
    """Load a model of embedviz; `InputError` if an option names other words or another matrix."""
    for option, value in (("words", options.words), ("tensor", options.tensor)):
        if value is not None:
            raise InputError(
                f"{name} is a model of embedviz, which has its own words and matrix: leave out "
                f"--{option} (in Python, {option}=)."
            )
    return load_vectors(name)


def save(vectors: WordVectors, path: str | PathLike[str], *, float16: bool = False) -> None:
    """Save word vectors to a file; its name decides the format.

    ``.vec`` and ``.txt`` (word2vec text), ``.glove`` and ``.glove.txt`` (without a header),
    ``.bin`` (word2vec binary), ``.npy``, ``.npz``, ``.safetensors``, ``.parquet``, ``.csv``, and
    ``projector_config.pbtxt`` or ``.json`` in a folder for TensorBoard.

    Parameters
    ----------
    vectors : WordVectors
    path : str or path
        An existing file is replaced atomically.
    float16 : bool
        Store numbers in 16 bits; for ``.npy``, ``.npz`` and ``.safetensors``.

    Raises
    ------
    InputError
        If the name matches no format, a word does not fit it, or the file cannot be written.
    """
    target = Path(path)
    format_ = _writable(target, float16)
    format_.write(target, _table(vectors, float16), None)


def _table(vectors: WordVectors, float16: bool, name: str = "the vectors") -> Table:
    table = table_of(vectors, name)
    return _halved(table) if float16 else table


def _halved(table: Table) -> Table:
    if table.matrix.dtype == np.float16:
        return table
    with np.errstate(over="ignore"):  # the writer reports infinity
        matrix = table.matrix.astype(np.float16)
    return replace(
        table, matrix=matrix, provenance=with_step(table.provenance, "kept in 16 bits"), spool=None
    )


def _writable(target: Path, float16: bool) -> Format:
    format_ = choose_format(target)
    if float16 and not format_.is_halved:
        raise InputError(
            f"{target} cannot store float16: write .npy, .npz or .safetensors, or omit --float16."
        )
    check_writable(target)
    return format_


@dataclass(frozen=True)
class Conversion:
    """Summary of a conversion.

    Attributes
    ----------
    n_words, n_dims : int
    format : str
        Of the written file.
    provenance : mapping
        As stored in the written file, if its format supports it.
    files : tuple of Path
        The written file, and those next to it that its format needs.
    """

    n_words: int
    n_dims: int
    format: str
    provenance: Mapping[str, object]
    files: tuple[Path, ...]


def convert(
    source: str | PathLike[str],
    target: str | PathLike[str],
    *,
    top: int | None = None,
    float16: bool = False,
    whitening: float | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Conversion:
    """Convert a model or a file of word vectors to the format given by the target's name.

    The matrix is not kept in memory: it passes through a temporary file next to the target.

    Parameters
    ----------
    source, target : str or path
        See `open_vectors` and `save`.
    top : int, optional
        Keep only this many of the most frequent words.
    float16 : bool
        Store numbers in 16 bits.
    whitening : float, optional
        Whiten by the most frequent words to this power first, in memory; see
        `WordVectors.whitened`.
    options : Options, optional
        Options for reading the source.
    progress : callable, optional
        Called with the share written, between 0 and 1.

    Raises
    ------
    ModelError, InputError
        As `open_vectors` and `save`; no partial file remains.
    """
    path = Path(target)
    if top is not None and top < 1:
        raise InputError(f"{top} words cannot be kept: give at least 1.")
    if whitening is not None:
        check_power(whitening)
    format_ = _writable(path, float16)
    file = _vector_file(source)
    if file and path.exists() and path.samefile(file):
        raise InputError(f"{path} is both source and target: choose another name.")
    read_halved = float16 and whitening is None
    with scratch_folder(path) as scratch:
        if file is None:
            table = keep_first(
                _table(_load_model(source, options or Options()), read_halved, str(source)), top
            )
        else:
            table = _read_to_disk(file, options or Options(), scratch, top, read_halved)
        if whitening is not None:
            table = _whitened(table, whitening, float16)
        today = datetime.now(UTC).date().isoformat()
        provenance = with_step(table.provenance, f"written as {format_.name}")
        table = replace(table, provenance={**provenance, "converted": today})
        format_.write(path, table, progress)
    files = (path, *format_.companions(path))
    return Conversion(len(table.words), table.n_dims, format_.name, table.provenance, files)


def _whitened(table: Table, power: float, float16: bool) -> Table:
    matrix = whitened(table.matrix, power)
    step = name_whitening(power, len(matrix))
    done = replace(table, matrix=matrix, provenance=with_step(table.provenance, step), spool=None)
    return _halved(done) if float16 else done


def _read_to_disk(
    file: Path, options: Options, scratch: Path, top: int | None, float16: bool
) -> Table:
    read = read_file(file, options)
    if isinstance(read, Table):
        if "sha256" not in read.provenance and read.provenance.get("file") == file.name:
            steps = steps_of(read.provenance)  # mapped, so that nothing was read yet
            fresh = fresh_provenance(read.source, str(read.provenance["format"]), steps)
            read = replace(read, provenance=fresh)
        return _halved(keep_first(read, top)) if float16 else keep_first(read, top)
    table = collect(read, top=top, float16=float16, spool=scratch / MATRIX)
    if float16:
        table = replace(table, provenance=with_step(table.provenance, "kept in 16 bits"))
    return table
