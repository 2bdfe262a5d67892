"""A model report as HTML or Markdown: picture, statistics and caveats of every relation."""

from __future__ import annotations

from pathlib import Path

from embedviz.errors import InputError
from embedviz.export.findings import findings
from embedviz.export.scene import Scene
from embedviz.reports import Document, as_html, as_markdown, write_document

ENDINGS = (".html", ".md")


def check_report_name(path: Path) -> None:
    """Check that the extension is a format of this report."""
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"{path} must end in {' or '.join(ENDINGS)}: choose such a name.")


def write_report(path: Path, scene: Scene) -> None:
    """Write a report as self-contained ``.html``, or as ``.md``, which has no pictures.

    Raises
    ------
    InputError
        If the extension is unknown, or the file cannot be written.
    """
    check_report_name(path)
    write_document(report_document(scene), path)


def report_document(scene: Scene) -> Document:
    """Return the report as a document with pictures not yet drawn."""
    title = f"Relations in {Path(scene.view.model).name}"
    return Document(title, findings(scene), scene.provenance)


def report_page(scene: Scene) -> str:
    """Return the report as one self-contained HTML page without scripts."""
    return as_html(report_document(scene))


def report_markdown(scene: Scene) -> str:
    """Return the report as Markdown."""
    return as_markdown(report_document(scene))
