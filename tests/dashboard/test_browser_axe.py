"""What axe-core finds wrong with the pages for people who do not see them, or not well: nothing."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.common.browser import READY

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHART = "[data-testid=stVegaLiteChart]"
PAGES = {
    "": READY,
    "?show=All+words": READY,
    "?show=One+relation": ".pair",
    "?show=My+axes": READY,
    "?show=My+words&word-colours=Nearest+group&average=Group%3A+royals": READY,
    "analogies": READY,
    "relations": ".arrow-picture svg",
    "compare": "[data-testid=stMain] p",
    "export": "[data-testid=stDownloadButton]",
    "train": "button",
    "train?train-kind=Pictures": "button",
    "read?reader=cells%2Flstm": READY,
    "read?reader=cells%2Fgru&read-part=Units": CHART,
    "read?reader=cells%2Fgru&read-part=Two+texts": READY,
    "read?reader=cells%2Fgru&read-part=Same+units+elsewhere": "[data-testid=stDataFrame]",
    "read?reader=cells%2Fgru&read=the+king&read-part=Back+through+time": CHART,
    "write?write-text-begin=je+me": ".svg-picture svg",
    "write?writer=execute&write-part=Attention": ".svg-picture svg",
    "write?write-part=Scores": "[data-testid=stDownloadButton]",
    "phrases?phrases=in+sweden": READY,
    "phrases?phrase-part=Pairs": READY,
    "phrases?phrase-part=Translate+and+score": "[data-testid=stDownloadButton]",
    "execute": "[data-testid=stDownloadButton]",
    "execute?execute-part=Length+and+nesting": CHART,
    "describe": READY,
    "pictures": "[data-testid=stDownloadButton]",
    "pictures?pictures-part=Map": READY,
}
SCHEMES = ("light", "dark")
# Both schemes for the first page; one of them, in turn, for the others.
BOTH = ("",)
VIEWS = [
    (path, scheme)
    for number, path in enumerate(PAGES)
    for scheme in (SCHEMES if path in BOTH else (SCHEMES[number % 2],))
]
QUIET = "() => !document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"


@pytest.fixture(scope="module")
def context_of(browser):
    """Return a function that gives the context of a scheme, which keeps what it has loaded."""

    @cache
    def context(scheme):
        return browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)

    yield context
    for scheme in SCHEMES:
        context(scheme).close()


@pytest.mark.parametrize(("path", "scheme"), VIEWS)
def test_axe_finds_nothing(context_of, english_address, path, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="it brings axe-core")
    page = context_of(scheme).new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{english_address}/{path}")
    page.wait_for_selector(PAGES[path])
    page.wait_for_function(QUIET)
    # Streamlit's own place to drop a file is no button and can be focused
    rules = {"rules": {"presentation-role-conflict": {"enabled": False}}}
    found = axe.Axe().run(page, options=rules).response["violations"]
    page.close()
    assert [(one["id"], one["nodes"][0]["html"][:300]) for one in found] == []
