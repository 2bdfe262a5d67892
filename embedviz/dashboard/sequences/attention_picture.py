"""Where a decoder looked: links between what it read and what it wrote, and a matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.dashboard.component.svg_picture import escape
from embedviz.support import clip_all, palette

_LETTER, _PADDING, _NARROWEST, _EDGE = 8.2, 12, 24, 92
_HIGH, _TOP = 210, 34
_LEAST = 0.03  # a weight below it is not drawn
_LONGEST = 14


def render_links(
    read: Sequence[str],
    written: Sequence[str],
    weights: NDArray[np.floating],
    colours: palette.Palette,
) -> str:
    """Return an SVG with a line from each written word to the words that it looked at.

    Parameters
    ----------
    read, written : sequence of str
    weights : ndarray, shape (n_written, n_read)
    colours : Palette
    """
    above, below = clip_all(read, _LONGEST), clip_all(written, _LONGEST)
    tops, wide_above = _spread(above)
    bottoms, wide_below = _spread(below)
    wide = max(wide_above, wide_below) + 2 * _EDGE
    colour = colours.colour(3)
    lines = []
    for row, bottom in enumerate(bottoms):
        for column, top in enumerate(tops):
            weight = float(weights[row, column])
            if weight < _LEAST:
                continue
            lines.append(
                f'<path class="link" data-row="{row}" d="M{bottom + _EDGE:.1f} {_HIGH - _TOP}'
                f"C{bottom + _EDGE:.1f} {_HIGH / 2:.0f} {top + _EDGE:.1f} {_HIGH / 2:.0f} "
                f'{top + _EDGE:.1f} {_TOP}" fill="none" stroke="{colour}" '
                f'stroke-width="{0.6 + 3 * weight:.2f}" opacity="{min(1.0, 0.15 + weight):.2f}"/>'
            )
    words = [
        f'<text x="{x + _EDGE:.1f}" y="{_TOP - 9}" text-anchor="middle">{escape(word)}</text>'
        for x, word in zip(tops, above, strict=True)
    ]
    words += [
        f'<text class="token" data-row="{row}" tabindex="0" x="{x + _EDGE:.1f}" '
        f'y="{_HIGH - _TOP + 18}" text-anchor="middle">{escape(word)}</text>'
        for row, (x, word) in enumerate(zip(bottoms, below, strict=True))
    ]
    sides = [
        f'<text x="12" y="{y}" class="pale" font-size="12">{name}</text>'
        for y, name in ((_TOP - 9, "read"), (_HIGH - _TOP + 18, "written"))
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{_HIGH}" '
        f'viewBox="0 0 {wide:.0f} {_HIGH}" font-size="14">{"".join([*lines, *words, *sides])}</svg>'
    )


def _spread(words: Sequence[str]) -> tuple[list[float], float]:
    """Return the middles of words that stand in a row, and the width of all."""
    middles, left = [], 0.0
    for word in words:
        wide = max(_NARROWEST, _PADDING + _LETTER * len(word))
        middles.append(left + wide / 2)
        left += wide
    return middles, left


def build_matrix(
    read: Sequence[str],
    written: Sequence[str],
    weights: NDArray[np.floating],
    colours: palette.Palette,
) -> dict[str, object]:
    """Build the heat map of the weights: a row per written word, a column per word read."""
    above, below = clip_all(read, _LONGEST), clip_all(written, _LONGEST)
    rows = [
        {
            "y": f"{i:03} {one}",
            "x": f"{j:03} {other}",
            "written": one,
            "looked at": other,
            "weight": round(float(weights[i, j]), 3),
        }
        for i, one in enumerate(below)
        for j, other in enumerate(above)
        if weights[i, j] >= 0.0005
    ]
    axis = {"labelExpr": "slice(datum.label, 4)", "labelAngle": 0, "labelOverlap": False}
    upright = all(len(word) <= 2 for word in above)
    names = {"x": [f"{j:03} {w}" for j, w in enumerate(above)]}
    names["y"] = [f"{i:03} {w}" for i, w in enumerate(below)]
    return {
        "data": {"values": rows},
        "height": 80 + 20 * len(below),
        "mark": {"type": "rect"},
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "title": "looked at",
                "scale": {"domain": names["x"]},
                "axis": {**axis, "labelAngle": 0 if upright else -60, "orient": "top"},
            },
            "y": {
                "field": "y",
                "type": "ordinal",
                "title": "written",
                "scale": {"domain": names["y"]},
                "axis": axis,
            },
            "color": {
                "field": "weight",
                "type": "quantitative",
                "title": None,
                "scale": {
                    "domain": [0, 1],
                    "range": [colours.ground, colours.colour(3)],
                    "interpolate": "rgb",
                },
            },
            "tooltip": [
                {"field": "written"},
                {"field": "looked at"},
                {"field": "weight", "format": ".2f"},
            ],
        },
    }
