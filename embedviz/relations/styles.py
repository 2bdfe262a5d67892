"""Colour and dash of a relation, consistent across maps, figures and charts."""

from __future__ import annotations

from collections.abc import Sequence

from embedviz.relations.pairs import FAMILIES, built_in_names
from embedviz.support import palette


def style_number(name: str, place: int = 0) -> int:
    """Return a relation's style number, which `embedviz.support.palette` turns into a colour.

    Parameters
    ----------
    name : str
        A built-in relation is numbered by its place among the built-in ones.
    place : int
        Place among the relations that are not built in, which numbers any other relation; the
        first ones have other colours than the three families.

    Examples
    --------
    >>> style_number("male-female", place=5), style_number("mine", place=1)
    (0, 16)
    """
    names = built_in_names()
    if name in names:
        return names.index(name)
    n_colours = len(palette.LIGHT.families)
    first = len(names) + (len(FAMILIES) - len(names)) % n_colours  # the colour after the families'
    return first + place


def first_group_style(names: Sequence[str]) -> int:
    """Return the style number of the first group of words beside these relations.

    The groups have other colours than the relations, as long as there are enough.

    >>> first_group_style([]), first_group_style(["male-female"]), first_group_style(["mine"])
    (0, 3, 4)
    """
    n_own = sum(name not in built_in_names() for name in names)
    return len(FAMILIES) + n_own if names else 0


def style_numbers(names: Sequence[str]) -> dict[str, int]:
    """Return the style number of each relation of a list, by name.

    Examples
    --------
    >>> style_numbers(["mine", "male-female", "yours"])
    {'mine': 15, 'male-female': 0, 'yours': 16}
    """
    others = [name for name in dict.fromkeys(names) if name not in built_in_names()]
    return {name: style_number(name, others.index(name) if name in others else 0) for name in names}
