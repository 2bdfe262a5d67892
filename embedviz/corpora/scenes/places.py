"""Backgrounds of scenes: a place by day or at night, 1 wide and 1 high, from the lower left."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from embedviz.corpora.scenes.pen import Colour, Pen

HORIZON = 0.52
"""Height of the horizon."""

_SKY = {False: (150, 205, 245), True: (22, 26, 62)}
_SUN, _MOON, _STAR = (255, 222, 90), (240, 238, 215), (235, 235, 220)
_NIGHT = 0.45  # brightness of the ground


def draw_place(pen: Pen, place: str, rng: Random, *, is_night: bool) -> None:
    """Draw a background."""

    def tone(colour: Colour) -> Colour:
        share = _NIGHT if is_night else rng.uniform(0.94, 1.0)
        red, green, blue = (int(part * share) for part in colour)
        return red, green, blue

    _box(pen, 0, 0, 1, 1, _SKY[is_night])
    if place != "in a room":
        _draw_sky(pen, rng, is_night=is_night)
    _GROUNDS[place](pen, rng, tone, is_night)


def _draw_sky(pen: Pen, rng: Random, *, is_night: bool) -> None:
    x = rng.uniform(0.1, 0.9)
    if not is_night:
        pen.ellipse(x, 0.9, 0.14, 0.14, _SUN)
        cloud = rng.uniform(0.15, 0.85)
        for dx, size in ((-0.07, 0.1), (0, 0.14), (0.08, 0.1)):
            pen.ellipse(cloud + dx, 0.78, size * 1.3, size * 0.7, (245, 250, 255))
        return
    for _ in range(14):
        size = rng.uniform(0.008, 0.018)
        pen.ellipse(rng.random(), rng.uniform(HORIZON, 1), size, size, _STAR)
    pen.ellipse(x, 0.89, 0.15, 0.15, _MOON)
    pen.ellipse(x + 0.05, 0.91, 0.13, 0.13, _SKY[True])


_Tone = Callable[[Colour], Colour]


def _draw_beach(pen: Pen, rng: Random, tone: _Tone, is_night: bool) -> None:
    _box(pen, 0, 0, 1, HORIZON, tone((45, 125, 200)))
    pen.polygon([(0, 0), (1, 0), (1, 0.36), (0.5, 0.41), (0, 0.38)], tone((238, 214, 160)))
    x = rng.choice((0.1, 0.9))
    pen.line([(x, 0.36), (x, 0.66)], tone((150, 100, 60)), 0.025)  # a parasol
    stripes = ((225, 70, 60), (250, 240, 225), (225, 70, 60), (250, 240, 225))
    for i, colour in enumerate(stripes):
        left = x - 0.14 + 0.07 * i
        pen.polygon([(left, 0.62), (left + 0.07, 0.62), (x, 0.74)], tone(colour))


def _draw_grass(pen: Pen, rng: Random, tone: _Tone, is_night: bool) -> None:
    _box(pen, 0, 0, 1, HORIZON, tone((105, 180, 75)))
    for _ in range(2):
        x, y = rng.uniform(0.05, 0.95), HORIZON - 0.02
        _box(pen, x - 0.015, y, x + 0.015, y + 0.14, tone((120, 80, 45)))
        pen.ellipse(x, y + 0.2, 0.17, 0.2, tone((60, 130, 55)))
    for _ in range(7):
        x, y = rng.random(), rng.uniform(0.03, HORIZON - 0.06)
        pen.ellipse(x, y, 0.022, 0.022, tone(rng.choice(((250, 250, 240), (250, 220, 110)))))


def _draw_snow(pen: Pen, rng: Random, tone: _Tone, is_night: bool) -> None:
    for _ in range(2):
        x, width = rng.uniform(0, 1), rng.uniform(0.25, 0.4)
        top = HORIZON + rng.uniform(0.16, 0.26)
        pen.polygon([(x - width, 0.45), (x + width, 0.45), (x, top)], tone((150, 160, 180)))
        cap = (x - width * 0.3, top - 0.07), (x + width * 0.3, top - 0.07), (x, top)
        pen.polygon(cap, tone((250, 252, 255)))
    _box(pen, 0, 0, 1, HORIZON - 0.04, tone((232, 240, 250)))
    for _ in range(14):
        x, y = rng.random(), rng.uniform(0.02, 0.98)
        pen.ellipse(x, y, 0.022, 0.022, tone((255, 255, 255)))


def _draw_road(pen: Pen, rng: Random, tone: _Tone, is_night: bool) -> None:
    _box(pen, 0, 0, 1, HORIZON, tone((130, 155, 100)))
    for _ in range(2):
        x, width = rng.uniform(0.1, 0.9), 0.11
        _box(pen, x - width, HORIZON - 0.03, x + width, HORIZON + 0.15, tone((225, 205, 180)))
        roof = (x - width - 0.03, HORIZON + 0.15), (x + width + 0.03, HORIZON + 0.15)
        pen.polygon([*roof, (x, HORIZON + 0.27)], tone((175, 85, 65)))
        window = (250, 225, 120) if is_night else (120, 160, 190)
        _box(pen, x - 0.03, HORIZON + 0.03, x + 0.03, HORIZON + 0.1, window)
    _box(pen, 0, 0.04, 1, 0.4, tone((120, 120, 125)))
    start = rng.uniform(-0.2, 0)
    for i in range(6):
        left = start + 0.24 * i
        _box(pen, left, 0.2, left + 0.13, 0.235, tone((250, 245, 225)))


def _draw_water(pen: Pen, rng: Random, tone: _Tone, is_night: bool) -> None:
    _box(pen, 0, 0, 1, HORIZON, tone((40, 110, 190)))
    for _ in range(16):
        x, y = rng.uniform(-0.1, 1), rng.uniform(0.02, HORIZON - 0.04)
        wave = (x, y), (x + 0.03, y + 0.018), (x + 0.06, y), (x + 0.09, y + 0.018)
        pen.line(wave, tone((150, 200, 240)), 0.012)


def _draw_room(pen: Pen, rng: Random, tone: _Tone, is_night: bool) -> None:
    def lit(colour: Colour) -> Colour:  # by a lamp, at night
        red, green, blue = (int(part * (0.72 if is_night else 1.0)) for part in colour)
        return red, green, blue

    _box(pen, 0, 0, 1, 1, lit((236, 216, 190)))
    _box(pen, 0, 0, 1, 0.34, lit((170, 120, 80)))
    for i in range(6):
        pen.line([(i / 5, 0), (0.2 + i * 0.12, 0.34)], lit((140, 95, 60)), 0.008)
    x = rng.choice((0.22, 0.78))
    _box(pen, x - 0.16, 0.6, x + 0.16, 0.94, lit((250, 248, 240)))
    _box(pen, x - 0.13, 0.63, x + 0.13, 0.91, _SKY[is_night])
    sign = (x + 0.06, 0.83, 0.07, 0.07)
    pen.ellipse(*sign, _MOON if is_night else _SUN)
    pen.line([(x, 0.63), (x, 0.91)], lit((250, 248, 240)), 0.014)
    other = 1 - x
    _box(pen, other - 0.1, 0.66, other + 0.1, 0.86, lit((120, 80, 50)))
    _box(pen, other - 0.08, 0.68, other + 0.08, 0.84, lit((160, 200, 170)))


def _box(pen: Pen, left: float, low: float, right: float, high: float, colour: Colour) -> None:
    pen.polygon([(left, low), (right, low), (right, high), (left, high)], colour)


_GROUNDS: dict[str, Callable[[Pen, Random, _Tone, bool], None]] = {
    "on the beach": _draw_beach,
    "on the grass": _draw_grass,
    "in the snow": _draw_snow,
    "on the road": _draw_road,
    "on the water": _draw_water,
    "in a room": _draw_room,
}
