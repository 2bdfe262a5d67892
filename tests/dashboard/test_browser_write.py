"""The pages Write and Phrases in a browser: words and phrases are picked by mouse and keyboard."""

from __future__ import annotations

import pytest

from benchmarks.common.browser import READY, settle

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net writes")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

_BEGIN = 'input[aria-label="The text begins with"]'


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(90_000)
    yield page
    page.close()


def test_a_word_of_the_tree_is_picked_by_mouse_and_by_keyboard(page, english_address):
    page.goto(f"{english_address}/write")
    page.click('[data-pick="je me"]')
    page.wait_for_selector("text=The branch costs")
    settle(page)
    assert page.input_value(_BEGIN) == "je me" and "write-text-begin=je+me" in page.url
    page.focus('[data-pick="je me sens"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("text=je me sens très")
    settle(page)
    assert page.input_value(_BEGIN) == "je me sens"
    focused = "() => document.activeElement.shadowRoot?.activeElement.dataset.pick"
    shallow = "() => document.activeElement.dataset.pick"
    assert (page.evaluate(focused) or page.evaluate(shallow)) == "je me sens"
    page.click("button:has-text('Back to the greedy path')")
    page.wait_for_selector(f"{_BEGIN}[value='']")
    page.wait_for_function("() => !location.search.includes('begin')")


def test_a_written_word_lights_its_own_links(page, english_address):
    page.goto(f"{english_address}/write?writer=execute&write-part=Attention")
    page.hover('.token[data-row="8"]')
    assert page.locator(".link.lit").count() < page.locator(".link").count()
    assert set(page.locator(".link.lit").evaluate_all("all => all.map(a => a.dataset.row)")) == {
        "8"
    }


def test_a_tree_scrolls_sideways_within_a_phone(page, english_address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{english_address}/write?writer=describe")
    page.wait_for_selector(".svg-picture svg")
    settle(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    tree = page.locator(".svg-picture").evaluate("one => [one.scrollWidth, one.clientWidth]")
    assert wide <= 390 and tree[0] > tree[1]


def test_a_phrase_of_the_map_is_chosen_by_a_click(page, english_address):
    page.goto(f"{english_address}/phrases?phrase-kinds=Countries+and+regions")
    page.wait_for_selector(READY)
    settle(page)
    box = page.locator(".word-map").bounding_box()
    for step in range(60):  # until a word is hit
        x, y = 0.2 + 0.01 * step, 0.4 + 0.2 * (step % 3) / 2
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        settle(page)
        if "phrase=" in page.url:
            break
    chosen = page.input_value('input[aria-label="Phrase"]')
    assert chosen
    page.wait_for_selector(f"text=Nearest to “{chosen}”")
