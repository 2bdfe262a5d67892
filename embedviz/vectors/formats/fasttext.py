"""fastText's ``.bin``: a dictionary, then a matrix of words and of n-grams of characters.

The vector of a listed word is the mean of its own row and those of its n-grams, added in the
order and the precision of fastText. Source: Bojanowski, Grave, Joulin and Mikolov (2017),
"Enriching word vectors with subword information", and the layout of fastText's version 12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.text import open_decompressed
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    Block,
    Counts,
    Options,
    Stream,
    decode_words,
)

NAME = "fastText binary"
MAGIC = struct.pack("<i", 793_712_314)
_VERSIONS = (11, 12)
_ARGUMENTS = struct.Struct("<12id")
_SIZES = struct.Struct("<iiiqq")
_ENTRY = struct.Struct("<qb")
_SHAPE = struct.Struct("<?qq")
_SUPERVISED, _WORD = 3, 0
_END = b"</s>"  # has no n-grams
_LONGEST_WORD, _LONGEST_NGRAM, _MOST_DIMS = 1 << 16, 100, 1 << 20
_MOST_WORDS = 4096  # in memory with their n-grams
_FNV_BASIS, _FNV_PRIME = 2_166_136_261, 16_777_619


@dataclass(frozen=True)
class _Facts:
    """What the head of a file declares; `matrix` is the byte where the numbers begin."""

    n_dims: int
    n_buckets: int
    shortest: int
    longest: int
    words: Sequence[bytes]
    counts: Counts
    matrix: int


def read(path: Path, options: Options) -> Stream:
    """Compose the vectors of the words of a model.

    Raises
    ------
    InputError
        If the file is damaged or quantised.
    """
    with open_decompressed(path) as file:
        try:
            facts = _read_facts(path, file.raw)
        except struct.error:
            raise InputError(
                f"{path} ends before the words of a fastText model do: copy the file again."
            ) from None
    n_rows = len(facts.words) + facts.n_buckets
    found = path.stat().st_size - facts.matrix
    if found < 4 * n_rows * facts.n_dims:
        raise InputError(
            f"{path}: the header declares {n_rows} x {facts.n_dims} numbers and {found:,} bytes "
            "follow: copy the file again."
        )
    matrix = np.memmap(path, "<f4", "r", facts.matrix, (n_rows, facts.n_dims))
    return Stream(path, NAME, facts.n_dims, _blocks(path, facts, matrix, options))


def _read_facts(path: Path, file: BinaryIO) -> _Facts:
    magic, version = struct.unpack("<ii", file.read(8))
    if struct.pack("<i", magic) != MAGIC or version not in _VERSIONS:
        raise InputError(
            f"{path} is a fastText model of version {version}, and version 12 is read: write it "
            "again with a newer fastText."
        )
    numbers = _ARGUMENTS.unpack(file.read(_ARGUMENTS.size))
    n_dims, kind, n_buckets, shortest, longest = (numbers[i] for i in (0, 7, 8, 9, 10))
    if version == 11 and kind == _SUPERVISED:
        longest = 0  # as fastText itself reads it: older classifiers had no n-grams of characters
    n_entries, n_words, _, _, n_pruned = _SIZES.unpack(file.read(_SIZES.size))
    if not (
        1 <= n_dims <= _MOST_DIMS
        and 0 < n_words <= n_entries
        and n_buckets >= 0
        and longest <= _LONGEST_NGRAM
    ):
        raise InputError(
            f"{path} declares {n_words} words of {n_dims} dimensions, {n_buckets} buckets and "
            f"n-grams up to {longest}, which no fastText model has: copy the file again."
        )
    if n_pruned == 0:
        longest = 0
    words, counts = _read_words(path, file, n_entries, n_words)
    is_quantised, n_rows, n_columns = False, 0, 0
    if n_pruned <= 0:
        is_quantised, n_rows, n_columns = _SHAPE.unpack(file.read(_SHAPE.size))
    if n_pruned > 0 or is_quantised:
        raise InputError(
            f"{path} is a quantised model of fastText (.ftz), whose vectors are approximate: give "
            "the .bin or the .vec that it was made from."
        )
    if (n_rows, n_columns) != (n_words + n_buckets, n_dims):
        raise InputError(
            f"{path}: a matrix of {n_rows} x {n_columns} where {n_words} words and {n_buckets} "
            f"buckets of {n_dims} dimensions are expected: copy the file again."
        )
    return _Facts(n_dims, n_buckets, shortest, longest, words, counts, file.tell())


def _read_words(
    path: Path, file: BinaryIO, n_entries: int, n_words: int
) -> tuple[list[bytes], Counts]:
    """Read the entries: the words, and after them the labels of a classifier."""
    words: list[bytes] = []
    counts: list[int] = []
    data, place = b"", 0
    for number in range(1, n_entries + 1):
        end = data.find(b"\0", place)
        if end < 0 or end + 1 + _ENTRY.size > len(data):
            data, place = data[place:] + file.read(1 << 20), 0
            end = data.find(b"\0")
            if end < 0 or end > _LONGEST_WORD:
                raise InputError(f"{path}: word {number} has no end: copy the file again.")
        count, kind = _ENTRY.unpack_from(data, end + 1)
        if (kind == _WORD) != (number <= n_words):
            raise InputError(f"{path}: entry {number} is out of order: copy the file again.")
        if kind == _WORD:
            words.append(data[place:end])
            counts.append(count)
        place = end + 1 + _ENTRY.size
    file.seek(place - len(data), 1)
    return words, np.array(counts, dtype=np.int64)


def _blocks(
    path: Path, facts: _Facts, matrix: NDArray[np.float32], options: Options
) -> Iterator[Block]:
    n_rows = min(_MOST_WORDS, max(1, BLOCK_VALUES // facts.n_dims))
    for start in range(0, len(facts.words), n_rows):
        words = facts.words[start : start + n_rows]
        decoded = decode_words(path, words, start + 1, "word", options)
        places, ids = _find_ngrams(words, facts)
        with np.errstate(over="ignore", invalid="ignore"):  # `collect` reports infinity and NaN
            rows = matrix[start : start + len(words)] + np.float32(0)
            _add_ngrams(rows, places, ids + len(facts.words), matrix)
        counts = facts.counts[start : start + len(words)]
        yield Block(decoded, rows, start + 1, "word", counts)
        options.report((start + len(words)) / len(facts.words))


def _add_ngrams(
    rows: NDArray[np.float32],
    places: NDArray[np.int64],
    ids: NDArray[np.int64],
    matrix: NDArray[np.float32],
) -> None:
    """Add the rows of the n-grams of each word one after another, and divide by their number.

    Addition of floats depends on the order; the k-th n-gram of every word is added in step k.
    """
    n_each = np.bincount(places, minlength=len(rows))
    begin = np.cumsum(n_each) - n_each
    by_number = np.argsort(-n_each, kind="stable")
    n_longer = np.searchsorted(-n_each[by_number], -np.arange(n_each.max(initial=0)), "left")
    for step, n_words in enumerate(n_longer.tolist()):
        those = by_number[:n_words]
        rows[those] += matrix[ids[begin[those] + step]]
    rows *= (1.0 / (n_each + 1)).astype(np.float32)[:, None]


def _find_ngrams(
    words: Sequence[bytes], facts: _Facts
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the buckets of the n-grams of words in fastText's order, and the word of each.

    The hash (FNV-1a, of signed bytes) of an n-gram extends that of the n-gram one shorter, so all
    n-grams of one length are hashed in a few operations.
    """
    nothing = np.empty(0, dtype=np.int64)
    if not facts.n_buckets or facts.longest < 1:
        return nothing, nothing
    marked = [b"" if word == _END else b"<" + word + b">" for word in words]
    data = np.frombuffer(b"".join(marked), dtype=np.uint8)
    lengths = np.array([len(word) for word in marked], dtype=np.int64)
    word_of = np.repeat(np.arange(len(words)), lengths)
    ends = np.cumsum(lengths)
    # a character is its first byte and those like 10xxxxxx that follow
    is_start = (data & 0xC0) != 0x80
    next_start = np.empty(len(data) + 1, dtype=np.int64)
    next_start[-1] = len(data)
    starts = np.flatnonzero(is_start)
    next_start[:-1] = np.append(starts, len(data))[
        np.searchsorted(starts, np.arange(len(data)), "right")
    ]
    hashed = _extensions(data)
    found: list[NDArray[np.int64]] = []
    state = np.full(len(starts), _FNV_BASIS, dtype=np.uint32)
    at, begin = starts.copy(), starts
    owner = word_of[starts]
    for n in range(1, facts.longest + 1):
        inside = at < ends[owner]
        begin, at, state, owner = begin[inside], at[inside], state[inside], owner[inside]
        if not len(at):
            break
        stop = np.minimum(next_start[at], ends[owner])
        state = _extend(state, hashed, at, stop)
        at = stop
        if n >= facts.shortest:
            first = begin == ends[owner] - lengths[owner]
            keep = ~((n == 1) & (first | (at == ends[owner])))
            found.append(
                np.stack([owner, begin, np.full(len(at), n), _bucket(state, facts)])[:, keep]
            )
    if not found:
        return nothing, nothing
    table = np.concatenate(found, axis=1)
    order = np.lexsort((table[2], table[1]))  # by place, then by length; places are word by word
    return table[0][order], table[3][order]


def _extensions(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Bytes as fastText hashes them: signed, extended to 32 bits."""
    return data.astype(np.int8).astype(np.int32).astype(np.uint32)


def _extend(
    state: NDArray[np.uint32],
    hashed: NDArray[np.uint32],
    at: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> NDArray[np.uint32]:
    state = state.copy()
    more = np.arange(len(at))
    offset = 0
    while len(more):
        state[more] = (state[more] ^ hashed[at[more] + offset]) * np.uint32(_FNV_PRIME)
        offset += 1
        more = more[at[more] + offset < stop[more]]
    return state


def _bucket(state: NDArray[np.uint32], facts: _Facts) -> NDArray[np.int64]:
    return state.astype(np.int64) % facts.n_buckets
