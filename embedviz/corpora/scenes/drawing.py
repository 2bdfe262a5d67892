"""Scenes as pictures: drawn by code from their facts, at any size."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora.pictures import pillow
from embedviz.corpora.scenes.beings import DRAWN, Being
from embedviz.corpora.scenes.facts import Scene
from embedviz.corpora.scenes.pen import Colour, Pen
from embedviz.corpora.scenes.places import draw_place
from embedviz.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

SMALLEST, LARGEST = 32, 1_024
"""Sizes of a picture, in pixels."""

_FINER = 3  # pixels drawn for each pixel of the picture
_COLOURS: dict[str, Colour] = {
    "red": (215, 45, 45),
    "orange": (242, 138, 35),
    "yellow": (248, 214, 60),
    "green": (45, 150, 65),
    "blue": (50, 95, 215),
    "purple": (145, 70, 185),
    "black": (52, 50, 56),
    "white": (250, 250, 250),
}
_OUTLINE: dict[bool, Colour] = {False: (38, 34, 40), True: (225, 225, 230)}  # of others, of black
_BALL, _BALLOON, _HAT = (235, 90, 130), (255, 130, 180), (205, 60, 140)
_SIGN: dict[bool, Colour] = {False: (40, 36, 42), True: (245, 240, 200)}  # by day, at night
_PEOPLE = ("man", "woman", "child", "robot")  # who lie down to sleep; others sit
_HEIGHTS = {1: 0.5, 2: 0.38, 3: 0.27}  # of an adult, by the number of beings


def draw_scene(scene: Scene, rng: Random, size: int = 64) -> NDArray[np.uint8]:
    """Draw a scene.

    Parameters
    ----------
    scene : Scene
    rng : Random
        Of what the facts leave open: where all stand, how large they are, and shades.
    size : int
        Pixels of a side, 32 to 1,024.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)

    Raises
    ------
    InputError
        If the size is out of range, or Pillow is missing.
    """
    if not SMALLEST <= size <= LARGEST:
        raise InputError(
            f"A picture of {size} pixels is out of range: choose {SMALLEST} to {LARGEST}."
        )
    pillow()
    from PIL import Image, ImageDraw

    n = size * _FINER
    picture = Image.new("RGB", (n, n))
    is_night = scene.time == "at night"
    draw_place(Pen(ImageDraw.Draw(picture), 0, n, n), scene.place, rng, is_night=is_night)
    height = _HEIGHTS[scene.n] * rng.uniform(0.92, 1.1)
    being = DRAWN[scene.being]
    for i in sorted(range(scene.n), key=lambda _: rng.random()):
        layer = Image.new("RGBA", (2 * n, 2 * n))  # with a margin of n / 2, and then moved inside
        x = (i + 0.5 + rng.uniform(-0.1, 0.1)) / scene.n
        y = rng.uniform(0.08, 0.16)
        place = (x + 0.5) * n, (1.5 - y) * n
        pen = Pen(ImageDraw.Draw(layer), *place, height * n, rng.random() < 0.5)
        _draw_one(pen, being, scene, rng)
        _paste(picture, layer, _OUTLINE[scene.colour == "black"], max(1, round(n / 96)))
    return np.asarray(picture.resize((size, size), Image.Resampling.BOX), dtype=np.uint8)


def save_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a picture (height, width, 3) as a PNG file."""
    from PIL import Image

    Image.fromarray(picture).save(path)


def _draw_one(pen: Pen, being: Being, scene: Scene, rng: Random) -> None:
    """Draw a being and what shows what it does."""
    size, ink = max(0.62, being.size), _SIGN[scene.time == "at night"]
    body = _stand(pen, scene, size, ink, rng).moved(0, 0, size)
    red, green, blue = (min(255, int(p * rng.uniform(0.93, 1.05))) for p in _COLOURS[scene.colour])
    being.draw(body, (red, green, blue))
    head, hand = (body.moved(*place, 1 / size) for place in (being.head, being.hand))
    match scene.action:
        case "wearing a hat":
            _draw_hat(head)
        case "holding a balloon":
            _draw_balloon(hand, ink)
        case "playing with a ball":
            _draw_ball(pen.moved(0.66 * size, 0))
        case "singing":
            _draw_notes(head, ink)
        case "sleeping":
            for i, (x, y) in enumerate(((0.0, 0.72), (0.2, 0.92), (0.42, 1.16))):
                _draw_z(pen.moved(x, y * max(size, 0.7), 0.14 + 0.05 * i), ink)


def _stand(pen: Pen, scene: Scene, size: float, ink: Colour, rng: Random) -> Pen:
    """Return the pen of a body: leaning, in the air or lying, as it does."""
    match scene.action:
        case "running":
            for y in (0.2, 0.45, 0.7):
                length = rng.uniform(0.25, 0.4)
                pen.line([(-0.62 * size, y * size), (-0.62 * size - length, y * size)], ink, 0.04)
            return pen.moved(0, 0.03, angle=-0.2)
        case "jumping":
            pen.ellipse(0, 0, 0.7 * size, 0.1, (50, 50, 55))
            return pen.moved(0, 0.42, angle=0.12)
        case "sleeping" if scene.being in _PEOPLE:
            return pen.moved(0.45 * size, 0.2 * size, angle=math.pi / 2)
        case "sleeping":
            return replace(pen, flatness=0.6)
    return pen


def _draw_hat(pen: Pen) -> None:
    pen.polygon([(-0.17, -0.02), (0.17, -0.02), (0, 0.36)], _HAT)
    pen.polygon([(-0.11, 0.1), (0.11, 0.1), (0.07, 0.2), (-0.07, 0.2)], (250, 225, 90))
    pen.ellipse(0, 0.37, 0.1, 0.1, (250, 225, 90))


def _draw_balloon(pen: Pen, string: Colour) -> None:
    pen.line([(0, 0), (0.08, 0.6)], string, 0.025)
    pen.ellipse(0.1, 0.76, 0.32, 0.38, _BALLOON)
    pen.ellipse(0.04, 0.83, 0.07, 0.1, (255, 225, 240))


def _draw_ball(pen: Pen) -> None:
    pen.ellipse(0, 0.15, 0.3, 0.3, _BALL)
    pen.ellipse(0, 0.15, 0.12, 0.3, (255, 250, 245))
    pen.ellipse(0, 0.15, 0.05, 0.3, (80, 160, 235))


def _draw_notes(pen: Pen, ink: Colour) -> None:
    for x, y in ((0.3, 0.08), (0.56, 0.26)):
        pen.ellipse(x, y, 0.15, 0.12, ink, 0.4)
        pen.line([(x + 0.06, y), (x + 0.06, y + 0.3), (x + 0.16, y + 0.24)], ink, 0.035)


def _draw_z(pen: Pen, ink: Colour) -> None:
    if pen.is_mirrored:  # a letter is not
        pen = Pen(pen.draw, pen.x, pen.y, pen.unit)
    pen.line([(-0.5, 0.5), (0.5, 0.5), (-0.5, -0.5), (0.5, -0.5)], ink, 0.22)


def _paste(picture: Image, layer: Image, outline: Colour, width: int) -> None:
    """Put a layer on a picture, with a line around it, and all of it inside."""
    from PIL import Image, ImageFilter

    left, top, right, low = layer.getbbox() or (0, 0, 1, 1)
    box = max(0, left - width), max(0, top - width), right + width, low + width
    part = layer.crop(box)
    own = part.getchannel("A")
    around = own.filter(ImageFilter.MaxFilter(2 * width + 1))
    n = picture.width
    x, y = (
        min(max(0, begin - n // 2), max(0, n - length))
        for begin, length in zip(box[:2], part.size, strict=True)
    )
    picture.paste(Image.new("RGB", part.size, outline), (x, y), around)
    picture.paste(part, (x, y), own)
