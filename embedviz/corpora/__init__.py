"""The bundled corpus and public ones: facts, grammar, synthesis, downloads."""

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
