"""Beings as shapes: each stands on y = 0, is about 1 high, and looks to the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from embedviz.corpora.scenes.pen import Colour, Pen

SKIN, DARK, LIGHT = (238, 195, 160), (50, 45, 50), (250, 246, 238)
_PINK, _BEAK, _IVORY = (246, 170, 180), (247, 160, 30), (252, 244, 220)


@dataclass(frozen=True)
class Being:
    """How a being is drawn.

    Attributes
    ----------
    draw : callable (pen, colour)
    size : float
        Height, with 1 for an adult.
    head : (float, float)
        Top of the head, where a hat sits.
    hand : (float, float)
        Where it holds something.
    """

    draw: Callable[[Pen, Colour], None]
    size: float
    head: tuple[float, float]
    hand: tuple[float, float]


def _shade(colour: Colour, share: float) -> Colour:
    red, green, blue = (int(part * share) for part in colour)
    return red, green, blue


def _eye(pen: Pen, x: float, y: float, size: float = 0.06) -> None:
    pen.ellipse(x, y, size * 1.5, size * 1.7, LIGHT)
    pen.ellipse(x + size * 0.2, y, size * 0.9, size, DARK)


def _legs(pen: Pen, places: tuple[float, ...], top: float, colour: Colour, width: float) -> None:
    for x in places:
        pen.line([(x, top), (x, width / 2)], colour, width)


def _person(pen: Pen, colour: Colour, *, hair: Colour) -> None:
    _legs(pen, (-0.1, 0.1), 0.4, DARK, 0.13)
    pen.line([(0.14, 0.62), (0.32, 0.45)], colour, 0.11)
    pen.line([(-0.14, 0.62), (-0.3, 0.42)], colour, 0.11)
    pen.polygon([(-0.2, 0.36), (0.2, 0.36), (0.19, 0.7), (-0.19, 0.7)], colour)
    pen.ellipse(0, 0.84, 0.3, 0.32, SKIN)
    pen.polygon([(-0.15, 0.88), (0.13, 0.92), (0.08, 1.0), (-0.1, 1.0)], hair)
    _eye(pen, 0.07, 0.85, 0.035)


def _man(pen: Pen, colour: Colour) -> None:
    _person(pen, colour, hair=(90, 60, 35))
    pen.ellipse(0.04, 0.73, 0.22, 0.12, (90, 60, 35))  # a beard


def _woman(pen: Pen, colour: Colour) -> None:
    hair = (150, 80, 30)
    _legs(pen, (-0.08, 0.08), 0.3, SKIN, 0.08)
    pen.ellipse(-0.06, 0.76, 0.4, 0.46, hair)
    pen.line([(0.1, 0.62), (0.3, 0.48)], SKIN, 0.08)
    pen.line([(-0.1, 0.62), (-0.28, 0.44)], SKIN, 0.08)
    pen.polygon([(-0.32, 0.2), (0.32, 0.2), (0.11, 0.68), (-0.11, 0.68)], colour)
    pen.ellipse(0.02, 0.83, 0.27, 0.3, SKIN)
    pen.ellipse(-0.04, 0.94, 0.3, 0.14, hair)
    _eye(pen, 0.09, 0.83, 0.035)


def _child(pen: Pen, colour: Colour) -> None:
    _legs(pen, (-0.1, 0.1), 0.25, SKIN, 0.14)
    pen.line([(0.15, 0.45), (0.36, 0.52)], SKIN, 0.1)
    pen.line([(-0.15, 0.45), (-0.34, 0.34)], SKIN, 0.1)
    pen.polygon([(-0.22, 0.2), (0.22, 0.2), (0.18, 0.54), (-0.18, 0.54)], colour)
    pen.ellipse(0, 0.76, 0.5, 0.48, SKIN)
    pen.polygon([(-0.25, 0.8), (0.2, 0.9), (0.05, 1.03), (-0.18, 0.98)], (225, 180, 70))
    _eye(pen, 0.12, 0.75, 0.06)


def _dog(pen: Pen, colour: Colour) -> None:
    dark = _shade(colour, 0.7)
    pen.line([(-0.42, 0.5), (-0.58, 0.78)], colour, 0.09)
    _legs(pen, (-0.36, -0.2, 0.16, 0.32), 0.35, colour, 0.11)
    pen.ellipse(-0.02, 0.45, 0.92, 0.34, colour)
    pen.ellipse(0.42, 0.68, 0.36, 0.34, colour)
    pen.ellipse(0.58, 0.6, 0.24, 0.17, colour)
    pen.ellipse(0.3, 0.64, 0.15, 0.36, dark)  # an ear that hangs
    pen.ellipse(0.69, 0.63, 0.07, 0.06, DARK)
    _eye(pen, 0.46, 0.74)


def _cat(pen: Pen, colour: Colour) -> None:
    pen.line([(-0.36, 0.4), (-0.56, 0.55), (-0.56, 0.85), (-0.42, 1.0)], colour, 0.08)
    _legs(pen, (-0.28, -0.14, 0.14, 0.26), 0.3, colour, 0.09)
    pen.ellipse(-0.04, 0.4, 0.76, 0.34, colour)
    pen.polygon([(0.18, 0.72), (0.2, 1.02), (0.36, 0.86)], colour)
    pen.polygon([(0.58, 0.72), (0.56, 1.02), (0.4, 0.86)], colour)
    pen.ellipse(0.38, 0.68, 0.44, 0.4, colour)
    for x in (0.3, 0.48):
        pen.ellipse(x, 0.71, 0.09, 0.12, (150, 210, 90))
        pen.ellipse(x, 0.71, 0.03, 0.1, DARK)
    pen.polygon([(0.35, 0.61), (0.43, 0.61), (0.39, 0.56)], _PINK)


def _horse(pen: Pen, colour: Colour) -> None:
    mane = _shade(colour, 0.5) if sum(colour) > 200 else (120, 110, 110)
    pen.line([(-0.42, 0.62), (-0.56, 0.5), (-0.56, 0.24)], mane, 0.1)
    _legs(pen, (-0.34, -0.22, 0.18, 0.3), 0.5, colour, 0.09)
    pen.ellipse(-0.03, 0.56, 0.84, 0.34, colour)
    pen.polygon([(0.14, 0.56), (0.38, 0.56), (0.56, 0.92), (0.38, 1.0)], colour)
    pen.polygon([(0.36, 1.0), (0.54, 0.98), (0.78, 0.78), (0.7, 0.7), (0.46, 0.8)], colour)
    pen.polygon([(0.38, 0.98), (0.42, 1.1), (0.48, 0.98)], colour)
    pen.line([(0.16, 0.66), (0.26, 0.82), (0.36, 0.98)], mane, 0.1)
    _eye(pen, 0.54, 0.9, 0.045)


def _cow(pen: Pen, colour: Colour) -> None:
    patch = LIGHT if sum(colour) < 620 else DARK
    pen.line([(-0.46, 0.6), (-0.56, 0.3)], colour, 0.05)
    _legs(pen, (-0.36, -0.22, 0.2, 0.34), 0.35, colour, 0.11)
    pen.ellipse(-0.12, 0.3, 0.2, 0.14, _PINK)
    pen.polygon([(-0.48, 0.34), (0.44, 0.34), (0.46, 0.7), (-0.48, 0.7)], colour)
    pen.ellipse(-0.24, 0.58, 0.26, 0.2, patch)
    pen.ellipse(0.14, 0.46, 0.2, 0.16, patch)
    pen.line([(0.46, 0.92), (0.42, 1.04)], _IVORY, 0.06)
    pen.line([(0.66, 0.92), (0.72, 1.04)], _IVORY, 0.06)
    pen.ellipse(0.56, 0.78, 0.34, 0.36, colour)
    pen.ellipse(0.6, 0.66, 0.3, 0.17, _PINK)
    _eye(pen, 0.58, 0.82, 0.05)


def _sheep(pen: Pen, colour: Colour) -> None:
    _legs(pen, (-0.26, -0.12, 0.12, 0.26), 0.3, DARK, 0.08)
    for x, y in ((-0.3, 0.42), (-0.3, 0.6), (-0.1, 0.68), (0.12, 0.68), (0.28, 0.58), (0.26, 0.4)):
        pen.ellipse(x, y, 0.32, 0.3, colour)
    pen.ellipse(0, 0.5, 0.74, 0.44, colour)
    for x, y in ((-0.2, 0.5), (0, 0.62), (0.1, 0.42)):
        pen.ellipse(x, y, 0.1, 0.07, _shade(colour, 0.8))
    pen.ellipse(0.46, 0.64, 0.26, 0.34, (70, 62, 66))
    pen.ellipse(0.34, 0.76, 0.2, 0.1, (70, 62, 66))
    pen.ellipse(0.44, 0.82, 0.24, 0.16, colour)
    _eye(pen, 0.5, 0.68, 0.05)


def _pig(pen: Pen, colour: Colour) -> None:
    pen.line([(-0.44, 0.5), (-0.56, 0.58), (-0.5, 0.66), (-0.6, 0.72)], colour, 0.05)
    _legs(pen, (-0.28, -0.12, 0.14, 0.28), 0.25, _shade(colour, 0.8), 0.12)
    pen.ellipse(-0.04, 0.45, 0.88, 0.56, colour)
    pen.polygon([(0.24, 0.76), (0.26, 0.98), (0.42, 0.82)], _shade(colour, 0.8))
    pen.ellipse(0.4, 0.58, 0.46, 0.44, colour)
    pen.ellipse(0.62, 0.52, 0.16, 0.22, _PINK)
    pen.ellipse(0.62, 0.56, 0.04, 0.05, DARK)
    pen.ellipse(0.62, 0.48, 0.04, 0.05, DARK)
    _eye(pen, 0.44, 0.66, 0.05)


def _rabbit(pen: Pen, colour: Colour) -> None:
    pen.ellipse(-0.36, 0.22, 0.2, 0.2, LIGHT)
    pen.ellipse(-0.06, 0.28, 0.6, 0.52, colour)
    pen.ellipse(-0.06, 0.06, 0.44, 0.13, _shade(colour, 0.8))
    pen.ellipse(0.08, 0.9, 0.13, 0.5, colour, 0.15)
    pen.ellipse(0.26, 0.9, 0.13, 0.5, colour, -0.2)
    pen.ellipse(0.27, 0.9, 0.06, 0.36, _PINK, -0.2)
    pen.ellipse(0.2, 0.58, 0.38, 0.34, colour)
    pen.ellipse(0.38, 0.55, 0.06, 0.05, _PINK)
    _eye(pen, 0.24, 0.63, 0.055)


def _elephant(pen: Pen, colour: Colour) -> None:
    _legs(pen, (-0.36, -0.16, 0.1, 0.28), 0.4, _shade(colour, 0.85), 0.17)
    pen.ellipse(-0.06, 0.56, 0.92, 0.56, colour)
    pen.line([(-0.5, 0.6), (-0.58, 0.36)], colour, 0.05)
    pen.line([(0.56, 0.68), (0.72, 0.5), (0.7, 0.24), (0.82, 0.18)], colour, 0.13)
    pen.ellipse(0.46, 0.74, 0.46, 0.46, colour)
    pen.ellipse(0.28, 0.76, 0.3, 0.46, _shade(colour, 0.72))
    pen.line([(0.56, 0.56), (0.76, 0.62)], _IVORY, 0.06)
    _eye(pen, 0.54, 0.8, 0.05)


def _bird(pen: Pen, colour: Colour) -> None:
    _legs(pen, (-0.06, 0.08), 0.3, _BEAK, 0.05)
    pen.polygon([(-0.3, 0.5), (-0.66, 0.74), (-0.6, 0.46)], _shade(colour, 0.75))
    pen.ellipse(-0.02, 0.5, 0.72, 0.48, colour)
    pen.ellipse(0.26, 0.76, 0.38, 0.36, colour)
    pen.polygon([(0.42, 0.84), (0.66, 0.75), (0.42, 0.68)], _BEAK)
    pen.ellipse(-0.1, 0.52, 0.42, 0.24, _shade(colour, 0.7), 0.25)
    _eye(pen, 0.31, 0.8)


def _snail(pen: Pen, colour: Colour) -> None:
    body = (205, 175, 130)
    pen.line([(0.46, 0.4), (0.5, 0.66)], body, 0.05)
    pen.line([(0.56, 0.38), (0.66, 0.62)], body, 0.05)
    pen.polygon([(-0.7, 0.0), (0.6, 0.0), (0.66, 0.42), (0.42, 0.44), (0.34, 0.16)], body)
    pen.ellipse(0.5, 0.68, 0.09, 0.09, DARK)
    pen.ellipse(0.66, 0.64, 0.09, 0.09, DARK)
    for size, share in ((0.72, 1.0), (0.48, 0.72), (0.26, 1.0), (0.1, 0.72)):
        pen.ellipse(-0.1, 0.44, size, size, _shade(colour, share))


def _robot(pen: Pen, colour: Colour) -> None:
    metal = (170, 178, 190)
    _legs(pen, (-0.12, 0.12), 0.3, metal, 0.1)
    pen.line([(0.2, 0.55), (0.4, 0.42)], metal, 0.09)
    pen.line([(-0.2, 0.55), (-0.4, 0.42)], metal, 0.09)
    pen.polygon([(-0.24, 0.26), (0.24, 0.26), (0.24, 0.62), (-0.24, 0.62)], colour)
    pen.line([(0, 0.9), (0, 1.02)], metal, 0.04)
    pen.ellipse(0, 1.04, 0.1, 0.1, (250, 90, 80))
    pen.polygon([(-0.22, 0.66), (0.22, 0.66), (0.22, 0.92), (-0.22, 0.92)], colour)
    for x in (-0.1, 0.1):
        pen.ellipse(x, 0.8, 0.12, 0.12, (255, 245, 150))
    pen.polygon([(-0.12, 0.34), (0.12, 0.34), (0.12, 0.5), (-0.12, 0.5)], metal)


def _frog(pen: Pen, colour: Colour) -> None:
    pen.ellipse(-0.34, 0.18, 0.36, 0.3, _shade(colour, 0.8), 0.5)
    pen.ellipse(0.34, 0.18, 0.36, 0.3, _shade(colour, 0.8), -0.5)
    pen.ellipse(0, 0.34, 0.86, 0.56, colour)
    pen.ellipse(-0.36, 0.04, 0.34, 0.1, colour)
    pen.ellipse(0.36, 0.04, 0.34, 0.1, colour)
    for x in (-0.2, 0.24):
        pen.ellipse(x, 0.66, 0.28, 0.3, colour)
        _eye(pen, x, 0.68, 0.11)
    pen.line([(-0.24, 0.36), (0.02, 0.28), (0.28, 0.36)], DARK, 0.04)


def _giraffe(pen: Pen, colour: Colour) -> None:
    spot = _shade(colour, 0.55) if sum(colour) > 200 else (150, 140, 130)
    pen.line([(-0.3, 0.46), (-0.4, 0.28)], spot, 0.04)
    _legs(pen, (-0.24, -0.14, 0.1, 0.2), 0.4, colour, 0.07)
    pen.ellipse(-0.04, 0.44, 0.56, 0.24, colour)
    pen.polygon([(0.04, 0.46), (0.24, 0.44), (0.36, 0.98), (0.26, 1.0)], colour)
    pen.line([(0.3, 1.0), (0.28, 1.1)], spot, 0.04)
    pen.ellipse(0.38, 0.98, 0.28, 0.13, colour, -0.3)
    for x, y in ((-0.18, 0.46), (-0.02, 0.4), (0.12, 0.5), (0.2, 0.66), (0.25, 0.82)):
        pen.ellipse(x, y, 0.09, 0.08, spot)
    _eye(pen, 0.36, 1.0, 0.035)


DRAWN = {
    "man": Being(_man, 1.0, (0.0, 0.98), (0.32, 0.45)),
    "woman": Being(_woman, 0.95, (-0.02, 0.98), (0.3, 0.48)),
    "child": Being(_child, 0.68, (0.0, 0.98), (0.36, 0.52)),
    "dog": Being(_dog, 0.72, (0.4, 0.84), (0.66, 0.58)),
    "cat": Being(_cat, 0.62, (0.38, 0.86), (0.5, 0.56)),
    "horse": Being(_horse, 1.0, (0.46, 1.0), (0.72, 0.74)),
    "cow": Being(_cow, 0.85, (0.56, 0.95), (0.72, 0.66)),
    "sheep": Being(_sheep, 0.75, (0.44, 0.88), (0.58, 0.56)),
    "pig": Being(_pig, 0.68, (0.38, 0.8), (0.68, 0.5)),
    "rabbit": Being(_rabbit, 0.62, (0.16, 0.74), (0.34, 0.46)),
    "elephant": Being(_elephant, 1.0, (0.46, 0.96), (0.82, 0.18)),
    "bird": Being(_bird, 0.55, (0.26, 0.93), (0.6, 0.75)),
    "snail": Being(_snail, 0.6, (-0.1, 0.8), (0.6, 0.3)),
    "robot": Being(_robot, 0.9, (0.0, 0.92), (0.4, 0.42)),
    "frog": Being(_frog, 0.55, (0.02, 0.62), (0.5, 0.3)),
    "giraffe": Being(_giraffe, 1.3, (0.36, 1.03), (0.5, 0.94)),
}
"""Every being of `embedviz.corpora.scenes.facts`."""
