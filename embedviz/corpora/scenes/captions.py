"""Scenes → captions, and captions → scenes: a small grammar in both directions."""

from __future__ import annotations

import re

from embedviz.corpora.scenes.facts import ACTIONS, BEINGS, COLOURS, MOST, PLACES, TIMES, Scene

_NUMBERS = ("one", "two", "three")
FORMS = (
    "{who} {does} {place} {time}",
    "{time} {who} {does} {place}",
    "{place} {who} {does} {time}",
)
"""Orders of words."""


def write_caption(scene: Scene, form: str = FORMS[0]) -> str:
    """Say what a scene shows, in one of the orders of words.

    Examples
    --------
    >>> write_caption(Scene(2, "red", "dog", "running", "on the beach", "at night"))
    'two red dogs are running on the beach at night'
    """
    is_one = scene.n == 1
    being = scene.being if is_one else BEINGS[scene.being]
    action = scene.action if is_one else ACTIONS[scene.action]
    return form.format(
        who=f"{_NUMBERS[scene.n - 1]} {scene.colour} {being}",
        does=f"{'is' if is_one else 'are'} {action}",
        place=scene.place,
        time=scene.time,
    )


def read_caption(text: str) -> Scene | None:
    """Read a caption that `write_caption` can write; None for any other text.

    Examples
    --------
    >>> read_caption("at night one white cat is sleeping in a room")
    Scene(n=1, colour='white', being='cat', action='sleeping', place='in a room', time='at night')
    >>> read_caption("two white cat is sleeping")
    """
    facts = spot_facts(text)
    if len(facts) < len(_WORDS):
        return None
    scene = Scene(int(facts.pop("n")), **facts)
    return scene if text in {write_caption(scene, form) for form in FORMS} else None


def spot_facts(text: str) -> dict[str, str]:
    """Find the facts that a text names, right or wrong in grammar: those named once.

    Examples
    --------
    >>> spot_facts("red dogs red dogs at night")
    {'being': 'dog', 'colour': 'red', 'time': 'at night'}
    """
    found = {}
    for fact, words in _WORDS.items():
        named = {value for word, value in words.items() if re.search(rf"\b{word}\b", text)}
        if len(named) == 1:
            (found[fact],) = named
    return dict(sorted(found.items()))


_WORDS: dict[str, dict[str, str]] = {
    "n": {name: str(number) for number, name in enumerate(_NUMBERS[:MOST], 1)},
    "colour": {colour: colour for colour in COLOURS},
    "being": {name: one for one, plural in BEINGS.items() for name in (one, plural)},
    "action": {name: one for one, plural in ACTIONS.items() for name in (one, plural)},
    "place": {place: place for place in PLACES},
    "time": {time: time for time in TIMES},
}
"""For each fact the words by which it is named."""
