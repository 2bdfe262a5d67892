"""Chart of the shares of the four grades, a bar for each writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from embedviz.corpora import GRADES
from embedviz.support import palette

_SHADES = (0.95, 0.6, 0.3, 0.08)
_LEAST = 0.07  # share whose number has room


def build_grade_chart(counts: Mapping[str, Sequence[int]], *, dark: bool) -> dict[str, object]:
    """Build stacked bars of the counts of each grade, by writer."""
    colours = palette.DARK if dark else palette.LIGHT
    rows = []
    for writer, some in counts.items():
        before, total = 0, max(1, sum(some))
        for place, (grade, n) in enumerate(zip(GRADES, some, strict=True)):
            share = n / total
            if not n:
                continue
            rows.append(
                {
                    "by": writer,
                    "grade": grade,
                    "captions": n,
                    "begin": before / total,
                    "end": (before + n) / total,
                    "middle": (before + n / 2) / total,
                    "shade": _SHADES[place],
                    "said": f"{100 * share:.0f}" if share >= _LEAST else "",
                    "is strong": place == 0,
                }
            )
            before += n
    y = {
        "field": "by",
        "type": "nominal",
        "sort": list(counts),
        "title": None,
        "axis": {"labelLimit": 170, "ticks": False, "domain": False},
    }
    tooltip = [{"field": name} for name in ("by", "grade", "captions")]
    return {
        "data": {"values": rows},
        "height": 46 * len(counts),
        "layer": [
            {
                "mark": {"type": "bar", "stroke": colours.text, "strokeWidth": 0.5},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "begin",
                        "type": "quantitative",
                        "title": None,
                        "scale": {"domain": [0, 1]},
                        "axis": {"format": "%", "tickCount": 5},
                    },
                    "x2": {"field": "end"},
                    "color": {
                        "field": "grade",
                        "type": "nominal",
                        "scale": {"domain": list(GRADES), "range": [colours.colour(1)] * 4},
                        "legend": None,
                    },
                    "fillOpacity": {
                        "field": "shade",
                        "type": "quantitative",
                        "scale": None,
                        "legend": None,
                    },
                    "tooltip": tooltip,
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13},
                "encoding": {
                    "y": y,
                    "x": {"field": "middle", "type": "quantitative"},
                    "text": {"field": "said"},
                    "color": {
                        "condition": {"test": "datum['is strong']", "value": colours.ground},
                        "value": colours.text,
                    },
                    "tooltip": tooltip,
                },
            },
        ],
    }
