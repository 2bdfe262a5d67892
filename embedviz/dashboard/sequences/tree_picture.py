"""The picture of a decoder's tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embedviz.dashboard.component.svg_picture import escape
from embedviz.dashboard.sequences.tree_layout import (
    BEST,
    CHOICE,
    GREEDY,
    OTHER,
    PATH,
    Node,
)
from embedviz.support import clip, palette, percent, signed

_ROW, _BOX, _GAP, _EDGE = 44, 34, 24, 14
_LETTER, _PADDING, _NARROWEST = 7.4, 14, 38
_LONGEST = 16  # letters of a word
_END_LABEL = 150
_DASHES = {PATH: "", BEST: "7 4", OTHER: "", GREEDY: "1.5 4", CHOICE: ""}
_WIDTHS = {PATH: 3.2, BEST: 2.4, OTHER: 1.2, GREEDY: 2.4, CHOICE: 1.0}
END = "end"


@dataclass(frozen=True)
class _Grid:
    """Where columns begin, and the middle of row 0."""

    lefts: dict[int, float]
    widths: dict[int, float]
    top: float

    def box(self, node: Node) -> tuple[float, float, float]:
        """Return left, middle and width of a node's box."""
        if node.column < 0:
            return _EDGE, self.top, 0.0
        wide = _width(node)
        return self.lefts[node.column], self.top + node.row * _ROW, wide


def render_tree(
    nodes: Sequence[Node],
    log_p: dict[str, float],
    join: Callable[[Sequence[str]], str],
    colours: palette.Palette,
) -> str:
    """Return the SVG of a tree.

    Parameters
    ----------
    nodes : sequence of Node
        From `lay_out`.
    log_p : dict of str to float
        Of the texts that end in the tree, by their name.
    join : callable
        Turns the words up to a node into the text that a pick sends.
    colours : Palette
    """
    lowest, highest = max(n.row for n in nodes), min(n.row for n in nodes)
    grid = _measure(nodes, _EDGE + _BOX / 2 - highest * _ROW)
    wide = max(
        left + width + (_END_LABEL if node.ends else 0) + _EDGE
        for node in nodes
        for left, _, width in [grid.box(node)]
    )
    high = grid.top + lowest * _ROW + _BOX / 2 + _EDGE
    # the path last, over all others
    ordered = sorted(nodes, key=lambda node: (node.kind == PATH, node.kind == BEST))
    edges = "".join(_render_edge(node, grid, colours) for node in ordered)
    boxes = "".join(_render_node(node, grid, log_p, join, colours) for node in nodes)
    root = f'<circle cx="{_EDGE}" cy="{grid.top:.0f}" r="5" fill="currentColor"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" font-size="13">{edges}{root}{boxes}</svg>'
    )


def _width(node: Node) -> float:
    return max(_NARROWEST, _PADDING + _LETTER * min(len(_shown(node)), _LONGEST + 1))


def _shown(node: Node) -> str:
    return clip(node.word, _LONGEST) if node.word else END


def _measure(nodes: Sequence[Node], top: float) -> _Grid:
    widths: dict[int, float] = {}
    for node in nodes:
        widths[node.column] = max(widths.get(node.column, 0.0), _width(node))
    lefts, left = {}, _EDGE + 8.0 + _GAP
    for column in sorted(widths):
        lefts[column] = left
        left += widths[column] + _GAP
    return _Grid(lefts, widths, top)


def _colour(kind: str, colours: palette.Palette) -> str:
    style = {PATH: 3, BEST: 0, GREEDY: 1}.get(kind)
    return "currentColor" if style is None else colours.colour(style)


def _render_edge(node: Node, grid: _Grid, colours: palette.Palette) -> str:
    """Draw the line from the word before: level, or with a bend just before the word."""
    parent = node.parent
    assert parent is not None  # the root is not drawn
    from_left, from_y, from_wide = grid.box(parent)
    to_x, to_y, _ = grid.box(node)
    from_x, bend = from_left + from_wide, to_x - _GAP / 2
    if from_y == to_y:
        shape = f"M{from_x:.1f} {from_y:.1f}H{to_x:.1f}"
    else:
        turn = 8 if to_y > from_y else -8
        shape = (
            f"M{from_x:.1f} {from_y:.1f}H{bend - 4:.1f}q4 0 4 {turn}V{to_y - turn:.1f}"
            f"q0 {turn} 4 {turn}H{to_x:.1f}"
        )
    dash = f' stroke-dasharray="{_DASHES[node.kind]}"' if _DASHES[node.kind] else ""
    pale = ' opacity="0.45"' if node.kind in (OTHER, CHOICE) else ""
    return (
        f'<path d="{shape}" fill="none" stroke="{_colour(node.kind, colours)}" '
        f'stroke-width="{_WIDTHS[node.kind]}"{dash}{pale}/>'
    )


def _render_node(
    node: Node,
    grid: _Grid,
    log_p: dict[str, float],
    join: Callable[[Sequence[str]], str],
    colours: palette.Palette,
) -> str:
    left, middle, wide = grid.box(node)
    colour = _colour(node.kind, colours)
    fill, opacity, dash = "transparent", "", ""
    if node.is_forced:
        fill = "currentColor"
    elif node.kind == PATH:
        fill, opacity = colour, ' fill-opacity="0.16"'
    if _DASHES[node.kind]:
        dash = f' stroke-dasharray="{_DASHES[node.kind]}"'
    stroke = "none" if node.kind == CHOICE else colour
    faint = ' stroke-opacity="0.45"' if node.kind == OTHER else ""
    box = (
        f'<rect class="box" x="{left:.1f}" y="{middle - _BOX / 2:.1f}" width="{wide:.1f}" '
        f'height="{_BOX}" rx="7" fill="{fill}"{opacity} stroke="{stroke}"{faint} '
        f'stroke-width="{min(2.0, _WIDTHS[node.kind])}"{dash}/>'
    )
    is_choice = node.kind == CHOICE
    anchor = "start" if is_choice else "middle"
    centre = left + 5 if is_choice else left + wide / 2
    letters = ' class="word inverted"' if node.is_forced else ' class="word"'
    weight = ' font-weight="650"' if node.kind == PATH else ""
    slant = "" if node.word else ' font-style="italic"'
    share = percent(node.probability) if node.probability >= 0.001 else "< 0.1 %"
    small = letters.replace("word", "pale")
    texts = (
        f'<text x="{centre:.1f}" y="{middle - 1.5:.1f}" text-anchor="{anchor}"{letters}{weight}'
        f"{slant}>{escape(_shown(node))}</text>"
        f'<text x="{centre:.1f}" y="{middle + 11.5:.1f}" text-anchor="{anchor}" font-size="10.5"'
        f"{small}>{escape(share)}</text>"
    )
    after = _render_end(node, left + wide + 8, middle, log_p) if node.ends else ""
    if not node.word:  # nothing follows the end
        return f"<g>{box}{texts}{after}</g>"
    return (
        f'<g data-pick="{escape(join(node.words))}" role="button" tabindex="0" '
        f'aria-label="{escape(_shown(node))}, {escape(share)}">{box}{texts}</g>'
    )


def _render_end(node: Node, left: float, middle: float, log_p: dict[str, float]) -> str:
    """Name the texts that end here, with their log p."""
    names = " · ".join(node.ends)
    return (
        f'<text x="{left:.1f}" y="{middle - 1.5:.1f}" font-weight="650">{escape(names)}</text>'
        f'<text x="{left:.1f}" y="{middle + 12:.1f}" font-size="11.5" class="pale">'
        f"log p {signed(log_p[node.ends[0]])}</text>"
    )
