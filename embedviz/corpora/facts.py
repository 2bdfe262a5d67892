"""Fact tables: the source of the bundled corpus and of the built-in relations."""

import csv
import hashlib

from embedviz.errors import InputError
from embedviz.support import data_folder

TABLES = ("adjectives", "countries", "gender", "nouns", "verbs")


def read_facts(name: str) -> tuple[dict[str, str], ...]:
    """Read a fact table.

    Parameters
    ----------
    name : str
        One of `TABLES`.

    Returns
    -------
    tuple of dict
        One dict per row, from column name to word, in the order of the file.

    Raises
    ------
    InputError
        If there is no table of that name.

    Examples
    --------
    >>> read_facts("gender")[0]
    {'male': 'he', 'female': 'she'}
    """
    if name not in TABLES:
        raise InputError(f"There is no fact table '{name}': choose one of {', '.join(TABLES)}.")
    path = data_folder() / "facts" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


def held_out_capitals() -> frozenset[tuple[str, str]]:
    """Return the held-out third of the (country, capital) pairs, which never share a document.

    The pairs are ranked by the SHA-256 of ``country:capital`` and the first third is held out, so
    the choice is pseudo-random, the same everywhere, and hardly changes when a row is added.

    Returns
    -------
    frozenset of (str, str)
        Lower-case country and capital.
    """
    pairs = [(row["country"], row["capital"]) for row in read_facts("countries")]
    pairs.sort(key=lambda pair: hashlib.sha256(":".join(pair).encode()).digest())
    return frozenset(pairs[: len(pairs) // 3])
