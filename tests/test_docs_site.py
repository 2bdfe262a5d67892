"""The documentation site: built without a warning, its links lead somewhere, it works offline."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from types import FunctionType
from urllib.parse import unquote, urldefrag

import pytest

import embedviz
from benchmarks.common.browser import PHONE

pytest.importorskip("sphinx", reason="the site is for developers")

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
LOADED = {"link", "script", "img", "iframe", "source", "video", "audio", "object", "embed"}


class Page(HTMLParser):
    """The addresses and anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.anchors |= {attributes.get("id"), attributes.get("name")}
        for name in ("href", "src", "data"):
            if address := attributes.get(name):
                (self.loads if tag in LOADED else self.links).append(address)


def is_elsewhere(address):
    return address.startswith(("http:", "https:", "mailto:", "//"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of the site; a warning, a broken link between sources, or a failing cell stops it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, "-c", "docs", ".", folder], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-5_000:]
    return folder


@pytest.fixture(scope="session")
def pages(site):
    return {path: Page(path) for path in site.rglob("*.html")}


@pytest.mark.slow
class TestSite:
    def test_every_link_leads_to_a_page_and_to_an_anchor_that_are_there(self, site, pages):
        broken, n_links = [], 0
        for path, page in pages.items():
            for address in (*page.links, *page.loads):
                if is_elsewhere(address) or address.startswith(("data:", "javascript:")):
                    continue
                name, anchor = urldefrag(address)
                target = path.parent / unquote(name.split("?")[0]) if name else path
                n_links += 1
                known = pages.get(target.resolve())
                if not target.is_file() or (
                    anchor and known and unquote(anchor) not in known.anchors
                ):
                    broken.append(f"{path.relative_to(site)}: {address}")
        assert broken == []
        assert n_links > 1_000

    def test_nothing_is_loaded_from_elsewhere(self, site, pages):
        for path, page in pages.items():
            assert [one for one in page.loads if is_elsewhere(one)] == [], path
        for style in site.rglob("*.css"):
            text = style.read_text(encoding="utf-8")
            assert "url(http" not in text and "@import" not in text, style

    def test_the_first_page_leads_to_the_index(self, site):
        assert "docs/index.html" in Page(site / "index.html").links

    def test_every_public_name_of_every_room_is_in_the_reference(self, pages, site):
        rooms = runpy.run_path(str(ROOT / "docs" / "conf.py"))["ROOMS"]
        assert set(rooms) == {
            room.name
            for room in (ROOT / "embedviz").iterdir()
            if (room / "__init__.py").is_file()
            and "\n__all__" in (room / "__init__.py").read_text(encoding="utf-8")
            and room.name not in ("dashboard", "support")  # for this package itself
        }
        top = pages[site / "docs" / "python.html"].anchors
        assert [name for name in embedviz.__all__ if f"embedviz.{name}" not in top] == []
        for room in rooms:
            module = import_module(f"embedviz.{room}")
            anchors = pages[site / "docs" / "reference" / f"{room}.html"].anchors
            missing = [
                name
                for name in set(module.__all__) - set(embedviz.__all__)
                if isinstance(one := getattr(module, name), type | FunctionType)
                and one.__module__.startswith("embedviz")
                and f"embedviz.{room}.{name}" not in anchors
            ]
            assert missing == []

    @pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
    def test_a_notebook_shows_what_it_computed(self, pages, site, notebook):
        page = pages[site / "docs" / "notebooks" / f"{notebook.stem}.html"]
        assert sum(one.startswith("../../_images/") for one in page.loads) >= 1
        assert "cell_output" in (site / "docs" / "notebooks" / f"{notebook.stem}.html").read_text(
            encoding="utf-8"
        )

    @pytest.mark.browser
    def test_from_a_folder_in_a_browser(self, site, browser):
        context = browser.new_context(color_scheme="dark", viewport=PHONE)
        page, foreign, errors = context.new_page(), [], []
        page.on("request", lambda request: foreign.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(site.as_uri() + "/index.html")
        page.wait_for_url("**/docs/index.html")
        page.goto(site.as_uri() + "/search.html?q=whitening")
        page.locator("#search-results li a").first.wait_for()
        for path in ("docs/index", "docs/commands", "docs/statistics", "docs/notebooks/is-it-real"):
            page.goto(f"{site.as_uri()}/{path}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        context.close()
        assert errors == []
        assert [one for one in foreign if not one.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert all(not one.get("outputs") and not one.get("execution_count") for one in cells)
    assert len(cells) > 5


def test_there_are_three_notebooks():
    assert len(NOTEBOOKS) == 3
