"""What cannot be run here, an image, held against what it says of the project."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from embedviz.cli import app

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
GUIDE = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
DEFAULT = " ".join(json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0]))
COMMANDS = [DEFAULT, *re.findall(r"embedviz app [^\n`]*", DOCKERFILE + GUIDE)]


def test_the_image_installs_what_there_is():
    (install,) = re.findall(r"pip install .*", DOCKERFILE)
    (extras,) = re.findall(r"'\.\[([\w,]+)\]'", install)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extras == "app" and extras in project["optional-dependencies"]
    assert not any("torch" in needed for needed in project["optional-dependencies"]["app"])
    (constraints,) = re.findall(r"--constraint (\S+)", install)
    copied = [
        name
        for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE)
        for name in line.split()[:-1]
    ]
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {constraints, "pyproject.toml", "embedviz", "corpora", project["readme"]} <= {*copied}
    for name in copied:
        assert (ROOT / name).exists() and f"!{name}" in let_in


def test_the_image_is_safe_by_default():
    assert DEFAULT == "embedviz app --read-only --address 0.0.0.0"
    lines = [line for line in DOCKERFILE.splitlines() if line.startswith(("USER", "CMD"))]
    assert lines[0].startswith("USER ") and lines[0] != "USER root"
    assert "/_stcore/health" in DOCKERFILE


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_that_are_told_exist(command):
    name, *arguments = command.split()[1:]
    known = {option for param in get_command(app).commands[name].params for option in param.opts}
    assert {word for word in arguments if word.startswith("--")} <= known
