"""Draw ``docs/images/architecture.svg``: the rooms of the package and who imports whom.

    python docs/draw_architecture.py

Floors come from the import contract in ``pyproject.toml``, arrows from the imports themselves. An
import that others imply (a room reached through another room) is left out; one that skips a floor
is named in the box in place of an arrow.
"""

from __future__ import annotations

import ast
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "architecture.svg"
WIDTH, FLOOR, HEIGHT, MARGIN = 880, 104, 66, 20

HOLDS = {
    "cli": "commands",
    "dashboard": "pages, widgets, word map",
    "export": "views as files, model reports",
    "reports": "documents, their rendering",
    "plotting": "figures for papers",
    "jobs": "runs in the background",
    "training": "loop, step, optimiser",
    "evaluation": "questions, scores, bootstrap",
    "sequences": "encode, decode, score, find",
    "models": "Pred, Dec, C, generation",
    "analogies": "answering methods",
    "projection": "planes, maps, views",
    "states": "states of any toolkit's nets",
    "checkpoints": "model folders, loading",
    "relations": "pairs, directions, p-values",
    "vectors": "search, expressions, file formats",
    "corpora": "bundled and public corpora",
    "text": "words, ids, batches",
    "settings": "settings, declared once",
    "support": "paths, atomic files, threads",
}


def floors() -> list[list[str]]:
    """Rooms floor by floor, from the top, as the import contract lists them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers: list[str] = project["tool"]["importlinter"]["contracts"][0]["layers"]
    named = [[name.strip() for name in layer.split("|")] for layer in layers]
    return [[name for name in floor if name in HOLDS] for floor in named if set(floor) & set(HOLDS)]


def imports() -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    found: dict[str, set[str]] = {name: set() for name in HOLDS}
    for path in (ROOT / "embedviz").rglob("*.py"):
        room = path.relative_to(ROOT / "embedviz").parts[0]
        if room not in found:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = node.module.split(".")
                if parts[0] == "embedviz" and len(parts) > 1:
                    found[room].add(parts[1])
    return {room: (others & set(HOLDS)) - {room} for room, others in found.items()}


def reduced(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out arrows that a longer way implies (transitive reduction)."""

    def reach(room: str) -> set[str]:
        return set().union(*({other} | reach(other) for other in arrows[room]))

    return {
        room: {one for one in others if not any(one in reach(other) for other in others - {one})}
        for room, others in arrows.items()
    }


def draw() -> str:
    """Return the picture as SVG."""
    rows = floors()
    boxes: dict[str, tuple[float, float, float]] = {}  # left, top, width
    for number, row in enumerate(rows):
        width = min(250, (WIDTH - 2 * MARGIN) / len(row) - 16)
        gap = (WIDTH - 2 * MARGIN) / len(row)
        for place, name in enumerate(row):
            left = MARGIN + gap * (place + 0.5) - width / 2
            boxes[name] = (left, MARGIN + number * FLOOR, width)
    height = 2 * MARGIN + (len(rows) - 1) * FLOOR + HEIGHT
    below = {name: row for row, names in enumerate(rows) for name in names}
    lines: list[str] = []
    farther: dict[str, list[str]] = {name: [] for name in boxes}
    for room, others in reduced(imports()).items():
        for other in sorted(others, key=lambda one: (below[one], one)):
            if below[other] > below[room] + 1:
                farther[room].append(other)
                continue
            x1, y1 = boxes[room][0] + boxes[room][2] / 2, boxes[room][1] + HEIGHT
            x2, y2 = boxes[other][0] + boxes[other][2] / 2, boxes[other][1]
            middle = (y1 + y2) / 2
            lines.append(
                f'<path d="M{x1:.0f},{y1:.0f} C{x1:.0f},{middle:.0f} {x2:.0f},{middle:.0f} '
                f'{x2:.0f},{y2 - 6:.0f}" marker-end="url(#tip)"/>'
            )
    cells = []
    for name, (left, top, width) in boxes.items():
        middle = left + width / 2
        cells.append(
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{HEIGHT}" rx="6"/>'
            f'<text x="{middle:.0f}" y="{top + 20:.0f}" class="name">{escape(name)}/</text>'
            f'<text x="{middle:.0f}" y="{top + 37:.0f}">{escape(HOLDS[name])}</text>'
        )
        if farther[name]:
            also = f"imports {', '.join(farther[name])}"
            cells.append(f'<text x="{middle:.0f}" y="{top + 54:.0f}" class="also">{also}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" '
            'aria-label="The rooms of embedviz, floor by floor, and their imports">',
            "<style>text{font:12px sans-serif;text-anchor:middle;fill:#3b4252}"
            ".also{font-style:italic;fill:#55607a}"
            ".name{font-weight:bold;font-size:14px;fill:#11151c}"
            "rect{fill:#eef3fb;stroke:#5b7bb4}path{fill:none;stroke:#8a94a6}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" '
            'style="fill:#8a94a6;stroke:none"/></marker></defs>',
            f'<rect width="{WIDTH}" height="{height}" style="fill:#fff;stroke:none"/>',
            *lines,
            *cells,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
