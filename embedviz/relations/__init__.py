"""Relations: named lists of pairs, their directions and statistics."""

from embedviz.relations import consistency
from embedviz.relations.consistency import (
    CONFIDENCE,
    FEWEST_FOR_INTERVAL,
    FEWEST_FOR_P,
    Floats,
    Interval,
    consistency_interval,
    mean_pairwise_cosine,
    share_interval,
)
from embedviz.relations.direction import (
    PairFit,
    RelationReport,
    find_relation,
    find_relations,
    measure,
    near_spellings,
    offsets,
)
from embedviz.relations.pair_bootstrap import (
    N_DRAWS,
    PairMeans,
    PairWeights,
    percentiles,
)
from embedviz.relations.pair_files import (
    MOST_PAIRS,
    as_csv,
    read_relations,
)
from embedviz.relations.pairs import (
    FAMILIES,
    PHRASE_RELATIONS,
    Pair,
    Relation,
    SortedPairs,
    alphabetical,
    built_in,
    built_in_names,
    by_frequency,
    phrase_relations,
    shuffle_pairs,
    sort_pairs,
)
from embedviz.relations.question_lines import (
    first_line,
    is_question_line,
    question_lines,
    read_lines,
)
from embedviz.relations.styles import style_number, style_numbers
from embedviz.relations.typed_pairs import (
    ParsedPairs,
    parse_pairs,
    split_pair,
)

__all__ = [
    "CONFIDENCE",
    "FAMILIES",
    "FEWEST_FOR_INTERVAL",
    "FEWEST_FOR_P",
    "MOST_PAIRS",
    "N_DRAWS",
    "PHRASE_RELATIONS",
    "Floats",
    "Interval",
    "Pair",
    "PairFit",
    "PairMeans",
    "PairWeights",
    "ParsedPairs",
    "Relation",
    "RelationReport",
    "SortedPairs",
    "alphabetical",
    "as_csv",
    "built_in",
    "built_in_names",
    "by_frequency",
    "consistency",
    "consistency_interval",
    "find_relation",
    "find_relations",
    "first_line",
    "is_question_line",
    "mean_pairwise_cosine",
    "measure",
    "near_spellings",
    "offsets",
    "parse_pairs",
    "percentiles",
    "phrase_relations",
    "question_lines",
    "read_lines",
    "read_relations",
    "share_interval",
    "shuffle_pairs",
    "sort_pairs",
    "split_pair",
    "style_number",
    "style_numbers",
]
