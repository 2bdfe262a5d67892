"""Encoding of pairs as ids: a side is a text of words, or a label."""

from __future__ import annotations

import hashlib
import json
import logging
from array import array
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_path, counted, read_json
from embedviz.text.encoding import vocabulary_order
from embedviz.text.id_cache import LONGEST_HEADER, is_whole, sign
from embedviz.text.pair_config import MAX_HELD_OUT, PairConfig
from embedviz.text.pair_split import hold_out
from embedviz.text.pairs import PairSource
from embedviz.text.tokenization import SENTENCE_END
from embedviz.text.vocabulary import UNKNOWN, Vocabulary

logger = logging.getLogger(__name__)

_ENCODING = 1  # increase when the same pairs and settings give different ids
_HEADER = "pairs.json"
_SIDES = ("source", "target")
_IDS_AT_ONCE = 1 << 16
_REPORT_EVERY = 4_096  # pairs

END = 1
"""Id of the token before the first and after the last word of a target text."""


@dataclass(frozen=True, eq=False)
class Side:
    """The sources or the targets of all pairs.

    Attributes
    ----------
    vocabulary : Vocabulary
        Of words, with the unknown word as id 0 and in targets the end as id 1; or of labels.
        Counts are of the training pairs.
    ids : ndarray of int32, shape (n_tokens,)
        Of all texts, one after the other; memory-mapped.
    ends : ndarray of int64, shape (n_pairs + 1,)
        Text i is ``ids[ends[i]:ends[i + 1]]``.
    is_text : bool
        False for labels: one id a pair.
    """

    vocabulary: Vocabulary
    ids: NDArray[np.int32]
    ends: NDArray[np.int64]
    is_text: bool

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of ids of each pair."""
        return np.diff(self.ends)


@dataclass(frozen=True, eq=False)
class PairCorpus:
    """Encoded pairs.

    Attributes
    ----------
    source, target : Side
    train, held_out : ndarray of int64
        Indices of the pairs; no side of a held-out pair occurs in training, except labels
        without given vectors.
    counts : mapping of str to int
        ``n_pairs`` that were encoded; left out: ``n_empty`` with a side without words,
        ``n_without_vector`` whose label has no vector; ``n_cut`` sides longer than the limit.
    fingerprint : str
        Hash of the files and the settings.
    in_order : bool
        Whether training follows the order of the pairs.
    """

    source: Side
    target: Side
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]
    counts: dict[str, int]
    fingerprint: str
    in_order: bool = False


@dataclass(frozen=True)
class Reading:
    """How the sides of pairs are read.

    Attributes
    ----------
    labels : tuple of (bool, bool)
        Whether the source is a label, and whether the target is.
    known : container of str, optional
        Labels to keep; by default all.
    words : tuple of str, optional
        Words of the source's vocabulary; by default those of the training pairs.
    mark : str
        Distinguishes other labels and words in the cache.
    """

    labels: tuple[bool, bool] = (False, False)
    known: Container[str] | None = None
    words: tuple[str, ...] | None = None
    mark: str = ""


def encode_pairs(
    file: PairSource,
    config: PairConfig,
    cache: Path,
    *,
    reading: Reading | None = None,
    progress: Callable[[float], None] | None = None,
) -> PairCorpus:
    """Encode pairs, or load the ids cached by an earlier run with the same pairs.

    The file is read once; memory holds the distinct words and some 60 bytes a pair.

    Parameters
    ----------
    file : PairSource
    config : PairConfig
    cache : Path
        Cache folder, with one subfolder per fingerprint.
    reading : Reading, optional
        By default both sides are texts.
    progress : callable, optional
        Called with an estimate of the share of the file read so far.

    Raises
    ------
    InputError
        If the file cannot be read, or leaves fewer than two words or labels for a side.
    """
    reading = reading or Reading()
    mark = _fingerprint(file, config, reading)
    folder = cache / mark
    if not is_whole(folder):
        if folder.exists():
            logger.warning("%s is not as it was written: the pairs are encoded again", folder)
        with atomic_path(folder) as aside:
            aside.mkdir(parents=True)
            _encode_into(aside, file, config, reading, progress)
    return _open(folder, reading, mark, in_order=file.in_order)


def _fingerprint(file: PairSource, config: PairConfig, reading: Reading) -> str:
    parts = [_ENCODING, file.identity(), asdict(config), reading.labels]
    text = json.dumps([*parts, reading.mark], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class _Writer:
    """Provisional ids of a side, by first appearance from 1, written to a file."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.open("wb")
        self.table: defaultdict[str, int] = defaultdict()
        self.table.default_factory = self.table.__len__
        self.table[""]  # takes id 0: no word is empty
        self.waiting, self.lengths = array("i"), array("i")

    def add(self, tokens: Sequence[str]) -> None:
        self.waiting.extend(map(self.table.__getitem__, tokens))
        self.lengths.append(len(tokens))
        if len(self.waiting) > _IDS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        self.waiting.tofile(self.file)
        self.waiting = array("i")

    def close(self) -> None:
        self.file.close()

    def finish(self) -> _Provisional:
        """Return the words, all ids, and the ends of the texts."""
        self.flush()
        self.close()
        ends = np.zeros(len(self.lengths) + 1, dtype=np.int64)
        np.cumsum(np.frombuffer(self.lengths, dtype=np.int32), out=ends[1:])
        ids = np.memmap(self.path, np.int32, "r") if ends[-1] else np.empty(0, dtype=np.int32)
        return list(self.table), ids, ends


_Provisional = tuple[list[str], NDArray[np.int32], NDArray[np.int64]]
"""Words by provisional id, the ids of all texts, and the ends of the texts."""


def _encode_into(
    folder: Path,
    file: PairSource,
    config: PairConfig,
    reading: Reading,
    progress: Callable[[float], None] | None,
) -> None:
    with ExitStack() as files:
        writers = [
            files.enter_context(closing(_Writer(folder / f"provisional.{side}"))) for side in _SIDES
        ]
        counts = _write_provisional_ids(writers, file, config, reading, progress)
        if counts["n_pairs"] < 2:
            what = {
                "n_empty": "with an empty side",
                "n_without_vector": "whose label has no vector",
            }
            others = ", ".join(
                f"{counts[name]:,} {of}" for name, of in what.items() if counts[name]
            )
            raise InputError(
                f"{file.names[0]} leaves {counted(counts['n_pairs'], 'pair')}"
                f"{others and f' ({others})'}: give at least 2."
            )
        found = [writer.finish() for writer in writers]
    contents = _contents(found, reading, by_source=file.in_order)
    held_out = hold_out(contents, config.held_out, most=MAX_HELD_OUT)
    np.save(folder / "held_out.npy", held_out)
    header: dict[str, object] = {"counts": counts}
    for side, provisional, is_label in zip(_SIDES, found, reading.labels, strict=True):
        fixed = reading.words if side == "source" else None
        header[side] = _write_side(
            folder / side, provisional, held_out, config, is_label=is_label, fixed=fixed
        )
    del found
    for writer in writers:
        writer.path.unlink()
    (folder / _HEADER).write_text(json.dumps(header), encoding="utf-8")
    sign(folder)


def _write_provisional_ids(
    writers: Sequence[_Writer],
    file: PairSource,
    config: PairConfig,
    reading: Reading,
    progress: Callable[[float], None] | None,
) -> dict[str, int]:
    """Write the ids of all pairs that are kept, and count them and the others."""
    counts = {"n_pairs": 0, "n_empty": 0, "n_without_vector": 0, "n_cut": 0}
    for number, sides in enumerate(_read_sides(file, config, reading)):
        if progress and number % _REPORT_EVERY == 0:
            progress(number / (number + 50 * _REPORT_EVERY))  # their number is unknown
        labels = (one[0] for one, is_ in zip(sides, reading.labels, strict=True) if one and is_)
        if not all(sides):
            counts["n_empty"] += 1
        elif reading.known is not None and any(one not in reading.known for one in labels):
            counts["n_without_vector"] += 1
        else:
            counts["n_pairs"] += 1
            for writer, tokens in zip(writers, sides, strict=True):
                counts["n_cut"] += len(tokens) > config.longest
                writer.add(tokens[: config.longest])
    return counts


def _write_side(
    path: Path,
    provisional: _Provisional,
    held_out: NDArray[np.bool_],
    config: PairConfig,
    *,
    is_label: bool,
    fixed: tuple[str, ...] | None,
) -> tuple[list[str], list[int]]:
    """Write the final ids of a side; return its vocabulary and the counts."""
    words, ids, ends = provisional
    occurrences = _count_trained(ids, ends, held_out, len(words))
    specials: list[str] = []
    if is_label:
        order = np.argsort(-occurrences[1:], kind="stable") + 1
    elif fixed is not None:
        place = {word: number for number, word in enumerate(words)}
        order = np.array([place.get(word, 0) for word in fixed])  # 0: not in these texts
        specials = [UNKNOWN]
    else:
        order = vocabulary_order(
            words, occurrences, min_count=config.min_count, max_words=config.max_words
        )
        specials = [UNKNOWN] if path.name == "source" else [UNKNOWN, SENTENCE_END]
    final = np.zeros(len(words), dtype=np.int32)
    final[order] = np.arange(len(specials), len(specials) + len(order), dtype=np.int32)
    final[0] = 0
    with path.with_suffix(".i32").open("wb") as out:
        for begin in range(0, len(ids), _IDS_AT_ONCE):
            out.write(final[ids[begin : begin + _IDS_AT_ONCE]].tobytes())
    np.save(path.with_suffix(".ends.npy"), ends)
    kept = occurrences[order] * (order > 0)
    n_unknown = int(occurrences.sum() - kept.sum())
    special_counts = [n_unknown, int((~held_out).sum())][: len(specials)]
    names = list(fixed) if fixed is not None else [words[i] for i in order]
    return [*specials, *names], [*special_counts, *kept.tolist()]


def _count_trained(
    ids: NDArray[np.int32], ends: NDArray[np.int64], held_out: NDArray[np.bool_], n_words: int
) -> NDArray[np.int64]:
    """Count the ids of the training pairs, shape (n_words,), a block in memory at a time."""
    counts = np.zeros(n_words, dtype=np.int64)
    n_at_once = max(_IDS_AT_ONCE, n_words)  # a block's counts are added in no more time
    for begin in range(0, len(ids), n_at_once):
        block = ids[begin : begin + n_at_once]
        end = begin + len(block)
        # the texts that the block touches, and how many of its ids are of each
        first = int(np.searchsorted(ends, begin, side="right")) - 1
        last = int(np.searchsorted(ends, end, side="left"))
        cut: NDArray[np.int64] = np.clip(ends[first : last + 1], begin, end)
        is_trained = np.repeat(~held_out[first:last], cut[1:] - cut[:-1])
        counts += np.bincount(block[is_trained], minlength=n_words)
    return counts


def _read_sides(
    file: PairSource, config: PairConfig, reading: Reading
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the words of both sides of each pair; a label is one word."""
    tokens = config.tokenizer.tokens

    def split(text: str, is_label: bool) -> list[str]:
        return ([text] if text else []) if is_label else tokens(text)

    of_source, of_target = reading.labels
    for source, target in file.read():
        yield split(source, of_source), split(target, of_target)


def _contents(
    found: Sequence[_Provisional], reading: Reading, *, by_source: bool
) -> Iterator[tuple[bytes, bytes | int]]:
    """Yield what the two sides of each pair are, for the split.

    A label whose vector is learned may be on both sides of it: it could not be found otherwise.
    So may a target of generated pairs, of which there are few, such as the answers of programs.
    """
    (_, source, source_ends), (_, target, target_ends) = found
    may_repeat = by_source or (reading.labels[1] and reading.known is None)
    for i in range(len(source_ends) - 1):
        of_target = i if may_repeat else target[target_ends[i] : target_ends[i + 1]].tobytes()
        yield source[source_ends[i] : source_ends[i + 1]].tobytes(), of_target


def _open(folder: Path, reading: Reading, mark: str, *, in_order: bool) -> PairCorpus:
    header = read_json(folder / _HEADER, "the cache of pairs", most_bytes=LONGEST_HEADER)
    sides = []
    for side, is_label in zip(_SIDES, reading.labels, strict=True):
        words, counts = header[side]
        vocabulary = Vocabulary(tuple(words), np.array(counts, dtype=np.int64)).checked()
        ids = np.memmap(folder / f"{side}.i32", dtype=np.int32, mode="r")
        ends = np.load(folder / f"{side}.ends.npy", allow_pickle=False)
        sides.append(Side(vocabulary, ids, ends, not is_label))
    held_out = np.load(folder / "held_out.npy", allow_pickle=False)
    return PairCorpus(
        sides[0],
        sides[1],
        np.flatnonzero(~held_out),
        np.flatnonzero(held_out),
        header["counts"],
        mark,
        in_order,
    )
