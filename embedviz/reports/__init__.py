"""Documents of evaluations, and their rendering."""

from embedviz.reports.documents import (
    Document,
    Part,
    Table,
    format_cell,
    format_cells,
)
from embedviz.reports.evaluations import (
    comparison_document,
    comparison_part,
    evaluation_document,
    stability_document,
)
from embedviz.reports.rendering import (
    as_json,
    check_form,
    write_document,
)

__all__ = [
    "Document",
    "Part",
    "Table",
    "as_json",
    "check_form",
    "comparison_document",
    "comparison_part",
    "evaluation_document",
    "format_cell",
    "format_cells",
    "stability_document",
    "write_document",
]
