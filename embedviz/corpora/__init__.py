"""Corpora: the bundled synthetic one and public ones to download.

`bundled_corpus` generates English-like text from fact tables (`read_facts`), `read_phrases` lists
everyday phrases by kind, and `fetch` downloads a public corpus described by a recipe.
`ProgramPairs` draws small programs, and `run_program` gives their value and a trace of it.
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
from embedviz.corpora.programs import (
    EXAMPLE_PROGRAMS,
    Program,
    ProgramPairs,
    draw_program,
    is_held_out,
    parse_program,
    read_answer,
    read_trace,
    run_program,
)
from embedviz.corpora.synthesis import (
    BUNDLED_NAME,
    bundled_corpus,
    write_bundled,
)

__all__ = [
    "BUNDLED_NAME",
    "EXAMPLE_PROGRAMS",
    "Phrase",
    "Program",
    "ProgramPairs",
    "bundled_corpus",
    "draw_program",
    "fetch",
    "held_out_capitals",
    "is_held_out",
    "parse_program",
    "read_answer",
    "read_facts",
    "read_phrase_pairs",
    "read_phrases",
    "read_trace",
    "recipe",
    "recipes",
    "run_program",
    "write_bundled",
]
