"""The key below a plot: styles and statistics of the relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedviz.plotting.panel import Panel
from embedviz.plotting.style import MARK, POINTS, FamilyStyle, Theme, fonts_for
from embedviz.relations import FEWEST_FOR_INTERVAL, FEWEST_FOR_P, RelationReport, Verdict
from embedviz.support import arrow_name, clip

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINE_MM = 3.3
"""Distance between lines."""

_SAMPLE_MM = (1.0, 6.5, 9.0)  # start and end of a sample arrow, start of the name


_X_AXIS = ("x is the mean target minus mean source", "shuffled arrows point right too")


@dataclass(frozen=True)
class Line:
    """A line of a key; a sample arrow or mark precedes the name of a relation or a group.

    Attributes
    ----------
    text : str
    style : int, optional
        Number of its style in the list of styles: the relations' and then the groups'.
    is_points : bool
    """

    text: str
    style: int | None = None
    is_points: bool = False


def key(shown: Panel) -> list[Line]:
    """Return the key of a panel: names and statistics of its relations, and a note on the view."""
    lines: list[Line] = []
    for i, relation in enumerate(shown.relations):
        lines.append(Line(arrow_name(relation.name), i))
        lines += [Line(text) for text in caption(shown, i)]
    for i, group in enumerate(shown.groups, len(shown.relations)):
        lines.append(Line(clip(group.name, 24), i, is_points=True))
    return [*lines, *(Line(text) for text in shown.view.note.splitlines())]


def caption(shown: Panel, relation: int = 0) -> tuple[str, ...]:
    """Return the statistics of one relation of a panel, and a note on its labelled pairs."""
    lines = statistics(shown.reports[relation], shown.fidelity[relation])
    if shown.view.axis_titles[0].startswith("mean offset ("):
        lines = (*lines, *_X_AXIS)
    if len(shown.relations[relation].pairs) <= shown.n_labelled:
        return lines
    n = shown.n_labelled
    if not shown.draws_others:
        return (*lines, f"drawn: the {n} most frequent")
    return (*lines, f"labelled: the {n} most frequent; faint: the rest")


def statistics(report: RelationReport, fidelity: float | None) -> tuple[str, ...]:
    r"""Return a relation's statistics in short lines, and those that need more pairs.

    >>> for line in statistics(RelationReport("x", 2, (), 0.5, None, 1.0), 0.9):
    ...     print(line.replace("\N{NO-BREAK SPACE}", " "))
    consistency 0.50
    plane retains 90 % of the offsets of 2 pairs
    p needs 3 pairs, an interval 8
    """
    ends, n = report.consistency_interval, report.n_pairs
    figures = []
    if report.consistency is not None:
        between = f" ({ends[0]:z.2f} to {ends[1]:z.2f})" if ends else ""
        figures.append(f"consistency {report.consistency:z.2f}{between}")
    if report.shuffled_consistency is not None:
        figures.append(f"shuffled {report.shuffled_consistency:z.2f}")
    concluded = []
    if report.p_value is not None:
        concluded.append(f"p = {report.p_value:.3f}")
    if report.verdict is not Verdict.TOO_FEW:
        concluded.append(report.verdict.in_sentence)
    pairs = f"{n} pair{'' if n == 1 else 's'}"
    if fidelity is not None:
        pairs = f"plane retains {100 * fidelity:.0f}\N{NO-BREAK SPACE}% of the offsets of {pairs}"
    needed = (("consistency", 2), ("p", FEWEST_FOR_P), ("an interval", FEWEST_FOR_INTERVAL))
    missing = [(figure, fewest) for figure, fewest in needed if n < fewest]
    lacking = ", ".join(
        f"{figure} {fewest}" if i else f"{figure} needs {fewest} pairs"
        for i, (figure, fewest) in enumerate(missing)
    )
    if not figures and n > 1:
        lacking = "the offsets have no direction, so there are no statistics"
    lines = (", ".join(figures), "; ".join(concluded), pairs, lacking)
    return tuple(line for line in lines if line)


def write_key(
    figure: Figure,
    lines: Sequence[Line],
    corner: tuple[float, float],
    styles: Sequence[FamilyStyle],
    theme: Theme,
) -> None:
    """Write a key from its upper left corner, in millimetres from the figure's lower left."""
    width, height = (inches * 25.4 for inches in figure.get_size_inches())
    left, top = corner
    for number, line in enumerate(lines):
        y = (top - (number + 0.5) * LINE_MM) / height
        is_name = line.style is not None
        figure.text(
            (left + (_SAMPLE_MM[2] if is_name else 0)) / width,
            y,
            line.text,
            ha="left",
            va="center",
            fontsize=POINTS if is_name else POINTS - 1.5,
            fontweight="bold" if is_name else "normal",
            color=theme.text if is_name else theme.faint,
            fontfamily=fonts_for(line.text),
            parse_math=False,
        )
        if line.style is not None:
            ends = [(left + mm) / width for mm in _SAMPLE_MM[:2]]
            if line.is_points:
                _sample_mark(figure, ends, y, styles[line.style])
            else:
                _sample(figure, ends, y, styles[line.style], theme)


def _sample(
    figure: Figure, ends: Sequence[float], y: float, style: FamilyStyle, theme: Theme
) -> None:
    """Draw a sample arrow in the style of the plot, from an open mark to a filled one."""
    from matplotlib.lines import Line2D

    shaft = Line2D(ends, [y, y], color=style.colour, linewidth=1, linestyle=style.line)
    figure.add_artist(shaft)
    for x, face in zip(ends, (theme.ground, style.colour), strict=True):
        mark = Line2D([x], [y], linestyle="none", markeredgewidth=0.8, markersize=MARK)
        mark.set(marker=style.marker, color=style.colour, markerfacecolor=face)
        figure.add_artist(mark)


def _sample_mark(figure: Figure, ends: Sequence[float], y: float, style: FamilyStyle) -> None:
    """Draw a sample of the mark of a group, where the middle of an arrow would be."""
    from matplotlib.lines import Line2D

    mark = Line2D([sum(ends) / 2], [y], linestyle="none", markersize=MARK + 1)
    mark.set(marker=style.marker, color=style.colour)
    figure.add_artist(mark)
