"""Views to export: the three families, and words that no one should trust."""

import numpy as np

from embedviz.relations import FAMILIES, Relation, built_in
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

FAMILY_RELATIONS = tuple(map(built_in, FAMILIES))
HOSTILE = (
    "=1+1",
    "</script><script>alert(1)</script>",
    "<!--",
    "$x$",
    "שלום",
    "\u202eabc",
    'a"b',
    "a,b",
    "a\rb",
    "a\nb",
    "a\tb",
    "'tis",
    "long" * 2_500,
    "nul\0",
)


def hostile_vectors():
    """Words that no one should trust, as pairs of one relation."""
    rng = np.random.default_rng(1)
    words = HOSTILE + tuple(f"plain{i}" for i in range(20))
    matrix = rng.normal(size=(len(words), 8)).astype(np.float32)
    return WordVectors(Vocabulary(words, np.arange(len(words), 0, -1)), matrix)


def hostile_relation():
    return Relation("=odd </script>", tuple(zip(HOSTILE[::2], HOSTILE[1::2], strict=True)))
