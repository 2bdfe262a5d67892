"""Measure the word map in a browser: first paint, frames while zooming, bytes on the wire.

    python benchmarks/word_map_measured.py [--words 50000 200000] [--json FILE]

Needs Playwright and a Chromium, as screenshots.py does. Serves the dashboard on made-up clouds,
prints a table beside the budgets, and fails if a request leaves this machine or the page has an
error. Times hang on the machine and on what else it does; the table says which is over its budget.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from screenshots import DESKTOP, FLAGS, READY, Traffic, chromium, served, settle
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import embedviz
from embedviz.relations import FAMILIES, built_in
from embedviz.vectors import WordVectors
from embedviz.vocabulary import Vocabulary

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
    """Made-up vectors: words in clumps, and three families with one offset each."""
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
    """Bytes that the page received: those of the map's components, and all."""

    def __init__(self, page: Page) -> None:
        self.map = self.all = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        message = ForwardMsg()
        message.ParseFromString(payload if isinstance(payload, bytes) else payload.encode())
        self.all += len(payload)
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element.WhichOneof("type")
            self.map += len(payload) if element == "bidi_component" else 0
        elif message.WhichOneof("type") == "ref_hash":
            self.map += len(payload)  # an element that is as it was

    def cost(self, page: Page, action: Callable[[], None]) -> dict[str, int]:
        """Bytes that an action costs."""
        self.map = self.all = 0
        action()
        page.wait_for_timeout(700)
        settle(page)
        return {"map": self.map, "page": self.all}


def visit(browser: Browser, url: str, traffic: Traffic) -> tuple[Page, Wire, float]:
    """Open a page; the seconds until the map is drawn."""
    page = browser.new_context(viewport=DESKTOP, color_scheme="light").new_page()
    traffic.watch(page)
    wire = Wire(page)
    start = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(READY, timeout=120_000)
    return page, wire, time.perf_counter() - start


def p95(times: list[float]) -> float:
    """Time that 95 of 100 frames keep to, in milliseconds."""
    return round(float(np.percentile(times, 95)), 1)


def select_box(page: Page) -> None:
    """Draw a box round words."""
    frame = page.locator(".word-map").bounding_box()
    assert frame
    x, y = frame["x"] + frame["width"] / 3, frame["y"] + frame["height"] / 3
    page.keyboard.down("Shift")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y + 150, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.mouse.move(5, 5)


def peek(page: Page) -> None:
    """Step to a word and let its card be filled in."""
    page.locator(".word-map").focus()
    page.keyboard.press("n")


def measured(browser: Browser, n_words: int) -> dict[str, object]:
    """Figures of a cloud of so many words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cloud.safetensors"
        embedviz.save(cloud(n_words), file)
        with served([file]) as origin:
            traffic = Traffic(origin)
            url = f"{origin}/?words={n_words:,}"
            visit(browser, url, traffic)[0].close()  # the model is read once a server
            visits = []
            for _ in range(VISITS):
                page, wire, seconds = visit(browser, url, traffic)
                visits.append(seconds)
            settle(page)
            drawn = page.locator(".word-map").get_attribute("aria-label") or ""
            assert f"Word map of {n_words:,} words" in drawn, drawn
            frames = page.locator(".word-map").evaluate(FRAMES)
            family = page.get_by_text("male → female").first
            figures: dict[str, object] = {
                "words": n_words,
                "first paint, s": round(float(np.median(visits)), 2),
                "best of the visits, s": round(min(visits), 2),
                "zoom frame p95, ms": p95(frames),
                "arrows changed, bytes": wire.cost(page, family.click),
                "word searched, bytes": wire.cost(
                    page, lambda: page.get_by_role("searchbox").fill("queen")
                ),
                "selection, bytes": wire.cost(page, lambda: select_box(page)),
                "card filled in, bytes": wire.cost(page, lambda: peek(page)),
                "to three dimensions, bytes": wire.cost(page, page.get_by_text("3-D").click),
            }
            page.wait_for_timeout(500)
            turns = page.locator(".word-map").evaluate(TURNS)
            figures["turning frame p95, ms"] = p95(turns)
    assert not traffic.foreign, f"requests left this machine: {traffic.foreign}"
    assert not traffic.errors, f"errors in the page: {traffic.errors}"
    return {**figures, "requests that left this machine": len(traffic.foreign)}


def budget(name: str, n_words: int) -> float | None:
    """Return what a figure may be; None if nobody said."""
    many = n_words > 50_000
    return {
        "first paint, s": 5.0 if many else 3.0,
        "zoom frame p95, ms": 70.0 if many else 33.0,
        "arrows changed, bytes": WIRE,
        "selection, bytes": WIRE,
        "requests that left this machine": 0,
    }.get(name)


def table(all_figures: list[dict[str, object]]) -> None:
    """Print the figures beside their budgets."""
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
                shown += f" ({value['page']:,} with the page round the map)"
            judged = "" if limit is None else f"budget {limit:,g}"
            over = "  OVER" if limit is not None and float(str(number)) > limit else ""
            print(f"  {name:<34}{shown:<46}{judged}{over}")


def main() -> None:
    """Measure, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--words", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        all_figures = [measured(browser, n_words) for n_words in arguments.words]
        version = browser.version
        browser.close()
    table(all_figures)
    print(f"\nload of the machine's {os.cpu_count()} cores: {os.getloadavg()[0]:.1f}")
    if arguments.json:
        machine = {"machine": platform.machine(), "cores": os.cpu_count(), "chromium": version}
        machine |= {"load": round(os.getloadavg()[0], 1)}
        document = {"machine": {**machine, **DESKTOP, "seed": SEED}, "figures": all_figures}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
