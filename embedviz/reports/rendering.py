"""Reports as JSON, Markdown or one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from embedviz.errors import InputError
from embedviz.reports.documents import (
    Cell,
    Document,
    Figure,
    Part,
    Table,
    format_cell,
    format_cells,
)
from embedviz.reports.escaping import LONGEST_CELL, json_text, markdown_paragraph, markdown_text
from embedviz.reports.html import as_html
from embedviz.support import atomic_path


def as_json(document: Document) -> dict[str, object]:
    """Return a report as JSON values: for each part, its facts, and its tables as lists of rows.

    The interval of a figure has the figure's name with ``_interval`` appended.

    Examples
    --------
    >>> from embedviz.reports.documents import Fact
    >>> report = Document("t", (Part("a", "A", facts=(Fact("n", "words", Figure(3)),)),))
    >>> as_json(report)
    {'title': 't', 'parts': [{'name': 'a', 'heading': 'A', 'n': 3}]}
    """
    return {"title": document.title, "parts": [_json_part(part) for part in document.parts]}


def as_markdown(document: Document) -> str:
    r"""Return a report as GitHub-flavoured Markdown, without pictures.

    Examples
    --------
    >>> print(as_markdown(Document("A *b*", ())), end="")
    # A \*b\*
    """
    lines = [f"# {markdown_text(document.title)}"]
    for part in document.parts:
        lines += ["", f"## {markdown_text(part.heading)}"]
        for paragraph in part.text:
            lines += ["", markdown_paragraph(paragraph)]
        for warning in part.warnings:
            lines += ["", f"> {markdown_paragraph(warning)}"]
        if part.facts:
            lines.append("")
        lines += [
            f"- {markdown_text(fact.name)}: {markdown_text(format_cell(fact.value))}"
            for fact in part.facts
        ]
        for table in part.tables:
            lines += ["", *_markdown_table(table)]
        for note in part.notes:
            lines += ["", f"*{markdown_text(note)}*"]
    return "\n".join(lines) + "\n"


_FORMS: dict[str, Callable[[Document], str]] = {
    ".md": as_markdown,
    ".html": as_html,
    ".json": lambda document: json_text(as_json(document)),
}


def check_form(path: Path) -> None:
    """Check before the work is done that a report's extension is a known format.

    Raises
    ------
    InputError
        If it ends in none of ``.md``, ``.html`` and ``.json``.
    """
    if path.suffix.lower() not in _FORMS:
        raise InputError(f"{path} must end in .md, .html or .json: rename the report.")


def write_document(document: Document, path: Path) -> None:
    """Write a report; the extension ``.md``, ``.html`` or ``.json`` decides the format.

    Raises
    ------
    InputError
        If the name has another extension, or the file cannot be written.
    """
    check_form(path)
    with atomic_path(path) as aside:
        aside.write_text(_FORMS[path.suffix.lower()](document), encoding="utf-8", newline="")


def _json_part(part: Part) -> dict[str, object]:
    found: dict[str, object] = {"name": part.key, "heading": part.heading}
    if part.text:
        found["text"] = list(part.text)
    if part.warnings:
        found["warnings"] = list(part.warnings)
    for fact in part.facts:
        found.update(_json_cell(fact.key, fact.value))
    tables = {table.key: [_json_row(table, row) for row in table.rows] for table in part.tables}
    return {**found, "tables": tables} if tables else found


def _json_row(table: Table, row: tuple[Cell, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for column, cell in zip(table.columns, row, strict=True):
        found.update(_json_cell(column.key, cell))
    return found


def _json_cell(key: str, cell: Cell) -> dict[str, object]:
    if not isinstance(cell, Figure):
        return {key: cell}
    interval = {} if cell.interval is None else {f"{key}_interval": list(cell.interval)}
    return {key: cell.value, **interval}


def _markdown_table(table: Table) -> list[str]:
    lines = [f"**{markdown_text(table.heading)}**", ""] if table.heading else []
    lines += [markdown_paragraph(table.note), ""] if table.note else []
    rule = ["---:" if column.is_number else "---" for column in table.columns]
    rows = [[column.heading for column in table.columns]]
    rows += [format_cells(table, row) for row in table.rows]
    head, *body = [[markdown_text(cell, LONGEST_CELL) for cell in row] for row in rows]
    return lines + [f"| {' | '.join(cells)} |" for cells in (head, rule, *body)]
