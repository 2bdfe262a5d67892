"""What vectors, relations and answers look like in a notebook: HTML without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from embedviz.relations import Relation, RelationReport
from embedviz.reports.escaping import html_text, isolated
from embedviz.support import counted, p_value, percent, signed, signed_points
from embedviz.vectors import RankedWords, WordVectors

_MOST_WORDS = 12
_MOST_PAIRS = 12
_MOST_BARS = 25
_LONGEST = 40

# colours follow the notebook's theme: its text, and shares of it
_LINE = "border-bottom:1px solid color-mix(in srgb, currentColor 22%, transparent)"
_CELL = f"padding:2px 14px 2px 0;text-align:left;vertical-align:top;{_LINE}"
_NUMBER = _CELL.replace("text-align:left", "text-align:right;font-variant-numeric:tabular-nums")
_BAR = "display:inline-block;height:.7em;background:#5b7be0;border-radius:2px"
_QUIET = "opacity:.75"


@singledispatch
def notebook_html(shown: object) -> str:
    """Return an object as HTML that fits the notebook's theme, light or dark.

    Words are escaped, and the result has no script, style sheet or address.
    """
    raise TypeError(f"{type(shown).__name__} has no HTML.")


@notebook_html.register
def _(shown: WordVectors) -> str:
    frequent = ", ".join(isolated(word, _LONGEST) for word in shown.words[:_MOST_WORDS])
    steps = shown.provenance.get("steps", ())
    origin = shown.provenance.get("file") or shown.provenance.get("format")
    rows = [
        ("most frequent", frequent + (" …" if len(shown) > _MOST_WORDS else "")),
        ("counts", "known" if shown.vocabulary.counts is not None else "unknown"),
    ]
    if origin:
        rows.insert(0, ("from", html_text(str(origin), 200)))
    if isinstance(steps, list | tuple) and steps:
        rows.append(("steps", html_text("; ".join(map(str, steps)), 400)))
    if shown.stability is not None:
        rows.append(("stability", f"{shown.stability.mean():.0f} % of 10 nearest, over seeds"))
    head = f"WordVectors: {len(shown):,} words × {shown.n_dims} dimensions"
    return _framed(head, _table([[f'<span style="{_QUIET}">{n}</span>', v] for n, v in rows]))


@notebook_html.register
def _(shown: Relation) -> str:
    rows = [[isolated(a, _LONGEST), "→", isolated(b, _LONGEST)] for a, b in shown.pairs]
    head = f"{html_text(shown.name, 80)}: {counted(len(rows), 'pair')}"
    return _framed(head, _table(rows[:_MOST_PAIRS]) + _more(len(rows), _MOST_PAIRS, "pairs"))


@notebook_html.register
def _(shown: RelationReport) -> str:
    rows = [
        ["consistency", _signed(shown.consistency, shown.consistency_interval)],
        ["of the same words shuffled", _signed(shown.shuffled_consistency)],
        ["p of the pairing", "–" if shown.p_value is None else p_value(shown.p_value)],
        ["targets found with the offset", _share(shown.hit_rate)],
        ["nearest to the source alone", _share(shown.nearest_rate)],
        ["gain, in points of 100", _points(shown.gain, shown.gain_interval)],
        ["gain of closeness alone", _points(shown.closeness_gain)],
    ]
    head = f"{html_text(shown.name, 80)}: {html_text(shown.verdict.value)}"
    kept = f"{counted(shown.n_pairs, 'pair')} with vectors"
    if shown.skipped:
        kept += f", {len(shown.skipped)} without"
    answers = [
        [_mark(one.found), html_text(one.name.replace("_", " ")), html_text(one.why)]
        for one in shown.findings
    ]
    quiet = f'<div style="{_QUIET}">{kept}</div>'
    return _framed(head, quiet + _table(answers) + _table(rows, numbers=(1,)))


@notebook_html.register
def _(shown: RankedWords) -> str:  # type: ignore[type-arg]  # the type to dispatch on
    answers: Sequence[Any] = shown[:_MOST_BARS]
    most = max((abs(one.score) for one in answers), default=0.0) or 1.0
    rows = []
    for one in answers:
        # a probability or a cosine may be below 0: its bar is that of 0
        width = 10 * max(0.0, one.score) / most
        bar = f'<span style="{_BAR};width:{width:.2f}em"></span>'
        rows.append([isolated(one.word, _LONGEST), bar, f"{one.score:.3f}", f"{one.rank:,}"])
    head = ["word", "", "score", "rank"]
    more = _more(len(shown), _MOST_BARS, "words")
    return _framed("", _table(rows, head, numbers=(2, 3)) + more if rows else "no words")


def _signed(value: float | None, interval: tuple[float, float] | None = None) -> str:
    return "–" if value is None else signed(value, interval=interval)


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _points(value: float | None, interval: tuple[float, float] | None = None) -> str:
    return "not measured" if value is None else signed_points(value, interval)


def _mark(found: bool | None) -> str:
    return {True: "yes", False: "no", None: "–"}[found]


def _framed(head: str, content: str) -> str:
    title = f'<div style="font-weight:600;margin-bottom:4px">{head}</div>' if head else ""
    style = "font-size:13px;line-height:1.5;max-width:60em;overflow-x:auto"
    return f'<div class="embedviz" style="{style}">{title}{content}</div>'


def _table(
    rows: Sequence[Sequence[str]], head: Sequence[str] = (), *, numbers: Sequence[int] = ()
) -> str:
    """Return a table of cells that are HTML already."""
    styles = [_NUMBER if at in numbers else _CELL for at in range(max(map(len, rows), default=0))]
    lines = [_row("td", row, styles) for row in rows]
    if head:
        lines.insert(0, _row("th", head, styles))
    style = "border-collapse:collapse;margin:4px 0"
    return f'<table style="{style}"><tbody>{"".join(lines)}</tbody></table>'


def _row(tag: str, cells: Sequence[str], styles: Sequence[str]) -> str:
    made = (
        f'<{tag} style="{style};background:transparent">{cell}</{tag}>'
        for cell, style in zip(cells, styles, strict=False)
    )
    return f"<tr>{''.join(made)}</tr>"


def _more(n: int, shown: int, noun: str) -> str:
    return f'<div style="{_QUIET}">… and {n - shown} more {noun}</div>' if n > shown else ""
