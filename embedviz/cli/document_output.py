"""Output of report documents to the terminal, as JSON, or to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table as Grid
from rich.text import Text

from embedviz.cli.output import out, print_json

if TYPE_CHECKING:
    from embedviz.reports import Document, Part, Table

OutFile = Annotated[
    Path | None,
    typer.Option("--out", help="Write the report: a .md, .html or .json file.", show_default=False),
]

_MIN_WIDTH = 18
"""Minimum width of a column of words, if the terminal is wide enough."""


def emit_document(document: Document, *, json: bool, file: Path | None) -> None:
    """Print a document, as text or as JSON, and write it to a file if one is given."""
    from embedviz.reports import as_json, write_document

    if file is not None:
        write_document(document, file)
    if json:
        print_json(as_json(document))
    else:
        _print(document)
        if file is not None:
            out.print(f"Written to {file}.", markup=False)


def _print(document: Document) -> None:
    out.print(Text(_make_printable(document.title), style="bold"))
    for part in document.parts:
        _print_part(part)


def _print_part(part: Part) -> None:
    from embedviz.reports import format_cell

    out.print(Text(f"\n{_make_printable(part.heading)}", style="bold"))
    for paragraph in part.text:
        out.print(_make_printable(paragraph), markup=False)
    for fact in part.facts:
        out.print(_make_printable(f"{fact.name}: {format_cell(fact.value)}"), markup=False)
    for table in part.tables:
        out.print()
        out.print(_build_grid(table))
    for note in part.notes:
        out.print(_make_printable(note), style="dim", markup=False)


def _make_printable(text: str) -> str:
    """Replace control characters, which untrusted names and words may contain."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _build_grid(table: Table) -> Grid:
    from embedviz.reports import format_cells

    title = Text(_make_printable(table.heading)) if table.heading else None
    grid = Grid(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns:
        justify = "right" if column.is_number else "left"
        grid.add_column(
            column.heading,
            justify=justify,  # type: ignore[arg-type]
            overflow="fold",
            min_width=None if column.is_number else _MIN_WIDTH,
        )
    for row in table.rows:
        grid.add_row(*(Text(_make_printable(text)) for text in format_cells(table, row)))
    return grid
