"""Words near a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import repr_html

RankedT = TypeVar("RankedT")


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


class RankedWords(list[RankedT]):
    """Words with scores, best first: a list, which a notebook draws as bars."""

    _repr_html_ = repr_html


def check_stability(stability: NDArray[np.uint8] | None, n_words: int) -> None:
    """Raise `InputError` unless there is a share in per cent for each word, or none at all."""
    if stability is not None and (
        stability.dtype != np.uint8 or stability.shape != (n_words,) or (stability > 100).any()
    ):
        raise InputError(
            f"A stability of type {stability.dtype} and shape {stability.shape} does not fit "
            f"{n_words} words: give a uint8 from 0 to 100 for each."
        )
