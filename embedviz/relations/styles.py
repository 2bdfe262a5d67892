"""Which colour and dash a relation has, the same in every map, figure and chart."""

from __future__ import annotations

from embedviz.relations.pairs import built_in_names


def style_number(name: str, place: int = 0) -> int:
    """Return a relation's style number, which `embedviz.support.palette` turns into a colour.

    Parameters
    ----------
    name : str
        A built-in relation has the number of its place among the built-in ones.
    place : int
        Place among the relations shown, by which any other relation is numbered.

    Examples
    --------
    >>> style_number("male-female", place=5), style_number("mine", place=1)
    (0, 14)
    """
    names = built_in_names()
    return names.index(name) if name in names else len(names) + place
