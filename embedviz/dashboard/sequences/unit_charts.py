"""Heat maps of a net's units along a text, and of how far its gradients reach back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.support import palette

SORTED, CLUSTERED, AS_THEY_ARE = "Sorted", "Clustered", "As they are"
_LEAST = -4.0  # power of ten that is drawn as nothing


def order_units(values: NDArray[np.floating], order: str) -> NDArray[np.intp]:
    """Order the units of (n_steps, n_units): by the step of their peak, or by similarity.

    >>> order_units(np.array([[0.0, 1.0], [5.0, 0.0]]), "Sorted").tolist()
    [1, 0]
    """
    n_units = values.shape[1]
    if order == SORTED:
        return np.argsort(np.abs(values).argmax(axis=0), kind="stable")
    if order == CLUSTERED and n_units > 2:
        from scipy.cluster.hierarchy import leaves_list, linkage

        return np.asarray(leaves_list(linkage(values.T, "average", optimal_ordering=True)))
    return np.arange(n_units)


def build_unit_chart(
    words: Sequence[str], values: NDArray[np.floating], order: str, *, is_gate: bool, dark: bool
) -> dict[str, object]:
    """Build the heat map of units (rows) along the words; gates from 0 to 1, states around 0."""
    units = order_units(values, order)
    rows = [
        {
            "step": _name_step(step, words),
            "word": word,
            "row": row,
            "unit": int(unit),
            "value": _round(values[step, unit]),
        }
        for step, word in enumerate(words)
        for row, unit in enumerate(units)
    ]
    colours = palette.DARK if dark else palette.LIGHT
    scale: dict[str, object] = (
        {"domain": [0, 1], "range": [colours.ground, colours.colour(1)], "interpolate": "rgb"}
        if is_gate
        else _scale_around_zero(values, colours)
    )
    return {
        "data": {"values": rows},
        "height": max(200, min(640, 5 * len(units))),
        "mark": {"type": "rect"},
        "encoding": {
            "x": _encode_words(words),
            "y": {
                "field": "row",
                "type": "ordinal",
                "title": "unit",
                "axis": {"labels": False, "ticks": False},
            },
            "color": {"field": "value", "type": "quantitative", "scale": scale, "title": None},
            "tooltip": [
                {"field": "word"},
                {"field": "unit"},
                {"field": "value", "format": ".2f"},
            ],
        },
    }


def build_triangle(
    words: Sequence[str], norms: NDArray[np.floating], truncation: int, *, dark: bool
) -> dict[str, object]:
    """Build the triangle of ‖∂C[t]/∂h[s]‖ relative to s = t, on a scale of powers of ten."""
    colours = palette.DARK if dark else palette.LIGHT
    rows = []
    for row, t, s in _steps(words, len(norms)):
        share = norms[t, s] / norms[t, t] if norms[t, t] else 0.0
        power = float(np.log10(max(share, 10**_LEAST)))
        row |= {
            "share": float(f"{share:.3g}"),
            "power": round(power, 2),
            "cut": bool(t - s >= truncation),
        }
        rows.append(row)
    scale = {
        "domain": [_LEAST, 0.5],
        "range": [colours.ground, colours.colour(0)],
        "interpolate": "rgb",
    }
    chart = _triangle(words, rows, len(norms), "state after word s", "share")
    chart["encoding"] |= {
        "color": {
            "field": "power",
            "type": "quantitative",
            "title": None,
            "scale": scale,
            "legend": {"labelExpr": "'10^' + datum.label", "tickCount": 4},
        },
        "opacity": {"condition": {"test": "datum.cut", "value": 0.55}, "value": 1},
    }
    return chart


def build_terms(
    words: Sequence[str], terms: NDArray[np.floating], *, dark: bool
) -> dict[str, object]:
    """Build the triangle of the terms of a weight's sum, around 0."""
    rows = [row | {"term": float(f"{terms[t, s]:.3g}")} for row, t, s in _steps(words, len(terms))]
    chart = _triangle(words, rows, len(terms), "w used at word s", "term")
    chart["encoding"]["color"] = {
        "field": "term",
        "type": "quantitative",
        "title": None,
        "scale": _scale_around_zero(terms, palette.DARK if dark else palette.LIGHT),
    }
    return chart


def _scale_around_zero(values: NDArray[np.floating], colours: palette.Palette) -> dict[str, object]:
    """Return the colours of values of both signs, the ground at 0."""
    most = float(np.abs(values).max()) or 1.0
    return {
        "domain": [-most, 0, most],
        "range": [colours.colour(2), colours.ground, colours.colour(0)],
        "interpolate": "rgb",
    }


def _steps(words: Sequence[str], n: int) -> Iterator[tuple[dict[str, object], int, int]]:
    """Yield the cells of a triangle: their names, t and s."""
    for t in range(n):
        for s in range(t + 1):
            names: dict[str, object] = {
                "t": _name_step(t, words),
                "s": _name_step(s, words),
                "cost of": words[t + 1],
                "after": words[s],
            }
            yield names, t, s


def _triangle(
    words: Sequence[str], rows: list[dict[str, object]], n: int, title: str, field: str
) -> dict[str, Any]:
    """Build a triangle without its colours: steps s from left to right, costs downwards."""
    axis = _words_axis(words, n)
    return {
        "data": {"values": rows},
        "height": 420,
        "mark": {"type": "rect"},
        "encoding": {
            "x": {"field": "s", "type": "ordinal", "title": title, "axis": axis},
            "y": {
                "field": "t",
                "type": "ordinal",
                "title": "cost of the word after t",
                "axis": axis | {"labelAngle": 0},
            },
            "tooltip": [{"field": "cost of"}, {"field": "after"}, {"field": field}],
        },
    }


def build_distances(
    words: Sequence[str],
    trained: NDArray[np.floating],
    untrained: NDArray[np.floating],
    band: NDArray[np.floating] | None,
    *,
    dark: bool,
) -> dict[str, object]:
    """Build the distances of two texts' states along their words.

    Parameters
    ----------
    words : sequence of str
    trained, untrained : ndarray, shape (n_words,)
    band : ndarray, shape (3, n_words), or None
        Quartiles of a control.
    dark : bool
    """
    colours = palette.DARK if dark else palette.LIGHT
    names = ["these texts", "untrained net"]
    rows = [
        {"step": _name_step(step, words), "net": name, "distance": _round(value)}
        for name, values in zip(names, (trained, untrained), strict=True)
        for step, value in enumerate(values)
    ]
    x = _encode_words(words)
    y = {"type": "quantitative", "title": None}
    layers: list[dict[str, object]] = [
        {
            "mark": {"type": "line", "strokeWidth": 2.5, "point": True},
            "encoding": {
                "x": x,
                "y": {"field": "distance", **y},
                "color": {
                    "field": "net",
                    "type": "nominal",
                    "scale": {"domain": names, "range": [colours.colour(0), colours.colour(2)]},
                    "legend": {"orient": "bottom", "title": None, "symbolType": "stroke"},
                },
                "strokeDash": {
                    "field": "net",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": names, "range": [[1, 0], [6, 4]]},
                },
                "tooltip": [{"field": "net"}, {"field": "step"}, {"field": "distance"}],
            },
        }
    ]
    if band is not None:
        values = [
            {"step": _name_step(step, words), "low": _round(low), "high": _round(high)}
            for step, (low, _, high) in enumerate(band.T)
        ]
        layers.insert(
            0,
            {
                "data": {"values": values},
                "mark": {"type": "area", "opacity": 0.22, "color": colours.text},
                "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
            },
        )
    return {"data": {"values": rows}, "height": 260, "layer": layers}


def build_curves(
    curves: Sequence[tuple[str, NDArray[np.floating]]], truncation: int, *, dark: bool
) -> dict[str, object]:
    """Build the quartiles by distance k of several models, on a logarithmic scale."""
    colours = palette.DARK if dark else palette.LIGHT
    least = 10**_LEAST
    rows = [
        {
            "k": k,
            "model": name,
            **{
                part: float(f"{max(float(value), least):.4g}")
                for part, value in zip(("low", "median", "high"), quartiles, strict=True)
            },
        }
        for name, curve in curves
        for k, quartiles in enumerate(curve)
        if np.isfinite(quartiles[1])
    ]
    names = [name for name, _ in curves]
    colour = {
        "field": "model",
        "type": "nominal",
        "scale": {"domain": names, "range": [colours.colour(i) for i in range(len(names))]},
        "legend": {"orient": "bottom", "title": None, "symbolType": "stroke", "symbolOpacity": 1},
    }
    log = {"type": "log", "domain": [least, 3]}
    y = {
        "type": "quantitative",
        "title": None,
        "scale": log,
        "axis": {"tickCount": 5, "format": "~g"},
    }
    layers: list[dict[str, object]] = [
        {
            "mark": {"type": "area", "opacity": 0.16},
            "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {
                "y": {"field": "median", **y},
                "strokeDash": {
                    "field": "model",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": names, "range": [[1, 0], [6, 4]][: len(names)]},
                },
                "tooltip": [
                    {"field": "model"},
                    {"field": "k"},
                    {"field": "median", "format": ".2~g"},
                ],
            },
        },
    ]
    longest = max((len(curve) for _, curve in curves), default=0)
    if truncation < longest:
        layers.append(
            {
                "data": {"values": [{"k": truncation}]},
                "mark": {"type": "rule", "strokeDash": [4, 3]},
                "encoding": {
                    "x": {"field": "k", "type": "quantitative"},
                    "color": {"value": colours.text},
                },
            }
        )
    return {
        "data": {"values": rows},
        "height": 320,
        "encoding": {
            "x": {"field": "k", "type": "quantitative", "title": "distance k in words"},
            "color": colour,
        },
        "layer": layers,
    }


def _encode_words(words: Sequence[str]) -> dict[str, object]:
    return {
        "field": "step",
        "type": "ordinal",
        "title": None,
        "axis": _words_axis(words, len(words)),
    }


def _words_axis(words: Sequence[str], n: int) -> dict[str, object]:
    """Name the steps by their words, up to 40."""
    if n > 40:
        return {"labels": False, "ticks": False}
    return {"labelExpr": "slice(datum.label, 4)", "labelAngle": -60, "labelLimit": 90}


def _name_step(step: int, words: Sequence[str]) -> str:
    """Return a value that sorts by step and ends in its word."""
    return f"{step:03} {words[step]}"


def _round(value: float) -> float:
    return round(float(value), 3)
