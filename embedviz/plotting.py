"""Pictures for papers: relations as arrows on a plane, as matplotlib figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.labelling import Labels, place
from embedviz.picture_style import (
    COLUMN_MM,
    DARK,
    FORMATS,
    LIGHT,
    PAGE_MM,
    POINTS,
    FamilyStyle,
    Theme,
    fonts_for,
    millimetres,
    save,
    styled,
)
from embedviz.projection import View, fit_relation
from embedviz.relations import Relation, RelationReport, measure, offsets
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLUMN_MM", "FORMATS", "PAGE_MM", "Panel", "classic", "draw", "panels", "save"]

_LONGEST_WORD = 30
_MARK = 3.4  # points across
_PANELS_A_ROW = 3


@dataclass(frozen=True, eq=False)
class Panel:
    """What a picture shows of some relations, and what is known of them.

    Attributes
    ----------
    view : View
    relations : tuple of Relation
        All pairs that have vectors, the most frequent first.
    reports : tuple of RelationReport
        One a relation, of all its pairs.
    fidelity : tuple of float or None
        Share of each relation's offsets that the view keeps, of all pairs.
    """

    view: View
    relations: tuple[Relation, ...]
    reports: tuple[RelationReport, ...]
    fidelity: tuple[float | None, ...]


def panel(
    vectors: WordVectors, relations: Sequence[Relation], view: View, *, seed: int = 0
) -> Panel:
    """Measure relations and put their most frequent pairs first; unknown ones are left out.

    Raises
    ------
    InputError
        If no relation has a pair with vectors.
    """
    known = [there for relation in relations if (there := relation.known_to(vectors))]
    if not known:
        raise InputError("No pair has two words with vectors: give other relations.")
    ordered = tuple(_by_frequency(vectors, relation) for relation in known)
    return Panel(
        view,
        ordered,
        tuple(measure(vectors, relation, seed=seed) for relation in ordered),
        tuple(view.fidelity(offsets(vectors, relation)) for relation in ordered),
    )


def _by_frequency(vectors: WordVectors, relation: Relation) -> Relation:
    """Sort pairs by the rank of their rarer word: a choice that knows nothing of how they fit."""
    rarer = {pair: max(vectors.ids(pair)) for pair in relation.pairs}
    return Relation(relation.name, tuple(sorted(relation.pairs, key=rarer.__getitem__)))


def draw(
    vectors: WordVectors,
    relations: Sequence[Relation],
    view: View,
    *,
    n_pairs: int = 12,
    width_mm: float = COLUMN_MM,
    dark: bool = False,
    seed: int = 0,
) -> Figure:
    """Draw some relations on one plane.

    Every pair is drawn; the most frequent ones are labelled and carry marks, the others are faint.
    Below stands how far the arrows agree, and how much of them the plane keeps.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        Pairs without vectors are left out.
    view : View
        Of two dimensions, see `embedviz.projection.fit`.
    n_pairs : int
        Labelled pairs a relation.
    width_mm : float
        Of the picture; text keeps its size.
    dark : bool
        On a dark ground.
    seed : int
        Of the statistics.

    Raises
    ------
    InputError
        If no relation has a pair with vectors, the view is not flat, or matplotlib is missing.
    """
    shown = panel(vectors, relations, view, seed=seed)
    height = 0.8 * width_mm
    return _figure(vectors, [shown], n_pairs, width_mm, height, 1, DARK if dark else LIGHT)


def panels(
    vectors: WordVectors, relations: Sequence[Relation], *, seed: int = 0
) -> tuple[Panel, ...]:
    """Make the panels of `classic`: each relation in the plane of its own direction.

    Raises
    ------
    InputError
        If a relation has no pair with vectors, or no direction.
    """
    made = []
    for relation in relations:
        known = relation.known_to(vectors)
        if known is None:
            raise InputError(
                f"No pair of {relation.name} has both words in the vocabulary of {len(vectors)} "
                "words: choose another relation or a model of more text."
            )
        made.append(panel(vectors, [known], fit_relation(vectors, [known]), seed=seed))
    return tuple(made)


def classic(
    vectors: WordVectors,
    shown: Sequence[Panel],
    *,
    n_pairs: int = 10,
    width_mm: float = PAGE_MM,
    dark: bool = False,
) -> Figure:
    """Draw one panel a relation, three in a row: the picture that this field is known by.

    x is the relation's direction, the mean offset of *all* its pairs; y is what varies most among
    their words besides. The most frequent pairs are labelled, whether or not they fit.

    Parameters
    ----------
    vectors : WordVectors
    shown : sequence of Panel
        From `panels`.
    n_pairs, width_mm, dark
        See `draw`.

    Raises
    ------
    InputError
        If matplotlib is missing.
    """
    n_columns = min(_PANELS_A_ROW, len(shown))
    height = 1.15 * width_mm / _PANELS_A_ROW
    theme = DARK if dark else LIGHT
    return _figure(vectors, shown, n_pairs, width_mm, height, n_columns, theme)


_GAP, _KEY_LINE, _AXIS = 3.0, 3.3, 4.5  # millimetres


def _figure(
    vectors: WordVectors,
    shown: Sequence[Panel],
    n_pairs: int,
    width: float,
    height: float,
    n_columns: int,
    theme: Theme,
) -> Figure:
    """Lay panels out, in millimetres: each a plot of that height with its key below."""
    with styled(theme):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        keys = [_key(one, n_pairs) for one in shown]
        below = _AXIS + _KEY_LINE * max(len(lines) for lines in keys) + 1
        n_rows = -(-len(shown) // n_columns)
        whole = n_rows * (height + below) + (n_rows + 1) * _GAP
        figure = Figure(figsize=tuple(millimetres(width, whole)), facecolor=theme.ground)
        FigureCanvasAgg(figure)
        each = (width - _GAP * (n_columns + 1) - _AXIS * n_columns) / n_columns
        for i, one in enumerate(shown):
            row, column = divmod(i, n_columns)
            left = _GAP + _AXIS + column * (each + _GAP + _AXIS)
            bottom = whole - (row + 1) * (height + _GAP) - row * below
            box = (left / width, bottom / whole, each / width, height / whole)
            axes = figure.add_axes(box, facecolor=theme.ground)
            first = i if len(shown) > 1 else 0
            styles = [theme.family(first + j) for j in range(len(one.relations))]
            _plot(axes, vectors, one, n_pairs, styles, theme)
            _write_key(figure, keys[i], (left, bottom - _AXIS), (width, whole), styles, theme)
    return figure


@dataclass(frozen=True)
class _Line:
    """A line of a key; a title has the sample of a relation before it."""

    text: str
    relation: int | None = None


def _key(shown: Panel, n_pairs: int) -> list[_Line]:
    lines: list[_Line] = []
    for i, (relation, report) in enumerate(zip(shown.relations, shown.reports, strict=True)):
        lines.append(_Line(arrow_name(relation.name), i))
        lines += [_Line(text) for text in statistics(report, shown.fidelity[i])]
        n = len(relation.pairs)
        if n > n_pairs:
            lines.append(_Line(f"the {n_pairs} most frequent of {n} pairs are labelled"))
    return [*lines, *([_Line(shown.view.note)] if shown.view.note else [])]


def statistics(report: RelationReport, fidelity: float | None) -> tuple[str, ...]:
    """Say in short lines how far a relation's arrows can be trusted, and what cannot be said."""
    n = f"{report.n_pairs} pair{'' if report.n_pairs == 1 else 's'}"
    if report.consistency is None:
        found = f"{n}: no consistency below 2 pairs, no p below 3"
    else:
        ends = report.consistency_interval
        between = f" ({ends[0]:.2f} to {ends[1]:.2f})" if ends else ""
        chance = "no p below 3 pairs" if report.p_value is None else f"p = {report.p_value:.3f}"
        found = f"{n}, consistency {report.consistency:.2f}{between}, {chance}"
    if fidelity is None:
        return (found,)
    return (found, f"this plane keeps {fidelity:.0%} of the offsets")


def arrow_name(name: str) -> str:
    """Return a relation's name as its direction.

    >>> arrow_name("country-capital")
    'country → capital'
    """
    source, hyphen, target = name.partition("-")
    return f"{source} → {target}" if hyphen and "-" not in target else name


def _write_key(
    figure: Figure,
    lines: Sequence[_Line],
    corner: tuple[float, float],
    size: tuple[float, float],
    styles: Sequence[FamilyStyle],
    theme: Theme,
) -> None:
    """Write a key below its plot, whose lower left corner stands in millimetres."""
    from matplotlib.lines import Line2D

    left, y = corner
    for line in lines:
        y -= _KEY_LINE
        is_title = line.relation is not None
        figure.text(
            (left + (9 if is_title else 0)) / size[0],
            (y + _KEY_LINE / 2) / size[1],
            line.text,
            ha="left",
            va="center",
            fontsize=POINTS if is_title else POINTS - 1.5,
            fontweight="bold" if is_title else "normal",
            color=theme.text if is_title else theme.faint,
            fontfamily=fonts_for(line.text),
            parse_math=False,
        )
        if line.relation is None:
            continue
        style = styles[line.relation]
        x, height = np.array([left + 1, left + 6.5]) / size[0], (y + _KEY_LINE / 2) / size[1]
        shaft = Line2D(
            x, [height] * 2, color=style.colour, linewidth=1, dashes=style.dashes or (None, None)
        )
        figure.add_artist(shaft)
        for place_, face in zip(x, (theme.ground, style.colour), strict=True):
            figure.add_artist(
                Line2D(
                    [place_],
                    [height],
                    marker=style.marker,
                    markersize=_MARK,
                    color=style.colour,
                    markerfacecolor=face,
                    markeredgewidth=0.8,
                    linestyle="none",
                )
            )


def _plot(
    axes: Axes,
    vectors: WordVectors,
    shown: Panel,
    n_pairs: int,
    styles: Sequence[FamilyStyle],
    theme: Theme,
) -> None:
    """Draw arrows, marks and labels."""
    titles = shown.view.axis_titles
    if len(titles) != 2:
        raise InputError(f"A picture has 2 dimensions, not {len(titles)}: give a flat plane.")
    axes.set_xlabel(titles[0], fontsize=POINTS - 1.5, color=theme.faint, labelpad=2)
    axes.set_ylabel(titles[1], fontsize=POINTS - 1.5, color=theme.faint, labelpad=2)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(theme.line)
    ends = [
        shown.view.place(vectors, [word for pair in relation.pairs for word in pair]).reshape(
            -1, 2, 2
        )
        for relation in shown.relations
    ]  # each (n_pairs, source and target, x and y)
    _set_limits(axes, np.concatenate(ends).reshape(-1, 2))
    labels: dict[str, tuple[NDArray[np.floating], NDArray[np.floating]]] = {}
    for relation, arrows, style in zip(shown.relations, ends, styles, strict=True):
        for (source, target), arrow in zip(relation.pairs[:n_pairs], arrows[:n_pairs], strict=True):
            labels.setdefault(source, (arrow[0], arrow[1]))
            labels.setdefault(target, (arrow[1], arrow[0]))
        _arrows(axes, arrows, n_pairs, style, theme)
    _label(axes, labels, np.concatenate([one[:n_pairs] for one in ends]), theme)


def _set_limits(axes: Axes, points: NDArray[np.floating]) -> None:
    """Show all points at one scale for both axes, with room for labels at the sides."""
    width, height = axes.get_window_extent().size / axes.get_figure().dpi * 25.4
    low, high = points.min(axis=0), points.max(axis=0)
    scale = max((high - low) / (width - 18, height - 8))  # of the vectors, a millimetre
    scale = scale if scale > 0 else 1.0
    middle = (low + high) / 2
    axes.set_xlim(middle[0] - scale * width / 2, middle[0] + scale * width / 2)
    axes.set_ylim(middle[1] - scale * height / 2, middle[1] + scale * height / 2)


def _arrows(
    axes: Axes, arrows: NDArray[np.floating], n_pairs: int, style: FamilyStyle, theme: Theme
) -> None:
    """Draw the first pairs' arrows with marks, open at the source, and the others faintly."""
    from matplotlib.collections import LineCollection
    from matplotlib.patches import FancyArrowPatch

    axes.add_collection(
        LineCollection(arrows[n_pairs:], colors=style.colour, linewidths=0.5, alpha=0.22, zorder=1),
        autolim=False,
    )
    for source, target in arrows[:n_pairs]:
        axes.add_patch(
            FancyArrowPatch(
                source,
                target,
                arrowstyle="-|>,head_length=3.2,head_width=1.5",
                mutation_scale=1,
                shrinkA=_MARK / 2,
                shrinkB=_MARK / 2,
                color=style.colour,
                linewidth=0.8,
                linestyle=(0, style.dashes) if style.dashes else "solid",
                zorder=2,
            )
        )
    for end, face in ((0, theme.ground), (1, style.colour)):
        axes.plot(
            *arrows[:n_pairs, end].T,
            style.marker,
            color=style.colour,
            markerfacecolor=face,
            markersize=_MARK,
            markeredgewidth=0.8,
            zorder=3,
        )


def _label(
    axes: Axes,
    labels: dict[str, tuple[NDArray[np.floating], NDArray[np.floating]]],
    arrows: NDArray[np.floating],
    theme: Theme,
) -> None:
    """Write each word beside its mark, facing away from the other end of its arrow."""
    from matplotlib.patheffects import withStroke

    texts = [
        axes.text(
            *labels[word][0],
            shown_word(word),
            fontsize=POINTS - 1,
            fontfamily=fonts_for(word),
            color=theme.text,
            ha="center",
            va="center",
            zorder=4,
            parse_math=False,
            path_effects=[withStroke(linewidth=1.6, foreground=theme.ground)],
            gid="label",
        )
        for word in labels
    ]
    figure = axes.get_figure()
    renderer = figure.canvas.get_renderer()
    dot = figure.dpi / 72
    sizes = np.array([text.get_window_extent(renderer).size for text in texts]) + dot
    to_dots = axes.transData.transform
    anchors = to_dots([mark for mark, _ in labels.values()])
    away = anchors - to_dots([other for _, other in labels.values()])
    away /= np.maximum(np.hypot(*away.T), 1e-9)[:, np.newaxis]
    along = np.linspace(0, 1, 25)[:, np.newaxis, np.newaxis]
    beneath = to_dots((arrows[:, 0] * (1 - along) + arrows[:, 1] * along).reshape(-1, 2))
    centres = place(
        Labels(sizes, anchors, away),
        marks=to_dots(arrows.reshape(-1, 2)),
        radius=_MARK * 0.65 * dot,
        beneath=beneath,
        bounds=axes.get_window_extent().get_points() + np.array([[dot], [-dot]]),
    )
    for text, centre, anchor, size in zip(texts, centres, anchors, sizes, strict=True):
        if np.isnan(centre).any():
            text.remove()
            continue
        text.set_position(axes.transData.inverted().transform(centre))
        nearest = np.clip(anchor, centre - size / 2, centre + size / 2)
        if np.hypot(*(nearest - anchor)) > 4 * dot:
            axes.plot(
                *axes.transData.inverted().transform([anchor, nearest]).T,
                color=theme.faint,
                linewidth=0.35,
                zorder=2,
            )


def shown_word(word: str) -> str:
    r"""Cut a word to a label, without signs that would change the picture.

    >>> shown_word("new\nline"), len(shown_word("a" * 99))
    ('new�line', 30)
    """
    joiners = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    plain = "".join(
        sign if sign.isprintable() or sign in joiners else "\N{REPLACEMENT CHARACTER}"
        for sign in word
    )
    return plain if len(plain) <= _LONGEST_WORD else plain[: _LONGEST_WORD - 1] + "…"
