"""A description finds its word: seq→vec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedviz.models import TextToVector
from embedviz.sequences.encoding import encode_texts
from embedviz.sequences.labels import closeness, given_vectors
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.word_means import mean_of_words
from embedviz.vectors import unit_rows


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
    scored = _score(model, description)
    cosines, scores, usable = scored.cosines, scored.scores, scored.usable
    names = np.array(model.target.words, dtype=object)
    others = usable & ~np.isin(names, model.tokenizer.tokens(description))
    by_mean: tuple[Found, ...] = ()
    if scored.by_mean is not None:
        by_mean = _best(scored.by_mean, scored.by_mean, others, names, n)
    return FoundWords(
        _best(scores, cosines, others, names, n),
        _best(scores, cosines, usable, names, n),
        by_mean,
        model.unknown_words([description]),
    )


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


def rank_word(model: SequenceModel, description: str, word: str) -> WordRank | None:
    """Rank a word among all answers to a description; None if it is no answer of the model.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-vec.
    description, word : str

    Raises
    ------
    InputError
        If no word of the description is known.
    """
    if word not in model.target:
        return None
    own = model.target.id(word)
    scored = _score(model, description)
    if not scored.usable[own]:
        return None
    mean = scored.by_mean
    return WordRank(
        _rank(scored.scores[scored.usable], scored.scores[own]),
        None if mean is None else _rank(mean[scored.usable], mean[own]),
        int(scored.usable.sum()),
    )


def _rank(scores: NDArray[np.float32], own: np.float32) -> float:
    return float((scores > own).sum() + ((scores == own).sum() + 1) / 2)


@dataclass(frozen=True, eq=False)
class _Scored:
    """Scores of all words as answers, (n_words,); `by_mean` is None without the control."""

    cosines: NDArray[np.float32]
    scores: NDArray[np.float32]
    by_mean: NDArray[np.float32] | None
    usable: NDArray[np.bool_]


def _score(model: SequenceModel, description: str) -> _Scored:
    net = cast(TextToVector, model.net)
    unit = unit_rows(net.vectors.detach().numpy())
    (summary,) = encode_texts(model, [description])
    usable = np.ones(len(unit), dtype=np.bool_)
    if len(model.composed):
        usable &= ~model.composed
    cosines = unit @ unit_rows(summary[None])[0]
    by_mean = None
    if (given := given_vectors(model)) is not None:
        vectors, space = given
        means = mean_of_words([description], vectors, model.tokenizer, content=True)
        if means.any():  # otherwise none of the words has a vector
            by_mean = unit @ space.place(means)[0]
    return _Scored(cosines, closeness(model, cosines), by_mean, usable)


def _best(
    scores: NDArray[np.float32],
    cosines: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    names: Sequence[str] | NDArray[np.object_],
    n: int,
) -> tuple[Found, ...]:
    masked = np.where(allowed, scores, -np.inf)
    order = np.argsort(-masked, kind="stable")[: min(n, int(allowed.sum()))]
    return tuple(
        Found(str(names[place]), float(cosines[place]), float(scores[place])) for place in order
    )
