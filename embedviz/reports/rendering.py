"""Reports as JSON, Markdown or one HTML file that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
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
from embedviz.support import atomic_path

_STYLE = """\
:root { color-scheme: light dark; --ink: #1c1e21; --dim: #5d6570; --line: #d9dde3; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --dim: #9aa3ae; --line: #353b43; --page: #14171a; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin-bottom: .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; }
dt { color: var(--dim); } dd { margin: 0; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { color: var(--dim); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
th.number { white-space: normal; vertical-align: bottom; }
small { color: var(--dim); display: block; margin-top: .4rem; }
"""


def as_json(document: Document) -> dict[str, object]:
    """Give a report as values for JSON: by part, its facts, and its tables as lists of rows.

    An interval stands beside its figure under the name of that with ``_interval``.

    Examples
    --------
    >>> from embedviz.reports.documents import Fact
    >>> report = Document("t", (Part("a", "A", facts=(Fact("n", "words", Figure(3)),)),))
    >>> as_json(report)
    {'title': 't', 'parts': [{'name': 'a', 'heading': 'A', 'n': 3}]}
    """
    return {"title": document.title, "parts": [_json_part(part) for part in document.parts]}


def as_markdown(document: Document) -> str:
    r"""Give a report as Markdown, with tables.

    Examples
    --------
    >>> print(as_markdown(Document("A *b*", ())), end="")
    # A \*b\*
    """
    lines = [f"# {_marked(document.title)}"]
    for part in document.parts:
        lines += ["", f"## {_marked(part.heading)}"]
        for paragraph in part.text:
            lines += ["", _marked(paragraph)]
        if part.facts:
            lines.append("")
        lines += [
            f"- {_marked(fact.name)}: {_marked(format_cell(fact.value))}" for fact in part.facts
        ]
        for table in part.tables:
            lines += ["", *_markdown_table(table)]
        for note in part.notes:
            lines += ["", f"*{_marked(note)}*"]
    return "\n".join(lines) + "\n"


def as_html(document: Document) -> str:
    """Give a report as one HTML page, light or dark as the reader's system is; nothing is fetched.

    Examples
    --------
    >>> "<h1>a &lt;b&gt;</h1>" in as_html(Document("a <b>", ()))
    True
    """
    body = [f"<h1>{escape(document.title)}</h1>"]
    for part in document.parts:
        body.append(f"<h2>{escape(part.heading)}</h2>")
        body += [f"<p>{escape(paragraph)}</p>" for paragraph in part.text]
        if part.facts:
            facts = (
                f"<dt>{escape(fact.name)}</dt><dd>{escape(format_cell(fact.value))}</dd>"
                for fact in part.facts
            )
            body.append(f"<dl>{''.join(facts)}</dl>")
        for table in part.tables:
            body += _html_table(table)
        body += [f"<small>{escape(note)}</small>" for note in part.notes]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _json_text(document: Document) -> str:
    return json.dumps(as_json(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


_FORMS: dict[str, Callable[[Document], str]] = {
    ".md": as_markdown,
    ".html": as_html,
    ".json": _json_text,
}


def check_form(path: Path) -> None:
    """Refuse a report's name that says no form, before the work is done.

    Raises
    ------
    InputError
        If it ends in none of ``.md``, ``.html`` and ``.json``.
    """
    if path.suffix.lower() not in _FORMS:
        raise InputError(f"{path} says no form of report: end it in .md, .html or .json.")


def write_document(document: Document, path: Path) -> None:
    """Write a report as its name says: ``.md``, ``.html`` or ``.json``.

    Raises
    ------
    InputError
        If the name says none of these, or the file cannot be written.
    """
    check_form(path)
    with atomic_path(path) as aside:
        aside.write_text(_FORMS[path.suffix.lower()](document), encoding="utf-8")


def _json_part(part: Part) -> dict[str, object]:
    found: dict[str, object] = {"name": part.key, "heading": part.heading}
    if part.text:
        found["text"] = list(part.text)
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


def _marked(text: str) -> str:
    """Keep text from being read as Markdown or HTML."""
    text = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#~&$" else sign for sign in text)


def _markdown_table(table: Table) -> list[str]:
    lines = [f"**{_marked(table.heading)}**", ""] if table.heading else []
    lines.append(_markdown_row([column.heading for column in table.columns]))
    lines.append("|" + "|".join("---:" if one.is_number else "---" for one in table.columns) + "|")
    return lines + [_markdown_row(format_cells(table, row)) for row in table.rows]


def _markdown_row(cells: list[str]) -> str:
    return "| " + " | ".join(_marked(cell) for cell in cells) + " |"


def _html_table(table: Table) -> list[str]:
    kinds = [' class="number"' if column.is_number else "" for column in table.columns]

    def row(tag: str, cells: list[str]) -> str:
        made = (
            f"<{tag}{kind}>{escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True)
        )
        return f"<tr>{''.join(made)}</tr>"

    lines = [f"<h3>{escape(table.heading)}</h3>"] if table.heading else []
    lines += ['<div class="wide"><table>', row("th", [one.heading for one in table.columns])]
    lines += [row("td", format_cells(table, cells)) for cells in table.rows]
    return [*lines, "</table></div>"]
