"""Test pairs that share no side with training."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from embedviz.text import PairFile, TextPair, Tokenizer, read_text_pairs

TOKENIZER = Tokenizer(elisions=True, question_marks=True)


def split_pairs(pairs: Path, work: Path, *, n_test: int = 2_000, seed: int = 1) -> None:
    """Write ``train.tsv`` and ``test.tsv``.

    Test pairs are those of some sources drawn at random; training has none of their sources and
    none of their targets, in the form that the model reads.
    """
    rows = [(pair, *map(normal, (pair.source, pair.target))) for pair in _read(pairs)]
    sources = sorted({source for _, source, _ in rows})
    random.Random(seed).shuffle(sources)
    tested = set(sources[:n_test])
    targets = {target for _, source, target in rows if source in tested}
    work.mkdir(parents=True, exist_ok=True)
    _write(work / "test.tsv", (pair for pair, source, _ in rows if source in tested))
    _write(
        work / "train.tsv",
        (p for p, source, target in rows if source not in tested and target not in targets),
    )


def normal(text: str) -> str:
    """Return a text as the model reads it."""
    return " ".join(TOKENIZER.tokens(text))


def _read(path: Path) -> Iterable[TextPair]:
    return (pair for pair in read_text_pairs(PairFile(path)) if pair.source and pair.target)


def _write(path: Path, pairs: Iterable[TextPair]) -> None:
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), encoding="utf-8")
