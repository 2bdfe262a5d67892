"""A report on a model: every relation's picture, figures and doubts, on one page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from embedviz.errors import InputError
from embedviz.export import markup
from embedviz.export.findings import Grid, Section, findings
from embedviz.export.pictures import data_url, title
from embedviz.export.scene import Scene
from embedviz.export.tables import whole
from embedviz.support import atomic_path, clip

ENDINGS = (".html", ".md")

_LONGEST_CELL = 400
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def check_report_name(path: Path) -> None:
    """Refuse a name that says no format."""
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"{path} must end in {' or '.join(ENDINGS)}: choose such a name.")


def write_report(path: Path, scene: Scene) -> None:
    """Write a report as ``.html``, which needs nothing else, or ``.md``, which has no pictures.

    Raises
    ------
    InputError
        If the name says neither, or the file cannot be written.
    """
    check_report_name(path)
    content = report_page(scene) if path.suffix.lower() == ".html" else report_markdown(scene)
    with atomic_path(path) as aside:
        aside.write_text(content, encoding="utf-8", newline="")


def _title(scene: Scene) -> str:
    return f"Relations in {Path(scene.view.model).name}"


def report_page(scene: Scene) -> str:
    """Return the report as one page that runs nothing and loads nothing."""
    sections = findings(scene)
    contents = "".join(
        f'<li><a href="#s{i}">{markup.text(section.title)}</a></li>\n'
        for i, section in enumerate(sections)
    )
    return markup.template("report.html").substitute(
        policy=markup.policy(style=markup.of_hash(markup.style()), images="data:"),
        title=markup.escaped(_title(scene), 200),
        style=markup.style(),
        contents=contents,
        sections="\n".join(_html(i, section) for i, section in enumerate(sections)),
        provenance=markup.provenance(scene),
    )


def _html(number: int, section: Section) -> str:
    parts = [f'<section><h2 id="s{number}">{markup.text(section.title)}</h2>']
    parts += [f"<p>{markup.escaped(line, 5_000)}</p>" for line in section.lines]
    parts += [f'<p class="doubt">{markup.escaped(doubt, 5_000)}</p>' for doubt in section.doubts]
    if section.picture:
        said = markup.escaped(f"Arrows: {title(section.picture)}", 300)
        parts.append(f'<figure><img src="{data_url(section.picture)}" alt="{said}"></figure>')
    parts += map(_html_table, section.grids)
    return "\n".join([*parts, "</section>"])


def _html_table(grid: Grid) -> str:
    rows = [[markup.text(cell, _LONGEST_CELL) for cell in row] for row in grid.rows]
    return markup.table(
        grid.headings,
        rows,
        caption=markup.escaped(grid.caption, 400),
        kind="prose" if grid.is_prose else "figures",
    )


def report_markdown(scene: Scene) -> str:
    """Return the report as Markdown, with tables as GitHub reads them."""
    parts = [f"# {_marked(_title(scene))}"]
    for section in findings(scene):
        parts.append(f"## {_marked(section.title)}")
        parts += map(_marked, section.lines)
        parts += [f"> {_marked(doubt)}" for doubt in section.doubts]
        parts += map(_markdown_table, section.grids)
    return "\n\n".join(parts) + "\n"


def _markdown_table(grid: Grid) -> str:
    rule = ["---", *["---" if grid.is_prose else "---:"] * (len(grid.headings) - 1)]
    rows: Sequence[Sequence[str]] = (grid.headings, *grid.rows)
    head, *body = [[_marked(cell) for cell in row] for row in rows]
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *body))
    return f"{_marked(grid.caption)}\n\n{lines}" if grid.caption else lines


def _marked(text: str) -> str:
    """Escape what Markdown would read as markup."""
    return _MARKDOWN.sub(r"\\\1", whole(clip(text, 5_000)))
