"""Compare the speed of tokenizers on one thread: a regex, character tables, and a peer.

Every method splits the same blocks of text into the same words (runs of letters and digits with
inner apostrophes, lower case) and looks them up in the same vocabulary, so the figures cover the
whole conversion from ``str`` to an int32 array. The first method is the reference; the ids of the
others are compared with its ids, and the table counts the differences.

    python -m benchmarks.tokenization TEXT.txt.xz --words 5000000 --json tokenization.json
"""

import argparse
import lzma
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import numpy as np
from numpy.typing import NDArray

from benchmarks.common.figures import machine, versions, write
from embedviz.corpora import bundled_corpus
from embedviz.text import Tokenizer

Ids = NDArray[np.int32]
Words = Callable[[str], list[str]]
Method = Callable[[str], Ids]

UNKNOWN = "[UNK]"
BLOCK_CHARACTERS = 1 << 18
CHARACTERS_PER_WORD = 6.2
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
WORD_BOTH_SIGNS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
WORD_ASCII = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")


def by_regex(text: str) -> list[str]:
    """Split by the regex, with apostrophes folded beforehand, which costs almost nothing."""
    return WORD.findall(text.replace("’", "'").lower())


def by_regex_folding_after(text: str) -> list[str]:
    """Split by a regex with both apostrophes; words with ``’`` are folded afterwards."""
    words = WORD_BOTH_SIGNS.findall(text.lower())
    return [word.replace("’", "'") for word in words] if "’" in text else words


def by_ascii_regex(text: str) -> list[str]:
    """Split by ASCII letters, to show the gain; words with other letters are broken up."""
    return WORD_ASCII.findall(text.replace("’", "'").lower())


class _Translation(dict[int, str]):
    """A table for `str.translate`, filled as needed: all but letters and digits become spaces."""

    def __missing__(self, code: int) -> str:
        sign = self[code] = chr(code) if chr(code).isalnum() else " "
        return sign


TRANSLATION = _Translation({ord("'"): "'", ord("’"): "'"})


def by_translate(text: str) -> list[str]:
    """Split by `str.translate` and `str.split`, line by line, since ASCII lines are faster."""
    return [
        word
        for line in text.splitlines()
        for word in _inner_apostrophes(line.lower().translate(TRANSLATION)).split()
    ]


def _character_table() -> NDArray[np.uint32]:
    """Return every code point's lower case, or a space where it is not part of a word."""
    table = np.full(sys.maxunicode + 1, ord(" "), np.uint32)
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if sign.isalnum():
            lower = sign.lower()
            table[code] = ord(lower) if len(lower) == 1 else code
    table[[ord("'"), ord("’")]] = ord("'")
    return table


CHARACTERS = _character_table()


def mapped(text: str) -> str:
    """Map the text through the table in one NumPy step, and drop apostrophes at word boundaries."""
    if "İ" in text or "Σ" in text:  # the two characters without a fixed lower case of one character
        text = text.lower()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _inner_apostrophes(CHARACTERS[codes].tobytes().decode("utf-32-le", "surrogatepass"))


def by_table(text: str) -> list[str]:
    """Split by the table of all code points and `str.split`."""
    return mapped(text).split()


def _inner_apostrophes(text: str) -> str:
    if "'" in text:
        text = f" {text} ".replace("''", " ").replace(" '", " ").replace("' ", " ")
    return text


def looked_up(words_of: Words, ids: dict[str, int]) -> Method:
    """Split with ``words_of``, then look up; unknown words have the id 0."""
    get = ids.get

    def encode(text: str) -> Ids:
        words = words_of(text)
        return np.fromiter(map(get, words, repeat(0)), np.int32, len(words))

    return encode


def looked_up_as_bytes(ids: dict[str, int]) -> Method:
    """Map through the table of all code points; words are bytes instead of strings."""
    get = {word.encode(): number for word, number in ids.items()}.get

    def encode(text: str) -> Ids:
        words = mapped(text).encode("utf-8", "surrogatepass").split()
        return np.fromiter(map(get, words, repeat(0)), np.int32, len(words))

    return encode


def peer(ids: dict[str, int]) -> Method:
    """Use Hugging Face ``tokenizers``: WordLevel after a regex split, a batch item per line."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({UNKNOWN: 0, **ids}, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace("’", "'"), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORD.pattern), "removed", invert=True)

    def encode(text: str) -> Ids:
        found = tokenizer.encode_batch_fast(text.splitlines(), add_special_tokens=False)
        return np.concatenate([np.asarray(one.ids, np.int32) for one in found])

    return encode


def product(ids: dict[str, int]) -> Method:
    """Use embedviz's own tokenizer."""
    return looked_up(Tokenizer().tokens, ids)


def read_blocks(path: Path, n_words: int) -> list[str]:
    """Read about ``n_words`` words, as blocks of whole lines."""
    wanted = int(n_words * CHARACTERS_PER_WORD)
    blocks: list[str] = []
    packed = path.suffix == ".xz"
    with lzma.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as file:
        while wanted > 0 and (lines := file.readlines(BLOCK_CHARACTERS)):
            blocks.append("".join(lines))
            wanted -= len(blocks[-1])
    return blocks


def measure(ways: dict[str, Method], blocks: list[str], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every round for every method; each round starts with another."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            encode = ways[name]
            start = time.perf_counter()
            for block in blocks:
                encode(block)
            seconds[name].append(time.perf_counter() - start)
    return seconds


def differences(ids: Ids, reference: Ids) -> int:
    """Count the ids that are in one array and not in the other; 0 only for equal arrays."""
    if np.array_equal(ids, reference):
        return 0
    size = 1 + max(int(ids.max()), int(reference.max()))
    counts = np.bincount(ids, minlength=size) - np.bincount(reference, minlength=size)
    return max(1, int(np.abs(counts).sum()))


@dataclass(frozen=True)
class Row:
    """The measurements of one method."""

    way: str
    best_words_a_second: float
    median_words_a_second: float
    median_ratio_to_regex: float
    seconds: list[float]
    differences: int
    words: int


def rows(options: argparse.Namespace, blocks: list[str]) -> Iterator[Row]:
    """Measure all methods, and yield a row for each."""
    counts = Counter(word for block in blocks for word in by_regex(block))
    ids = {word: row for row, (word, _) in enumerate(counts.most_common(options.vocabulary), 1)}
    ways: dict[str, Method] = {
        "regex": looked_up(by_regex, ids),
        "regex, ’ folded afterwards": looked_up(by_regex_folding_after, ids),
        "regex, ASCII letters only": looked_up(by_ascii_regex, ids),
        "str.translate, split": looked_up(by_translate, ids),
        "table of characters, split": looked_up(by_table, ids),
        "table of characters, bytes": looked_up_as_bytes(ids),
        "embedviz.text.tokenization": product(ids),
        "tokenizers WordLevel": peer(ids),
    }
    seconds = measure(ways, blocks, options.rounds)
    reference = np.concatenate([ways["regex"](block) for block in blocks])
    for name, encode in ways.items():
        found = np.concatenate([encode(block) for block in blocks])
        ratios = [of / at for of, at in zip(seconds["regex"], seconds[name], strict=True)]
        yield Row(
            way=name,
            best_words_a_second=len(reference) / min(seconds[name]),
            median_words_a_second=len(reference) / statistics.median(seconds[name]),
            median_ratio_to_regex=statistics.median(ratios),
            seconds=seconds[name],
            differences=differences(found, reference),
            words=len(found),
        )


def main() -> None:
    """Measure, print the table, and write the JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path, nargs="?", help="plain or .xz; default: bundled corpus")
    parser.add_argument("--words", type=int, default=5_000_000, help="about how many to read")
    parser.add_argument("--vocabulary", type=int, default=50_000, help="words with an id")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    if options.text is None:
        options.text = Path(bundled_corpus())
    blocks = read_blocks(options.text, options.words)
    table = list(rows(options, blocks))
    print(f"{options.text.name}: {table[0].words:,} words, {options.vocabulary:,} with an id")
    print(f"{'':28}{'million words per second':>24}{'times':>8}{'ids that':>10}")
    print(f"{'method':28}{'best':>12}{'median':>12}{'regex':>8}{'differ':>10}")
    for row in table:
        print(
            f"{row.way:28}{row.best_words_a_second / 1e6:12.2f}"
            f"{row.median_words_a_second / 1e6:12.2f}"
            f"{row.median_ratio_to_regex:8.2f}{row.differences:10,}"
        )
    figures = {
        "machine": machine(),
        "versions": versions("numpy", "tokenizers"),
        "text": options.text.name,
        "characters": sum(map(len, blocks)),
        "words": table[0].words,
        "vocabulary": options.vocabulary,
        "rounds": options.rounds,
        "seed": None,  # nothing is random
        "ways": [asdict(row) for row in table],
    }
    write(options.json, figures)


if __name__ == "__main__":
    main()
