"""Offset gain: leave-one-out accuracy of a method compared with that of only-b."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies.batched_answers import answer_questions
from embedviz.analogies.methods import LEARNT, METHODS, Method
from embedviz.relations import Interval, Relation, alphabetical, gain_interval
from embedviz.vectors import WordVectors

MOST_BESIDE = 20
"""Maximum number of other pairs that form a question with a pair, for methods of one pair."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class MethodScore:
    """Leave-one-out scores of a method on the pairs of a relation.

    Attributes
    ----------
    method : str
    n_pairs : int
        Pairs with a question.
    n_questions : int
        One per pair for ``3cosavg``, ``lrcos`` and ``only-b``; for the others one per ordered pair
        of pairs in a question.
    accuracy : float
        Share of correct answers with the query words excluded, 0 to 1.
    honest_accuracy : float
        The same with the query words included.
    only_b : float
        Accuracy of ``only-b`` on the same questions.
    gain : float
        Offset gain: accuracy - only_b, -1 to 1; 0 for ``only-b`` itself. Source: Linzen (2016).
    gain_interval : (float, float) or None
        95 % interval over pairs; see `gain_interval`. None below 8 pairs, and for ``only-b``.
    """

    method: str
    n_pairs: int
    n_questions: int
    accuracy: float
    honest_accuracy: float
    only_b: float
    gain: float
    gain_interval: Interval | None


def score_methods(
    vectors: WordVectors, relation: Relation, *, seed: int = 0
) -> tuple[MethodScore, ...]:
    """Score all methods on the targets of a relation's pairs, by leave-one-out.

    ``3cosavg`` and ``lrcos`` learn from the pairs with other sources. The methods that use one
    pair form questions with at most the next 20 other pairs, except those that contain a correct
    answer, which would be excluded. All words of the vocabulary are candidates.

    Parameters
    ----------
    vectors : WordVectors
    relation : Relation
        Pairs without vectors are ignored. Any of several correct targets counts.
    seed : int
        Seed of LRCos and of the bootstrap.

    Returns
    -------
    tuple of MethodScore
        One per method in the order of `METHODS`, except those without a question; empty
        below two pairs with different sources.
    """
    known = relation.known_to(vectors)
    if known is None:
        return ()
    known = alphabetical(known)  # makes the scores independent of the order of the pairs
    pairs = np.array([vectors.ids(pair) for pair in known.pairs], dtype=np.intp)
    if len(np.unique(pairs[:, 0])) < 2:
        return ()
    right = [frozenset(vectors.ids(targets)) for targets in known.targets]
    given = _question_mask(pairs, right)
    alone = np.eye(len(pairs), dtype=np.bool_)
    scores: list[MethodScore] = []
    base = {
        is_alone: _score_questions(vectors, pairs, right, mask, Method("only-b"))[0]
        for is_alone, mask in ((True, alone), (False, given))
    }
    for name in METHODS:
        is_alone = name in (*LEARNT, "only-b")
        mask, only_b = (alone if is_alone else given), base[is_alone]
        if not mask.any():
            continue
        found, honest = _score_questions(vectors, pairs, right, mask, Method(name, seed=seed))
        gains = found.astype(np.float64) - only_b
        n_questions = int(mask.sum())
        scores.append(
            MethodScore(
                name,
                int(mask.any(axis=1).sum()),
                n_questions,
                float(found.sum()) / n_questions,
                float(honest.sum()) / n_questions,
                float(only_b.sum()) / n_questions,
                float(gains.sum()) / n_questions,
                None if name == "only-b" else gain_interval(gains, mask, seed=seed),
            )
        )
    return tuple(scores)


def _question_mask(pairs: NDArray[np.intp], right: list[frozenset[int]]) -> Bools:
    """Mask of the questions of methods that use one pair, shape (n_pairs, n_pairs)."""
    n = len(pairs)
    mask = np.zeros((n, n), dtype=np.bool_)
    for i in range(n):
        others = [(i + step) % n for step in range(1, min(n, MOST_BESIDE + 1))]
        for j in others:
            a, target = pairs[j].tolist()
            mask[i, j] = a != pairs[i, 0] and a not in right[i] and target not in right[i]
    return mask


def _score_questions(
    vectors: WordVectors,
    pairs: NDArray[np.intp],
    right: list[frozenset[int]],
    mask: Bools,
    method: Method,
) -> tuple[Bools, Bools]:
    """Correct answers with query words excluded and included, each of shape (n_pairs, n_pairs)."""
    about, given = np.nonzero(mask)
    b = pairs[about, 0]
    # a question without a pair excludes b; one with a pair excludes its words too
    a, target = np.where(about == given, b, pairs[given].T)
    questions = np.column_stack([a, target, b])
    found = answer_questions(vectors, questions, pairs, method=method, n_words=len(vectors))
    correct, honest = np.zeros_like(mask), np.zeros_like(mask)
    for hits, ids in ((correct, found.ids), (honest, found.honest_ids)):
        hits[about, given] = [
            id_ in right[i] for i, id_ in zip(about.tolist(), ids.tolist(), strict=True)
        ]
    return correct, honest
