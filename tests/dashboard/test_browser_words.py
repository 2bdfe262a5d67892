"""Words that look like markup, on every page of the dashboard, in a real browser."""

from __future__ import annotations

from itertools import pairwise

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
from app_pages import planted

from benchmarks.common.browser import DESKTOP, READY, Watch, settle
from embedviz.checkpoints import loading

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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


@pytest.fixture
def page(browser, english_address, tmp_path):
    """The page Map on an uploaded file of such words; no dialog may open, no error happen."""
    file = tmp_path / "<b>$x$.npz"
    loading.save(planted(WORDS), file)
    context = browser.new_context(viewport=DESKTOP)
    watch = Watch(context, english_address)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{english_address}/?show=All+words")
    page.wait_for_selector(READY)
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
    assert not watch.errors


def test_words_are_text_on_every_page(page):
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
    search.fill(WORDS[0])
    settle(page)
    refuse_unescaped_table(page)
    frame = page.locator(".word-map")
    frame.focus()
    for _ in range(len(WORDS)):  # step through the labelled words: each is read out
        page.keyboard.press("n")
        page.wait_for_timeout(50)
        assert page.evaluate(FOUND) == NOTHING
    settle(page)
    page.get_by_role("link", name="Analogies").click()
    formula = page.get_by_role("textbox", name="Formula")
    formula.wait_for()
    settle(page)
    for word in (word for word in WORDS if "\n" not in word):
        quote = "'" if '"' in word else '"'
        for asked in (word, f"{word[:60]}?") if word in WORDS[:5] else (word,):
            formula.fill(f"{quote}{asked}{quote} - {quote}$x^2${quote} + {quote}:smile:{quote}")
            formula.press("Enter")
            settle(page)
            assert page.evaluate(FOUND) == NOTHING, asked
            if len(word) < 30 and word.isascii():
                assert word in page.locator("[data-testid=stMain]").inner_text()

    shown = [word for word in WORDS if "\n" not in word]
    page.get_by_role("link", name="Relations").click()
    page.get_by_text("Your own pairs").click()
    typed = page.get_by_role("textbox", name="One pair per line")
    typed.fill("\n".join(f"{word[:200]}, {other[:200]}" for word, other in pairwise(shown)))
    typed.press("Control+Enter")
    page.get_by_text("your pairs").first.wait_for()
    settle(page)
    assert page.evaluate(FOUND) == NOTHING
    assert "$x^2$ → :smile:" in page.locator("[data-testid=stMain]").inner_text()

    page.get_by_role("link", name="Compare").click()
    page.get_by_text("are the same in both").wait_for()
    for word in shown[:8]:  # those that something could take for markup
        search = page.get_by_role("searchbox").first
        search.fill(word)
        settle(page)
        assert page.evaluate(FOUND) == NOTHING, word

    page.get_by_role("link", name="Export").click()
    marked = page.get_by_role("searchbox", name="Marked word")
    for word in shown[:8]:
        marked.fill(word)
        settle(page)
        assert page.evaluate(FOUND) == NOTHING, word


def refuse_unescaped_table(page):
    """A table's toolbar must offer no file in which the word =1+1 would be a formula."""
    page.locator("[data-testid=stDataFrame]").first.hover()
    toolbar = page.locator("[data-testid=stElementToolbar]").first
    toolbar.get_by_label("Search").wait_for()
    download = toolbar.get_by_label("Download as CSV")
    assert download.count() == 1 and not download.is_visible()
