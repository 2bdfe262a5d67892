"""Analogy questions written as expressions."""

from __future__ import annotations

import re

from embedviz.errors import InputError

_TOKEN = re.compile(r"""\s*(?:"([^"]*)"|([+\-−])(?=\s|$)|(\S+))""")


def parse(expression: str) -> dict[str, float]:
    """Read an expression such as ``king - man + woman`` as weights of words.

    Signs stand between spaces; a word with a space or a sign in it stands in double quotes.

    Raises
    ------
    InputError
        If a word or a sign is missing; the message points at the column.

    Examples
    --------
    >>> parse("king - man + woman")
    {'king': 1.0, 'man': -1.0, 'woman': 1.0}
    """
    weights: dict[str, float] = {}
    sign, wants_word = 1.0, True
    for match in _TOKEN.finditer(expression):
        quoted, operator, bare = match.groups()
        column = match.end() - len(match.group().lstrip()) + 1
        if operator:
            if wants_word and weights:
                raise InputError(f"Column {column}: expected a word, found '{operator}'.")
            sign, wants_word = (1.0 if operator == "+" else -1.0), True
            continue
        word = quoted if quoted is not None else bare
        if not wants_word:
            raise InputError(
                f"Column {column}: expected + or - before '{word}', as in king - man + woman."
            )
        if not word:
            raise InputError(f"Column {column}: the quotes hold no word; write one between them.")
        weights[word] = weights.get(word, 0.0) + sign
        wants_word = False
    if wants_word:
        raise InputError(
            f"Column {len(expression) + 1}: expected a word, as in king - man + woman."
        )
    return weights
