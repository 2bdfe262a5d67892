"""Scores of answered questions, by section and for a whole set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from embedviz.analogies import Method
from embedviz.relations import Interval


@dataclass(frozen=True)
class Intervals:
    """95 % intervals from a bootstrap over pairs; None below 8 pairs."""

    accuracy: Interval | None = None
    honest: Interval | None = None
    gain: Interval | None = None
    mean_reciprocal_rank: Interval | None = None


@dataclass(frozen=True)
class SectionScore:
    """Scores of a section.

    Attributes
    ----------
    name : str
    n_questions : int
    n_covered : int
        Questions whose four words are all inside the vocabulary cut; of several correct answers
        one must.
    n_correct : int
        Correct answers to covered questions, with the query words excluded.
    n_honest : int
        The same with the query words included.
    n_only_b : int
        Covered questions whose correct answer is the word nearest to b.
    n_unanswerable : int
        Covered questions without other pairs for the method to learn from; counted as wrong.
    mean_reciprocal_rank : float or None
        Mean of 1 / rank of the correct answer, 0 if it has none. None without covered questions.
    median_rank : int or None
        Median rank of the correct answer over the covered questions; None if that answer
        has no rank.
    n_pairs : int
        Distinct pairs in the covered questions.
    intervals : Intervals
    """

    name: str
    n_questions: int
    n_covered: int
    n_correct: int
    n_honest: int = 0
    n_only_b: int = 0
    n_unanswerable: int = 0
    mean_reciprocal_rank: float | None = None
    median_rank: int | None = None
    n_pairs: int = 0
    intervals: Intervals = field(default_factory=Intervals)

    @property
    def is_semantic(self) -> bool:
        """Whether the section is semantic: its name does not begin with ``gram``."""
        return not self.name.startswith("gram")

    @property
    def accuracy(self) -> float | None:
        """Share of correct answers among the covered questions, 0 to 1; None if none is covered."""
        return self._share(self.n_correct)

    @property
    def honest(self) -> float | None:
        """Accuracy with the query words included, 0 to 1."""
        return self._share(self.n_honest)

    @property
    def only_b(self) -> float | None:
        """Accuracy of the word nearest to b, query words excluded. Source: Linzen (2016)."""
        return self._share(self.n_only_b)

    @property
    def gain(self) -> float | None:
        """Offset gain: `accuracy` - `only_b`, -1 to 1. Source: Linzen (2016)."""
        return self._share(self.n_correct - self.n_only_b)

    def _share(self, n: int) -> float | None:
        return n / self.n_covered if self.n_covered else None


@dataclass(frozen=True)
class AnalogyReport:
    """Scores of vectors on a question file.

    Attributes
    ----------
    sections : tuple of SectionScore
        In the order of the file.
    n_words : int
        The vocabulary cut: only this many of the most frequent words were queried and answered.
    case_folded : bool
        A word was found only in another case.
    method : Method
        Analogy method.
    micro, macro : Intervals or None
        Over all covered questions, and over the mean of sections.
    median_rank : int or None
        As in `SectionScore`, over all covered questions.
    n_pairs : int
        Distinct pairs in all covered questions.
    missing : tuple of str
        Words because of which questions are not covered, in the order of the questions.
    folded : tuple of (word, word)
        Words of the questions, and the words in another case that stood for them.
    n_dropped : int
        Questions that were not asked, because a correct answer is among their own words.

    Examples
    --------
    >>> report = AnalogyReport(
    ...     (SectionScore("family", 10, 8, 4), SectionScore("gram8-plural", 10, 2, 2)), 30_000
    ... )
    >>> report.semantic, report.syntactic, report.accuracy, report.correct_of_all
    (0.5, 1.0, 0.6, 0.3)
    """

    sections: tuple[SectionScore, ...]
    n_words: int
    case_folded: bool = False
    method: Method = field(default_factory=Method)
    micro: Intervals | None = None
    macro: Intervals | None = None
    median_rank: int | None = None
    n_pairs: int = 0
    missing: tuple[str, ...] = ()
    folded: tuple[tuple[str, str], ...] = ()
    n_dropped: int = 0

    @property
    def n_questions(self) -> int:
        """Questions in the file."""
        return sum(section.n_questions for section in self.sections)

    @property
    def n_covered(self) -> int:
        """Questions whose four words are all inside the vocabulary cut."""
        return sum(section.n_covered for section in self.sections)

    @property
    def n_correct(self) -> int:
        """Questions answered correctly."""
        return sum(section.n_correct for section in self.sections)

    @property
    def semantic(self) -> float | None:
        """Accuracy on the covered questions of sections whose name does not begin with gram."""
        return _share(section for section in self.sections if section.is_semantic)

    @property
    def syntactic(self) -> float | None:
        """Accuracy on the covered questions of the sections whose name begins with ``gram``."""
        return _share(section for section in self.sections if not section.is_semantic)

    @property
    def accuracy(self) -> float | None:
        """Accuracy on all covered questions, 0 to 1; None if none is covered."""
        return _share(self.sections)

    @property
    def mean_section_accuracy(self) -> float | None:
        """Mean of the sections' accuracies (macro), without uncovered sections."""
        return self.macro_mean("accuracy")

    @property
    def n_unanswerable(self) -> int:
        """Covered questions that the method could not answer; they count as wrong."""
        return sum(section.n_unanswerable for section in self.sections)

    def micro_mean(self, figure: str) -> float | None:
        """Mean of a section's score, such as ``"gain"``, weighted by covered questions."""
        found = [
            (float(value), section.n_covered)
            for section in self.sections
            if (value := getattr(section, figure)) is not None
        ]
        n_covered = sum(count for _, count in found)
        return sum(value * count for value, count in found) / n_covered if n_covered else None

    def macro_mean(self, figure: str) -> float | None:
        """Mean of a section's score over the sections with a covered question."""
        found = [
            float(value)
            for section in self.sections
            if (value := getattr(section, figure)) is not None
        ]
        return sum(found) / len(found) if found else None

    @property
    def correct_of_all(self) -> float:
        """Share of correct answers among all questions, including uncovered ones, 0 to 1."""
        return self.n_correct / max(1, self.n_questions)


def _share(sections: Iterable[SectionScore]) -> float | None:
    counted = [(section.n_correct, section.n_covered) for section in sections]
    n_covered = sum(covered for _, covered in counted)
    return sum(correct for correct, _ in counted) / n_covered if n_covered else None
