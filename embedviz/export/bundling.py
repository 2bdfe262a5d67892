"""The word map's ES modules, joined into one script for a page or a component."""

from __future__ import annotations

import json
import re
from pathlib import Path

COMPONENT = Path(__file__).parents[1] / "dashboard" / "component"
"""Folder of the word map's modules and style sheet, read as data: no dashboard code runs."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.mjs";\n', re.MULTILINE)
_DATA = re.compile(
    r'^import (\w+) from "(\.[\w./]*\.json)" with \{ type: "json" \};\n', re.MULTILINE
)
_COMMENT = re.compile(r"^ *(//.*|/\*\*(?s:.*?)\*/)\n", re.MULTILINE)


def bundle(entry: str) -> str:
    """Join an ES module of the word map and those it imports.

    The modules are plain files that Node's test runner imports, so no two of them may define the
    same name. Comments are removed, as the joined text is sent with every change; an imported JSON
    file becomes a constant.
    """
    parts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in parts:
            return
        source = _COMMENT.sub("", (COMPONENT / f"{name}.mjs").read_text(encoding="utf-8"))
        source = _DATA.sub(_constant, source)
        for imported in _IMPORT.findall(source):
            add(imported)
        parts[name] = _IMPORT.sub("", source)

    add(entry)
    own = parts.pop(entry)
    others = (re.sub(r"^export ", "", part, flags=re.MULTILINE) for part in parts.values())
    return "\n".join((*others, own))


def _constant(found: re.Match[str]) -> str:
    """Return a JSON file that a module imports as a constant."""
    content = json.loads((COMPONENT / found[2]).read_text(encoding="utf-8"))
    return f"const {found[1]} = {json.dumps(content, separators=(',', ':'))};\n"
