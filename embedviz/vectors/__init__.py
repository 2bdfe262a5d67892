"""Word vectors: look-up, arithmetic, exact and approximate search, files of every format."""

from embedviz.vectors.approximate_index import (
    build_index,
    open_index,
)
from embedviz.vectors.expressions import (
    SIGNS,
    analogy_weights,
    as_question,
    format_expression,
    parse_expression,
    quote_word,
)
from embedviz.vectors.principal_axes import (
    principal_axes,
    principal_axes_of_blocks,
    refuse_too_few,
    signs,
)
from embedviz.vectors.search import (
    Filter,
    best,
    products,
    top,
)
from embedviz.vectors.word_vectors import (
    Neighbour,
    WordVectors,
)

__all__ = [
    "SIGNS",
    "Filter",
    "Neighbour",
    "WordVectors",
    "analogy_weights",
    "as_question",
    "best",
    "build_index",
    "format_expression",
    "open_index",
    "parse_expression",
    "principal_axes",
    "principal_axes_of_blocks",
    "products",
    "quote_word",
    "refuse_too_few",
    "signs",
    "top",
]
