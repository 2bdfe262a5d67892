"""States of recurrent nets along texts, of any toolkit: files of them, and units that are on.

This package needs no PyTorch.
"""

from embedviz.states.annotated_text import (
    MOST_WORDS,
    AnnotatedText,
    is_table,
    parse_lines,
    parse_table,
    parse_text,
)
from embedviz.states.recorded import RecordedStates
from embedviz.states.state_files import STATE_ENDINGS, read_state_matrix
from embedviz.states.unit_patterns import (
    ColumnCount,
    Place,
    UnitPattern,
    count_values,
    find_pattern,
    find_places,
)

__all__ = [
    "MOST_WORDS",
    "STATE_ENDINGS",
    "AnnotatedText",
    "ColumnCount",
    "Place",
    "RecordedStates",
    "UnitPattern",
    "count_values",
    "find_pattern",
    "find_places",
    "is_table",
    "parse_lines",
    "parse_table",
    "parse_text",
    "read_state_matrix",
]
