"""The rooms of the house: who imports what from whom."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "embedviz"
ROOMS = sorted(p.name for p in PACKAGE.iterdir() if (p / "__init__.py").is_file())


def imports(module: Path) -> list[tuple[int, str]]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [
        (node.lineno, node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    ]


def room(module: str) -> tuple[str, ...]:
    """A room is a package of the first level; the file formats are one of their own."""
    parts = module.split(".")
    return tuple(parts[:3]) if parts[1:3] == ["vectors", "formats"] else tuple(parts[:2])


def test_a_room_is_entered_by_its_door():
    """Another room's names are imported from its package, never from a file in it."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        own = room(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
        for line, module in imports(path):
            if module.split(".")[0] == "embedviz" and room(module) not in (own, ("embedviz",)):
                inside = module.split(".")[len(room(module)) :]
                if inside:
                    wrong.append(f"{path.relative_to(PACKAGE)}:{line}: {module}")
    assert wrong == []


def test_next_to_the_rooms_stands_next_to_nothing():
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    doors = {"assistants", "streamlit", "widget"}  # for other programs, see ARCHITECTURE.md
    assert modules == {"__init__", "__main__", "errors"} | doors
    assert len(ROOMS) <= 20


def test_every_room_says_what_it_is_for():
    for name in ROOMS:
        tree = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))
        assert len(ast.get_docstring(tree) or "") > 15, name


def test_the_picture_shows_the_imports(monkeypatch):
    monkeypatch.syspath_prepend(PACKAGE.parent / "docs")
    import draw_architecture

    assert draw_architecture.PICTURE.read_text(encoding="utf-8") == draw_architecture.draw()
    assert set(draw_architecture.HOLDS) == set(ROOMS)


def test_the_page_names_every_room():
    page = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [name for name in ROOMS if f"| `{name}/` |" not in page] == []


def test_the_documentation_imports_what_there_is():
    """Every ``from embedviz… import …`` in an example of the documentation works."""
    wrong = []
    for page in (PACKAGE.parent / "README.md", *(PACKAGE.parent / "docs").rglob("*.md")):
        for example in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            for node in ast.walk(ast.parse(example)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("embedviz"):
                    names = [alias.name for alias in node.names]
                    try:
                        module = import_module(node.module)
                    except ModuleNotFoundError:
                        wrong.append(f"{page.name}: {node.module}")
                    else:
                        missing = [name for name in names if not hasattr(module, name)]
                        wrong += [f"{page.name}: {node.module}.{name}" for name in missing]
    assert wrong == []
