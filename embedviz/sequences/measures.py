"""What an evaluation returns: measures of a model, with controls beside them."""

from __future__ import annotations

from dataclasses import dataclass

from embedviz.support import counted

MODEL, UNTRAINED, SHUFFLED = "model", "untrained", "shuffled pairs"
"""Names of rows."""


def unknown_note(share: float) -> tuple[str, ...]:
    """Say which share of the target words is unknown to a model; nothing if none is.

    Examples
    --------
    >>> unknown_note(0.0)
    ()
    """
    if not share:
        return ()
    shown = f"{share:.1%}" if share >= 0.0005 else "Under 0.1%"
    return (
        f"{shown} of the target words are unknown to the model and count as one word, which lowers "
        "the perplexity.",
    )


def unranked_note(n: int) -> tuple[str, ...]:
    """Say that n pairs have no rank; nothing for 0."""
    if not n:
        return ()
    return (
        f"{counted(n, 'pair')} without a rank, since the model knows no word of the target or "
        "nothing competes with it: not in the figures of ranks.",
    )


@dataclass(frozen=True)
class Measure:
    """A column: its name in JSON, its heading and the format of its numbers."""

    key: str
    heading: str
    form: str = ".3f"


@dataclass(frozen=True)
class Measured:
    """Measures of a model and of its controls.

    Attributes
    ----------
    key, heading : str
    measures : tuple of Measure
    rows : mapping of str to tuple of float or None
        For the model and each control one number a measure; None where it is undefined.
    n : int
        Of what was measured.
    of_what : str
        In the plural, such as ``pairs``.
    notes : tuple of str
    """

    key: str
    heading: str
    measures: tuple[Measure, ...]
    rows: dict[str, tuple[float | None, ...]]
    n: int
    of_what: str
    notes: tuple[str, ...] = ()
