"""Self-contained HTML pages: the page that all exports share, and documents as content."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from embedviz.reports.documents import (
    Document,
    Fact,
    Part,
    Picture,
    Table,
    format_cell,
    format_cells,
)
from embedviz.reports.escaping import (
    LONGEST_CELL,
    html_text,
    isolated,
    json_text,
    script_json,
)

_LONGEST_TITLE = 200
_FEWEST_FOR_CONTENTS = 3


def as_html(document: Document) -> str:
    """Return a report as one HTML page without scripts, in the reader's light or dark mode.

    Examples
    --------
    >>> "<h1>a &lt;b&gt;</h1>" in as_html(Document("a <b>", ()))
    True
    """
    main = [_contents(document.parts)] if len(document.parts) >= _FEWEST_FOR_CONTENTS else []
    main += [_part(f"part-{i}", part) for i, part in enumerate(document.parts)]
    if document.provenance is not None:
        main.append(html_provenance(document.provenance))
    has_images = any(part.picture for part in document.parts)
    return html_page(document.title, "\n".join(main), has_images=has_images)


def html_page(
    title: str,
    main: str,
    *,
    style: str = "",
    script: str = "",
    data: object = None,
    has_images: bool = False,
) -> str:
    """Return a page whose Content-Security-Policy allows only its own content.

    Parameters
    ----------
    title : str
        Plain text.
    main : str
        HTML below the heading.
    style : str
        CSS before that shared by all pages.
    script : str
        A module to run, which reads `data` as JSON from the element with the id ``data``.
    data : object
    has_images : bool
        Allow images embedded as ``data:`` URLs.
    """
    style += _file("page.css")
    scripts = (
        f'<script type="application/json" id="data">{script_json(data)}</script>\n'
        f'<script type="module">{script}</script>\n'
    )
    return Template(_file("page.html")).substitute(
        policy=_policy(style, script, has_images=has_images),
        title=html_text(title, _LONGEST_TITLE),
        style=style,
        main=main,
        scripts=scripts if script else "",
    )


def html_table(table: Table) -> str:
    """Return a table with its heading and note."""
    kinds = [' class="number"' if column.is_number else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{kind}>{html_text(column.heading, LONGEST_CELL)}</th>'
        for kind, column in zip(kinds, table.columns, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(map(_html_cell, kinds, format_cells(table, row)))}</tr>\n"
        for row in table.rows
    )
    lines = [f"<h3>{html_text(table.heading)}</h3>"] if table.heading else []
    lines += [f'<p class="quiet">{html_text(table.note)}</p>'] if table.note else []
    lines.append(
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )
    return "\n".join(lines)


def html_facts(facts: Iterable[Fact]) -> str:
    """Return facts as a list of names and values."""
    items = (
        f"<dt>{html_text(fact.name)}</dt><dd>{isolated(format_cell(fact.value))}</dd>\n"
        for fact in facts
    )
    return f"<dl>{''.join(items)}</dl>"


def html_provenance(provenance: object) -> str:
    """Return a page's provenance as collapsed JSON."""
    kept = escape(json_text(provenance))
    return f"<details><summary>Provenance</summary><pre>{kept}</pre></details>"


def content_hash(content: str) -> str:
    """Return the policy source expression that allows exactly this content."""
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _policy(style: str, script: str, *, has_images: bool) -> str:
    scripts = f"script-src {content_hash(script)}; " if script else ""
    images = "img-src data:; " if has_images else ""
    allowed = f"{scripts}{images}style-src {content_hash(style)}"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


@cache
def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _contents(parts: Iterable[Part]) -> str:
    items = (
        f'<li><a href="#part-{i}">{isolated(part.heading)}</a></li>\n'
        for i, part in enumerate(parts)
    )
    return f'<nav aria-label="Sections"><ul>\n{"".join(items)}</ul></nav>'


def _part(id_: str, part: Part) -> str:
    lines = [f'<section><h2 id="{id_}">{isolated(part.heading)}</h2>']
    lines += [f"<p>{html_text(paragraph)}</p>" for paragraph in part.text]
    lines += [f'<p class="warning">{html_text(warning)}</p>' for warning in part.warnings]
    if part.picture:
        lines.append(_picture(part.picture))
    if part.facts:
        lines.append(html_facts(part.facts))
    lines += map(html_table, part.tables)
    lines += [f'<p class="quiet">{html_text(note)}</p>' for note in part.notes]
    return "\n".join([*lines, "</section>"])


def _picture(picture: Picture) -> str:
    """Return an SVG as an image, so that its ids and styles are isolated and no script runs."""
    content = base64.b64encode(picture.draw()).decode()
    says = html_text(picture.says)
    return f'<figure><img src="data:image/svg+xml;base64,{content}" alt="{says}"></figure>'


def _html_cell(kind: str, text: str) -> str:
    escaped = html_text if kind else isolated
    return f"<td{kind}>{escaped(text, LONGEST_CELL)}</td>"
