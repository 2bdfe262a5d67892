"""Test pairs that share no side with training."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from embedviz.text import PairFile, TextPair, Tokenizer, read_text_pairs

TOKENIZER = Tokenizer(elisions=True, question_marks=True)

_LONGEST = (20, 24)  # words of a source and of a target
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "`": "'", "\u00b4": "'"})
_SOURCE_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|\?")
_TARGET_WORD = re.compile(r"aujourd'hui|quelqu'un|[^\W\d_]+'?|\d+|\?")

Row = tuple[str, str, TextPair]
"""Source and target in the form that is compared, and the pair as it stands."""


def split_pairs(
    pairs: Path, phrases: Path | None, work: Path, *, sizes: Sequence[int] = (1_000, 2_000)
) -> None:
    """Write ``valid.tsv``, ``test.tsv`` and ``train.tsv``, the latter with the phrases at its end.

    The first two are the pairs of some sources drawn at random; training has none of their sources
    and none of their targets. The draw is that by which the phrase table was made, which is
    extracted from this training part alone; still some short sentences stand in it as phrases, and
    held-out pairs with such a side are left out.
    """
    rows = list(_read(pairs))
    sources = sorted({source for source, _, _ in rows})
    random.Random(1).shuffle(sources)
    n_valid, n_test = sizes
    valid, test = set(sources[:n_valid]), set(sources[n_valid : n_valid + n_test])
    held_out = valid | test
    targets = {target for source, target, _ in rows if source in held_out}
    further = list(read_text_pairs(PairFile(phrases))) if phrases else []
    sides = {normal(pair.source) for pair in further}, {normal(pair.target) for pair in further}
    work.mkdir(parents=True, exist_ok=True)
    for name, some in (("valid", valid), ("test", test)):
        chosen = (pair for source, _, pair in rows if source in some)
        _write(
            work / f"{name}.tsv",
            (
                pair
                for pair in chosen
                if normal(pair.source) not in sides[0] and normal(pair.target) not in sides[1]
            ),
        )
    training = [
        pair for source, target, pair in rows if source not in held_out and target not in targets
    ]
    _write(work / "train.tsv", [*training, *further])


def normal(text: str) -> str:
    """Return a text as the model reads it."""
    return " ".join(TOKENIZER.tokens(text))


def _read(path: Path) -> Iterable[Row]:
    for pair in read_text_pairs(PairFile(path)):
        found = [
            word.findall(text.translate(_APOSTROPHES).lower())
            for word, text in ((_SOURCE_WORD, pair.source), (_TARGET_WORD, pair.target))
        ]
        if all(0 < len(words) <= most for words, most in zip(found, _LONGEST, strict=True)):
            yield " ".join(found[0]), " ".join(found[1]), pair


def _write(path: Path, pairs: Iterable[TextPair]) -> None:
    text = "".join(f"{pair.source}\t{pair.target}\n" for pair in pairs)
    path.write_text(text, encoding="utf-8")
