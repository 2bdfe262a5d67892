"""The reference of all settings, docs/settings.md; ``make docs`` writes it.

Run as ``python -m embedviz.cli.settings_reference``.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

import typer

from embedviz.cli import app
from embedviz.cli.setting_options import CONFIGS
from embedviz.settings import Setting

_INTRODUCTION = """# Settings

All settings of a training run, by command: the option on the command line, the
name in Python, the default and the allowed values. `make docs` writes this page from the
declarations in `embedviz.settings` and `embedviz.text`."""


def settings_reference() -> str:
    """Write a table for each group of settings of each command, as Markdown."""
    parts = [_INTRODUCTION]
    for command in app.registered_commands:
        for config, settings in getattr(command.callback, CONFIGS, {}).items():
            parts.append(f"## `embedviz {command.name}`: `{config.__name__}`")
            parts += _tables(settings)
    return "\n\n".join(parts) + "\n"


def _tables(settings: Iterable[Setting]) -> Iterator[str]:
    groups: dict[str, list[Setting]] = {}
    for one in settings:
        groups.setdefault(one.group, []).append(one)
    for name, members in groups.items():
        rows = ["| option | in Python | default | values | meaning |", "|---|---|---|---|---|"]
        yield "\n".join([f"### {name}", "", *rows, *map(_row, members)])


def _row(setting: Setting) -> str:
    option = f"`{setting.option}`"
    if setting.kind is bool:
        option += f", `--no-{setting.option[2:]}`"
    values = "; ".join(f"`{name}`: {text}" for name, text in setting.choices.items())
    values = html.escape(values or setting.limits, quote=False)
    if setting.off is not None:
        values += f"; {setting.off:g} (in Python None) disables it"
    meaning = html.escape(setting.meaning, quote=False)
    default = "–" if setting.default is None else f"`{setting.default}`"
    return f"| {option} | `{setting.name}` | {default} | {values} | {meaning} |"


if __name__ == "__main__":
    typer.echo(settings_reference(), nl=False)
