"""Colour and dash of a relation, consistent across maps, figures and charts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import count, islice

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


def group_styles(taken: Collection[int], n: int) -> list[int]:
    """Return style numbers of groups of words beside relations with others.

    Their colours differ from those of the relations as long as there are enough.

    Parameters
    ----------
    taken : collection of int
        Style numbers of the relations.
    n : int

    Examples
    --------
    >>> group_styles([], 3), group_styles([0, 2], 5)
    ([0, 1, 2], [1, 3, 4, 5, 7])
    """
    n_colours = len(palette.LIGHT.families)
    colours = {style % n_colours for style in taken}
    if len(colours) == n_colours:
        colours = set()
    free = (style for style in count() if style % n_colours not in colours and style not in taken)
    return list(islice(free, n))


def style_numbers(names: Sequence[str]) -> dict[str, int]:
    """Return the style number of each relation of a list, by name.

    Examples
    --------
    >>> style_numbers(["mine", "male-female", "yours"])
    {'mine': 15, 'male-female': 0, 'yours': 16}
    """
    others = [name for name in dict.fromkeys(names) if name not in built_in_names()]
    return {name: style_number(name, others.index(name) if name in others else 0) for name in names}
