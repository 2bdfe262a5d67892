"""The word map's ES modules, joined into the one text that a page or a component may be."""

from __future__ import annotations

import re
from pathlib import Path

COMPONENT = Path(__file__).parents[1] / "dashboard" / "component"
"""The word map's modules and style sheet, read as data: no Python of the dashboard is run."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.mjs";\n', re.MULTILINE)
_COMMENT = re.compile(r"^ *(//.*|/\*\*(?s:.*?)\*/)\n", re.MULTILINE)


def bundle(entry: str) -> str:
    """Join an ES module of the word map and those it imports.

    The modules stay plain files that Node's test runner imports; a name stands once in all. Their
    comments, which stand on lines of their own, stay here: the text goes out with every change.
    """
    parts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in parts:
            return
        source = _COMMENT.sub("", (COMPONENT / f"{name}.mjs").read_text(encoding="utf-8"))
        for imported in _IMPORT.findall(source):
            add(imported)
        parts[name] = _IMPORT.sub("", source)

    add(entry)
    own = parts.pop(entry)
    others = (re.sub(r"^export ", "", part, flags=re.MULTILINE) for part in parts.values())
    return "\n".join((*others, own))
