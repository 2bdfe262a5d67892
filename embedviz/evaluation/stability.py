"""Agreement between models of different seeds or checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from embedviz.analogies import Method
from embedviz.evaluation.analogy_accuracy import score_analogies
from embedviz.evaluation.evaluator import ALL
from embedviz.evaluation.neighbourhoods import (
    FREQUENT,
    N_NEIGHBOURS,
    SHARED_CUT,
    Overlap,
    nearest_sets,
    on_shared_words,
    overlap_of,
)
from embedviz.evaluation.questions import Section
from embedviz.vectors import WordVectors


@dataclass(frozen=True)
class Spread:
    """Accuracies of several models.

    Attributes
    ----------
    name : str
    values : tuple of float
        Accuracy of each model, in order.
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
    """Agreement between models.

    Attributes
    ----------
    n_shared : int
        Words inside the cut of all models.
    overlap : Overlap
        Overlap of the nearest words, over every two models.
    between : tuple of tuple of float
        Mean overlap of every two models; 1 on the diagonal.
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
    """Measure the overlap of nearest words between models.

    Parameters
    ----------
    models : sequence of WordVectors
        At least two.
    n_words : int or None
        Use only this many of the most frequent words of each model.
    n_frequent : int
        Number of most frequent shared words to query.
    n : int
        Number of nearest words to compare.

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
    near = [nearest_sets(one, n_frequent, n) for one in shared]
    every_two = {
        (i, j): overlap_of([near[i], near[j]], n) for i, j in combinations(range(len(near)), 2)
    }
    between = np.eye(len(shared))
    for (i, j), shares in every_two.items():
        between[i, j] = between[j, i] = np.mean(shares)
    return StabilityReport(
        len(shared[0]),
        Overlap(shared[0].words[: len(near[0])], overlap_of(near, n)),
        tuple(tuple(row) for row in between.tolist()),
    )


def accuracy_spread(
    models: Sequence[WordVectors],
    sections: Iterable[Section],
    *,
    n_words: int | None = SHARED_CUT,
    method: Method | None = None,
) -> tuple[Spread, ...]:
    """Accuracies of several models on the questions that all cover: overall, then by section.

    Sections without a covered question are omitted. `sections` must be iterable
    several times.
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
