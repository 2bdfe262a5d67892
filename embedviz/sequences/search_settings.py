"""How texts are decoded: by search or at random."""

from __future__ import annotations

import math
from dataclasses import dataclass

from embedviz.errors import InputError

_MOST_STREAMS = 1_000


@dataclass(frozen=True)
class Search:
    """Search for the likeliest text.

    Texts are ranked by log p / n^alpha with n words, the end included.

    Parameters
    ----------
    beam : int
        Texts that are continued at each step, 1 to 1,000; 1 takes the likeliest word each time.
    n_best : int
        Texts returned, at most `beam`.
    alpha : float
        Length normalisation, 0 to 2: 0 compares log p, 1 log p per word.
    distinct_pairs : bool
        No word occurs twice in a row, and no two successive words twice in a text.

    Raises
    ------
    InputError
        If a value is out of range.
    """

    beam: int = 1
    n_best: int = 1
    alpha: float = 0.0
    distinct_pairs: bool = False

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.beam <= _MOST_STREAMS:
            raise InputError(f"A beam of {self.beam} is out of range: give 1 to {_MOST_STREAMS:,}.")
        if not 1 <= self.n_best <= self.beam:
            raise InputError(
                f"{self.n_best} texts cannot come out of a beam of {self.beam}: give 1 to "
                f"{self.beam}, or a wider beam."
            )
        if not 0 <= self.alpha <= 2:
            raise InputError(
                f"A length normalisation of {self.alpha} is out of range: give 0 to 2."
            )

    @property
    def n_streams(self) -> int:
        """Texts of a source that are written at the same time."""
        return self.beam


@dataclass(frozen=True)
class Sampling:
    """Draw texts at random, word by word.

    Parameters
    ----------
    n : int
        Texts drawn for each source, 1 to 1,000.
    temperature : float
        Above 0; below 1 favours likely words.
    top_k : int, optional
        Draw among this many of the likeliest words; by default all.
    seed : int

    Raises
    ------
    InputError
        If a value is out of range.
    """

    n: int = 1
    temperature: float = 1.0
    top_k: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.n <= _MOST_STREAMS:
            raise InputError(f"{self.n} samples are out of range: give 1 to {_MOST_STREAMS:,}.")
        if not 0 < self.temperature < math.inf:
            raise InputError(
                f"A temperature of {self.temperature} is out of range: give a number above 0."
            )
        if self.top_k is not None and self.top_k < 1:
            raise InputError(f"Nothing can be drawn among {self.top_k} words: give at least 1.")

    @property
    def n_streams(self) -> int:
        """Texts of a source that are written at the same time."""
        return self.n
