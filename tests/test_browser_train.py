"""The page Train in two real browsers: a run survives a reload, and is everybody's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from embedviz import job
from embedviz.jobs import Jobs
from embedviz.synthesis import generate

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MAP = ".word-map[data-ready=true]"


@pytest.fixture
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        pytest.skip("no Chromium with Playwright here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path):
    """Return the server's process and the address of its page Train."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "facts.txt").write_text("\n".join(generate(n_words=30_000)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "embedviz", "app", "english", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--runs", str(tmp_path / "runs"), "--texts", str(texts)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    else:
        pytest.fail("the dashboard did not start within a minute")
    yield server, address
    server.kill()
    server.wait()


def opened(browser, address):
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/train")
    return page, asked


def test_a_run_survives_a_reload_a_second_browser_and_not_its_server(browser, served, tmp_path):
    server, address = served
    page, asked = opened(browser, address)
    page.get_by_text("On this server").click()
    page.get_by_role("combobox", name="File").wait_for()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("100000")
    epochs.press("Enter")
    page.get_by_role("button", name="Start training").click()
    page.wait_for_selector(MAP)  # the arrows, as they form
    before = page.locator("[data-testid=stProgress]").inner_text()
    page.reload()
    page.wait_for_selector(MAP)
    other, _ = opened(browser, address)
    other.wait_for_selector(MAP)
    page.wait_for_function(
        "before => document.querySelector('[data-testid=stProgress]').innerText !== before",
        arg=before,
    )
    other.get_by_role("button", name="Stop", exact=True).last.click()
    for either in (page, other):
        either.get_by_role("button", name="Resume").wait_for()
    page.get_by_role("button", name="Resume").click()
    other.get_by_text("Running", exact=True).wait_for()

    runs = Jobs(tmp_path / "runs")
    end = time.monotonic() + 120
    while not job.is_locked(tmp_path / "runs" / "facts") and time.monotonic() < end:
        time.sleep(0.1)
    assert runs.get("facts").state == job.RUNNING
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    while job.is_locked(tmp_path / "runs" / "facts") and time.monotonic() < end:
        time.sleep(0.1)
    assert runs.get("facts").state == job.STOPPED
    assert runs.get("facts").has_model
    host = Path(address).name
    outside = [url for url in asked if not url.startswith(("data:", "blob:")) and host not in url]
    assert asked and not outside
