"""Word vectors: look-up, arithmetic, expressions, and exact or approximate neighbour search.

The central type is `WordVectors`; `parse_expression` reads formulas such as ``king - man + woman``
and `principal_axes` decomposes rows. The file formats are in `embedviz.vectors.formats`.
"""

from embedviz.vectors.approximate_index import (
    build_index,
    open_index,
)
from embedviz.vectors.expressions import (
    SIGNS,
    analogy_weights,
    format_expression,
    match_analogy,
    parse_expression,
    quote_word,
)
from embedviz.vectors.neighbour import Neighbour, RankedWords
from embedviz.vectors.preparation import (
    N_FREQUENT,
    centred,
    check_power,
    name_mean,
    name_whitening,
    unit_rows,
    whitened,
    whitening_map,
)
from embedviz.vectors.principal_axes import (
    axis_signs,
    principal_axes,
    principal_axes_of_blocks,
    refuse_too_few,
)
from embedviz.vectors.search import (
    Filter,
    dot_products,
    find_nearest,
    select_best,
)
from embedviz.vectors.tables import table_of, vectors_of
from embedviz.vectors.word_vectors import WordVectors

__all__ = [
    "N_FREQUENT",
    "SIGNS",
    "Filter",
    "Neighbour",
    "RankedWords",
    "WordVectors",
    "analogy_weights",
    "axis_signs",
    "build_index",
    "centred",
    "check_power",
    "dot_products",
    "find_nearest",
    "format_expression",
    "match_analogy",
    "name_mean",
    "name_whitening",
    "open_index",
    "parse_expression",
    "principal_axes",
    "principal_axes_of_blocks",
    "quote_word",
    "refuse_too_few",
    "select_best",
    "table_of",
    "unit_rows",
    "vectors_of",
    "whitened",
    "whitening_map",
]
