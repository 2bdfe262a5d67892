"""Reports in the terminal, as JSON, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid
from rich.text import Text

from embedviz.cli.output import out, print_json
from embedviz.reports import (
    Document,
    Part,
    Table,
    as_json,
    format_cell,
    format_cells,
    write_document,
)

OutFile = Annotated[
    Path | None,
    typer.Option("--out", help="Write the report: a .md, .html or .json file.", show_default=False),
]

_NAME = 18
"""Least width of a column of words, if the terminal has room."""


def emit_document(document: Document, *, json: bool, file: Path | None) -> None:
    """Print a report, as JSON if that is asked for, and write it if a file is named."""
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
    """Take out signs that a terminal would obey: names of sections and words are a file's."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _build_grid(table: Table) -> Grid:
    title = Text(_make_printable(table.heading)) if table.heading else None
    grid = Grid(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns:
        justify = "right" if column.is_number else "left"
        grid.add_column(
            column.heading,
            justify=justify,  # type: ignore[arg-type]
            overflow="fold",
            min_width=None if column.is_number else _NAME,
        )
    for row in table.rows:
        grid.add_row(*(Text(_make_printable(text)) for text in format_cells(table, row)))
    return grid
