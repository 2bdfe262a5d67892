"""Number words and their made-up translations: pairs that a small model learns in a second."""

import numpy as np

from embedviz.settings import SequenceConfig
from embedviz.text import PairConfig, PairFile, Vocabulary
from embedviz.vectors import WordVectors

UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy"]
OTHER_UNITS = ["ka", "dou", "tre", "kvar", "sinka", "ses", "sep", "okto", "nov"]
OTHER_TENS = ["venti", "trenta", "karanta", "sinkanta", "sesanta", "setanta"]
N_HUNDREDS = 4

SMALL = {
    **{"n_dims": 12, "n_states": 24, "n_summary": 24, "n_target_dims": 12, "n_maxout": 24},
    **{"n_out": 12, "n_noise": 24, "n_pairs": 32, "warm_up": 10, "rate": 1e-2, "epochs": 2.5},
}
"""Settings of a model that learns in a second."""
UNUSED = {"seq-vec": ("n_target_dims", "n_maxout", "n_out"), "vec-seq": ("n_dims",)}
PAIRS = PairConfig(min_count=1, held_out=0.1)


def numbers():
    """Yield the name of a number and how to say it: 134, "one hundred thirty four", "ka sento …"""
    for h in range(N_HUNDREDS):
        for t, (ten, other_ten) in enumerate(zip(TENS, OTHER_TENS, strict=True), start=2):
            for u, (unit, other_unit) in enumerate(zip(UNITS, OTHER_UNITS, strict=True), start=1):
                hundreds = f"{UNITS[h - 1]} hundred " if h else ""
                other = f"{OTHER_UNITS[h - 1]} sento " if h else ""
                yield f"{h}{t}{u}", f"{hundreds}{ten} {unit}", f"{other}{other_unit} e {other_ten}"


def write_numbers(folder):
    """Write the columns name, source and target."""
    path = folder / "numbers.tsv"
    lines = ["name\tsource\ttarget", *("\t".join(number) for number in numbers())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def number_vectors(n_dims=8):
    """Vectors of the names of numbers: a sum of those of their parts, so that others follow."""
    parts = np.random.default_rng(0).normal(size=(3, 10, n_dims)).astype(np.float32)
    names = [name for name, _, _ in numbers()]
    rows = [sum(parts[place, int(digit)] for place, digit in enumerate(name)) for name in names]
    return WordVectors(Vocabulary(tuple(names)), np.array(rows))


def word_vectors(n_dims=6, words=("hundred", *UNITS[:3], *UNITS[4:], *TENS, "zebra")):
    """Vectors of words: of those of the sources, without those of "four" and with some others."""
    matrix = np.random.default_rng(1).normal(1, 2, size=(len(words), n_dims)).astype(np.float32)
    return WordVectors(Vocabulary(tuple(words)), matrix)


COLUMNS = {"seq-seq": ("source", "target"), "seq-vec": ("source", "name")}
COLUMNS["vec-seq"] = ("name", "target")


def pair_file(path, shape):
    """Pairs for a shape."""
    source, target = COLUMNS[shape]
    return PairFile(path, source=source, target=target)


def settings(shape="seq-seq", **changed):
    """Settings of a small model."""
    used = {name: value for name, value in SMALL.items() if name not in UNUSED.get(shape, ())}
    return SequenceConfig(shape=shape, **used | changed)
