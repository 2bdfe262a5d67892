"""Colours and dashes of relations: one table for maps, figures, charts and cards.

The table is ``palette.json``, which the word map's JavaScript also reads. The colours follow the
hues of Okabe and Ito (2008), Color universal design; their lightness differs so that they are
distinct under each kind of colour blindness; each has a contrast of 4.5 : 1 on its background.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_TABLE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Palette:
    """Colours for one background.

    Attributes
    ----------
    ground, text : str
    families : tuple of str
        Colours of relations, as ``#rrggbb``.
    """

    ground: str
    text: str
    families: tuple[str, ...]

    def colour(self, style: int) -> str:
        """Return the colour of a relation's style number.

        >>> LIGHT.colour(0) == LIGHT.colour(len(LIGHT.families))
        True
        """
        return self.families[style % len(self.families)]


def _palette(name: str) -> Palette:
    table = _TABLE[name]
    return Palette(table["ground"], table["text"], tuple(table["families"]))


LIGHT, DARK = _palette("light"), _palette("dark")
DASHES: tuple[tuple[float, ...], ...] = tuple(map(tuple, _TABLE["dashes"]))
"""Dash patterns: lengths of dashes and gaps in line widths; the empty one is a solid line."""


def dash_number(style: int) -> int:
    """Return the index in `DASHES` of a style number: styles with equal colours differ in dashes.

    >>> [dash_number(style) for style in (0, 1, 6, 7)]
    [0, 1, 1, 2]
    """
    return (style + style // len(LIGHT.families)) % len(DASHES)
