"""Words that look like markup, on every page of the dashboard, in a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

REQUIRED = os.environ.get("EMBEDVIZ_BROWSER") == "required"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
WORDS = (
    "<script>alert(1)</script>",
    "<img/src=x/onerror=alert(2)>",
    "$x^2$",
    ":smile:",
    ":material/home:",
    ":red[a]",
    "**b**",
    "[a](javascript:alert(3))",
    "&lt;i&gt;",
    "שלום",
    "a\u202eb",
    "a\u200bb",
    "a\nb",
    "x" * 10_000,
)
# what the words would be if anything took them for markup, and the page's width
FOUND = """() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    made: document.querySelectorAll('.katex, img[src="x"], a[href^="javascript"]').length,
    scripts: [...document.scripts].filter((s) => s.textContent.includes("alert")).length,
    icons: [...document.querySelectorAll('[data-testid=stIconMaterial]')]
        .filter((icon) => icon.textContent === "home").length,
    emoji: document.body.innerText.includes("😄"),
})"""
NOTHING = {"wide": 0, "made": 0, "scripts": 0, "icons": 0, "emoji": False}


@pytest.fixture(scope="module")
def browser():
    """A Chromium; the tests are left out without one, unless it is required."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        reason = "no Chromium with Playwright here; EMBEDVIZ_BROWSER=required makes this an error"
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def origin():
    """Address of a dashboard of the model that ships."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "embedviz", "app", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    else:
        pytest.fail("the dashboard did not start within a minute")
    yield address
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture
def page(browser, origin, tmp_path):
    """The page Map on an uploaded file of such words; no dialog may open, no error happen."""
    from test_dashboard import planted

    from embedviz import opening

    file = tmp_path / "<b>$x$.npz"
    opening.save(planted(WORDS), file)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    dialogs, errors = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(origin)
    page.wait_for_selector(".word-map[data-ready=true]")
    page.get_by_role("button", name="Open a file").click()
    page.locator("[data-testid=stFileUploader] input").set_input_files(file)
    page.get_by_role("combobox", name="Model").wait_for()
    page.wait_for_function(
        "document.querySelector('[role=combobox]').value.includes('<b>') || "
        "document.body.innerText.includes('<b>$x$.npz')"
    )
    page.keyboard.press("Escape")
    settle(page)
    yield page
    context.close()
    assert not dialogs and not errors


def settle(page) -> None:
    """Wait until the server has nothing more to say."""
    page.wait_for_timeout(400)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(300)


def test_words_are_text_on_every_page(page, origin):
    search = page.get_by_role("searchbox", name="Find a word")
    for word in WORDS:
        if "\n" in word:
            continue  # a line of text has none; the word is on the map all the same
        search.fill(word)
        settle(page)
        assert page.evaluate(FOUND) == NOTHING, word
        search.fill(f"{word[:60]}?")  # not in the vocabulary: said in a sentence, spellings offered
        settle(page)
        assert page.evaluate(FOUND) == NOTHING, word
    frame = page.locator(".word-map")
    frame.focus()
    for _ in range(len(WORDS)):  # step through the labelled words: each is read out
        page.keyboard.press("n")
        page.wait_for_timeout(50)
        assert page.evaluate(FOUND) == NOTHING
    page.get_by_role("link", name="Analogies").click()
    formula = page.get_by_role("textbox", name="Formula")
    formula.wait_for()
    settle(page)
    for word in (word for word in WORDS if "\n" not in word):
        quote = "'" if '"' in word else '"'
        for asked in (word, f"{word[:60]}?"):
            formula.fill(f"{quote}{asked}{quote} - {quote}$x^2${quote} + {quote}:smile:{quote}")
            formula.press("Enter")
            settle(page)
            assert page.evaluate(FOUND) == NOTHING, asked
            if len(word) < 30 and word.isascii():
                assert word in page.locator("[data-testid=stMain]").inner_text()
