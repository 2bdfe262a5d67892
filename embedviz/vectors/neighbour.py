"""A word near a query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbour:
    """A word near a query.

    Attributes
    ----------
    word : str
    cosine : float
        Between -1 and 1.
    rank : int
        Frequency rank of the word, 1 for the most frequent.
    stability : float or None
        Share of the word's own 10 nearest that models of other seeds have in common, 0 to 1; None
        if it was not measured.
    """

    word: str
    cosine: float
    rank: int
    stability: float | None = None

    @property
    def score(self) -> float:
        """The cosine, under the common name of all answers' scores."""
        return self.cosine
