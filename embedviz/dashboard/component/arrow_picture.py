"""Arrows between words as a small SVG, with a text alternative for screen readers.

Words are untrusted and are escaped in the markup. `st.html` removes SVG, hence a component of a
few lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from embedviz.projection import Plane
from embedviz.relations import Pair
from embedviz.support import clip, palette
from embedviz.vectors import WordVectors

# the halo keeps words legible over arrows
_CSS = """
.arrow-picture { color: var(--st-text-color); font-family: var(--st-font) }
.arrow-picture svg { display: block; max-width: 480px; margin: 0 auto }
.word { fill: currentColor; stroke: var(--st-background-color); stroke-width: 3px;
  paint-order: stroke; stroke-linejoin: round }
"""
_component = st.components.v2.component(
    "embedviz_arrow_picture",
    html='<div class="arrow-picture"></div>',
    css=_CSS,
    js=(Path(__file__).parent / "arrow_picture.mjs").read_text(encoding="utf-8"),
)
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")

_WIDTH, _HEIGHT, _EDGE = 340, 260, 20
_DOT = 2.4
_TEXT = 11
_LETTER = 6.1
_LONGEST_WORD = 16
_HEAD = 7.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """An arrow between two points; an emphasised one is thicker and of another colour."""

    start: Point
    end: Point
    is_emphasised: bool = False


@dataclass(frozen=True)
class Label:
    """A word at a point; where two labels overlap, the earlier one is kept.

    The label is drawn to the right of its point if there is room, or to the left with ``before``.
    """

    word: str
    at: Point
    before: bool = False


def build_arrows(
    vectors: WordVectors, plane: Plane, pairs: Sequence[Pair], n_drawn: int
) -> list[Arrow]:
    """Project the first pairs onto a plane; the last arrow, emphasised, is the mean of all."""
    places = plane.place(vectors, [word for pair in pairs for word in pair]).reshape(-1, 2, 2)
    ends = [*places[:n_drawn], places.mean(axis=0)]
    return [
        Arrow((float(a), float(b)), (float(c), float(d)), is_emphasised=number == len(ends))
        for number, ((a, b), (c, d)) in enumerate(ends, start=1)
    ]


def label_arrows(pairs: Sequence[Pair], arrows: Sequence[Arrow]) -> list[Label]:
    """Label the ends of the first arrows, one per pair, sources to the left of their points."""
    return [
        Label(word, place, before=word == pair[0])
        for pair, arrow in zip(pairs, arrows, strict=False)
        for word, place in zip(pair, (arrow.start, arrow.end), strict=True)
    ]


def show_arrows(
    key: str,
    arrows: Sequence[Arrow],
    labels: Sequence[Label],
    *,
    description: str,
    style: int,
    also_fit: Sequence[Point] = (),
) -> None:
    """Draw arrows, and the labels that fit, on the page's background; see `render_svg`."""
    colours = palette.DARK if st.context.theme.type == "dark" else palette.LIGHT
    picture = render_svg(
        arrows,
        labels,
        description=description,
        colour=colours.colour(style),
        dashes=palette.DASHES[palette.dash_number(style)],
        also_fit=also_fit,
    )
    _component(key=key, data={"svg": picture})


def render_svg(
    arrows: Sequence[Arrow],
    labels: Sequence[Label],
    *,
    description: str,
    colour: str = "currentColor",
    dashes: Sequence[float] = (),
    also_fit: Sequence[Point] = (),
) -> str:
    """Return the SVG; both axes have the same scale, so that angles are preserved.

    Labels are given in twos, those of the first arrow first: an arrow of which one has no room is
    left out, unless it is emphasised.

    Points in `also_fit` are not drawn, but fit into the picture: pictures that include each other's
    points have the same scale and centre. The emphasised arrow is solid.
    """
    places = [place for arrow in arrows for place in (arrow.start, arrow.end)]
    to_screen = _fit_to_picture([*places, *(label.at for label in labels), *also_fit])
    taken: list[tuple[float, float, float, float]] = []  # boxes of dots and of placed labels
    for label in labels:
        x, y = to_screen(label.at)
        taken.append((x - _DOT, y - _DOT, x + _DOT, y + _DOT))
    shafts, dots, words = [], [], []
    for number, arrow in enumerate(arrows):
        start, end = to_screen(arrow.start), to_screen(arrow.end)
        if not arrow.is_emphasised:
            before = len(taken)
            named = [
                _render_label(label, *to_screen(label.at), taken)
                for label in labels[2 * number : 2 * number + 2]
            ]
            if len(named) < 2 or not all(named):
                del taken[before:]
                continue
            words += named
            dots += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" fill="currentColor"/>'
                for x, y in (start, end)
            ]
        shafts.append(_render_arrow(start, end, arrow.is_emphasised, colour, dashes))
    parts = [*shafts, *dots, *words]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="100%" role="img" aria-label="{_escape(clip(description))}" font-size="{_TEXT}">'
        f"{''.join(parts)}</svg>"
    )


def _fit_to_picture(places: Sequence[Point]) -> Callable[[Point], Point]:
    """Return the mapping from points to pixels under which all points fit."""
    xs, ys = [x for x, _ in places] or [0.0], [y for _, y in places] or [0.0]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(
        (_WIDTH - 4 * _EDGE) / max(wide, 1e-9), (_HEIGHT - 2 * _EDGE) / max(high, 1e-9), 1e6
    )
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def to_screen(place: Point) -> Point:
        return (
            _WIDTH / 2 + (place[0] - middle_x) * scale,
            _HEIGHT / 2 - (place[1] - middle_y) * scale,
        )

    return to_screen


def _render_arrow(
    start: Point, end: Point, is_emphasised: bool, colour: str, dashes: Sequence[float]
) -> str:
    (x, y), (to_x, to_y) = start, end
    length = max(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5, 1e-6)
    along_x, along_y = (to_x - x) / length, (to_y - y) / length
    width = 3.2 if is_emphasised else 1.4
    pattern = "" if is_emphasised else " ".join(f"{width * length:.1f}" for length in dashes)
    dash = f' stroke-dasharray="{pattern}"' if pattern else ""
    line = (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dash}/>'
    )
    head = 1.6 * _HEAD if is_emphasised else _HEAD
    corners = " ".join(
        f"{to_x - head * along_x + side * head * 0.45 * along_y:.1f},"
        f"{to_y - head * along_y - side * head * 0.45 * along_x:.1f}"
        for side in (1, -1)
    )
    return f'{line}<polygon points="{to_x:.1f},{to_y:.1f} {corners}" fill="{colour}"/>'


def _render_label(
    label: Label, x: float, y: float, taken: list[tuple[float, float, float, float]]
) -> str:
    """Place a word next to its point without overlaps; return an empty string if it cannot fit."""
    word = clip(label.word, _LONGEST_WORD)
    wide = _LETTER * len(word)
    positions = [(x + 5, y - _TEXT / 2), (x - 5 - wide, y - _TEXT / 2)]
    for left, top in (
        *(reversed(positions) if label.before else positions),
        (x - wide / 2, y - _TEXT - 5),
        (x - wide / 2, y + 5),
    ):
        box = (left, top, left + wide, top + _TEXT)
        inside = box[0] >= 2 and box[1] >= 2 and box[2] <= _WIDTH - 2 and box[3] <= _HEIGHT - 2
        if inside and not any(_do_overlap(box, other) for other in taken):
            taken.append(box)
            return (
                f'<text x="{left:.1f}" y="{top + _TEXT - 2:.1f}" class="word">'
                f"{_escape(word)}</text>"
            )
    return ""


def _escape(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _do_overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
