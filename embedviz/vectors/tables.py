"""Word vectors from and to the tables that formats read and write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from embedviz.errors import EmbedvizError
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors.formats import Table, refuse_lone_surrogates
from embedviz.vectors.word_vectors import WordVectors

_KEPT_TOKENIZER = "tokenizer"


def vectors_of(table: Table) -> WordVectors:
    """Return the vectors of a table, with the tokenizer that its provenance names."""
    facts = dict(table.provenance)
    tokenizer = _tokenizer(facts.pop(_KEPT_TOKENIZER, None))
    return WordVectors(Vocabulary(table.words, table.counts), table.matrix, tokenizer, facts)


def _tokenizer(kept: object) -> Tokenizer | None:
    """Return the stored tokenizer; None if there is none that this version can read."""
    if not isinstance(kept, Mapping):
        return None
    try:
        return Tokenizer.from_stored(kept)
    except (TypeError, ValueError, EmbedvizError):
        return None


def table_of(vectors: WordVectors, name: str = "the vectors") -> Table:
    """Return vectors as a table to write; messages call it by the name."""
    provenance = dict(vectors.provenance)
    if vectors.tokenizer:
        provenance[_KEPT_TOKENIZER] = vectors.tokenizer.as_stored()
    refuse_lone_surrogates(Path(name), vectors.words)
    return Table(Path(name), vectors.words, vectors.matrix, vectors.vocabulary.counts, provenance)
