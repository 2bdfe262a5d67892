"""Load-test the dashboard: many visitors at once, and one who stays.

Visitors are websockets that speak Streamlit's protocol to `embedviz app --read-only` in a separate
process: each opens the page, then searches words, deselects relations and solves formulas. An
interaction ends when the server reports that the page is complete; it fails if it shows an error or
does not end. Visitors act without a pause (the heaviest load), or with one.

    python -m benchmarks.dashboard_load [MODEL] [--sessions 50] [--interactions 20] [--reruns 500]
        [--pauses 0 2] [--json FILE]

The visitors run on the same cores as the server. Memory is the server's resident set, from /proc;
processor time includes opening the pages.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.common import figures as output
from benchmarks.common.browser import served

WORDS = ("king", "paris", "river", "music", "doctor", "seven", "red", "walked", "japan", "queen")
FORMULAS = ("king - man + woman", "paris - france + italy", "walked - walk + play")
RELATIONS = ("male-female", "verb-past", "country-capital")
COMPLETE = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)
TIMEOUT_S = 120.0  # seconds until an interaction times out


@dataclass
class Visitor:
    """One websocket: what the page sent, and the widget values of this visitor."""

    connection: ClientConnection
    widgets: dict[str, tuple[str, str]] = field(default_factory=dict)  # label -> id, fragment
    values: dict[str, object] = field(default_factory=dict)  # id -> value
    held: dict[str, None] = field(default_factory=dict)  # hashes of cached messages
    errors: list[str] = field(default_factory=list)
    page: str = ""
    query: str = ""
    n_bytes: int = 0

    async def act(self, label: str = "", value: object = None) -> float:
        """Set a widget, or open the page; return the seconds until the page is complete."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = self.page, self.query
        state.cached_message_hashes.extend(self.held)
        if label:
            id_, state.fragment_id = self.widgets[label]
            self.values[id_] = value
        for id_, held in self.values.items():
            widget = state.widget_states.widgets.add(id=id_)
            if isinstance(held, str):
                widget.string_value = held
            else:
                widget.string_array_value.data.extend(held)
        start = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        await asyncio.wait_for(self._until_complete(), TIMEOUT_S)
        return time.perf_counter() - start

    async def turn_to(self, page: str, query: str = "") -> float:
        """Open another page, perhaps by a link with parameters."""
        self.page, self.query = page, query
        self.values.clear()
        return await self.act()

    async def _until_complete(self) -> None:
        while True:
            data = await self.connection.recv()
            self.n_bytes += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if message.metadata.cacheable and message.hash:
                self.held[message.hash] = None
            if kind == "delta":
                self._look(message)
            elif kind == "script_finished" and message.script_finished in COMPLETE:
                return

    def _look(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind in ("text_input", "button_group"):
            widget = getattr(element, kind)
            self.widgets[widget.label] = widget.id, message.delta.fragment_id
        elif kind == "exception" or (kind == "alert" and element.alert.format == Alert.ERROR):
            self.errors.append(element.alert.body or element.exception.message)


@dataclass
class Round:
    """The measurements of some visits."""

    seconds: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    n_bytes: int = 0


async def visit(port: int, met: Round, number: int, n_interactions: int, pause: float) -> None:
    """Act as one visitor: three quarters of the interactions on the map, the rest on Analogies."""
    random = Random(number)
    n_formulas = n_interactions // 4
    done = 0
    try:
        async with opened(port) as visitor:
            met.first.append(await visitor.act())
            for step in range(n_interactions):
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))
                if step < n_interactions - n_formulas:
                    spent = await on_the_map(visitor, step, random)
                elif step == n_interactions - n_formulas:
                    spent = await visitor.turn_to("analogies")
                else:
                    spent = await visitor.act("Formula", FORMULAS[step % len(FORMULAS)])
                met.seconds.append(spent)
                done += 1
            met.failures += visitor.errors
            met.n_bytes += visitor.n_bytes
    except (OSError, TimeoutError, KeyError, EOFError) as error:
        met.failures.append(f"after {done} interactions: {error!r}")


async def on_the_map(visitor: Visitor, step: int, random: Random) -> float:
    """Search a word, or at every fifth step deselect a relation."""
    if step % 5 == 4:
        return await visitor.act("Relations", random.sample(RELATIONS, 2))
    return await visitor.act("Find a word", random.choice(WORDS))


@contextlib.asynccontextmanager
async def opened(port: int):  # noqa: ANN201
    """Open a websocket as a browser does."""
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    origin = f"http://127.0.0.1:{port}"
    async with connect(url, origin=origin, subprotocols=["streamlit"], max_size=None) as connection:
        yield Visitor(connection)


def memory(pid: int) -> float:
    """Return the resident set of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process so far, independent of other work on the machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def crowd(port: int, pid: int, options: argparse.Namespace, pause: float) -> dict:
    """Run many visits at once."""
    met, before, start = Round(), memory(pid), time.perf_counter()
    worked = processor_seconds(pid)
    visits = (visit(port, met, n, options.interactions, pause) for n in range(options.sessions))
    waiting = asyncio.gather(*visits)
    peak = before
    while not waiting.done():
        await asyncio.sleep(0.2)
        peak = max(peak, memory(pid))
    await waiting
    cuts = quantiles(met.seconds, n=100)
    return {
        "sessions": options.sessions,
        "interactions": len(met.seconds),
        "pause_s": pause,
        "failures": len(met.failures),
        "failed_with": sorted(set(met.failures))[:5],
        "first_page_p95_s": round(quantiles(met.first, n=100)[94], 3),
        "p50_s": round(cuts[49], 3),
        "p95_s": round(cuts[94], 3),
        "longest_s": round(max(met.seconds), 3),
        "seconds": round(time.perf_counter() - start, 1),
        "processor_ms_an_interaction": round(
            1e3 * (processor_seconds(pid) - worked) / len(met.seconds), 1
        ),
        "kilobytes_an_interaction": round(met.n_bytes / 1e3 / len(met.seconds), 1),
        "memory_before_mb": before,
        "memory_peak_mb": peak,
        "memory_after_mb": memory(pid),
    }


async def one_who_stays(port: int, pid: int, n_reruns: int) -> dict:
    """Run one visitor with many interactions; memory is recorded five times."""
    random, seconds, noted = Random(0), [], {}
    async with opened(port) as visitor:
        await visitor.act()
        for step in range(n_reruns):
            seconds.append(await on_the_map(visitor, step, random))
            if (step + 1) % max(1, n_reruns // 5) == 0:
                noted[step + 1] = memory(pid)
        failures = visitor.errors
    cuts = quantiles(seconds, n=100)
    first, *_, last = noted.values()
    return {
        "reruns": n_reruns,
        "failures": len(failures),
        "p50_s": round(cuts[49], 3),
        "p95_s": round(cuts[94], 3),
        "memory_mb": noted,
        "growth_after_the_first_fifth_mb": round(last - first, 1),
    }


async def measure(port: int, pid: int, options: argparse.Namespace) -> dict:
    """Run all rounds, one after the other."""
    start = memory(pid)
    alone = Round()
    await visit(port, alone, 0, options.interactions, 0)
    figures = {
        "memory_before_any_visit_mb": start,
        "memory_after_one_visit_mb": memory(pid),
        "crowds": [await crowd(port, pid, options, pause) for pause in options.pauses],
    }
    if options.reruns:
        figures["one_who_stays"] = await one_who_stays(port, pid, options.reruns)
    return figures


def main() -> None:
    """Print the figures, and write them as JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=["english"], metavar="MODEL")
    parser.add_argument("--sessions", type=int, default=50, help="visitors at once")
    parser.add_argument("--interactions", type=int, default=20, help="per visitor")
    parser.add_argument("--reruns", type=int, default=500, help="of the one who stays; 0: none")
    parser.add_argument(
        "--pauses", type=float, nargs="*", default=[0.0, 2.0], help="seconds, a round for each"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    load = output.system_load()
    with served(*options.models, "--read-only") as (server, address):
        port = int(address.rpartition(":")[2])
        figures = asyncio.run(measure(port, server.pid, options))
    document = {
        "machine": output.machine(),
        "load_before": load,
        "versions": output.versions("streamlit"),
        "models": [Path(model).name for model in options.models],
        **figures,
    }
    print(json.dumps(document, indent=1))
    output.write(options.json, document)
    rounds = [*figures["crowds"], figures.get("one_who_stays", {"failures": 0})]
    if any(one["failures"] for one in rounds):
        sys.exit("Some interactions failed.")


if __name__ == "__main__":
    main()
