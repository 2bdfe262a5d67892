"""My words in a browser: a file, its colours, a box around words, their mean, a link."""

from __future__ import annotations

from urllib.parse import quote

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from map_frame import frame

from benchmarks.common.browser import READY, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAP = "[...window[Symbol.for('embedviz.maps')].maps.values()][0]"
OVERLAY = f"() => {MAP}.overlay"
# what the upper canvas has at the middle of the first mark of each family
COLOURS = f"""() => {{
  const map = {MAP}, canvas = map.canvases[1], ratio = canvas.width / map.width;
  const context = canvas.getContext('2d');
  return map.overlay.families.map((family) => {{
    const [x, y] = map.pixel(family.pairs[0][0]);
    const pixel = context.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1);
    return [...pixel.data].join();
  }});
}}"""


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 1400}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def test_a_list_is_uploaded_coloured_selected_and_averaged(page, planted_address, tmp_path):
    file = tmp_path / "places.csv"
    file.write_text(
        "word,kind,size\nfrance,country,9\nspain,country,7\nitaly,country,5\n"
        "paris,capital,3\nmadrid,capital,1\nrome,capital,2\n",
        encoding="utf-8",
    )
    page.goto(f"{planted_address}/?show=My+words&word-colours=Number")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Upload a list").click()
    page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(file)
    page.get_by_text("places.csv").first.wait_for()
    page.get_by_text("size 8 to 9").wait_for()
    settle(page)
    families = page.evaluate(OVERLAY)["families"]
    assert [one["shade"] for one in families] == sorted(
        (one["shade"] for one in families), reverse=True
    )
    assert len(set(page.evaluate(COLOURS))) == len(families) >= 4
    assert not page.get_by_role("button", name="Upload a list").count(), "one list at a time"

    box = frame(page).bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 80, box["y"] + box["height"] - 3, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    settle(page)
    selected = page.evaluate(OVERLAY)["selected"]
    assert len(selected) >= 2
    page.get_by_text(f"{len(selected)} selected on the map").wait_for()
    page.get_by_role("combobox").last.click()
    page.get_by_role("option", name="The selection").click()
    page.get_by_text("random sets of").wait_for()
    settle(page)
    found = page.evaluate(OVERLAY)
    assert found["chosen"]["word"] == f"mean of {len(selected)} words" and len(found["near"]) == 6
    page.get_by_role("button", name="As a group").click()
    page.get_by_role("button", name="As a group").wait_for(state="detached")
    settle(page)
    page.get_by_text("Nearest group", exact=True).click()
    page.get_by_text("with shuffled groups").wait_for()


def test_a_link_to_filtered_words_shows_the_same(page, planted_address):
    words = quote("places: france, spain, paris, madrid\nother: king, queen, man")
    page.goto(f"{planted_address}/?show=My+words&my-words={words}")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Filter").click()
    page.get_by_placeholder("ing$").fill("a")
    page.keyboard.press("Enter")
    page.get_by_text("pass the filter").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Frequency", exact=True).click()
    settle(page)
    shown, link = page.evaluate(OVERLAY), page.url
    assert "word-pattern=a" in link and "word-colours=Frequency" in link
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector(READY)
    settle(page)
    assert page.evaluate(OVERLAY) == shown
    page.get_by_text("5 of 7 words").wait_for()
