"""How good word vectors are: analogy questions, and word similarity beside human ratings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.analogy import Method, answers
from embedviz.errors import InputError
from embedviz.reading import read_whole
from embedviz.vectors import WordVectors

ANALOGY_CUT = 30_000
"""Answers are looked for among so many most frequent words unless said otherwise."""

Question = tuple[str, str, str, str]
"""a is to b as c is to d: the fourth is the right answer."""

RatedPair = tuple[str, str, float]
"""Two words and how alike people find them."""


@dataclass(frozen=True)
class Section:
    """A named list of analogy questions, as it stands in a question file.

    Parameters
    ----------
    name : str
    questions : tuple of (a, b, c, d)
    """

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class SectionScore:
    """How many questions of a section were answered rightly.

    Attributes
    ----------
    name : str
    n_questions : int
    n_covered : int
        Questions whose four words all stand inside the vocabulary cut.
    n_correct : int
        Of the covered ones.
    """

    name: str
    n_questions: int
    n_covered: int
    n_correct: int

    @property
    def is_semantic(self) -> bool:
        """Whether the section asks about meaning: its name does not begin with ``gram``."""
        return not self.name.startswith("gram")

    @property
    def accuracy(self) -> float | None:
        """Correct answers out of the covered questions, 0 to 1; None if none is covered."""
        return _share((self,))


@dataclass(frozen=True)
class AnalogyReport:
    """How well vectors answer a question file.

    Attributes
    ----------
    sections : tuple of SectionScore
        In the order of the file.
    n_words : int
        The vocabulary cut: only the so many most frequent words were asked and answered.
    case_folded : bool
        The questions were brought to lower case, because the vocabulary is.
    method : Method
        How they were answered.

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

    @property
    def n_questions(self) -> int:
        """Questions in the file."""
        return sum(section.n_questions for section in self.sections)

    @property
    def n_covered(self) -> int:
        """Questions whose four words all stand inside the vocabulary cut."""
        return sum(section.n_covered for section in self.sections)

    @property
    def n_correct(self) -> int:
        """Questions answered rightly."""
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
        """Mean of the sections' accuracies (macro); sections without a covered question aside."""
        found = [share for section in self.sections if (share := section.accuracy) is not None]
        return sum(found) / len(found) if found else None

    @property
    def correct_of_all(self) -> float:
        """Correct answers out of all questions, the uncovered ones too, 0 to 1."""
        return self.n_correct / max(1, self.n_questions)


@dataclass(frozen=True)
class SimilarityReport:
    """How well cosines agree with people's ratings.

    Attributes
    ----------
    n_pairs : int
    n_covered : int
        Pairs whose two words stand inside the vocabulary cut.
    spearman : float or None
        Rank correlation of cosine and rating over the covered pairs, -1 to 1; None if there are
        fewer than two, or all cosines or all ratings are equal.
    n_words : int
        The vocabulary cut.
    case_folded : bool
        The pairs were brought to lower case, because the vocabulary is.
    """

    n_pairs: int
    n_covered: int
    spearman: float | None
    n_words: int
    case_folded: bool = False


def read_questions(path: Path) -> tuple[Section, ...]:
    """Read a question file of Google's form: ``: section`` lines, then four words a line.

    Empty lines are skipped; case stays as it is.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, a line is neither of the two, a question stands
        before the first section, or there is no question.
    """
    sections: list[tuple[str, list[Question]]] = []
    bad: list[tuple[int, str]] = []
    for number, line in _lines(path):
        words = line.split()
        if line.startswith(":"):
            sections.append((line[1:].strip(), []))
            if not sections[-1][0]:
                bad.append((number, line))
        elif len(words) == 4 and sections:
            a, b, c, d = words
            sections[-1][1].append((a, b, c, d))
        else:
            bad.append((number, line))
    _refuse(path, bad, "four words a line below a line such as ': family'")
    if not any(questions for _, questions in sections):
        raise InputError(
            f"{path} holds 0 questions: give four words a line below a line such as ': family'."
        )
    return tuple(Section(name, tuple(questions)) for name, questions in sections)


def score_analogies(
    vectors: WordVectors,
    sections: Sequence[Section],
    *,
    n_words: int | None = ANALOGY_CUT,
    method: Method | None = None,
) -> AnalogyReport:
    """Answer analogy questions, by 3CosAdd unless told otherwise.

    A question counts as covered if its four words are among the most frequent `n_words`, and
    answers are looked for among these only. The question's words are folded by the vectors' own
    tokenizer, and to lower case if the vocabulary is. The counts of 3CosAdd are those of gensim's
    ``evaluate_word_analogies`` for the same vectors and cut. Methods that learn from several pairs
    learn from the section's covered ones, but never from one whose source is the word asked about.

    Parameters
    ----------
    vectors : WordVectors
        In descending frequency.
    sections : sequence of Section
    n_words : int or None
        The vocabulary cut; None for all words.
    method : Method, optional
        How to answer, and whether the question's own words may be answered.

    Examples
    --------
    >>> from embedviz.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32),
    ... )
    >>> questions = (("man", "king", "woman", "queen"), ("man", "king", "boy", "prince"))
    >>> score_analogies(vectors, [Section("family", questions)]).sections[0]
    SectionScore(name='family', n_questions=2, n_covered=1, n_correct=1)
    """
    n_words, fold, method = _cut(vectors, n_words), _fold(vectors, n_words), method or Method()
    ids: dict[str, int | None] = {}
    scores = []
    for section in sections:
        for word in {word for question in section.questions for word in question} - ids.keys():
            ids[word] = _id(vectors, fold(word), n_words)
        asked = [tuple(ids[word] for word in question) for question in section.questions]
        covered = np.array([row for row in asked if None not in row], dtype=np.intp).reshape(-1, 4)
        pairs = np.unique(covered.reshape(-1, 2), axis=0)
        found = answers(vectors, covered[:, :3], pairs, method=method, n_words=n_words)
        n_correct = int((found == covered[:, 3]).sum())
        n_questions = len(section.questions)
        scores.append(SectionScore(section.name, n_questions, len(covered), n_correct))
    return AnalogyReport(tuple(scores), n_words, fold is str.lower, method)


def read_similarities(path: Path) -> tuple[RatedPair, ...]:
    """Read rated pairs: two words and a number a line, between tabs or spaces.

    Empty lines and lines that begin with ``#`` are skipped.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, a line holds no rated pair, or there is none.
    """
    pairs: list[RatedPair] = []
    bad: list[tuple[int, str]] = []
    for number, line in _lines(path):
        if line.startswith("#"):
            continue
        try:
            first, second, rating = line.split()
            pairs.append((first, second, float(rating)))
        except ValueError:
            bad.append((number, line))
    _refuse(path, bad, "two words and a number a line")
    if not pairs:
        raise InputError(f"{path} holds 0 pairs: give two words and a number a line.")
    return tuple(pairs)


def score_similarity(
    vectors: WordVectors, pairs: Sequence[RatedPair], *, n_words: int | None = None
) -> SimilarityReport:
    """Correlate the cosines of pairs with people's ratings, by rank.

    Parameters
    ----------
    vectors : WordVectors
        In descending frequency.
    pairs : sequence of (word, word, rating)
    n_words : int or None
        The vocabulary cut; None for all words.
    """
    n_words, fold = _cut(vectors, n_words), _fold(vectors, n_words)
    found = [
        (first, second, rating)
        for a, b, rating in pairs
        if (first := _id(vectors, fold(a), n_words)) is not None
        and (second := _id(vectors, fold(b), n_words)) is not None
    ]
    spearman = None
    if len(found) >= 2:
        first_rows = vectors.unit_rows([row[0] for row in found])
        second_rows = vectors.unit_rows([row[1] for row in found])
        cosines = (first_rows * second_rows).sum(axis=1, dtype=np.float64)
        spearman = _correlation(_ranks(cosines), _ranks(np.array([row[2] for row in found])))
    return SimilarityReport(len(pairs), len(found), spearman, n_words, fold is str.lower)


def _share(sections: Iterable[SectionScore]) -> float | None:
    counted = [(section.n_correct, section.n_covered) for section in sections]
    n_covered = sum(covered for _, covered in counted)
    return sum(correct for correct, _ in counted) / n_covered if n_covered else None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Go through the lines that are not empty, stripped, with their numbers."""
    text = read_whole(path, "an existing file")
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line.strip()


def _refuse(path: Path, bad: Sequence[tuple[int, str]], expected: str) -> None:
    if bad:
        number, line = bad[0]
        others = f" ({len(bad) - 1} more such lines)" if len(bad) > 1 else ""
        raise InputError(
            f"{path}, line {number}: expected {expected}, found '{line[:60]}'{others}: correct it."
        )


def _cut(vectors: WordVectors, n_words: int | None) -> int:
    if n_words is not None and n_words < 1:
        raise InputError(f"A cut to {n_words} words leaves none: ask for at least 1.")
    return len(vectors) if n_words is None else min(n_words, len(vectors))


def _fold(vectors: WordVectors, n_words: int) -> Callable[[str], str]:
    """`str.lower` if the vocabulary is lower-case, otherwise a word stays as it is."""
    words = vectors.words[:n_words]
    return str.lower if all(word == word.lower() for word in words) else str


def _id(vectors: WordVectors, word: str, n_words: int) -> int | None:
    id_ = vectors.id(word) if word in vectors else n_words
    return id_ if id_ < n_words else None


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else None
