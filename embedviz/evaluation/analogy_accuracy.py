"""Accuracy of word vectors on analogy questions.

Question sets are read in `embedviz.evaluation.questions`, similarity ratings in
`embedviz.evaluation.rating_files`, and scored in `embedviz.evaluation.similarity`; this module
re-exports the main names of both.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies import Method
from embedviz.evaluation.evaluator import ANALOGY_CUT, Evaluator, Results
from embedviz.evaluation.questions import Question, QuestionSet, Section, read_questions
from embedviz.evaluation.rating_files import RatedPair, read_similarities
from embedviz.evaluation.scores import AnalogyReport, Intervals, SectionScore
from embedviz.evaluation.similarity import SimilarityReport, score_similarity
from embedviz.relations import N_DRAWS, PairMeans, PairWeights, percentiles
from embedviz.vectors import WordVectors

__all__ = [
    "ANALOGY_CUT",
    "AnalogyReport",
    "Intervals",
    "Question",
    "QuestionSet",
    "RatedPair",
    "Section",
    "SectionScore",
    "SimilarityReport",
    "read_questions",
    "read_similarities",
    "score_analogies",
    "score_similarity",
]


def score_analogies(
    vectors: WordVectors,
    sections: Iterable[Section],
    *,
    n_words: int | None = ANALOGY_CUT,
    method: Method | None = None,
    seed: int = 0,
) -> AnalogyReport:
    """Answer analogy questions, by default with 3CosAdd.

    A question is covered if its four words are among the most frequent `n_words`;
    only these are candidate answers. A question with a correct answer among its own words is not
    asked (`AnalogyReport.n_dropped`). A word that is not among them as written or folded by the
    vectors' tokenizer is looked up in its most frequent form in another case. The counts of 3CosAdd
    match gensim's ``evaluate_word_analogies`` for the same vectors and cut, if no two words differ
    only in case; gensim also accepts answers in another case. Methods that learn from several pairs
    learn from the section's covered pairs, but never from one whose source is the query word;
    a covered question without such pairs counts as wrong, and is also counted separately.

    Parameters
    ----------
    vectors : WordVectors
        In descending frequency.
    sections : iterable of Section
        As from `read_questions`, a part at a time. Iterated twice by methods that learn
        from several pairs.
    n_words : int or None
        The vocabulary cut; None for all words.
    method : Method, optional
        Analogy method. If it is honest, `SectionScore.n_correct` is `SectionScore.n_honest`.
    seed : int
        Seed of the bootstrap.

    Examples
    --------
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32),
    ... )
    >>> questions = (("man", "king", "woman", "queen"), ("man", "king", "boy", "prince"))
    >>> report = score_analogies(vectors, [Section.of("family", questions)])
    >>> score = report.sections[0]
    >>> score.n_questions, score.n_covered, score.n_correct, report.missing
    (2, 1, 1, ('boy', 'prince'))
    """
    evaluator, weights = Evaluator(vectors, n_words, method or Method()), PairWeights(seed)
    whole, macro, scores = _Counts(weights, evaluator.n_words), _Macro(), []
    for name, parts in evaluator.sections(sections):
        tally = _Counts(weights, evaluator.n_words)
        for results in parts:
            tally.add(results)
            whole.add(results)
        macro.add(tally.means)
        scores.append(tally.score(name))
    return AnalogyReport(
        tuple(scores),
        evaluator.n_words,
        bool(evaluator.folded),
        evaluator.method,
        whole.intervals,
        macro.intervals if whole.intervals.accuracy else Intervals(),
        whole.median_rank,
        whole.means.n_pairs,
        tuple(evaluator.missing),
        evaluator.folded,
        whole.n_dropped,
    )


class _Counts:
    """Running counts over the results of a section or a set."""

    def __init__(self, weights: PairWeights, n_words: int) -> None:
        self.means = PairMeans(weights, 4)
        self._ranks = np.zeros(n_words + 1, dtype=np.int64)
        self._counts = np.zeros(3, dtype=np.int64)  # correct, honest, by only-b
        self._n_questions = self._n_unanswerable = self.n_dropped = 0

    def add(self, results: Results) -> None:
        self.means.add(results.pairs, results.values)
        self._ranks += np.bincount(results.ranks, minlength=len(self._ranks))
        correct, honest, gain, _ = results.values.sum(axis=0)
        self._counts += np.array([correct, honest, correct - gain]).round().astype(np.int64)
        self._n_questions += results.n_questions
        self._n_unanswerable += results.n_unanswerable
        self.n_dropped += results.n_dropped

    @property
    def median_rank(self) -> int | None:
        """Median rank of the correct answer."""
        reached = np.cumsum(self._ranks[1:])
        half = (self.means.n_questions + 1) // 2
        if not half or reached[-1] < half:
            return None
        return 1 + int(np.searchsorted(reached, half))

    @property
    def intervals(self) -> Intervals:
        interval = self.means.interval
        return Intervals(interval(0), interval(1), interval(2, signed=True), interval(3))

    def score(self, name: str) -> SectionScore:
        n_covered = self.means.n_questions
        n_correct, n_honest, n_only_b = self._counts.tolist()
        return SectionScore(
            name,
            self._n_questions,
            n_covered,
            n_correct,
            n_honest,
            n_only_b,
            self._n_unanswerable,
            float(self.means.means[3]) if n_covered else None,
            self.median_rank,
            self.means.n_pairs,
            self.intervals,
        )


class _Macro:
    """Means over sections, draw by draw."""

    def __init__(self) -> None:
        self._sums = np.zeros((4, N_DRAWS))
        self._counts: NDArray[np.int64] = np.zeros((4, N_DRAWS), dtype=np.int64)

    def add(self, means: PairMeans) -> None:
        drawn = means.drawn_means
        self._sums += np.nan_to_num(drawn)
        self._counts += ~np.isnan(drawn)

    @property
    def intervals(self) -> Intervals:
        drawn = self._sums / np.where(self._counts > 0, self._counts, np.nan)
        return Intervals(*(percentiles(row) for row in drawn))
