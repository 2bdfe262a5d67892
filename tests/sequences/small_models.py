"""Small pairs made by code, and models trained on them in seconds."""

from pathlib import Path

import numpy as np

from embedviz.checkpoints import save
from embedviz.settings import SequenceConfig
from embedviz.text import PairConfig, PairFile, Vocabulary
from embedviz.training import GivenVectors, train_sequence_model
from embedviz.vectors import WordVectors

NUMBERS = ("one", "two", "three", "four", "five", "six")
THINGS = ("dog", "cat", "bird", "book", "car", "tree")
SIZES = ("small", "big", "old", "new")
_OTHER = {"un": NUMBERS, "ch": THINGS, "gr": SIZES}


def translated(word: str) -> str:
    """A word of the made-up target language."""
    return next(f"{start}{words.index(word)}" for start, words in _OTHER.items() if word in words)


def pairs() -> list[tuple[str, str]]:
    """Phrases such as "two big dogs", and the same in another order of words."""
    return [
        (f"{n} {size} {thing}", f"{translated(n)} {translated(thing)} {translated(size)}")
        for n in NUMBERS
        for size in SIZES
        for thing in THINGS
    ]


def write_pairs(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rows))
    return path


def write_vectors(path: Path) -> Path:
    """Vectors in which a thing of a size lies at the sum of both."""
    rng = np.random.default_rng(0)
    rows = {word: rng.normal(size=8) for word in (*THINGS, *SIZES)}
    rows |= {f"{a}_{b}": rows[a] + rows[b] for a in SIZES for b in THINGS}
    matrix = np.array(list(rows.values()), dtype=np.float32)
    save(WordVectors(Vocabulary(tuple(rows)), matrix), path)
    return path


def labelled(held_out: str = "") -> list[tuple[str, str]]:
    """A phrase and its label, without that of one thing."""
    return [(f"a {a} {b}", f"{a}_{b}") for a in SIZES for b in THINGS if b != held_out]


def train(folder: Path, rows: list[tuple[str, str]], *, vectors: Path | None = None, **config):
    """Train a small model and return its folder."""
    file = write_pairs(folder.with_suffix(".tsv"), rows)
    settings = {"n_states": 24, "n_summary": 16, "cost": "full", "n_pairs": 16, "dropout": 0.0}
    if config.get("shape") != "vec-seq":
        settings |= {"n_dims": 12}
    if config.get("shape") != "seq-vec":
        settings |= {"n_target_dims": 12, "n_maxout": 16, "n_out": 12}
    settings |= {"rate": 0.02, "warm_up": 5, "epochs": 25.0, "patience": 1000}
    train_sequence_model(
        PairFile(file),
        folder,
        pair_config=PairConfig(min_count=1, held_out=0.0, longest=8),
        config=SequenceConfig(**(settings | config)),
        given=GivenVectors(None, None if vectors is None else str(vectors)),
    )
    return folder
