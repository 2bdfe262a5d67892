"""Vectors of labels that hold spaces, as those of phrases do, and of single words."""

from itertools import product

import numpy as np

from embedviz.relations import Relation
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors import WordVectors

NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty")
UNITS = ("hours", "days", "weeks", "months", "years", "decades", "nights", "evenings")
PAIRS = tuple((f"{n} {unit} ago", f"in {n} {unit}") for n, unit in product(NUMBERS, UNITS))
RELATION = Relation("past to come", PAIRS)

ODD = (
    "what is your name ?",
    "l' homme",
    "hello, world",
    'he said "no"',
    "'tis the season",
    "day - week",
    "2*two days",
    "(so to speak)",
    "avg (two days)",
    "rock  and  roll",
    "<script>alert(1)</script> <b>x</b>",
    "=cmd() of two",
    "$x$ :smile: [a](b)",
    "[bold]two[/bold] days",
    "and / or",
    "naïve café",
)
WORDS = ("day", "week", "two", "ago", "l'", "homme", "days")


def spaced_vectors(tokenizer: Tokenizer | None = None, n_dims: int = 24) -> WordVectors:
    """Vectors in which what is to come is what is past plus one offset, with a little noise."""
    rng = np.random.default_rng(5)
    rows = {}
    offset = 2 * rng.normal(size=n_dims)
    for past, come in PAIRS:
        rows[past] = rng.normal(size=n_dims)
        rows[come] = rows[past] + offset + 0.05 * rng.normal(size=n_dims)
    rows |= {word: rng.normal(size=n_dims) for word in (*ODD, *WORDS)}
    matrix = np.array(list(rows.values()), dtype=np.float32)
    counts = np.arange(len(rows), 0, -1, dtype=np.int64)
    return WordVectors(Vocabulary(tuple(rows), counts), matrix, tokenizer)
