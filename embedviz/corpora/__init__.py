"""Corpora: the bundled synthetic one and public ones to download.

`bundled_corpus` generates English-like text from fact tables (`read_facts`), and `fetch`
downloads a public corpus described by a recipe.
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
from embedviz.corpora.synthesis import (
    BUNDLED_NAME,
    bundled_corpus,
    write_bundled,
)

__all__ = [
    "BUNDLED_NAME",
    "bundled_corpus",
    "fetch",
    "held_out_capitals",
    "read_facts",
    "recipe",
    "recipes",
    "write_bundled",
]
