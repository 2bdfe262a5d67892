"""Corpora: the bundled synthetic one and public ones to download.

`bundled_corpus` generates English-like text from fact tables (`read_facts`), `read_phrases` lists
everyday phrases by kind, and `fetch` downloads a public corpus described by a recipe.
"""

from embedviz.corpora.facts import (
    held_out_capitals,
    read_facts,
)
from embedviz.corpora.fetching import (
    fetch,
    recipe,
    recipes,
)
from embedviz.corpora.phrases import (
    Phrase,
    read_phrase_pairs,
    read_phrases,
)
from embedviz.corpora.synthesis import (
    BUNDLED_NAME,
    bundled_corpus,
    write_bundled,
)

__all__ = [
    "BUNDLED_NAME",
    "Phrase",
    "bundled_corpus",
    "fetch",
    "held_out_capitals",
    "read_facts",
    "read_phrase_pairs",
    "read_phrases",
    "recipe",
    "recipes",
    "write_bundled",
]
