"""A real browser and a real server, for the tests and benchmarks that need both."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
READY = ".word-map[data-ready=true]"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def chromium() -> str | None:
    """Return the path of a Chromium, from CHROMIUM or the PATH; None too without Playwright."""
    if find_spec("playwright") is None:
        return None
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Launch the installed Chromium."""
    path = chromium()
    if path is None:
        sys.exit("Needs Playwright and a Chromium: install both, or set CHROMIUM to its path.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def started(
    command: Sequence[object], port: int, health: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a server and wait until it answers at a path; yield the process and its address."""
    server = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/{health}", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise TimeoutError(f"{command[2]} did not start within a minute.")
        yield server, address
    finally:
        server.kill()
        server.wait()


@contextmanager
def served(*arguments: object) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve the dashboard by `embedviz app`; yield the process and its address."""
    port = free_port()
    command = [sys.executable, "-m", "embedviz", "app", *arguments, "--port", port]
    with started(command, port, "_stcore/health") as (server, address):
        yield server, address


# No message of a map waits for its turn (see component/messages.mjs), and no script runs.
AT_REST = """() => {
  const rests =
    !window[Symbol.for("embedviz.messages")]?.timer &&
    document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]") !== null;
  window.momentsAtRest = rests ? (window.momentsAtRest ?? 0) + 1 : 0;
  return window.momentsAtRest > 4;
}"""


def settle(page: Page) -> None:
    """Wait until the page has sent its messages, and the server has answered them."""
    page.wait_for_timeout(300)  # a field waits so long for further letters
    page.evaluate("window.momentsAtRest = 0")
    page.wait_for_function(AT_REST, polling=50)


class Watch:
    """Records the requests of pages, those to other hosts, and their errors."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.host = address.split("://")[1]
        self.requested: list[str] = []
        self.foreign: list[str] = []
        self.errors: list[str] = []
        context.on("page", self._follow)

    def _follow(self, page: Page) -> None:
        page.on("request", lambda request: self._record(request.url))
        page.on("websocket", lambda websocket: self._record(websocket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._logged)
        page.on("dialog", lambda dialog: (self.errors.append(dialog.message), dialog.dismiss()))

    def _logged(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its server below a page's own path first
        if message.type == "error" and "404" not in message.text:
            self.errors.append(message.text)

    def _record(self, url: str) -> None:
        if url.startswith(("data:", "blob:")):
            return
        self.requested.append(url)
        if url.split("/")[2] != self.host:
            self.foreign.append(url)
