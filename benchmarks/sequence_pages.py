"""Measure how long the pages of recurrent nets take to answer, cold and warm, and many at once.

For each page a new server of the models that ship: the first visitor waits for PyTorch and the
model (cold); the next ones give other inputs, which nobody gave before (warm). Then many visitors
open all pages at once, and one after the other for a while, when memory is noted.

    python -m benchmarks.sequence_pages [--sessions 20] [--visits 300] [--json FILE]

Visitors are websockets that speak Streamlit's protocol, on the same cores as the server. A visit
ends when the server reports that the page is complete; it fails if the page shows an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median, quantiles
from urllib.parse import urlencode

from benchmarks.common import figures as output
from benchmarks.common.browser import served
from benchmarks.dashboard_load import memory, opened

WORDS = ("king", "queen", "river", "music", "doctor", "house", "money", "church", "ship", "winter")
N_WARM = 5
WAIT_S = 5  # after the start of a server, until its first visitor


def inputs(page: str, number: int) -> dict[str, str]:
    """Return the parameters of a link to a page with an input that differs by its number."""
    random = Random(number)
    one, other, third = random.sample(WORDS, 3)
    text = f"the {one} of the {other} was born in the {third} , number {number % 100}"
    a, b = random.randrange(10, 99), random.randrange(10, 99)
    return {
        "read": {"reader": "cells/gru", "read": text},
        "read-two": {
            **{"reader": "cells/gru", "read": text, "read-part": "Two texts"},
            **{"read-at": f"2 {one}", "read-by": WORDS[number % len(WORDS)]},
        },
        "read-places": {"reader": "cells/gru", "read": text, "read-part": "Same units elsewhere"},
        "read-back": {"reader": "cells/gru", "read": text, "read-part": "Back through time"},
        "read-encoder": {"reader": "reverse-dictionary", "read": f"a {one} for a {other} {third}"},
        "write": {"writer": "phrases", "write-text": f"the {one} has a {other} and a {third}"},
        "phrases": {"phrase": f"a {one} in the {other}"},
        "execute": {"execute": f"print(({a}{b % 10}+{b}))"},
        "describe": {"describe": f"{one} - {other} + {third}", "find": f"a {one} of the {other}"},
        "pictures": {"pictures-seed": str(number % 9_999)},
    }[page]


PAGES = (
    *("read", "read-two", "read-places", "read-back", "read-encoder"),
    *("write", "phrases", "execute", "describe", "pictures"),
)


async def visit(port: int, page: str, number: int) -> tuple[float, list[str]]:
    """Open a page as a new visitor; return the seconds until it is complete, and its errors."""
    async with opened(port) as visitor:
        spent = await visitor.turn_to(page.split("-")[0], urlencode(inputs(page, number)))
        return spent, [f"{page}: {error}" for error in visitor.errors]


async def visit_safely(port: int, page: str, number: int) -> tuple[float, list[str]]:
    """Take a visit that does not come to its end as a failure."""
    try:
        return await visit(port, page, number)
    except (OSError, TimeoutError, EOFError) as error:
        return float("nan"), [f"{page}: {error!r}"]


async def one_page(port: int, page: str) -> dict[str, object]:
    """Visit a page of a new server: first cold, then warm with other inputs."""
    await asyncio.sleep(WAIT_S)
    cold, failures = await visit_safely(port, page, 0)
    warm = []
    for number in range(1, N_WARM + 1):
        spent, failed = await visit_safely(port, page, number)
        warm.append(spent)
        failures += failed
    return {
        "cold_s": round(cold, 2),
        "warm_median_s": round(median(warm), 3),
        "warm_longest_s": round(max(warm), 3),
        "failures": failures,
    }


async def all_pages(port: int, pid: int, options: argparse.Namespace) -> dict[str, object]:
    """Visit all pages, many at once, and then one after the other, noting the memory."""
    for page in PAGES:
        await visit_safely(port, page, 0)
    before, start = memory(pid), time.perf_counter()
    crowd = await asyncio.gather(
        *(
            visit_safely(port, PAGES[(number + step) % len(PAGES)], 1_000 * number + step)
            for number in range(options.sessions)
            for step in range(2)
        )
    )
    seconds = [spent for spent, _ in crowd]
    failures = [error for _, failed in crowd for error in failed]
    figures: dict[str, object] = {
        "sessions": options.sessions,
        "visits": len(crowd),
        "seconds": round(time.perf_counter() - start, 1),
        "p50_s": round(median(seconds), 2),
        "p95_s": round(quantiles(seconds, n=20)[-1], 2),
        "memory_before_mb": before,
        "memory_after_mb": memory(pid),
    }
    noted = {}
    for number in range(options.visits):
        _, failed = await visit_safely(port, PAGES[number % len(PAGES)], 10_000_000 + number)
        failures += failed
        if (number + 1) % max(1, options.visits // 5) == 0:
            noted[number + 1] = memory(pid)
    return {"crowd": figures, "memory_over_visits_mb": noted, "failures": failures}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures, and write them as JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=20, help="visitors at once")
    parser.add_argument("--visits", type=int, default=300, help="one after the other")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args(arguments)
    load = output.system_load()
    pages = {}
    for page in PAGES:
        with served("--read-only") as (_, address):
            pages[page] = asyncio.run(one_page(int(address.rpartition(":")[2]), page))
        print(page, json.dumps(pages[page]), flush=True)
    with served("--read-only") as (server, address):
        port = int(address.rpartition(":")[2])
        together = asyncio.run(all_pages(port, server.pid, options))
    document = {
        "machine": output.machine(),
        "load_before": load,
        "versions": output.versions("streamlit", "torch"),
        "pages": pages,
        **together,
    }
    print(json.dumps(document, indent=1))
    output.write(options.json, document)
    if together["failures"] or any(one["failures"] for one in pages.values()):
        sys.exit("Some visits failed.")


if __name__ == "__main__":
    main()
