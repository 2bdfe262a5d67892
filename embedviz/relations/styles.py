"""Colour and dash of a relation, consistent across maps, figures and charts."""

from __future__ import annotations

from embedviz.relations.pairs import built_in_names


def style_number(name: str, place: int = 0) -> int:
    """Return a relation's style number, which `embedviz.support.palette` turns into a colour.

    Parameters
    ----------
    name : str
        A built-in relation is numbered by its place among the built-in ones.
    place : int
        Place among the relations shown, which numbers any other relation.

    Examples
    --------
    >>> style_number("male-female", place=5), style_number("mine", place=1)
    (0, 14)
    """
    names = built_in_names()
    return names.index(name) if name in names else len(names) + place
