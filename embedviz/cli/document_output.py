"""Output of report documents to the terminal, as JSON, or to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len
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
"""Minimum width of a column of words, if a cell is that long and the terminal is wide enough."""
_MAX_WIDTH = 30
"""Maximum width up to which a column of words is widened for a long word."""


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
        if table.heading:
            out.print(Text(f"\n{_make_printable(table.heading)}", style="italic"), end="")
        for grid in _build_grids(table, out.width):
            out.print()
            out.print(grid)
    for note in part.notes:
        out.print(_make_printable(note), style="dim", markup=False)


def _make_printable(text: str) -> str:
    """Replace control characters, which untrusted names and words may contain."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _build_grids(table: Table, width: int) -> list[Grid]:
    """Build a grid, or several below each other, each with the first column, if one is too wide."""
    from embedviz.reports import format_cells

    rows = [[_make_printable(text) for text in format_cells(table, row)] for row in table.rows]
    cells: list[list[str]] = [list(column) for column in zip(*rows, strict=True)]
    cells = cells or [[] for _ in table.columns]
    needs = [
        _find_width(column.heading, texts, is_number=column.is_number)
        for column, texts in zip(table.columns, cells, strict=True)
    ]
    grids = []
    for group in _split(needs, width):
        grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        for i in group:
            is_number = table.columns[i].is_number
            grid.add_column(
                table.columns[i].heading,
                justify="right" if is_number else "left",
                overflow="fold",
                width=needs[i] if is_number else None,
                min_width=needs[i],
            )
        for row in rows:
            grid.add_row(*(Text(row[i]) for i in group))
        grids.append(grid)
    return grids


def _find_width(heading: str, texts: Sequence[str], *, is_number: bool) -> int:
    """Find the width at which a column breaks no figure, and no word except very long ones."""
    longest = max(map(cell_len, texts), default=0)
    words = max((cell_len(word) for text in texts for word in text.split()), default=0)
    if not is_number:
        longest = min(longest, max(_MIN_WIDTH, min(words, _MAX_WIDTH)))
    return max(longest, *map(cell_len, heading.split()))


def _split(needs: Sequence[int], width: int) -> list[list[int]]:
    """Split columns of these widths into groups that fit, each preceded by the first column."""
    groups, used = [[0]], needs[0]
    for i, need in enumerate(needs[1:], 1):
        if used + 1 + need > width and len(groups[-1]) > 1:
            groups.append([0])
            used = needs[0]
        groups[-1].append(i)
        used += 1 + need
    return groups
