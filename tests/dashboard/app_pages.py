"""Pages of the dashboard for Streamlit's `AppTest`, the models they show, and what they say."""

import json
from functools import cache
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from embedviz.relations import FAMILIES, built_in
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "embedviz" / "dashboard"
ANALOGIES, RELATIONS, COMPARE = "analogies", "relations", "compare"
EXPORT, TRAIN, READ, WRITE = "export", "train", "read", "write"
PHRASES, EXECUTE, DESCRIBE, PICTURES = "phrases", "execute", "describe", "pictures"
HOSTILE = (
    "<script>alert(1)</script>",
    "$x$",
    ":smile:",
    "[a](http://b.c)",
    "שלום",
    "x" * 10_000,
    "a\nb",
)


def switch_page(at: AppTest, page: str) -> AppTest:
    """Choose the page of that address for the next run; `AppTest` itself switches to files only."""
    at._page_hash = calc_hash(page)
    return at


@cache
def planted(extra: tuple[str, ...] = (), seed: int = 0) -> WordVectors:
    """Vectors in which each family has one offset and a little noise."""
    rng = np.random.default_rng(seed)
    rows: dict[str, np.ndarray] = {}
    for name in FAMILIES:
        offset, centre = rng.normal(size=(2, 24))
        for source, target in built_in(name).pairs:
            if source not in rows and target not in rows:
                rows[source] = centre + rng.normal(size=24)
                rows[target] = rows[source] + 2 * offset + 0.1 * rng.normal(size=24)
    for word in (*extra, *(f"other{i}" for i in range(200))):
        rows[word] = rng.normal(size=24)
    matrix = np.array(list(rows.values()), dtype=np.float32)
    return WordVectors(Vocabulary(tuple(rows)), matrix)


def texts(at: AppTest) -> str:
    shown = (*at.markdown, *at.caption, *at.title, *at.error, *at.code)
    return "\n".join(element.value for element in shown)


def arrows(at: AppTest) -> dict:
    """What the overlay was sent."""
    return next(json.loads(proto)["overlay"] for proto in components(at) if "overlay" in proto)


def components(at: AppTest) -> list[str]:
    found = []

    def walk(block) -> None:
        for child in block.children.values():
            if hasattr(child, "children"):
                walk(child)
            elif child.type == "bidi_component":
                found.append(child.proto.json or child.proto.mixed.json)

    walk(at.main)
    return found
