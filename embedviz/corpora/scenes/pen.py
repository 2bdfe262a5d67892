"""Shapes on a picture, in coordinates of their own that are moved, scaled, turned and mirrored."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

_CORNERS = 28  # of an ellipse


@dataclass(frozen=True)
class Pen:
    """A place, a size and an angle at which shapes are drawn.

    Attributes
    ----------
    draw : ImageDraw
    x, y : float
        Pixels from the left and from the top at which (0, 0) lies.
    unit : float
        Pixels of 1; x runs to the right and y upwards.
    is_mirrored : bool
    angle : float
        Radians, anticlockwise.
    flatness : float
        Height of what is drawn, relative to its width.
    """

    draw: ImageDraw
    x: float
    y: float
    unit: float
    is_mirrored: bool = False
    angle: float = 0.0
    flatness: float = 1.0

    def moved(self, x: float, y: float, scale: float = 1.0, angle: float = 0.0) -> Pen:
        """Return a pen whose (0, 0) lies at a point of this one."""
        at_x, at_y = self._pixel((x, y))
        turned = self.angle + (-angle if self.is_mirrored else angle)
        return replace(self, x=at_x, y=at_y, unit=self.unit * scale, angle=turned)

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon([self._pixel(point) for point in points], fill=colour)

    def ellipse(
        self, x: float, y: float, width: float, height: float, colour: Colour, angle: float = 0.0
    ) -> None:
        """Fill an ellipse around a point."""
        cos, sin = math.cos(angle), math.sin(angle)
        corners = []
        for i in range(_CORNERS):
            turn = 2 * math.pi * i / _CORNERS
            a, b = width / 2 * math.cos(turn), height / 2 * math.sin(turn)
            corners.append((x + a * cos - b * sin, y + a * sin + b * cos))
        self.polygon(corners, colour)

    def line(self, points: Iterable[Point], colour: Colour, width: float) -> None:
        """Draw a line with round ends."""
        pixels = [self._pixel(point) for point in points]
        thick = max(1, round(width * self.unit))
        self.draw.line(pixels, fill=colour, width=thick, joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            radius = thick / 2
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def _pixel(self, point: Point) -> Point:
        x, y = point
        x, y = -x if self.is_mirrored else x, y * self.flatness
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return (
            self.x + self.unit * (x * cos - y * sin),
            self.y - self.unit * (x * sin + y * cos),
        )
