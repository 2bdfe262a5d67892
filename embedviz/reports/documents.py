"""The content of a report before rendering: text, named figures, tables, pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

Interval = tuple[float, float]


def format_number(value: float, form: str) -> str:
    """Format a number by a format specification; zero has no minus.

    >>> format_number(-0.001, ".2f"), format_number(-0.0001, "+.1%"), format_number(1234, ",d")
    ('0.00', '+0.0%', '1,234')
    """
    return format(value, form.replace(".", "z."))


def format_interval(ends: Interval, form: str) -> str:
    """Format an interval; "to" separates its ends if they have signs.

    >>> format_interval((0.4, 0.6), ".0%"), format_interval((-0.041, 0.12), ".2f")
    ('40–60%', '-0.04 to 0.12')
    >>> format_interval((-0.001, 0.12), ".2f"), format_interval((0.01, 0.02), "+.0%")
    ('0.00–0.12', '+1 to +2%')
    """
    low, high = (format_number(end, form) for end in ends)
    dash = " to " if low[0] in "+-" else "–"
    return f"{low.rstrip('%')}{dash}{high}"


@dataclass(frozen=True)
class Figure:
    """A number and its format.

    Parameters
    ----------
    value : int, float or None
        None if the figure is undefined.
    form : str
        A format specification, such as ``".1%"``.
    interval : (float, float), optional
        95 % interval.

    Examples
    --------
    >>> Figure(0.5, ".0%", (0.4, 0.6)).shown, Figure(None).shown
    ('50% (40–60%)', '–')
    """

    value: float | None
    form: str = ",d"
    interval: Interval | None = None

    @property
    def shown(self) -> str:
        """The number with its interval; a dash for None."""
        if self.value is None:
            return "–"
        text = format_number(self.value, self.form)
        if self.interval is None:
            return text
        return f"{text} ({format_interval(self.interval, self.form)})"


Cell = str | Figure


def format_cell(cell: Cell) -> str:
    """Return a cell as text."""
    return cell.shown if isinstance(cell, Figure) else cell


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    key : str
        Name in JSON.
    heading : str
    is_number : bool
    shows_interval : bool
        Show intervals next to the figures in text; JSON always has them.
    """

    key: str
    heading: str
    is_number: bool = True
    shows_interval: bool = True

    def text(self, cell: Cell) -> str:
        """Return a cell of this column as text."""
        if isinstance(cell, Figure) and not self.shows_interval:
            cell = replace(cell, interval=None)
        return format_cell(cell)


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns.

    Parameters
    ----------
    key : str
        Name in JSON.
    heading : str
    columns : tuple of Column
    rows : tuple of tuple of Cell
    note : str
        Explanation of the columns, above the table.
    """

    key: str
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def format_cells(table: Table, row: tuple[Cell, ...]) -> list[str]:
    """Return a row of a table as text."""
    return [column.text(cell) for column, cell in zip(table.columns, row, strict=True)]


@dataclass(frozen=True)
class Fact:
    """A named figure or word."""

    key: str
    name: str
    value: Cell


@dataclass(frozen=True)
class Picture:
    """An SVG picture, drawn only for a format that can show it.

    Parameters
    ----------
    says : str
        Text alternative.
    draw : callable
        Returns the SVG file.
    """

    says: str
    draw: Callable[[], bytes]


@dataclass(frozen=True)
class Part:
    """A part of a report under a heading.

    Parameters
    ----------
    key : str
        Name in JSON.
    heading : str
    text : tuple of str
        Paragraphs.
    facts : tuple of Fact
    tables : tuple of Table
    notes : tuple of str
        Paragraphs at the end, in small print.
    warnings : tuple of str
        Caveats, below the text.
    picture : Picture, optional
        Shown above facts and tables.
    """

    key: str
    heading: str
    text: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True)
class Document:
    """A report: a title, its parts and, for HTML, its provenance."""

    title: str
    parts: tuple[Part, ...]
    provenance: Mapping[str, object] | None = None
