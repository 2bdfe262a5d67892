"""The word map in a real browser, on the dashboard as it is served."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
from app_pages import planted
from map_frame import NOT_MARKUP, frame, step

from benchmarks.common.browser import DESKTOP, READY, Watch, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(browser, planted_address):
    """The page Map, drawn; it must send nothing elsewhere, and have no error."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce", accept_downloads=True)
    watch = Watch(context, planted_address)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{planted_address}/?show=All+words")
    page.wait_for_selector(READY)
    settle(page)
    yield page
    context.close()
    assert watch.requested and not watch.foreign
    assert not watch.errors


def has_searched(page, word: str) -> None:
    from playwright.sync_api import expect  # only where there is a browser

    expect(page.get_by_role("searchbox", name="Find a word")).to_have_value(word)


def box(page) -> tuple[float, float, float, float]:
    """Left, top, width and height of the map, without the buttons at its right."""
    found = frame(page).bounding_box()
    return found["x"], found["y"], found["width"] - 60, found["height"]


def picture(page) -> str:
    """What the two canvases show, as text."""
    return frame(page).evaluate(
        "f => [...f.querySelectorAll('canvas')].map(c => c.toDataURL()).join()"
    )


def test_the_map_is_drawn_and_described(page):
    drawn = frame(page).evaluate(
        "f => f.querySelector('canvas').getContext('2d')"
        ".getImageData(0, 0, f.clientWidth, f.clientHeight).data.some(Boolean)"
    )
    assert drawn
    assert "Word map of" in frame(page).get_attribute("aria-label")
    assert frame(page).locator(".legend .family").count() == 3


NAMES = """() => {
  const map = [...window[Symbol.for("embedviz.maps")].maps.values()][0];
  const { arrows, labels, nLeftOut } = map.painted;
  return {
    ends: arrows.flatMap(({ source, target }) => [source, target]), nLeftOut,
    places: Object.fromEntries(arrows.flatMap(({ source, target }) =>
      [source, target].map((id) => [id, map.pixel(id)]))),
    labels: labels.map(({ id, x, y, width }) => ({ id, x, y, width })),
    size: [map.width, map.height],
  };
}"""


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_both_ends_of_every_arrow_have_a_name_of_their_own(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    frame(page).focus()
    page.keyboard.press("Escape")  # no word is searched, so that all names are the arrows'
    settle(page)
    shown = page.evaluate(NAMES)
    assert len(shown["ends"]) + 2 * shown["nLeftOut"] == 72
    assert len(shown["ends"]) >= (60 if width > 1000 else 20)
    assert set(shown["ends"]) <= {label["id"] for label in shown["labels"]}
    across, down = shown["size"]
    boxes = [
        (one["x"], one["y"] - 8.5, one["x"] + one["width"], one["y"] + 8.5)
        for one in shown["labels"]
    ]
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= across + 2 and bottom <= down + 2
        for other_left, other_top, other_right, other_bottom in boxes[:number]:
            beside = right <= other_left or other_right <= left
            assert beside or bottom <= other_top or other_bottom <= top
        for x, y in shown["places"].values():
            assert not (left < x < right and top < y < bottom)


def test_a_row_lights_its_arrow_and_an_arrow_its_row(page, planted_address):
    page.goto(f"{planted_address}/?show=One+relation")
    page.wait_for_selector(".pair")
    settle(page)
    row = page.locator(".pair").nth(2)
    row.hover()
    words = row.locator(".words").inner_text()
    assert frame(page).locator(".card .word").inner_text() == words
    page.mouse.move(5, 5)
    found = page.evaluate(
        """() => {
          const map = [...window[Symbol.for("embedviz.maps")].maps.values()][0];
          const pointer = map.interaction.pointer;
          pointer.focusArrow(map.painted.arrows[0]);
          const { source, target } = map.painted.arrows[0];
          const lit = [...document.querySelectorAll("*")].flatMap((one) =>
            [...(one.shadowRoot ?? one).querySelectorAll(".pair.lit .words")]);
          const { word } = map.cloud.points;
          return [lit[0]?.textContent, `${word(source)} → ${word(target)}`];
        }"""
    )
    assert found[0] == found[1]
    n_arrows = page.evaluate(NAMES)["ends"]
    row.click()
    page.get_by_text("Without 1 pair").wait_for()
    settle(page)
    assert page.locator(".pair[aria-pressed=false]").count() == 1
    assert len(page.evaluate(NAMES)["ends"]) <= len(n_arrows)


def test_hovering_tells_the_nearest_three_of_the_full_space(page):
    word = step(page)
    near = frame(page).locator(".card .near bdi")
    near.first.wait_for()
    expected = [item.word for item in planted((NOT_MARKUP,)).most_similar(word, 3)]
    assert near.all_inner_texts() == expected
    assert word in frame(page).locator(".unseen").inner_text()


def test_enter_searches_the_word_and_escape_none(page):
    word = step(page)
    page.keyboard.press("Enter")
    settle(page)
    has_searched(page, word)
    page.keyboard.press("Escape")
    settle(page)
    has_searched(page, "")


def test_a_click_on_a_word_searches_it(page):
    word = step(page)
    left, top, *_ = box(page)
    card = frame(page).locator(".card").bounding_box()
    # the card stands above its point and to the right; see card.mjs
    page.mouse.click(card["x"] - 14, card["y"] + card["height"] + 12)
    settle(page)
    assert card["x"] > left and card["y"] > top
    has_searched(page, word)


def test_a_click_beside_all_words_shows_the_words_near_that_place(page):
    *_, width, height = box(page)
    frame(page).click(position={"x": width * 0.5, "y": height * 0.5}, modifiers=["Alt"])
    page.get_by_text("A place without a word").wait_for()
    settle(page)
    has_searched(page, "")
    page.keyboard.press("Escape")
    page.get_by_text("Type a word, or click one on the map").wait_for()


def test_a_box_selects_words_and_escape_lets_them_go(page):
    left, top, width, height = box(page)
    page.keyboard.down("Shift")
    page.mouse.move(left + width * 0.2, top + height * 0.2)
    page.mouse.down()
    page.mouse.move(left + width * 0.8, top + height * 0.8, steps=6)
    page.mouse.up()
    page.keyboard.up("Shift")
    settle(page)
    assert "selected" in frame(page).locator(".count").inner_text()
    page.get_by_text("selected on the map").wait_for()
    frame(page).focus()
    page.keyboard.press("Escape")
    settle(page)
    assert page.get_by_text("selected on the map").count() == 0


def test_a_lasso_is_a_tool(page):
    left, top, width, height = box(page)
    lasso = frame(page).get_by_role("button", name="lasso")
    lasso.click()
    assert lasso.get_attribute("aria-pressed") == "true"
    before = picture(page)
    page.mouse.move(left + width * 0.3, top + height * 0.3)
    page.mouse.down()
    for x, y in ((0.7, 0.3), (0.7, 0.7), (0.3, 0.7)):
        page.mouse.move(left + width * x, top + height * y, steps=4)
    page.mouse.up()
    settle(page)
    assert picture(page) != before
    assert "selected" in frame(page).locator(".count").inner_text()


def test_by_the_keyboard_alone(page):
    first = step(page)
    page.keyboard.press(" ")
    page.get_by_text("1 selected on the map").wait_for()
    settle(page)
    frame(page).focus()
    second = step(page)
    page.keyboard.press(" ")
    page.get_by_text("2 selected on the map").wait_for()
    settle(page)
    assert first != second
    assert frame(page).locator(".count").inner_text() == "2 selected"
    before = picture(page)
    page.keyboard.press("+")
    page.wait_for_timeout(200)
    assert picture(page) != before
    page.keyboard.press("/")
    focused = page.evaluate("document.activeElement.type")
    assert focused == "search"


def test_three_dimensions_turn_and_the_way_back_is_the_same_picture(page):
    flat = picture(page)
    page.get_by_text("3-D").click()
    settle(page)
    deep = picture(page)
    assert deep != flat
    left, top, width, height = box(page)
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    page.mouse.move(left + width / 2 + 120, top + height / 2 + 40, steps=5)
    page.mouse.up()
    page.mouse.move(5, 5)
    page.wait_for_timeout(200)
    assert picture(page) != deep
    page.get_by_text("2-D").click()
    settle(page)
    assert picture(page) == flat


def test_the_picture_is_finer_than_the_screen(page, tmp_path):
    with page.expect_download() as download:
        frame(page).get_by_role("button", name="picture").click()
    download.value.save_as(tmp_path / "map.png")
    header = (tmp_path / "map.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    width = int(np.frombuffer(header[16:20], dtype=">u4")[0])
    assert width == 3 * frame(page).evaluate("f => f.clientWidth")


def test_an_analogy_is_a_parallelogram(page, planted_address):
    page.goto(f"{planted_address}/analogies")
    page.wait_for_selector(READY)
    assert "Parallelogram" in frame(page).get_attribute("aria-label")
