"""Shared output: tables, progress bars, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedviz.analogies import Answer
    from embedviz.vectors import Neighbour

out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)

_BAR = 20


def print_json(document: object) -> None:
    """Print a document as JSON."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def make_answers_table(title: str, found: Sequence[Neighbour | Answer], heading: str) -> Table:
    """Make a table of words with their scores as bars; the heading names the score."""
    stability = [getattr(answer, "stability", None) for answer in found]
    has_stability = any(one is not None for one in stability)
    table = Table(title=Text(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("word")
    table.add_column(heading, justify="right")
    table.add_column("", min_width=_BAR)
    table.add_column("rank", justify="right", style="dim")
    if has_stability:
        table.add_column("stable", justify="right", style="dim")
    for answer, stable in zip(found, stability, strict=True):
        bar = "━" * max(0, min(_BAR, round(answer.score * _BAR)))
        table.add_row(
            Text(answer.word),
            f"{answer.score:.3f}",
            Text(bar, style="blue"),
            f"{answer.rank:,}",
            *((f"{stable or 0:.0%}",) if has_stability else ()),
        )
    return table


def make_honest_table(
    title: str,
    excluded: Sequence[Neighbour | Answer],
    honest: Sequence[Neighbour | Answer],
) -> Table:
    """Make a table of answers with the query words excluded and included."""
    table = Table(title=Text(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("query words excluded", "included"):
        table.add_column(heading)
        table.add_column("", justify="right")
    for pair in zip_longest(excluded, honest):
        table.add_row(
            *(
                cell
                for answer in pair
                for cell in ((Text(answer.word), f"{answer.score:.3f}") if answer else ("", ""))
            )
        )
    return table


@contextmanager
def progress_bars(*descriptions: str) -> Iterator[list[Callable[[float, str], None]]]:
    """Yield for each description a function that shows the share done and a remark.

    In a terminal these are bars, shown from the first update on; elsewhere plain lines.
    """
    if not err.is_terminal:
        yield [_print_lines(description) for description in descriptions]
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[remark]}"),
    )
    with Progress(*columns, console=err) as progress:

        def bar(description: str) -> Callable[[float, str], None]:
            task = progress.add_task(description, total=1.0, remark="", visible=False)
            return lambda share, remark: progress.update(
                task, completed=share, remark=remark, visible=True
            )

        yield [bar(description) for description in descriptions]


def _print_lines(description: str) -> Callable[[float, str], None]:
    shown = -1

    def line(share: float, remark: str) -> None:
        nonlocal shown
        tenth = int(share * 10)
        if tenth > shown:
            shown = tenth
            err.print(f"{description} {share:4.0%} {remark}".rstrip(), soft_wrap=True)

    return line
