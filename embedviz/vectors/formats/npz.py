"""NumPy's ``.npz``: ``vectors.npy``, ``words.jsonl``, optional counts and provenance."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from embedviz.errors import InputError, SeveralTablesError
from embedviz.support import atomic_path
from embedviz.text import ZIP
from embedviz.vectors.formats import sparse, wordlist
from embedviz.vectors.formats.arrays import ArrayFacts, array_facts, read_texts
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    WITH_TENSOR,
    WITH_WORDS,
    Block,
    Counts,
    Options,
    Progress,
    Stream,
    Table,
    refuse_lone_surrogates,
)
from embedviz.vectors.formats.dtypes import is_float16, to_floats
from embedviz.vectors.formats.npy import write_array
from embedviz.vectors.formats.provenance import decode_provenance, encode_provenance
from embedviz.vectors.formats.word_records import WordList

NAME = "NumPy archive"
_VECTORS, _WORDS, _COUNTS, _PROVENANCE = (
    "vectors.npy",
    "words.jsonl",
    "counts.npy",
    "provenance.json",
)
_WORD_ARRAYS = tuple(
    f"{name}.npy"
    for name in (
        "words",
        "vocab",
        "vocabulary",
        "tokens",
        "word",
        "token",
        "labels",
        "index_to_key",
    )
)
_WORD_FILE = ".vocab.txt"
# real vectors and words compress less than this; a file that compresses more is a bomb
_LARGE, _MOST_SHRUNK = 1 << 24, 100
_ANY = "fiuUSb"


def read(path: Path, options: Options) -> Stream:
    """Read an archive that embedviz wrote, or one with one matrix and an array of words.

    The matrix may be sparse, as `scipy.sparse.save_npz` writes it, or in Fortran order.
    """
    with _reporting_damage(path), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for info in archive.infolist():
            _refuse_large(path, info, options.most_bytes)
            if not info.filename.endswith(".npy"):
                _refuse_bomb(path, info)
        words = _words(path, archive, names, options)
        provenance = decode_provenance(archive.read(_PROVENANCE)) if _PROVENANCE in names else None
        if sparse.is_sparse(names):
            if options.tensor:
                raise InputError(f"{path} contains one sparse matrix: leave out --tensor.")
            for info in archive.infolist():
                _refuse_bomb(path, info)
            shape = sparse.read_shape(path, archive)
            _check_rows(path, "the sparse matrix", shape, words)
            blocks = sparse.dense_blocks(path, shape, words, options)
            return Stream(path, NAME, shape[1], blocks, provenance)
        member = _matrix_name(path, archive, names, options)
        with archive.open(member) as file:
            facts = _facts(path, archive, member, cast(BinaryIO, file))
        _check_rows(path, member, facts.shape, words)
        if facts.shape[1] > facts.shape[0] or facts.n_bytes > sparse.MOST_BYTES:
            _refuse_bomb(path, archive.getinfo(member))  # else perhaps counts, mostly zeros
    return Stream(
        path,
        NAME,
        facts.shape[1],
        _blocks(path, member, words, options),
        provenance,
        is_float16(facts.dtype),
    )


def _check_rows(path: Path, name: str, shape: tuple[int, ...], words: WordList) -> None:
    if len(shape) != 2 or min(shape) < 1 or shape[0] != len(words.words):
        raise InputError(
            f"{path}: {name} has shape {shape} for {len(words.words)} words: one row "
            "per word and at least one column are needed."
        )


def is_archive(path: Path) -> bool:
    """Whether a zip archive holds arrays of NumPy, or cannot be read as one."""
    try:
        with path.open("rb") as file:
            if file.read(len(ZIP)) != ZIP:
                return False
        with zipfile.ZipFile(path) as archive:
            return path.suffix == ".npz" or any(n.endswith(".npy") for n in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return path.suffix == ".npz"


def _limit_share(member: str) -> int:
    """Return the limit's divisor: short words take several times their file size in memory."""
    return 8 if member == _WORDS else 1


def _refuse_large(path: Path, info: zipfile.ZipInfo, most_bytes: int | None) -> None:
    if most_bytes and info.file_size > (most := most_bytes // _limit_share(info.filename)):
        raise InputError(
            f"{path}: {info.filename} would unpack to {info.file_size:,} bytes, more than the "
            f"{most // 1_000_000} MB that are read here: keep the most frequent words with "
            "embedviz convert --top N."
        )


def _refuse_bomb(path: Path, info: zipfile.ZipInfo) -> None:
    if info.file_size > max(_LARGE, _MOST_SHRUNK * info.compress_size):
        raise InputError(
            f"{path}: {info.filename} would unpack from {info.compress_size:,} to "
            f"{info.file_size:,} bytes, more than {_MOST_SHRUNK} times, unlike word vectors: do "
            "not trust this file."
        )


def _matrix_name(path: Path, archive: zipfile.ZipFile, names: list[str], options: Options) -> str:
    wanted = f"{options.tensor}.npy" if options.tensor else _VECTORS
    if wanted in names:
        return wanted
    found = []
    for name in names:
        if name.endswith(".npy"):
            with archive.open(name) as file:
                facts = array_facts(f"{path}: {name}", cast(BinaryIO, file), _ANY)
            if len(facts.shape) == 2 and facts.dtype.kind == "f":
                found.append(name)
    if options.tensor or len(found) != 1:
        listed = ", ".join(name.removesuffix(".npy") for name in found) or "none"
        remedy = f"choose one with {WITH_TENSOR}" if found else "give a file that has one"
        raise SeveralTablesError(
            f"{path}: expected one matrix of floats called {wanted.removesuffix('.npy')}, found "
            f"{listed}: {remedy}.",
            [name.removesuffix(".npy") for name in found],
        )
    return found[0]


def _words(path: Path, archive: zipfile.ZipFile, names: list[str], options: Options) -> WordList:
    counts = _counts(path, archive) if _COUNTS in names else None
    if options.words:
        return wordlist.read_words(options.words, options)
    if _WORDS in names:
        data = archive.read(_WORDS).decode(errors="strict")
        found = wordlist.from_json_lines(path, data)
    elif member := _word_array(path, archive, names):
        _refuse_bomb(path, archive.getinfo(member))
        found = WordList(read_texts(f"{path}: {member}", archive.read(member)))
        refuse_lone_surrogates(path, found.words)
    elif path.with_suffix(_WORD_FILE).is_file():
        return wordlist.read_words(path.with_suffix(_WORD_FILE), options)
    else:
        raise InputError(
            f"{path} contains no words ({_WORDS} or an array called words), only "
            f"{', '.join(names[:5]) or 'nothing'}: {WITH_WORDS}."
        )
    if counts is not None and len(counts) != len(found.words):
        raise InputError(f"{path}: {len(counts)} counts do not fit {len(found.words)} words.")
    return WordList(found.words, counts)


def _word_array(path: Path, archive: zipfile.ZipFile, names: list[str]) -> str | None:
    """Return the array of words: one with a usual name, or else the only array of text."""
    found = []
    for name in names:
        if name.endswith(".npy") and name != f"{sparse.FORMAT}.npy":
            with archive.open(name) as file:
                facts = array_facts(f"{path}: {name}", cast(BinaryIO, file), _ANY)
            if len(facts.shape) == 1 and facts.dtype.kind in "US":
                found.append(name)
    usual = [name for name in _WORD_ARRAYS if name in found]
    return usual[0] if usual else found[0] if len(found) == 1 else None


def _counts(path: Path, archive: zipfile.ZipFile) -> Counts:
    with archive.open(_COUNTS) as file:
        facts = _facts(path, archive, _COUNTS, cast(BinaryIO, file), "iu")
        return np.frombuffer(file.read(), dtype=facts.dtype).astype(np.int64)


def _facts(
    path: Path, archive: zipfile.ZipFile, member: str, file: BinaryIO, kinds: str = "f"
) -> ArrayFacts:
    """Read a member's header and check its size against the archive."""
    facts = array_facts(f"{path}: {member}", file, kinds)
    found = archive.getinfo(member).file_size - file.tell()
    if facts.n_bytes != found:
        raise InputError(
            f"{path}: {member} declares {facts.n_bytes:,} bytes of numbers (shape {facts.shape}) "
            f"and {found:,} follow: copy the file again."
        )
    return facts


def _blocks(path: Path, member: str, words: WordList, options: Options) -> Iterator[Block]:
    with _reporting_damage(path), zipfile.ZipFile(path) as archive, archive.open(member) as file:
        facts = array_facts(f"{path}: {member}", cast(BinaryIO, file))
        n_rows = max(1, BLOCK_VALUES // facts.shape[1])
        whole = None
        if facts.fortran:  # a row is spread over all of it
            whole = np.frombuffer(file.read(), facts.dtype).reshape(facts.shape, order="F")
        for start in range(0, facts.shape[0], n_rows):
            part = [word or "" for word in words.words[start : start + n_rows]]
            if whole is None:
                data = file.read(len(part) * facts.shape[1] * facts.dtype.itemsize)
                rows = np.frombuffer(data, dtype=facts.dtype).reshape(len(part), -1)
            else:
                rows = np.ascontiguousarray(whole[start : start + n_rows])
            counts = None if words.counts is None else words.counts[start : start + n_rows]
            yield Block(part, to_floats(rows), start + 1, counts=counts)
            options.report((start + len(part)) / facts.shape[0])


@contextmanager
def _reporting_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise InputError(
            f"{path} is a damaged .npz archive ({error}): copy the file again."
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}).") from None


def write(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write the archive with an uncompressed matrix, as numbers hardly compress."""
    with atomic_path(path) as aside, zipfile.ZipFile(aside, "w") as archive:
        with archive.open(_member(_VECTORS), "w", force_zip64=True) as file:
            write_array(cast(BinaryIO, file), table, progress)
        archive.writestr(_member(_WORDS, zipfile.ZIP_DEFLATED), wordlist.to_json_lines(table.words))
        if table.counts is not None:
            with archive.open(_member(_COUNTS), "w") as file:
                np.lib.format.write_array(file, table.counts, allow_pickle=False)
        archive.writestr(_member(_PROVENANCE), encode_provenance(table.provenance))


def _member(name: str, compression: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # dated 1980, so that the same vectors give the same bytes
    info.compress_type = compression
    return info
