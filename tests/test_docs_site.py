"""The documentation site: built without a warning, its links lead somewhere, it works offline."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

import embedviz
from benchmarks.common.browser import PHONE, Watch

pytest.importorskip("sphinx", reason="the site is for developers")

ROOT = Path(__file__).parent.parent
NOTEBOOKS = {  # the number of pictures, and something that is computed
    "classic-figure": (3, "country-capital, 107 pairs: A direction that answers"),
    "is-it-real": (1, "profession → workplace, 28 pairs: Common offset, does not answer"),
    "through-time": (2, "control 5%"),
}
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
        for path in (*site.rglob("*.css"), *pages):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"""url\(\s*['"]?(https?:)?//|@import""", text), path

    def test_the_first_page_leads_to_the_index(self, site):
        assert "docs/index.html" in Page(site / "index.html").links

    def test_every_public_name_of_every_room_is_in_the_reference(self, pages, site):
        rooms = runpy.run_path(str(ROOT / "docs" / "conf.py"))["ROOMS"]
        top = pages[site / "docs" / "python.html"].anchors
        names = [f"embedviz.{name}" for name in embedviz.__all__]
        names += ["embedviz.widget.WordMap", "embedviz.streamlit.word_map"]
        assert [name for name in names if name not in top] == []
        for room, module in rooms.items():
            anchors = pages[site / "docs" / "reference" / f"{room}.html"].anchors
            missing = [
                name
                for name in set(module.__all__) - set(embedviz.__all__)
                if callable(one := getattr(module, name))
                and (one.__module__ or "").startswith("embedviz")
                and f"embedviz.{room}.{name}" not in anchors
            ]
            assert missing == []

    @pytest.mark.parametrize("name", NOTEBOOKS)
    def test_a_notebook_shows_what_it_computed(self, pages, site, name):
        path = site / "docs" / "notebooks" / f"{name}.html"
        text = path.read_text(encoding="utf-8")
        n_pictures, said = NOTEBOOKS[name]
        assert sum(one.startswith("../../_images/") for one in pages[path].loads) == n_pictures
        assert said in text and "stderr" not in text

    @pytest.mark.browser
    def test_from_a_folder_in_a_browser(self, site, browser):
        context = browser.new_context(color_scheme="dark", viewport=PHONE)
        watch, page = Watch(context, "file://"), context.new_page()
        page.goto(site.as_uri() + "/index.html")
        page.wait_for_url("**/docs/index.html")
        page.goto(site.as_uri() + "/search.html?q=whitening")
        page.locator("#search-results li a").first.wait_for()
        for path in (
            "index",
            "commands",
            "statistics",
            *(f"notebooks/{name}" for name in NOTEBOOKS),
        ):
            page.goto(f"{site.as_uri()}/docs/{path}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        context.close()
        assert watch.errors == []
        assert watch.requested and watch.foreign == []


def test_notebooks_are_kept_without_outputs():
    kept = {path.stem: path for path in (ROOT / "docs" / "notebooks").glob("*.ipynb")}
    assert set(kept) == set(NOTEBOOKS)
    for path in kept.values():
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert all(not one.get("outputs") and not one.get("execution_count") for one in cells), path


@pytest.mark.slow
def test_the_figures_of_the_statistics_are_those_of_the_model(tmp_path):
    """Draw the pictures of the page again, and look for the figures that it quotes."""
    draw = runpy.run_path(str(ROOT / "docs" / "draw_statistics.py"))["main"]
    capitals, gender, close, shuffled = draw(tmp_path)
    page = " ".join((ROOT / "docs" / "statistics.md").read_text(encoding="utf-8").split())
    low, high = (f"{100 * end:.0f}" for end in capitals.gain_interval)
    for text in (
        f"It is {gender.consistency:.2f} on the left",
        f"capitals reach {capitals.consistency:.2f}",
        f"its consistency is {close.consistency:.2f}",
        f"**shuffled consistency** is {close.shuffled_consistency:.2f}",
        *(
            f"{one.excess:.2f} ({one.excess_interval[0]:.2f} to {one.excess_interval[1]:.2f})"
            for one in (capitals, gender, close)
        ),
        f"finds {capitals.hit_rate:.0%} of the capitals and the nearest word "
        f"{capitals.nearest_rate:.0%}, a gain of {100 * capitals.gain:.0f} points".replace(
            "%", " %"
        ),
        f"(line: {low} to {high})",
        f"{gender.hit_rate:.0%} and {gender.nearest_rate:.0%}".replace("%", " %"),
        f"finds {close.hit_rate:.0%} of the vehicles, the nearest word none".replace("%", " %"),
        f"gain {100 * close.closeness_gain:.0f} points or more",
    ):
        assert text in page
    assert close.nearest_rate == shuffled.hit_rate == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        path.name for path in (ROOT / "docs" / "images").glob("statistics-*.png")
    }
