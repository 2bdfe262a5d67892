"""Configuration of the documentation site (`make site`): the project's Markdown, and docstrings.

The folder of sources is the project's own, so that links between files work here as they do there.
"""

from importlib import import_module, metadata
from pathlib import Path

import embedviz

ROOT = Path(__file__).parent.parent
# the rooms that hand something out; those for this package itself are no reference
ROOMS = {
    path.parent.name: module
    for path in sorted((ROOT / "embedviz").glob("*/__init__.py"))
    if path.parent.name not in ("cli", "dashboard", "support")
    and hasattr(module := import_module(f"embedviz.{path.parent.name}"), "__all__")
}

project, author, html_title = "embedviz", "the embedviz developers", "embedviz"
version = release = metadata.version("embedviz")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "docs/notebooks/*.ipynb",
    "embedviz/**README.md",
    "*/README.md",
    "*.md",
]
exclude_patterns = ["out/**", ".*/**", "**/.*", "tests/**", "embedviz/_corpora/**"]

myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
# the map's picture stands in its place: no server of scripts is asked for a widget
nb_mime_priority_overrides = [("html", "image/png", 0)]
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

default_role = "py:obj"
suppress_warnings = ["ref.python"]  # names that several rooms have
autodoc_typehints = "none"  # numpy style says the types
autodoc_member_order = "groupwise"
napoleon_google_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]  # several names to a type
napoleon_use_rtype = False

html_theme = "furo"
html_additional_pages = {"index": "first_page.html"}
templates_path = ["_site"]
html_copy_source = False
html_show_search_summary = False  # pages opened as files cannot read each other
html_show_sphinx = html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072B2", "color-brand-content": "#0072B2"},
    "dark_css_variables": {"color-brand-primary": "#56B4E9", "color-brand-content": "#56B4E9"},
}


def write_reference(_app: object) -> None:
    """Write a page of reference for each room, of what it hands out and the top does not."""
    folder = ROOT / "docs" / "reference"
    folder.mkdir(exist_ok=True)
    for page in folder.glob("*.md"):
        if page.stem not in ROOMS:
            page.unlink()
    for room, module in ROOMS.items():
        members = ", ".join(name for name in module.__all__ if name not in embedviz.__all__)
        text = (
            f"# {room}\n\n```{{eval-rst}}\n.. automodule:: embedviz.{room}\n"
            f"   :members: {members}\n```\n"
        )
        page = folder / f"{room}.md"
        if not page.exists() or page.read_text(encoding="utf-8") != text:  # else it is read again
            page.write_text(text, encoding="utf-8")


def setup(app) -> None:  # noqa: ANN001, D103 - Sphinx calls it
    app.connect("builder-inited", write_reference)
