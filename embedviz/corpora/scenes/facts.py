"""Facts of a scene, drawn at random; and which combinations of them are kept from training."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

BEINGS = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "dog": "dogs",
    "cat": "cats",
    "horse": "horses",
    "cow": "cows",
    "sheep": "sheep",
    "pig": "pigs",
    "rabbit": "rabbits",
    "elephant": "elephants",
    "bird": "birds",
    "snail": "snails",
    "robot": "robots",
    "frog": "frogs",
    "giraffe": "giraffes",
}
"""Who, and its plural. Of people the colour is that of their clothes."""

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")

ACTIONS = {
    "resting": "resting",
    "running": "running",
    "jumping": "jumping",
    "sleeping": "sleeping",
    "playing with a ball": "playing with a ball",
    "holding a balloon": "holding balloons",
    "wearing a hat": "wearing hats",
    "singing": "singing",
}
"""What is done, and the same of several."""

PLACES = ("on the beach", "on the grass", "in the snow", "on the road", "on the water", "in a room")
TIMES = ("by day", "at night")
MOST = 3
"""Beings in a scene."""

_HELD_OUT = (0, 5, 10)  # diagonals of the table of beings and actions


@dataclass(frozen=True)
class Scene:
    """What is to be seen.

    Attributes
    ----------
    n : int
        1 to `MOST`.
    colour, being, action, place, time : str
        Of the lists of this module.
    """

    n: int
    colour: str
    being: str
    action: str
    place: str
    time: str

    @property
    def combination(self) -> tuple[str, str]:
        """Who does what."""
        return self.being, self.action

    @property
    def is_held_out(self) -> bool:
        """Whether its combination is kept from training.

        These are 24 of 128: three of the 16 beings are never seen doing a thing, and one or two of
        the 8 things are never done by a being.
        """
        place = tuple(BEINGS).index(self.being) + 2 * tuple(ACTIONS).index(self.action)
        return place % len(BEINGS) in _HELD_OUT


def draw_facts(rng: Random, *, held_out: bool = False) -> Scene:
    """Draw a scene, with a combination that is kept from training or one that is not.

    Examples
    --------
    >>> draw_facts(Random(2)).is_held_out
    False
    """
    while True:
        scene = Scene(
            rng.randint(1, MOST),
            rng.choice(COLOURS),
            rng.choice(tuple(BEINGS)),
            rng.choice(tuple(ACTIONS)),
            rng.choice(PLACES),
            rng.choice(TIMES),
        )
        if scene.is_held_out == held_out:
            return scene
