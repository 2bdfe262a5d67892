"""States of a net along texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.states.annotated_text import AnnotatedText


@dataclass(frozen=True, eq=False)
class RecordedStates:
    """The state of a net after each word of texts.

    Attributes
    ----------
    text : AnnotatedText
    states : ndarray of float32, shape (n_words, n_units)

    Raises
    ------
    InputError
        If there is not one state for each word, or a number is not finite.
    """

    text: AnnotatedText
    states: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Check the states against the text."""
        n_words = len(self.text.words)
        if len(self.states) != n_words:
            raise InputError(
                f"There are {len(self.states):,} states and {n_words:,} words in "
                f"{self.text.n_texts:,} texts: give the text as the net read it, words separated "
                "by spaces, one text on each line."
            )
        if not np.isfinite(self.states).all():
            row = int(np.flatnonzero(~np.isfinite(self.states).all(axis=1))[0])
            raise InputError(
                f"The state after word {row + 1} ({self.text.words[row][:40]}) has a number that "
                "is not finite: write the states again."
            )

    def of_text(self, number: int) -> RecordedStates:
        """Return the states along one text."""
        begin, end = self.text.bounds(number)
        columns = {name: values[begin:end] for name, values in self.text.columns.items()}
        one = AnnotatedText(self.text.words[begin:end], (0,), columns)
        return RecordedStates(one, self.states[begin:end])
