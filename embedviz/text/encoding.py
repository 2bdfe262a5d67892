"""Encoding of texts as word ids: vocabulary, training stream and held-out blocks."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.settings import Setting, check, documented
from embedviz.support import atomic_path, read_json
from embedviz.text.blocks import read_blocks
from embedviz.text.id_cache import LONGEST_HEADER, is_whole, sign
from embedviz.text.kinds_of_text import check_segmented
from embedviz.text.layout import PLAIN, TextLayout
from embedviz.text.reading import can_be_read_again, find_texts
from embedviz.text.tokenization import WHITESPACE, Tokenizer
from embedviz.text.vocabulary import UNKNOWN, Vocabulary

logger = logging.getLogger(__name__)

_ENCODING = 2  # increase when the same text and settings give different ids

MAX_TYPES = 8_000_000
"""Maximum number of distinct words counted; later ones become unknown, to bound memory."""

LONGEST_WORD = 200
"""Maximum length in characters; longer runs of letters are not words, and become unknown."""

MAX_HELD_OUT = 50_000
_N_HELD_OUT_BLOCKS = 20
_SHORTEST_HELD_OUT_BLOCK = 50
_HEADER = "corpus.json"
_IDS_A_BLOCK = 1 << 22


MinCount = Annotated[
    int,
    Setting(
        "Exclude words with fewer occurrences, which are too rare to learn.",
        group="Text",
        least=1,
        label="Minimum count",
    ),
]
"""Setting of texts and of pairs."""


@documented
@dataclass(frozen=True)
class CorpusConfig:
    """Settings for encoding texts as a stream of ids."""

    tokenizer: Tokenizer = field(default_factory=Tokenizer)
    min_count: MinCount = 5
    max_words: Annotated[
        int,
        Setting("Maximum vocabulary size; keeps the most frequent words.", group="Text", least=2),
    ] = 100_000
    held_out: Annotated[
        float,
        Setting(
            "Share of the text held out to measure perplexity: twenty contiguous blocks, "
            f"evenly spread, of at most {MAX_HELD_OUT:,} words in total.",
            group="Text",
            least=0,
            most=0.5,
        ),
    ] = 0.02

    def __post_init__(self) -> None:
        """Check that values are in range."""
        check(self)


@dataclass(frozen=True, eq=False)
class Corpus:
    """An encoded text.

    Attributes
    ----------
    vocabulary : Vocabulary
        Id 0 is the unknown word.
    counts : ndarray of int64, shape (n_words,)
        Occurrences of each word in the training text.
    train : ndarray of int32, shape (n_train,)
        Memory-mapped.
    held_out : ndarray of int32, shape (n_blocks, n_block)
        Contiguous blocks; no rows if the text is too short.
    fingerprint : str
        Hash of the files and the configuration.
    """

    vocabulary: Vocabulary
    counts: NDArray[np.int64]
    train: NDArray[np.int32]
    held_out: NDArray[np.int32]
    fingerprint: str


def fingerprint(paths: Sequence[Path], config: CorpusConfig, layout: TextLayout = PLAIN) -> str:
    """Hash all that the ids depend on: files by path, size and modification time; settings."""
    files = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    settings = asdict(config) | {"tokenizer": config.tokenizer.as_stored()}
    others = [] if layout == PLAIN else [asdict(layout)]
    text = json.dumps([_ENCODING, files, settings, *others], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def encode(
    paths: Sequence[Path],
    config: CorpusConfig,
    cache: Path,
    *,
    layout: TextLayout = PLAIN,
    progress: Callable[[float], None] | None = None,
) -> Corpus:
    """Encode texts, or load the ids cached by an earlier run with the same texts.

    Each text is read once: words get provisional ids in order of appearance, which a look-up
    table maps to final ids once all are counted. Memory use: the distinct words and one block.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders, or ``-`` for standard input.
    config : CorpusConfig
    cache : Path
        Cache folder, with one subfolder per fingerprint.
    layout : TextLayout
    progress : callable, optional
        Called with the share of the text read so far.

    Raises
    ------
    InputError
        If a text cannot be read, has no spaces between words, or leaves fewer than two words for
        the vocabulary.
    """
    texts = find_texts(paths, layout)
    if not can_be_read_again(texts):
        mark = f"stdin-{np.random.SeedSequence().entropy:x}"[:32]
    else:
        mark = fingerprint(texts, config, layout)
    folder = cache / mark
    if not is_whole(folder):
        if folder.exists():
            logger.warning("%s is not as it was written: the texts are encoded again", folder)
        with atomic_path(folder) as aside:
            aside.mkdir(parents=True)
            _encode_into(aside, texts, config, layout, progress)
    return _open(folder, mark)


def _encode_into(
    folder: Path,
    texts: Sequence[Path],
    config: CorpusConfig,
    layout: TextLayout,
    progress: Callable[[float], None] | None,
) -> None:
    provisional = folder / "provisional.i32"
    blocks = read_blocks(texts, layout=layout, progress=progress)
    words = _write_provisional_ids(provisional, blocks, config.tokenizer)
    n = provisional.stat().st_size // 4
    n_distinct = len(words) - 1
    if n_distinct < 2:
        raise InputError(
            f"The text contains {n} {'word' if n == 1 else 'words'}, {n_distinct} distinct: "
            "at least 2 distinct words are needed, and some ten thousand are recommended."
        )
    ids = np.memmap(provisional, dtype=np.int32, mode="r")
    starts, length = _held_out_blocks(n, config.held_out)
    parts = _train_parts(n, starts, length)
    counts = np.zeros(len(words), dtype=np.int64)
    for first, last in parts:
        for begin in range(first, last, _IDS_A_BLOCK):
            block = ids[begin : min(begin + _IDS_A_BLOCK, last)]
            counts += np.bincount(block, minlength=len(words))
    order = vocabulary_order(words, counts, min_count=config.min_count, max_words=config.max_words)
    final = np.zeros(len(words), dtype=np.int32)
    final[order] = np.arange(1, len(order) + 1, dtype=np.int32)
    with (folder / "train.i32").open("wb") as file:
        for first, last in parts:
            for begin in range(first, last, _IDS_A_BLOCK):
                file.write(final[ids[begin : min(begin + _IDS_A_BLOCK, last)]].tobytes())
    with (folder / "held_out.i32").open("wb") as file:
        for start in starts:
            file.write(final[ids[start : start + length]].tobytes())
    del ids
    provisional.unlink()
    n_unknown = int(counts.sum() - counts[order].sum())
    header = {
        "held_out_block": length,
        "words": [UNKNOWN, *(words[i] for i in order)],
        "counts": [n_unknown, *counts[order].tolist()],
    }
    (folder / _HEADER).write_text(json.dumps(header), encoding="utf-8")
    sign(folder)


def _write_provisional_ids(path: Path, blocks: Iterable[str], tokenizer: Tokenizer) -> list[str]:
    """Write provisional ids by first appearance (0 beyond `MAX_TYPES`), and return the words."""
    table: defaultdict[str, int] = defaultdict()
    table.default_factory = table.__len__
    table[""]  # takes id 0: no word is empty
    with path.open("wb") as file:
        for n, text in enumerate(blocks):
            words = tokenizer.tokens(text)
            if n == 0 and not tokenizer.characters:
                check_segmented(words, given=tokenizer.split == WHITESPACE)
            found = (
                map(table.__getitem__, words)
                if len(table) < MAX_TYPES
                else map(table.get, words, repeat(0))
            )
            file.write(np.fromiter(found, dtype=np.int32, count=len(words)).tobytes())
    return list(table)


def _held_out_blocks(n: int, share: float) -> tuple[list[int], int]:
    """Return starts and length of the held-out blocks, evenly spread over the text."""
    wanted = min(int(n * share), MAX_HELD_OUT)
    n_blocks = min(_N_HELD_OUT_BLOCKS, wanted // _SHORTEST_HELD_OUT_BLOCK)
    if n_blocks == 0:
        return [], 0
    length = wanted // n_blocks
    stretch = n / n_blocks
    return [int((i + 0.5) * stretch - length / 2) for i in range(n_blocks)], length


def _train_parts(n: int, starts: Sequence[int], length: int) -> list[tuple[int, int]]:
    begins = [0, *(start + length for start in starts)]
    return [part for part in zip(begins, [*starts, n], strict=True) if part[0] < part[1]]


def vocabulary_order(
    words: Sequence[str], counts: NDArray[np.int64], *, min_count: int, max_words: int
) -> NDArray[np.intp]:
    """Return the provisional ids to keep, most frequent first, ties by first appearance.

    Parameters
    ----------
    words : sequence of str
        By provisional id; id 0 is no word.
    counts : ndarray of int64, shape (n_words,)
    min_count, max_words : int

    Raises
    ------
    InputError
        If fewer than two words are left.
    """
    overlong = [id_ for id_, word in enumerate(words) if len(word) > LONGEST_WORD]
    if overlong:
        logger.warning(
            "%d distinct words of more than %d characters are treated as unknown",
            len(overlong),
            LONGEST_WORD,
        )
    stays = counts >= min_count
    stays[[0, *overlong]] = False
    order = np.argsort(-counts, kind="stable")
    order = order[stays[order]][:max_words]
    if len(order) < 2:
        raise InputError(
            f"{len(order)} of {len(words) - 1} distinct words occur in the training text at "
            f"least {min_count} times: lower the minimum count or give more text."
        )
    return order


def _open(folder: Path, mark: str) -> Corpus:
    header = read_json(folder / _HEADER, "the cache of a corpus", most_bytes=LONGEST_HEADER)
    counts = np.array(header["counts"], dtype=np.int64)
    vocabulary = Vocabulary(tuple(header["words"]), counts).checked()
    train = np.memmap(folder / "train.i32", dtype=np.int32, mode="r")
    length = header["held_out_block"]
    held_out = (
        np.fromfile(folder / "held_out.i32", dtype=np.int32).reshape(-1, length)
        if length
        else np.empty((0, 0), dtype=np.int32)
    )
    return Corpus(vocabulary, counts, train, held_out, mark)
