"""A copied link, opened by someone else, shows the same; a session file does, too."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from map_frame import frame, step

from benchmarks.common.browser import READY, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def visitor(browser, planted_address):
    """Return a function that opens an address as a new visitor, whose clipboard can be read."""
    contexts = []

    def visit(address: str):
        context = browser.new_context(
            viewport={"width": 1440, "height": 1000}, reduced_motion="reduce"
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.get_by_role("button", name="Copy link").wait_for()
        settle(page)
        return page

    yield visit
    for context in contexts:
        context.close()


def copied(page) -> str:
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    return page.evaluate("navigator.clipboard.readText()")


def chosen(page) -> list[str]:
    """Pills and switches that are on."""
    return page.locator("[data-testid=stButtonGroup] [data-selected=true]").all_inner_texts()


def summary(page) -> str:
    return frame(page).get_attribute("aria-label")


def view_state(page) -> list[str]:
    """What the popover View says."""
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("slider").nth(1).wait_for()
    plane = page.locator("[data-testid=stRadioOption][data-selected=true]").inner_text()
    values = [one.get_attribute("aria-valuetext") for one in page.get_by_role("slider").all()]
    assert plane and len(values) == 2 and all(values)
    page.keyboard.press("Escape")
    return [plane, *values]


def test_a_link_to_the_map_shows_the_same(visitor, planted_address):
    page = visitor(f"{planted_address}/?show=All+words")
    page.wait_for_selector(READY)
    page.get_by_role("button", name="verb → past", exact=True).click()
    settle(page)
    page.get_by_role("button", name="More relations").click()
    page.get_by_role("button", name="singular → plural", exact=True).click()
    settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_text("Principal components of the shown pairs").click()
    settle(page)
    page.get_by_role("slider", name="Arrows per relation").press("ArrowRight")
    settle(page)
    page.keyboard.press("Escape")
    page.get_by_text("3-D").click()
    settle(page)
    page.get_by_role("searchbox", name="Find a word").fill("paris")
    settle(page)
    words = [step(page)]
    page.keyboard.press(" ")
    settle(page)
    words.append(step(page))
    page.keyboard.press(" ")
    settle(page)
    page.get_by_text("2 selected on the map").wait_for()

    link = copied(page)
    assert "model=planted" in link
    other = visitor(link)
    other.wait_for_selector(READY)
    settle(other)
    assert summary(other) == summary(page)
    assert "3 dimensions" in summary(other)
    assert chosen(other) == chosen(page)
    assert view_state(other) == view_state(page)
    assert other.get_by_role("searchbox", name="Find a word").input_value() == "paris"
    other.get_by_text("2 selected on the map").wait_for()
    assert copied(other) == link
    at_map = visitor(link.replace("/?", "/map?"))
    at_map.wait_for_selector(READY)
    settle(at_map)
    assert summary(at_map) == summary(page)
    assert not at_map.get_by_role("dialog").all()
    assert copied(at_map) == link


def test_a_link_to_an_emptied_map_shows_no_example(visitor, planted_address):
    page = visitor(f"{planted_address}/?show=All+words")
    page.wait_for_selector(READY)
    for name in ("male → female", "verb → past", "country → capital"):
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
    page.get_by_role("searchbox", name="Find a word").fill("")
    settle(page)
    other = visitor(copied(page))
    other.wait_for_selector(READY)
    assert "arrows: none" in summary(page)
    assert summary(other) == summary(page)
    assert other.get_by_role("searchbox", name="Find a word").input_value() == ""


def test_links_to_analogies_and_relations_show_the_same(visitor, planted_address):
    page = visitor(f"{planted_address}/analogies")
    page.get_by_role("textbox", name="Formula").fill("queen - king + man")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_text("3CosMul").first.click()
    settle(page)
    other = visitor(copied(page))
    assert other.get_by_role("textbox", name="Formula").input_value() == "queen - king + man"
    assert "3CosMul" in chosen(other)

    page = visitor(f"{planted_address}/relations")
    page.get_by_role("button", name="verb → past", exact=True).click()
    settle(page)
    page.get_by_text("Your own pairs").click()
    page.get_by_role("textbox", name="One pair per line").fill("france, paris\nspain, madrid")
    page.keyboard.press("Control+Enter")
    settle(page)
    other = visitor(copied(page))
    assert chosen(other) == chosen(page)
    assert "verb → past" not in chosen(other)
    typed = other.get_by_role("textbox", name="One pair per line")
    assert typed.input_value() == "france, paris\nspain, madrid"


def test_a_link_is_copied_where_the_browser_lends_no_clipboard(visitor, planted_address):
    page = visitor(f"{planted_address}/relations")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    button = page.get_by_role("button", name="Copy link")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Link copied").wait_for()
    assert button.evaluate("b => b.getRootNode().activeElement === b")


def test_a_session_file_opens_the_same_map(visitor, planted_address, tmp_path):
    choices = {
        "dims": "3-D",
        "plane": "Principal components of the shown pairs",
        "find": "paris",
        "relations": "country → capital",
    }
    page = visitor(f"{planted_address}/?{urlencode(choices)}")
    page.wait_for_selector(READY)
    settle(page)
    page.get_by_role("link", name="Export").click()
    page.get_by_text("Every file contains").wait_for()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Session file", exact=True).click()
    download.value.save_as(tmp_path / "session.json")
    document = json.loads((tmp_path / "session.json").read_text())
    assert (document["plane"], document["n_components"]) == ("pairs", 3)
    assert (document["marked"], document["relations"]) == (["paris"], ["country-capital"])

    other = visitor(f"{planted_address}/export")
    other.locator("input[type=file]").last.set_input_files(tmp_path / "session.json")
    other.wait_for_selector(READY)
    settle(other)
    page.get_by_role("link", name="Map").click()
    page.wait_for_selector(READY)
    settle(page)
    assert summary(other) == summary(page)
    assert "country → capital" in summary(other)
    assert other.get_by_role("searchbox", name="Find a word").input_value() == "paris"
    assert copied(other) == copied(page)


def test_a_picture_is_made_when_it_is_asked_for(visitor, planted_address, tmp_path):
    page = visitor(f"{planted_address}/export")
    page.get_by_text("Every file contains").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "map.zip")
    assert (tmp_path / "map.zip").read_bytes()[:2] == b"PK"


def test_a_link_to_a_model_that_is_not_here_says_so(visitor, planted_address):
    page = visitor(f"{planted_address}/export?model=elsewhere")
    page.get_by_text("which this server does not have").wait_for()
    page.get_by_role("link", name="Relations").click()
    page.locator(".arrow-picture svg").first.wait_for()
    settle(page)
    assert page.get_by_text("which this server does not have").count() == 0, "once is enough"
