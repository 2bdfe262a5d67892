"""Take the documents' pictures of the dashboard, and measure what a visit costs.

    python benchmarks/screenshots.py MODEL [--out docs/images] [--every] [--json FILE]

Needs Playwright and a Chromium, found by the variable CHROMIUM or on the PATH. The page Compare
wants a second model: the next one, or the English one if there is no next. Walks the path of a
visitor (open, search, click, misspell, analogy, phone, keyboard) and fails if a request leaves this
machine, a page shows an error, or the map is not ready.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IN_DOCUMENTS = (
    "dashboard",
    "dashboard-dark",
    "dashboard-phone",
    "analogies",
    "relations",
    "compare",
    "export",
)
READY = ".word-map[data-ready=true]"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Traffic:
    """What a page sent and received."""

    origin: str
    foreign: list[str] = field(default_factory=list)
    received: int = 0
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Count the page's requests and the bytes of its websocket."""
        host = self.origin.split("://")[1]

        def requested(url: str) -> None:
            if not url.startswith(("data:", "blob:")) and url.split("/")[2] != host:
                self.foreign.append(url)

        def frame(payload: str | bytes) -> None:
            self.received += len(payload)

        page.on("request", lambda request: requested(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "websocket",
            lambda socket: (requested(socket.url), socket.on("framereceived", frame)),
        )


def chromium() -> str:
    """Path of a Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        sys.exit("No Chromium was found: install one, or set CHROMIUM to its path.")
    return found


@contextmanager
def served(models: list[Path]) -> Iterator[str]:
    """Serve the dashboard on a free port; the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = (
        "import sys; from pathlib import Path; from embedviz.dashboard.launch import launch; "
        f"launch([Path(p) for p in sys.argv[1:]], port={port})"
    )
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, models)])
    origin = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{origin}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit("The dashboard did not start within 30 seconds.")
        yield origin
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def visit(browser: Browser, url: str, traffic: Traffic, **context: object) -> Page:
    """Open a page and wait until it has come to rest."""
    page = browser.new_context(**context).new_page()
    traffic.watch(page)
    page.goto(url)
    return page


def settle(page: Page) -> None:
    """Wait until the server has nothing more to say."""
    page.wait_for_timeout(300)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(500)


def search(page: Page, word: str) -> None:
    """Type a word into the search."""
    page.get_by_role("searchbox", name="Find a word").fill(word)
    page.wait_for_timeout(700)
    settle(page)


def journey(
    browser: Browser, origin: str, out: Path, traffic: Traffic, *, every: bool
) -> dict[str, object]:
    """Walk through the pages, take the pictures; return the figures."""
    figures: dict[str, object] = {}

    def picture(page: Page, name: str) -> None:
        if every or name in IN_DOCUMENTS:
            page.screenshot(path=out / f"{name}.png")

    for attempt in ("first", "second"):
        traffic.received = 0
        start = time.perf_counter()
        page = visit(browser, origin, traffic, viewport=DESKTOP, color_scheme="light")
        page.wait_for_selector(READY)
        figures[f"{attempt} visit: map drawn after, s"] = round(time.perf_counter() - start, 2)
        settle(page)
        figures[f"{attempt} visit: websocket, bytes"] = traffic.received
    picture(page, "dashboard")

    for name, step in {
        "search a word": lambda: search(page, "queen"),
        "click a word on the map": lambda: click_word(page),
        "leave a relation out": lambda: page.get_by_text("male → female").first.click(),
    }.items():
        traffic.received = 0
        step()
        settle(page)
        figures[f"{name}: websocket, bytes"] = traffic.received
    page.get_by_text("male → female").first.click()
    settle(page)

    search(page, "quene")
    picture(page, "dashboard-unknown-word")
    page.get_by_role("button", name="View").click()
    page.wait_for_timeout(600)
    picture(page, "dashboard-view")
    page.keyboard.press("Escape")
    search(page, "king")

    frame = page.locator(".word-map")
    frame.focus()
    for key in ("+", "+", "n", "n", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    picture(page, "dashboard-keyboard")
    assert frame.locator(".unseen").inner_text(), "a word stepped to is announced"

    tall = {"width": 1440, "height": 1400}
    page = visit(browser, origin, traffic, viewport=tall, color_scheme="dark")
    page.wait_for_selector(READY)
    settle(page)
    picture(page, "dashboard-dark")

    page = visit(browser, f"{origin}/analogies", traffic, viewport=DESKTOP, color_scheme="light")
    page.wait_for_selector("[data-testid=stDataFrame]")
    settle(page)
    picture(page, "analogies")
    page.get_by_role("textbox", name="Formula").fill("king - womzzn + man")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-testid=stAlert]")
    settle(page)
    picture(page, "analogies-unknown-word")

    page = visit(browser, f"{origin}/relations", traffic, viewport=DESKTOP, color_scheme="light")
    page.locator(".arrow-picture svg").nth(2).wait_for()
    settle(page)
    picture(page, "relations")

    tall = {"width": 1440, "height": 1600}
    page = visit(browser, f"{origin}/compare", traffic, viewport=tall, color_scheme="light")
    page.locator("[data-testid=stDataFrame]").nth(3).wait_for(timeout=120_000)
    settle(page)
    picture(page, "compare")

    page = visit(browser, f"{origin}/export", traffic, viewport=DESKTOP, color_scheme="light")
    page.get_by_role("button", name="TensorBoard").wait_for()
    settle(page)
    picture(page, "export")

    for path in ("", "analogies", "relations", "compare", "export"):
        name = f"phone-{path}" if path else "phone"
        page = visit(
            browser,
            f"{origin}/{path}",
            traffic,
            viewport=PHONE,
            device_scale_factor=2,
            has_touch=True,
        )
        shown = "[data-testid=stDataFrame], .arrow-picture svg, [data-testid=stDownloadButton]"
        page.locator(shown).first.wait_for()
        settle(page)
        picture(page, f"dashboard-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{name}: {wide} pixels wide"
    return figures


def click_word(page: Page) -> None:
    """Click a labelled word on the map, and see that the search has it."""
    before = page.get_by_role("searchbox", name="Find a word").input_value()
    frame = page.locator(".word-map")
    frame.focus()
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    word = frame.locator(".card .word").inner_text()
    page.keyboard.press("Enter")
    settle(page)
    after = page.get_by_role("searchbox", name="Find a word").input_value()
    assert after == word != before, f"clicked {word!r}, the search holds {after!r}"


def main() -> None:
    """Take the pictures and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL")
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--every", action="store_true", help="also those that are only looked at")
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with served(arguments.models) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        traffic = Traffic(origin)
        figures = journey(browser, origin, arguments.out, traffic, every=arguments.every)
        browser.close()
    assert not traffic.foreign, f"requests left this machine: {traffic.foreign}"
    assert not traffic.errors, f"errors in the page: {traffic.errors}"
    figures["requests that left this machine"] = 0
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{width}}  {value:,}")
    if arguments.json:
        machine = {"machine": platform.machine(), "cores": os.cpu_count(), "dpr": 1, **DESKTOP}
        models = [str(model) for model in arguments.models]
        document = {"models": models, "machine": machine, "figures": figures}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
