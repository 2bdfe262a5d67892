"""How far models of one recipe agree: other seeds, other checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from embedviz.analogies import Method
from embedviz.evaluation.analogy_accuracy import score_analogies
from embedviz.evaluation.evaluator import ALL
from embedviz.evaluation.neighbourhoods import (
    FREQUENT,
    N_NEIGHBOURS,
    SHARED_CUT,
    Overlap,
    neighbour_overlap,
    on_shared_words,
)
from embedviz.evaluation.questions import Section
from embedviz.vectors import WordVectors


@dataclass(frozen=True)
class Spread:
    """An accuracy over models.

    Attributes
    ----------
    name : str
    values : tuple of float
        Of each model, in order.
    """

    name: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over the models."""
        return float(np.mean(self.values))

    @property
    def deviation(self) -> float:
        """Standard deviation over the models, with n - 1."""
        return float(np.std(self.values, ddof=1))


@dataclass(frozen=True)
class StabilityReport:
    """How far models agree.

    Attributes
    ----------
    n_shared : int
        Words that all models have inside the cut.
    overlap : Overlap
        Of the nearest words, over every two models.
    between : tuple of tuple of float
        Mean overlap of each two models; 1 on the diagonal.
    """

    n_shared: int
    overlap: Overlap
    between: tuple[tuple[float, ...], ...]

    def most_stable(self, n: int = 10) -> tuple[tuple[str, float], ...]:
        """Words whose neighbours agree most, with their overlap."""
        return self._sorted(-1.0, n)

    def least_stable(self, n: int = 10) -> tuple[tuple[str, float], ...]:
        """Words whose neighbours agree least, with their overlap."""
        return self._sorted(1.0, n)

    def _sorted(self, sign: float, n: int) -> tuple[tuple[str, float], ...]:
        found = zip(self.overlap.words, self.overlap.shares, strict=True)
        return tuple(sorted(found, key=lambda one: sign * one[1])[:n])


def stability(
    models: Sequence[WordVectors],
    *,
    n_words: int | None = SHARED_CUT,
    n_frequent: int = FREQUENT,
    n: int = N_NEIGHBOURS,
) -> StabilityReport:
    """Measure how far the nearest words agree between models.

    Parameters
    ----------
    models : sequence of WordVectors
        At least two.
    n_words : int or None
        Only words among the so many most frequent of each model.
    n_frequent : int
        How many most frequent shared words are asked.
    n : int
        How many nearest words are looked at.

    Raises
    ------
    InputError
        As `embedviz.evaluation.neighbourhoods.on_shared_words`.

    Examples
    --------
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> rng = np.random.default_rng(0)
    >>> one = WordVectors(Vocabulary(tuple("abcdefghijklmnopqrst")), rng.normal(size=(20, 5)))
    >>> stability([one, one]).overlap.mean
    1.0
    """
    shared = on_shared_words(models, n_words=n_words)
    between = np.eye(len(shared))
    for i in range(len(shared)):
        for j in range(i):
            overlap = neighbour_overlap([shared[i], shared[j]], n_frequent=n_frequent, n=n)
            between[i, j] = between[j, i] = overlap.mean
    return StabilityReport(
        len(shared[0]),
        neighbour_overlap(shared, n_frequent=n_frequent, n=n),
        tuple(tuple(row) for row in between.tolist()),
    )


def accuracy_spread(
    models: Sequence[WordVectors],
    sections: Iterable[Section],
    *,
    n_words: int | None = SHARED_CUT,
    method: Method | None = None,
) -> tuple[Spread, ...]:
    """Accuracies of several models on the questions that all cover: of all, then of each section.

    Sections of which no question is covered are left out. `sections` must be such as can be gone
    through several times.
    """
    shared = on_shared_words(models, n_words=n_words)
    reports = [score_analogies(one, sections, n_words=None, method=method) for one in shared]
    found = [(ALL, [report.accuracy for report in reports])]
    for scores in zip(*(report.sections for report in reports), strict=True):
        found.append((scores[0].name, [score.accuracy for score in scores]))
    return tuple(
        Spread(name, tuple(value for value in values if value is not None))
        for name, values in found
        if None not in values
    )
