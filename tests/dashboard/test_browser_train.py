"""The page Train in two real browsers: a run survives a reload, and is everybody's."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from benchmarks.common.browser import DESKTOP, READY, served, settle
from embedviz.corpora.synthesis import generate_documents
from embedviz.jobs import JobQueue, run_folder

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(tmp_path):
    """Return the server's process and its address."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "facts.txt").write_text("\n".join(generate_documents(n_words=30_000)))
    with served("english", "--runs", tmp_path / "runs", "--texts", texts) as found:
        yield found


def opened(browser, address):
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.set_default_timeout(120_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/train")
    return page, asked


def test_a_run_survives_a_reload_a_second_browser_and_not_its_server(browser, server, tmp_path):
    serving, address = server
    page, asked = opened(browser, address)
    page.get_by_text("On this server").click()
    page.get_by_role("combobox", name="File").wait_for()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("100000")
    epochs.press("Enter")
    settle(page)
    page.get_by_role("button", name="Start training").click()
    page.wait_for_selector(READY)  # the arrows, as they form
    before = page.locator("[data-testid=stProgress]").inner_text()
    page.reload()
    page.wait_for_selector(READY)
    other, _ = opened(browser, address)
    other.wait_for_selector(READY)
    page.wait_for_function(
        "before => ![undefined, before].includes("
        "document.querySelector('[data-testid=stProgress]')?.innerText)",
        arg=before,
    )
    settle(other)  # a click on a page that still takes shape may hit where nothing is any more
    # Streamlit has a button of that name too, while a script runs
    of_page = other.get_by_test_id("stMainBlockContainer")
    of_page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Resume").wait_for()
    page.get_by_role("button", name="Resume").click()
    other.get_by_text("Running", exact=True).wait_for()

    runs = JobQueue(tmp_path / "runs")
    end = time.monotonic() + 120
    while not run_folder.is_locked(tmp_path / "runs" / "facts") and time.monotonic() < end:
        time.sleep(0.1)
    assert runs.get("facts").state == run_folder.RUNNING
    os.kill(serving.pid, signal.SIGKILL)
    serving.wait()
    while run_folder.is_locked(tmp_path / "runs" / "facts") and time.monotonic() < end:
        time.sleep(0.1)
    assert runs.get("facts").state == run_folder.STOPPED
    assert runs.get("facts").has_model
    host = Path(address).name
    outside = [url for url in asked if not url.startswith(("data:", "blob:")) and host not in url]
    assert asked and not outside
