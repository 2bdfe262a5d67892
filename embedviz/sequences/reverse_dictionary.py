"""A description finds its word: seq→vec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import LabelSpace
from embedviz.models import TextToVector
from embedviz.sequences.encoding import encode_texts
from embedviz.sequences.labels import closeness, given_vectors
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.word_means import mean_of_words
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors, unit_rows


@dataclass(frozen=True)
class Found:
    """A word that a description may mean.

    Attributes
    ----------
    word : str
    cosine : float
    score : float
        By which answers are ranked: the cosine less half of the word's hubness, see
        `embedviz.models.measure_hubness`.
    """

    word: str
    cosine: float
    score: float


@dataclass(frozen=True)
class FoundWords:
    """Answers to a description, best first.

    Attributes
    ----------
    words : tuple of Found
        Without the description's own words.
    with_own : tuple of Found
        With them.
    by_mean : tuple of Found
        Control: nearest to the mean vector of the content words, without the description's own
        words; empty if the labels' vectors were trained, are no longer there, or are of none of
        the words.
    unknown : tuple of str
        Words of the description that the model does not know.
    """

    words: tuple[Found, ...]
    with_own: tuple[Found, ...]
    by_mean: tuple[Found, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class WordRank:
    """How far up a word is among the answers to a description.

    Attributes
    ----------
    rank : float
        From 1, ties halfway; the description's own words count as answers.
    by_mean : float or None
        By the control; see `FoundWords`.
    n : int
        Number of words.
    """

    rank: float
    by_mean: float | None
    n: int


@dataclass(frozen=True, eq=False)
class WordScores:
    """Scores of all words as answers to a description.

    Attributes
    ----------
    names : Vocabulary
    cosines, scores : ndarray of float32, shape (n_words,)
        See `Found`.
    by_mean : ndarray of float32, shape (n_words,), or None
        Cosines with the control; see `FoundWords`.
    usable : ndarray of bool, shape (n_words,)
        Words that are answers.
    own, unknown : tuple of str
        Words of the description, and those of them that the model does not know.
    """

    names: Vocabulary
    cosines: NDArray[np.float32]
    scores: NDArray[np.float32]
    by_mean: NDArray[np.float32] | None
    usable: NDArray[np.bool_]
    own: tuple[str, ...]
    unknown: tuple[str, ...]

    def best(self, n: int = 10) -> FoundWords:
        """Return the best n words."""
        others = self.usable.copy()
        others[[self.names.id(word) for word in self.own if word in self.names]] = False
        words = self.names.words
        mean = self.by_mean
        return FoundWords(
            _best(self.scores, self.cosines, others, words, n),
            _best(self.scores, self.cosines, self.usable, words, n),
            () if mean is None else _best(mean, mean, others, words, n),
            self.unknown,
        )

    def rank(self, word: str) -> WordRank | None:
        """Rank a word among all answers; None if it is none."""
        if word not in self.names or not self.usable[place := self.names.id(word)]:
            return None
        mean = self.by_mean
        return WordRank(
            _rank(self.scores[self.usable], self.scores[place]),
            None if mean is None else _rank(mean[self.usable], mean[place]),
            int(self.usable.sum()),
        )


def find_words(model: SequenceModel, description: str, n: int = 10) -> FoundWords:
    """Find the words that a description means.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-vec.
    description : str
    n : int
        Number of answers in each list.

    Raises
    ------
    InputError
        If no word of the description is known.
    """
    return score_words(model, description).best(n)


def score_words(
    model: SequenceModel,
    description: str,
    *,
    given: tuple[WordVectors, LabelSpace] | None = None,
) -> WordScores:
    """Score all words as answers to a description.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-vec.
    description : str
    given : (WordVectors, LabelSpace), optional
        From `given_vectors`, for a caller who has them: reading them takes longer than all else.

    Raises
    ------
    InputError
        If no word of the description is known.
    """
    net = cast(TextToVector, model.net)
    unit = unit_rows(net.vectors.detach().numpy())
    (summary,) = encode_texts(model, [description])
    usable = np.ones(len(unit), dtype=np.bool_)
    if len(model.composed):
        usable &= ~model.composed
    cosines = unit @ unit_rows(summary[None])[0]
    by_mean = None
    if (given := given or given_vectors(model)) is not None:
        vectors, space = given
        means = mean_of_words([description], vectors, model.tokenizer, content=True)
        if means.any():  # otherwise none of the words has a vector
            by_mean = unit @ space.place(means)[0]
    return WordScores(
        model.target,
        cosines,
        closeness(model, cosines),
        by_mean,
        usable,
        tuple(model.tokenizer.tokens(description)),
        model.unknown_words([description]),
    )


def _rank(scores: NDArray[np.float32], own: np.float32) -> float:
    return float((scores > own).sum() + ((scores == own).sum() + 1) / 2)


def _best(
    scores: NDArray[np.float32],
    cosines: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    names: Sequence[str],
    n: int,
) -> tuple[Found, ...]:
    masked = np.where(allowed, scores, -np.inf)
    order = np.argsort(-masked, kind="stable")[: min(n, int(allowed.sum()))]
    return tuple(
        Found(names[place], float(cosines[place]), float(scores[place])) for place in order
    )
