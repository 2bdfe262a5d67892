"""Measure the word map in a browser: first paint, frames while zooming, bytes transferred.

    python -m benchmarks.word_map [--words 50000 200000] [--json FILE]

Needs Playwright and a Chromium. Serves the dashboard on synthetic vectors, prints the figures next
to their budgets, and fails if a request leaves this machine or the page has an error. Bytes are
those of the map's own messages, uncompressed, and those of the whole page, as they pass through a
socket between the browser and the server. Times depend on the machine and its load.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import embedviz
from benchmarks.common.browser import DESKTOP, READY, Watch, launched, served, settle
from benchmarks.common.figures import machine, system_load, versions, write
from embedviz.dashboard.component.word_map import MOST_SELECTED
from embedviz.relations import FAMILIES, built_in
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

N_DIMS = 50
SEED = 1
VISITS = 3
WIRE = 5_000
FRAMES = """async (map) => {
  const { width, height, left, top } = map.getBoundingClientRect();
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < 120; i++) {
    const place = { clientX: left + width / 2, clientY: top + height / 2 };
    map.dispatchEvent(new WheelEvent("wheel", { ...place, deltaY: i < 60 ? -30 : 30 }));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
}"""
TURNS = FRAMES.replace(
    'new WheelEvent("wheel", { ...place, deltaY: i < 60 ? -30 : 30 })',
    'new KeyboardEvent("keydown", { key: i % 40 < 20 ? "ArrowLeft" : "ArrowRight" })',
)


def cloud(n_words: int) -> WordVectors:
    """Return synthetic vectors: clustered words, and three families with one offset each."""
    rng = np.random.default_rng(SEED)
    centres = rng.normal(size=(40, N_DIMS))
    rows: dict[str, np.ndarray] = {}
    for name in FAMILIES:
        offset = rng.normal(size=N_DIMS)
        for source, target in built_in(name).pairs:
            rows.setdefault(source, rng.normal(size=N_DIMS))
            rows.setdefault(target, rows[source] + offset + 0.3 * rng.normal(size=N_DIMS))
    n_others = n_words - len(rows)
    others = centres[rng.integers(len(centres), size=n_others)]
    others = others + 0.7 * rng.normal(size=(n_others, N_DIMS))
    words = (*rows, *(f"word{i}" for i in range(n_others)))
    matrix = np.concatenate([np.array(list(rows.values())), others]).astype(np.float32)
    return WordVectors(Vocabulary(words), matrix)


class Wire:
    """A socket between a browser and a server that counts the bytes."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.down = self.up = self.map = self.port = 0

    @contextlib.contextmanager
    def open(self) -> Iterator[str]:
        """Listen, and yield the address to visit."""
        listening, ends = threading.Event(), asyncio.Event()
        loop: list[asyncio.AbstractEventLoop] = []

        async def listen() -> None:
            server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            loop.append(asyncio.get_running_loop())
            listening.set()
            await ends.wait()

        # in a separate thread, as Playwright runs a loop in this one
        thread = threading.Thread(target=lambda: asyncio.run(listen()))
        thread.start()
        listening.wait()
        try:
            yield f"http://127.0.0.1:{self.port}"
        finally:
            loop[0].call_soon_threadsafe(ends.set)
            thread.join()

    async def _pass_on(
        self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter
    ) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self.server)

        async def pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: str) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(1 << 16):
                    setattr(self, way, getattr(self, way) + len(data))
                    sink.write(data)
                    await sink.drain()
            sink.close()

        with contextlib.suppress(asyncio.CancelledError):  # at the end
            await asyncio.gather(pour(browser, to_server, "up"), pour(server, to_browser, "down"))

    def read_along(self, page: Page) -> None:
        """Count the messages of the map's components separately."""
        page.on("websocket", lambda socket: socket.on("framereceived", self._look))

    def _look(self, payload: str | bytes) -> None:
        data = payload if isinstance(payload, bytes) else payload.encode()
        message = ForwardMsg.FromString(data)
        is_own = message.delta.new_element.WhichOneof("type") == "bidi_component"
        if is_own or message.WhichOneof("type") == "ref_hash":  # unchanged since it was sent
            self.map += len(data)

    def cost(self, page: Page, action: Callable[[], None]) -> dict[str, int]:
        """Return the bytes of an action: of the map, and of the page in both directions."""
        self.down = self.up = self.map = 0
        action()
        page.wait_for_timeout(700)
        settle(page)
        return {"map": self.map, "down": self.down, "up": self.up}


def visit(browser: Browser, url: str, watches: list[Watch], wire: Wire) -> tuple[Page, float]:
    """Open a page; return it and the seconds until the map is drawn."""
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")
    watches.append(Watch(context, "/".join(url.split("/")[:3])))
    page = context.new_page()
    wire.read_along(page)
    start = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(READY, timeout=120_000)
    return page, time.perf_counter() - start


def p95(times: list[float]) -> float:
    """Return the 95th percentile of frame times, in milliseconds."""
    return round(float(np.percentile(times, 95)), 1)


def select_box(page: Page, width: int, height: int) -> None:
    """Select the words in a box."""
    frame = page.locator(".word-map").bounding_box()
    assert frame
    x, y = frame["x"] + frame["width"] / 3, frame["y"] + frame["height"] / 3
    page.keyboard.down("Shift")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width, y + height, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.mouse.move(5, 5)


def peek(page: Page) -> None:
    """Step to a word, whose card is then filled in."""
    page.locator(".word-map").focus()
    page.keyboard.press("n")


def measured(browser: Browser, n_words: int) -> dict[str, object]:
    """Measure a cloud of n_words words."""
    watches: list[Watch] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cloud.safetensors"
        embedviz.save(cloud(n_words), file)
        with served(file) as (_, address):
            wire = Wire(int(address.rpartition(":")[2]))
            with wire.open() as origin:
                url = f"{origin}/?words={n_words:,}"
                visit(browser, url, watches, wire)[0].close()  # the server reads the model once
                visits = []
                for _ in range(VISITS):
                    page, seconds = visit(browser, url, watches, wire)
                    visits.append(seconds)
                settle(page)
                drawn = page.locator(".word-map").get_attribute("aria-label") or ""
                assert f"Word map of {n_words:,} words" in drawn, drawn
                frames = page.locator(".word-map").evaluate(FRAMES)
                figures: dict[str, object] = {
                    "words": n_words,
                    "first paint, s": round(float(np.median(visits)), 2),
                    "best of the visits, s": round(min(visits), 2),
                    "zoom frame p95, ms": p95(frames),
                }
                figures |= {
                    f"{name}, bytes": wire.cost(page, action)
                    for name, action in actions(page).items()
                }
                page.wait_for_timeout(500)
                turns = page.locator(".word-map").evaluate(TURNS)
                figures["turning frame p95, ms"] = p95(turns)
    foreign = [url for one in watches for url in one.foreign]
    errors = [error for one in watches for error in one.errors]
    assert not foreign, f"requests left this machine: {foreign}"
    assert not errors, f"errors in the page: {errors}"
    return {**figures, "requests that left this machine": len(foreign)}


def actions(page: Page) -> dict[str, Callable[[], None]]:
    """Return a visitor's actions, in order."""
    family = page.get_by_text("male → female").first
    search = page.get_by_role("searchbox", name="Find a word")
    return {
        "arrows changed": family.click,
        "arrows changed again": family.click,
        "word searched": lambda: search.fill("queen"),
        f"{MOST_SELECTED} words selected": lambda: select_box(page, 200, 150),
        "few words selected": lambda: select_box(page, 30, 20),
        "card filled in": lambda: peek(page),
        "to three dimensions": page.get_by_text("3-D").click,
    }


def budget(name: str, n_words: int) -> float | None:
    """Return the budget of a figure, or None."""
    many = n_words > 50_000
    return {
        "first paint, s": 6.0 if many else 3.0,
        "zoom frame p95, ms": 50.0 if many else 33.4,
        "arrows changed, bytes": WIRE,
        "arrows changed again, bytes": WIRE,
        f"{MOST_SELECTED} words selected, bytes": WIRE,
        "few words selected, bytes": WIRE,
        "requests that left this machine": 0,
    }.get(name)


def table(all_figures: list[dict[str, object]]) -> None:
    """Print the figures next to their budgets."""
    for figures in all_figures:
        n_words = int(str(figures["words"]))
        print(f"\n{n_words:,} words")
        for name, value in figures.items():
            if name == "words":
                continue
            limit = budget(name, n_words)
            number = value["map"] if isinstance(value, dict) else value
            shown = f"{number:,}"
            if isinstance(value, dict):
                shown += f" (page: {value['down']:,} down, {value['up']:,} up)"
            judged = "" if limit is None else f"budget {limit:,g}"
            over = "  OVER" if limit is not None and float(str(number)) > limit else ""
            print(f"  {name:<34}{shown:<44}{judged}{over}")


def main() -> None:
    """Measure, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    with launched() as browser:
        all_figures = [measured(browser, n_words) for n_words in arguments.words]
        chromium = browser.version
    table(all_figures)
    print(f"\nload average of {os.cpu_count()} cores: {system_load()}")
    facts = machine() | {"chromium": chromium, "load": system_load(), **DESKTOP, "seed": SEED}
    write(
        arguments.json,
        {"machine": facts, "versions": versions("streamlit"), "figures": all_figures},
    )


if __name__ == "__main__":
    main()
