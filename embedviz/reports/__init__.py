"""Evaluation documents, and the renderer of documents and pages."""

from embedviz.reports.documents import (
    Cell,
    Column,
    Document,
    Fact,
    Figure,
    Part,
    Picture,
    Table,
    format_cell,
    format_cells,
)
from embedviz.reports.escaping import encodable, html_text, json_text
from embedviz.reports.evaluations import (
    comparison_document,
    comparison_part,
    evaluation_document,
    stability_document,
)
from embedviz.reports.html import (
    as_html,
    html_facts,
    html_page,
    html_provenance,
    html_table,
)
from embedviz.reports.notebook import notebook_html
from embedviz.reports.rendering import (
    as_json,
    as_markdown,
    check_form,
    write_document,
)

__all__ = [
    "Cell",
    "Column",
    "Document",
    "Fact",
    "Figure",
    "Part",
    "Picture",
    "Table",
    "as_html",
    "as_json",
    "as_markdown",
    "check_form",
    "comparison_document",
    "comparison_part",
    "encodable",
    "evaluation_document",
    "format_cell",
    "format_cells",
    "html_facts",
    "html_page",
    "html_provenance",
    "html_table",
    "html_text",
    "json_text",
    "notebook_html",
    "stability_document",
    "write_document",
]
