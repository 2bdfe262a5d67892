"""What an evaluation returns: measures of a model, with controls beside them."""

from __future__ import annotations

from dataclasses import dataclass

MODEL, UNTRAINED, SHUFFLED = "model", "untrained", "shuffled pairs"
"""Names of rows."""


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
