"""What people do with the pages of recurrent nets, in a real browser.

With ``--pictures DIR`` (``make screenshots``) the pages are kept as pictures on the way.
"""

from __future__ import annotations

import io

import numpy as np
import pytest

from benchmarks.common.browser import DESKTOP, served, settle

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net reads")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

TALL = {"width": 1440, "height": 1150}


def part(page, name):
    """Choose a part of the page."""
    page.get_by_role("radio", name=name, exact=True).click(force=True)
    settle(page)


def test_a_text_is_read_word_by_word_and_against_another(visit, picture):
    page = visit("read")
    page.get_by_role("combobox", name="Net").click()
    page.get_by_role("option", name="cells/gru").click()
    settle(page)
    picture(page, "read")
    line = page.locator(".time-line input")
    line.focus()
    page.keyboard.press("Home")
    assert page.locator(".time-line output").inner_text() == "after “the”"
    page.keyboard.press("ArrowRight")
    assert page.locator(".time-line output").inner_text() == "after “king”"
    page.get_by_role("textbox", name="Text", exact=True).fill("the king was born in paris")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=a word over 6 words")
    assert "read=the+king+was+born+in+paris" in page.url
    part(page, "Two texts")
    page.get_by_role("textbox", name="by", exact=True).fill("river")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The words after the exchanged one cost")
    picture(page, "seen-read-two-texts")
    part(page, "Same units elsewhere")
    page.wait_for_selector("text=with the most units on")
    part(page, "Back through time")
    page.wait_for_selector("text=add up to")
    picture(page, "seen-read-back")


def test_states_of_another_net_are_opened(visit, tmp_path, picture):
    page = visit("read")
    states = np.sin(np.arange(40.0)[:, None] * np.arange(1, 9) / 3)
    buffer = io.BytesIO()
    np.savez(buffer, states=states)
    words = "\n".join([" ".join(f"word{number}" for number in range(10))] * 4)
    page.get_by_role("button", name="Open states").click()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "mine.npz", "mimeType": "application/zip", "buffer": buffer.getvalue()},
            {"name": "mine.txt", "mimeType": "text/plain", "buffer": words.encode()},
        ]
    )
    settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Net").click()
    page.get_by_role("option", name="states: mine.npz").click()
    page.wait_for_selector("text=Text, of 4")
    settle(page)
    picture(page, "seen-read-states")
    part(page, "Same units elsewhere")
    page.wait_for_selector("text=with the most units on")


def test_a_net_is_trained_on_programs_and_watched(browser, tmp_path, picture):
    with served("--runs", tmp_path / "runs") as (_, address):
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(120_000)
        page.goto(f"{address}/train?train-kind=Programs")
        page.get_by_role("spinbutton", name="programs").fill("100")
        page.keyboard.press("Tab")
        settle(page)
        page.get_by_role("spinbutton", name="length").fill("1")
        page.keyboard.press("Tab")
        settle(page)
        page.get_by_role("button", name="Start training").click()
        page.wait_for_selector("text=of examples: held-out ones")
        page.wait_for_selector("text=The model is offered on the pages under Sequences")
        settle(page)
        picture(page, "seen-train-programs")
        page.goto(f"{address}/write")
        page.get_by_role("combobox", name="Model").click()
        page.get_by_role("option", name="programs", exact=True).click()
        page.wait_for_selector(".svg-picture svg")
        page.close()


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("write?writer=phrases&write-text=where+is+the+train+station+%3F", "write"),
        ("phrases", "phrases-page"),
        ("execute?executor=execute", "execute-page"),
        ("describe", "describe-page"),
        ("pictures", "pictures-page"),
    ],
)
def test_a_page_shows_an_example_at_once(visit, picture, link, name):
    page = visit(link, viewport=TALL if name != "write" else DESKTOP)
    assert not page.locator("[data-testid=stAlert]").count()
    picture(page, name)
