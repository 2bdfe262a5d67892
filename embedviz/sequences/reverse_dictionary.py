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
    net = cast(TextToVector, model.net)
    unit = unit_rows(net.vectors.detach().numpy())
    (summary,) = encode_texts(model, [description])
    tokens = model.tokenizer.tokens(description)
    names = np.array(model.target.words, dtype=object)
    usable = np.ones(len(names), dtype=np.bool_)
    if len(model.composed):
        usable &= ~model.composed
    others = usable & ~np.isin(names, tokens)
    cosines = unit @ unit_rows(summary[None])[0]
    scores = closeness(model, cosines)
    by_mean: tuple[Found, ...] = ()
    if (given := given_vectors(model)) is not None:
        vectors, space = given
        means = mean_of_words([description], vectors, model.tokenizer, content=True)
        if means.any():  # otherwise none of the words has a vector
            near = unit @ space.place(means)[0]
            by_mean = _best(near, near, others, names, n)
    return FoundWords(
        _best(scores, cosines, others, names, n),
        _best(scores, cosines, usable, names, n),
        by_mean,
        model.unknown_words([description]),
    )


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
