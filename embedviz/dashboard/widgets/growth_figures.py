"""Figures of relations over a series of moments: lines with intervals, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.evaluation import RelationMoment
from embedviz.relations import FEWEST_FOR_INTERVAL, Interval, style_numbers
from embedviz.support import arrow_name, palette

_HEIGHT = 300
_LINE_WIDTH = 2.5
_MEASURES = ("consistency", "hit_rate")
_TITLES = {"consistency": "Consistency", "hit_rate": "Hit rate"}
_CONTROLS = {
    "consistency": "with shuffled pairs",
    "hit_rate": "nearest word, without an offset",
}
_FORMATS = {"consistency": ".2f", "hit_rate": ".0%"}


@dataclass(frozen=True)
class MomentFigures:
    """Figures of the relations at one moment.

    Attributes
    ----------
    label : str
    place : float
        Position on the horizontal axis: a share of the run, or the number of the moment.
    relations : sequence of RelationMoment
    """

    label: str
    place: float
    relations: Sequence[RelationMoment]


def show_growth_figures(
    series: Sequence[MomentFigures], key: str, *, is_share: bool, candidates: str, file_name: str
) -> None:
    """Show consistency and hit rate side by side, each beside its control, and a table of all.

    Parameters
    ----------
    series : sequence of MomentFigures
        At least one.
    key : str
        Of the elements.
    is_share : bool
        Whether places are shares of a run; otherwise moments are named on the axis.
    candidates : str
        Which words can be hits, for a sentence.
    file_name : str
        Of the table.
    """
    every = [one for moment in series for one in moment.relations]
    names = list(dict.fromkeys(one.name for one in every))
    few = [
        name for name in names if not any(one.name == name and _has_interval(one) for one in every)
    ]
    drawn = [name for name in names if name not in few]
    dark = st.context.theme.type == "dark"
    for measure, column in zip(
        _MEASURES, st.columns(2, gap="medium") if drawn else (), strict=False
    ):
        with column:
            st.markdown(f"**{_TITLES[measure]}**, dotted: {_CONTROLS[measure]}")
            spec = build_growth_chart(series, names, measure, dark=dark, is_share=is_share)
            description = _describe(series, drawn, measure)
            st.vega_lite_chart(spec=spec, key=f"{key}-{measure}", alt=description)
    if drawn:
        st.caption(
            f"Bands are 95 % intervals over pairs. Hits are searched for among the {candidates}."
        )
    if few:
        named = ", ".join(escape(arrow_name(name)) for name in few)
        st.caption(
            f"Not drawn, since fewer than {FEWEST_FOR_INTERVAL} pairs have no interval: {named}."
        )
    with st.expander("Figures as a table", key=f"{key}-figures"):
        table = tabulate_growth(series)
        st.dataframe(table, key=f"{key}-table", hide_index=True)
        show_csv_download("Download (CSV)", table, file_name, key=f"{key}-download")


def build_growth_chart(
    series: Sequence[MomentFigures],
    names: Sequence[str],
    measure: str,
    *,
    dark: bool,
    is_share: bool,
) -> dict[str, object]:
    """Build the lines of a measure with bands for its 95 % intervals, and dotted its control."""
    rows = [
        {
            "moment": moment.label,
            "place": moment.place,
            "family": arrow_name(one.name),
            "value": _rounded(getattr(one, measure)),
            "control": _rounded(_control(one, measure)),
            **dict(zip(("low", "high"), map(_rounded, _interval(one, measure)), strict=True)),
        }
        for moment in series
        for one in moment.relations
        if getattr(one, measure) is not None and _has_interval(one)
    ]
    # those of all relations, as on the map, also of those that are not drawn
    numbers = style_numbers([one.name for moment in series for one in moment.relations])
    styles = [numbers[name] for name in names]
    colours = [(palette.DARK if dark else palette.LIGHT).colour(style) for style in styles]
    dashes = [palette.DASHES[palette.dash_number(style)] or (1, 0) for style in styles]
    labels = [arrow_name(name) for name in names]
    legend = {
        "orient": "bottom",
        "title": None,
        "columns": 3,
        "symbolType": "stroke",
        "symbolOpacity": 1,
        "symbolStrokeWidth": _LINE_WIDTH,
        "symbolSize": 300,
    }
    family = {"field": "family", "type": "nominal", "legend": legend}
    colour = family | {"scale": {"domain": labels, "range": colours}}
    dashed = family | {
        "scale": {
            "domain": labels,
            "range": [[_LINE_WIDTH * length for length in dash] for dash in dashes],
        }
    }
    value: dict[str, object] = {
        "type": "quantitative",
        "title": None,
        "axis": {"tickCount": 5, "format": _FORMATS[measure]},
    }
    tooltip = [
        {"field": "family", "title": "relation"},
        {"field": "moment"},
        {"field": "value", "title": _TITLES[measure].lower(), "format": _FORMATS[measure]},
        {"field": "low", "title": "95 % interval from", "format": _FORMATS[measure]},
        {"field": "high", "title": "to", "format": _FORMATS[measure]},
        {"field": "control", "title": _CONTROLS[measure], "format": _FORMATS[measure]},
    ]
    x = _encode_place(series, is_share=is_share)
    point = not is_share
    return {
        "data": {"values": rows},
        "height": _HEIGHT,
        "encoding": {"x": x, "color": colour},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.15},
                "encoding": {"y": {"field": "low", **value}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "strokeWidth": 1.3, "strokeDash": [1, 3]},
                "encoding": {"y": {"field": "control", **value}},
            },
            {
                "mark": {"type": "line", "strokeWidth": _LINE_WIDTH, "point": point},
                "encoding": {
                    "y": {"field": "value", **value},
                    "strokeDash": dashed,
                    "tooltip": tooltip,
                },
            },
        ],
    }


def tabulate_growth(series: Sequence[MomentFigures]) -> pa.Table:
    """Tabulate all figures: a row for each moment and relation."""
    rows = [
        {
            "moment": moment.label,
            "relation": one.name,
            "pairs": one.n_pairs,
            "consistency": one.consistency,
            "consistency_low": _interval(one, "consistency")[0],
            "consistency_high": _interval(one, "consistency")[1],
            "shuffled_consistency": one.shuffled_consistency,
            "p": one.p_value,
            "hit_rate": one.hit_rate,
            "hit_rate_low": _interval(one, "hit_rate")[0],
            "hit_rate_high": _interval(one, "hit_rate")[1],
            "nearest_rate": one.nearest_rate,
        }
        for moment in series
        for one in moment.relations
    ]
    return pa.Table.from_pylist(
        [
            {
                name: round(cell, 4) if isinstance(cell, float) else cell
                for name, cell in row.items()
            }
            for row in rows
        ]
    )


def _encode_place(series: Sequence[MomentFigures], *, is_share: bool) -> dict[str, object]:
    if is_share:
        return {
            "field": "place",
            "type": "quantitative",
            "title": None,
            "axis": {"tickCount": 5, "format": "%"},
        }
    labels = [moment.label for moment in series]
    axis = {"labelAngle": 0, "labelLimit": 120}
    return {"field": "moment", "type": "ordinal", "sort": labels, "title": None, "axis": axis}


def _has_interval(one: RelationMoment) -> bool:
    return one.n_pairs >= FEWEST_FOR_INTERVAL


def _control(one: RelationMoment, measure: str) -> float | None:
    return one.shuffled_consistency if measure == "consistency" else one.nearest_rate


def _interval(one: RelationMoment, measure: str) -> Interval | tuple[None, None]:
    found = one.consistency_interval if measure == "consistency" else one.hit_rate_interval
    return found or (None, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _describe(series: Sequence[MomentFigures], names: Sequence[str], measure: str) -> str:
    """Describe the chart for screen readers: first and last value of each relation."""
    clauses = []
    for name in names:
        values = [
            getattr(one, measure)
            for moment in series
            for one in moment.relations
            if one.name == name and getattr(one, measure) is not None
        ]
        if values:
            clauses.append(f"{arrow_name(name)} from {values[0]:.2f} to {values[-1]:.2f}")
    return f"{_TITLES[measure]} over time: {'; '.join(clauses) or 'not measured'}"
