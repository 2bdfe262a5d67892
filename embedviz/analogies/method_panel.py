"""All analogy methods side by side on one question, with their confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies import methods
from embedviz.analogies.analogy import Answer, answer_question
from embedviz.analogies.methods import BASELINES, LEARNT, METHODS, Method, Pairs
from embedviz.errors import InputError
from embedviz.relations import Pair
from embedviz.vectors import Filter, WordVectors, find_nearest

N_DRAWS = 200
"""Number of bootstrap draws of the pairs for `MethodAnswers.agreement`."""

FEWEST_TO_LEARN = 2
"""Minimum number of pairs for averaging, classification and resampling."""

_DRAWS_AT_ONCE = 10


@dataclass(frozen=True)
class MethodAnswers:
    """Answers of one method to a question.

    Attributes
    ----------
    method : str
    excluded : tuple of Answer
        Best first, with the query words a, a* and b excluded.
    honest : tuple of Answer
        Best first, with the query words included.
    agreement : float or None
        Share of the bootstrap draws of the pairs for which the method gives
        the same first answer, 0 to 1. None for a method that uses one pair.
    unanswered : str
        Why there is no answer; empty if there is one.
    """

    method: str
    excluded: tuple[Answer, ...] = ()
    honest: tuple[Answer, ...] = ()
    agreement: float | None = None
    unanswered: str = ""

    @property
    def margin(self) -> float | None:
        """Score of the first answer minus that of the second; None without a second."""
        return _lead(self.excluded, 0)

    @property
    def usual_step(self) -> float | None:
        """Mean score difference between later answers; None below three answers."""
        if len(self.excluded) < 3:
            return None
        return (self.excluded[1].score - self.excluded[-1].score) / (len(self.excluded) - 2)


@dataclass(frozen=True)
class MethodPanel:
    """Answers of all methods to "a is to a* as b is to ?".

    Attributes
    ----------
    pair : (str, str)
        a and a*, used by the methods that use one pair.
    word : str
        b.
    n_pairs : int
        Training pairs of ``3cosavg`` and ``lrcos``, without those whose source is b.
    n_draws : int
        Number of draws behind the agreements.
    methods : tuple of MethodAnswers
        In the order of `METHODS`; all of them, unless the panel is still being filled.
    n_drawn : int
        Draws of the pairs that were answered so far, by all methods that learn from them.
    """

    pair: Pair
    word: str
    n_pairs: int
    n_draws: int
    methods: tuple[MethodAnswers, ...]
    n_drawn: int = 0

    def __getitem__(self, method: str) -> MethodAnswers:
        """Return the answers of a method; `KeyError` if it has not answered yet."""
        return {one.method: one for one in self.methods}[method]

    def __contains__(self, method: str) -> bool:
        """Whether a method has answered."""
        return any(one.method == method for one in self.methods)

    @property
    def is_answered(self) -> bool:
        """Whether all methods have answered; `MethodAnswers.agreement` may still be missing."""
        return len(self.methods) == len(METHODS)

    def with_answers(self, answers: MethodAnswers) -> MethodPanel:
        """Return a panel with the answers of a method, in place of its earlier ones."""
        by_name = {**{one.method: one for one in self.methods}, answers.method: answers}
        return replace(self, methods=tuple(by_name[name] for name in METHODS if name in by_name))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Explanations of missing figures."""
        few = self.n_pairs < FEWEST_TO_LEARN
        remarks = [
            f"{one.method}: {one.unanswered}"
            for one in self.methods
            if one.unanswered and not (few and one.method in LEARNT)
        ]
        if few:
            remarks.append(
                "One pair cannot be averaged, resampled or held out: "
                "3cosavg, lrcos, the share of draws, accuracy and offset gain need more pairs."
            )
        return tuple(remarks)

    def votes(self, word: str) -> int:
        """Count the methods, excluding baselines, whose first answer is the word."""
        return sum(
            one.excluded[0].word == word
            for one in self.methods
            if one.excluded and one.method not in BASELINES
        )


def compare_methods(
    vectors: WordVectors,
    pairs: Sequence[Pair],
    word: str,
    n: int = 10,
    *,
    only: Filter | None = None,
    epsilon: float = methods.EPSILON,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> MethodPanel:
    """Answer a question by all methods, with the query words excluded and included.

    Parameters
    ----------
    vectors : WordVectors
    pairs : sequence of (source, target)
        The first whose source is not the word is the question's own, used by methods of one
        pair. ``3cosavg`` and ``lrcos`` learn from all pairs whose source is not the word, and
        need at least two.
    word : str
        The query word b.
    n : int
        Maximum number of answers of each method.
    only : Filter, optional
        Restriction on the answers.
    epsilon : float
        Constant of 3cosmul.
    n_draws : int
        Bootstrap draws for `MethodAnswers.agreement`, at least 1.
    seed : int
        Seed of the draws and of LRCos.

    Raises
    ------
    InputError
        If every pair has the word as its source.
    UnknownWordError
        If a word has no vector.

    Examples
    --------
    >>> from embedviz.text.vocabulary import Vocabulary
    >>> vectors = WordVectors(
    ...     Vocabulary(("man", "woman", "king", "queen")),
    ...     np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32),
    ... )
    >>> found = compare_methods(vectors, [("man", "king")], "woman")
    >>> found["3cosadd"].excluded[0].word, found["only-b"].honest[0].word
    ('queen', 'woman')
    >>> found["3cosavg"].excluded
    ()
    """
    panels = iterate_methods(
        vectors, pairs, word, n, only=only, epsilon=epsilon, n_draws=n_draws, seed=seed
    )
    *_, found = panels
    return found


def iterate_methods(
    vectors: WordVectors,
    pairs: Sequence[Pair],
    word: str,
    n: int = 10,
    *,
    first: str = METHODS[0],
    only: Filter | None = None,
    epsilon: float = methods.EPSILON,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> Iterator[MethodPanel]:
    """Fill the panel of `compare_methods` step by step: answers first, agreements last.

    The last panel is that of `compare_methods`. Every step is short, so that a caller can show what
    is there, or stop.

    Parameters
    ----------
    vectors, pairs, word, n, only, epsilon, n_draws, seed
        See `compare_methods`, also for the errors.
    first : str
        The method that answers first.
    """
    if n_draws < 1:
        raise InputError(f"{n_draws} draws are too few: request at least 1.")
    if n < 1:
        raise InputError(f"{n} answers cannot be listed: request at least 1.")
    id_ = vectors.id(word)
    learnt = [pair for pair in dict.fromkeys(pairs) if vectors.ids(pair)[0] != id_]
    if not learnt:
        raise InputError(
            f"All {len(pairs)} pairs have the source '{word}': give one with another source."
        )
    only, own = only or Filter(), learnt[0]
    without = replace(only, exclude=(*only.exclude, *own, word))
    ids = np.array([vectors.ids(pair) for pair in learnt], dtype=np.intp)

    def answer_by(name: str) -> MethodAnswers:
        if name in LEARNT and len(learnt) < FEWEST_TO_LEARN:
            return MethodAnswers(name, unanswered=f"needs {FEWEST_TO_LEARN} pairs, and has 1.")
        used = learnt if name in LEARNT else [own]
        method = Method(name, epsilon=epsilon, seed=seed)
        try:
            excluded = answer_question(vectors, used, word, n, method=method, only=without)
            honest = answer_question(
                vectors, used, word, n, method=replace(method, honest=True), only=only
            )
        except InputError as error:
            return MethodAnswers(name, unanswered=str(error))
        return MethodAnswers(name, tuple(excluded), tuple(honest))

    panel = MethodPanel(own, word, len(learnt), n_draws, ())
    # the methods that learn are the slowest
    for name in (first, *sorted(set(METHODS) - {first}, key=(*BASELINES, *METHODS).index)):
        panel = panel.with_answers(answer_by(name))
        yield panel
    used = [Method(name, epsilon=epsilon, seed=seed) for name in LEARNT]
    yield from _resample(vectors, panel, used, ids, without)


def _resample(
    vectors: WordVectors, panel: MethodPanel, used: Sequence[Method], pairs: Pairs, only: Filter
) -> Iterator[MethodPanel]:
    """Add the agreements to a panel."""
    id_ = vectors.id(panel.word)
    learnt = [method for method in used if panel[method.name].excluded]
    answers = [vectors.id(panel[method.name].excluded[0].word) for method in learnt]
    n_same = [0] * len(learnt)
    draws = [_first_answers(vectors, pairs, id_, one, only, panel.n_draws) for one in learnt]
    for found in zip(*draws, strict=True):
        for place, drawn in enumerate(found):
            n_same[place] += int((drawn == answers[place]).sum())
        panel = replace(panel, n_drawn=panel.n_drawn + len(found[0]))
        yield panel
    for method, same in zip(learnt, n_same, strict=True):
        row = replace(panel[method.name], agreement=same / panel.n_draws)
        panel = panel.with_answers(row)
    yield panel


def _lead(answers: Sequence[Answer], place: int) -> float | None:
    if len(answers) < place + 2:
        return None
    return answers[place].score - answers[place + 1].score


def _first_answers(
    vectors: WordVectors, pairs: Pairs, id_: int, method: Method, only: Filter, n_draws: int
) -> Iterator[NDArray[np.intp]]:
    """Yield the first answer for each draw of the pairs, a few at once.

    For 3cosavg each draw is a direction; for lrcos a regression on the pairs, without repeats.
    """
    rng = np.random.default_rng([method.seed, 3])
    drawn = rng.integers(len(pairs), size=(n_draws, len(pairs)))
    allowed = vectors.allowed(only)
    n_words = len(allowed)
    matrix, inverse = vectors.matrix[:n_words], vectors.inverse_norms[:n_words]
    b = vectors.unit_rows([id_])
    moves = vectors.unit_rows(pairs[:, 1]) - vectors.unit_rows(pairs[:, 0])
    beside_b = vectors.cosines(b, n_words=n_words)
    for begin in range(0, n_draws, _DRAWS_AT_ONCE):
        chosen = drawn[begin : begin + _DRAWS_AT_ONCE]
        if method.name == "3cosavg":
            directions = methods.unit_length(b + moves[chosen].mean(axis=1))
            found = find_nearest(matrix, inverse, directions, 1, allowed=allowed)
            yield np.array([best.ids[0] for best in found], dtype=np.intp)
            continue
        first = np.empty(len(chosen), dtype=np.intp)
        for place, one in enumerate(chosen):
            weights, intercept = methods.regression(vectors, pairs[one], method.seed)
            target = vectors.cosines(weights[np.newaxis], n_words=n_words)
            shift = np.array([[intercept]], dtype=np.float32)
            scores = methods.scored(method, target, target, beside_b.copy(), shift)[0]
            scores[~allowed] = -np.inf
            first[place] = scores.argmax()
        yield first
