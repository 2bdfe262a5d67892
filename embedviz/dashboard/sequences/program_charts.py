"""Charts of nets that execute programs: where the heads look, and how many programs are right."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedviz.dashboard.state.executions import Difficulty
from embedviz.support import palette

_MOST_CELLS = 40_000
_SHOWN = {"\n": "↵", " ": "␣"}


def tabulate_weights(weights: NDArray[np.float32], written: str, seen: str) -> pa.Table:
    """List the weights that can be seen, of (n_written + 1, n_seen), with their characters."""
    shown = weights[: len(written), : len(seen)]
    # of a very long trace only those that are dark enough; a table of all would be megabytes
    least = 0.005 if shown.size <= _MOST_CELLS else 0.05
    steps, places = np.nonzero(shown >= least)
    lines = 1 + np.cumsum([0, *(sign == "\n" for sign in seen[:-1])]) if seen else np.zeros(0)
    return pa.table(
        {
            "step": pa.array(steps, pa.int32()),
            "place": pa.array(places, pa.int32()),
            "writes": [_SHOWN.get(written[step], written[step]) for step in steps],
            "looks at": [_SHOWN.get(seen[place], seen[place]) for place in places],
            "line": pa.array(lines[places].astype(np.int32)),
            "weight": pa.array(np.round(shown[steps, places].astype(np.float64), 3)),
        }
    )


def build_attention_chart(
    written: str, seen: str, *, has_legend: bool, dark: bool
) -> dict[str, object]:
    """Build the matrix of `tabulate_weights`: written characters along x, seen ones along y."""
    colours = palette.DARK if dark else palette.LIGHT
    high = 10 if len(seen) <= 80 else 6
    return {
        "height": max(160, min(720, high * len(seen))) + 56 * has_legend,
        "mark": {"type": "rect"},
        "encoding": {
            "x": _encode_characters("step", written, "character that is written"),
            "y": _encode_characters("place", seen, None),
            "color": {
                "field": "weight",
                "type": "quantitative",
                "title": "weight",
                "scale": {
                    "type": "sqrt",
                    "domain": [0, 1],
                    "range": [colours.ground, colours.colour(3)],
                    "interpolate": "rgb",
                },
                "legend": {"orient": "top", "gradientLength": 160, "tickCount": 5}
                if has_legend
                else None,
            },
            "tooltip": [
                {"field": "writes"},
                {"field": "looks at"},
                {"field": "line", "title": "in line"},
                {"field": "weight", "format": ".2f"},
            ],
        },
    }


def build_difficulty_chart(
    cells: Sequence[Difficulty],
    chosen: tuple[int, int],
    trained: tuple[int, int],
    greatest: tuple[int, int],
    *,
    dark: bool,
) -> dict[str, object]:
    """Build the table of shares by nesting and length.

    Parameters
    ----------
    cells : sequence of Difficulty
        Those that were measured.
    chosen, trained, greatest : (int, int)
        Length and nesting: of the marked cell, of training at most, of the table at most.
    dark : bool
    """
    colours = palette.DARK if dark else palette.LIGHT
    rows = [
        {
            "length": cell.length,
            "nesting": cell.nesting,
            "right": cell.n_right,
            "of": cell.n,
            "share": round(cell.n_right / cell.n, 4),
            "said": f"{100 * cell.n_right / cell.n:.0f}",
            "where": _say_where(cell, trained),
        }
        for cell in cells
    ]
    axes = {
        "x": _encode_number("nesting", "operations", greatest[1]),
        "y": _encode_number("length", "digits", greatest[0]) | {"sort": "descending"},
    }
    tooltip = [{"field": name} for name in ("length", "nesting", "right", "of", "where")]
    inside: Mapping[str, object] = {
        "test": f"datum.length <= {trained[0]} && datum.nesting <= {trained[1]}",
        "value": colours.text,
    }
    layers: list[dict[str, object]] = [
        {
            "data": {"values": _all_cells(greatest)},
            "mark": {"type": "rect", "fillOpacity": 0, "strokeWidth": 1, "strokeDash": [2, 2]},
            "encoding": {
                **axes,
                "stroke": {"condition": inside, "value": None},
                "strokeOpacity": {"value": 0.3},
            },
        },
        {
            "mark": {"type": "rect", "cornerRadius": 2},
            "encoding": {
                **axes,
                "color": {
                    "field": "share",
                    "type": "quantitative",
                    "title": None,
                    "scale": {
                        "domain": [0, 1],
                        "range": [colours.ground, colours.colour(1)],
                        "interpolate": "rgb",
                    },
                    "legend": None,
                },
                "opacity": {"value": 0.7},
                "tooltip": tooltip,
            },
        },
        {
            "mark": {"type": "text", "fontSize": 13},
            "encoding": {
                **axes,
                "text": {"field": "said"},
                "color": {"value": colours.text},
                "tooltip": tooltip,
            },
        },
        {
            "data": {"values": [{"length": chosen[0], "nesting": chosen[1]}]},
            "mark": {"type": "rect", "fillOpacity": 0, "strokeWidth": 3},
            "encoding": {**axes, "stroke": {"value": colours.text}},
        },
    ]
    return {"data": {"values": rows}, "height": 34 * greatest[0] + 40, "layer": layers}


def _all_cells(greatest: tuple[int, int]) -> list[dict[str, int]]:
    return [
        {"length": length, "nesting": nesting}
        for length in range(1, greatest[0] + 1)
        for nesting in range(1, greatest[1] + 1)
    ]


def _say_where(cell: Difficulty, trained: tuple[int, int]) -> str:
    is_inside = cell.length <= trained[0] and cell.nesting <= trained[1]
    return "as in training" if is_inside else "beyond training"


def _encode_number(field: str, title: str, greatest: int) -> dict[str, object]:
    return {
        "field": field,
        "type": "ordinal",
        "title": title,
        "scale": {"domain": list(range(1, greatest + 1))},
        "axis": {"labelAngle": 0, "ticks": False, "domain": False},
    }


def _encode_characters(field: str, text: str, title: str | None) -> dict[str, object]:
    side = "width" if field == "step" else "height"
    shown = "".join(_SHOWN.get(sign, sign) for sign in text)
    return {
        "field": field,
        "type": "ordinal",
        "title": title,
        "scale": {"domain": list(range(len(text)))},
        "axis": {
            # on a narrow page there is no room for them
            "labelExpr": f"{side} < {7 * len(text)} ? '' : "
            f"slice({json.dumps(shown)}, datum.value, datum.value + 1)",
            "labelAngle": 0,
            "labelOverlap": False,
            "labelFont": "monospace",
            "labelFontSize": 9,
            "ticks": False,
        },
    }
