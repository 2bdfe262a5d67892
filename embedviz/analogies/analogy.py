"""Answer one analogy question by any method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedviz.analogies.methods import (
    EPSILON,
    LEARNT,
    METHODS,
    Method,
    directions_of,
    query_part,
    scored,
    unit_length,
)
from embedviz.errors import InputError
from embedviz.vectors import Filter, RankedWords, WordVectors, select_best

__all__ = ["EPSILON", "METHODS", "Answer", "Method", "answer_question"]


@dataclass(frozen=True)
class Answer:
    """A word that answers a question.

    Attributes
    ----------
    word : str
    score : float
        Score of the method: a cosine, except for 3cosmul and lrcos.
    rank : int
        Frequency rank of the word, 1 for the most frequent.
    count : int or None
        Occurrences in the training text, if known.
    """

    word: str
    score: float
    rank: int
    count: int | None = None


def answer_question(
    vectors: WordVectors,
    pairs: Sequence[tuple[str, str]],
    word: str,
    n: int = 10,
    *,
    method: Method | None = None,
    only: Filter | None = None,
) -> RankedWords[Answer]:
    """Find the words that relate to a word as targets relate to sources in pairs, best first.

    The word itself and the words of a single pair are excluded unless the method is honest. Those
    of several pairs are not, because pairs may share a target, such as countries a language.

    Parameters
    ----------
    vectors : WordVectors
    pairs : sequence of (source, target)
        One, or several for ``3cosavg`` and ``lrcos``, which ignore pairs whose source
        is the word.
    word : str
    n : int
        Maximum number of answers.
    method : Method, optional
        By default 3cosadd.
    only : Filter, optional
        Restriction on the answers.

    Examples
    --------
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32),
    ... )
    >>> answer_question(vectors, [("man", "king")], "woman", 1, method=Method("3cosmul"))[0].word
    'queen'
    """
    method, only = method or Method(), only or Filter()
    if n < 1:
        raise InputError(f"{n} answers cannot be listed: request at least 1.")
    if not pairs or (len(pairs) > 1 and method.name not in LEARNT):
        raise InputError(
            f"{method.name} cannot learn from {len(pairs)} pairs: give one, "
            f"or use {' or '.join(LEARNT)}."
        )
    known = np.array([vectors.ids(pair) for pair in pairs], dtype=np.intp)
    id_ = vectors.id(word)
    query = directions_of(vectors, np.array([[*known[0], id_]]), known, method)
    if query.why_not:
        raise query.why_not
    n_words = min(only.max_rank or len(vectors), len(vectors))
    a, target, b = query.directions[query.rows[0]]
    if method.name in ("3cosadd", "ignore-a"):
        sum_ = target + b - (a if method.name == "3cosadd" else 0)
        scores = vectors.cosines(unit_length(sum_[np.newaxis]), n_words=n_words)
    else:
        cosines = vectors.cosines(np.stack([a, target, b]), n_words=n_words)
        b_part = query_part(method, cosines[2:])
        scores = scored(method, cosines[:1], cosines[1:2], b_part, query.shift)
    if method.name == "pairdirection":
        scores = scores / max(float(np.linalg.norm(target - a)), 1e-12)
    scores[0, ~vectors.allowed(only)] = -np.inf
    if not method.honest:
        named = np.array([*(known[0] if len(known) == 1 else ()), id_])
        scores[0, named[named < n_words]] = -np.inf
    found, counts = select_best(scores[0], n), vectors.vocabulary.counts
    return RankedWords(
        Answer(vectors.words[id_], score, id_ + 1, None if counts is None else int(counts[id_]))
        for id_, score in zip(found.ids.tolist(), found.scores.tolist(), strict=True)
    )
