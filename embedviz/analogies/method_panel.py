"""All answering methods side by side on one question, and how sure each is of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedviz.analogies import methods
from embedviz.analogies.analogy import Answer, answer_question
from embedviz.analogies.methods import LEARNT, METHODS, Method, Pairs
from embedviz.errors import InputError
from embedviz.relations import Pair
from embedviz.vectors import Filter, WordVectors, find_nearest

N_DRAWS = 200
"""Times that the pairs are drawn anew to see whether the answer stays."""

FEWEST_TO_LEARN = 2
"""Pairs below which there is nothing to average, to tell classes by, or to draw anew."""


@dataclass(frozen=True)
class MethodAnswers:
    """What one method answers to a question.

    Attributes
    ----------
    method : str
    excluded : tuple of Answer
        Best first, without the words that were asked about: b, a and a*.
    honest : tuple of Answer
        Best first, those words left in.
    agreement : float or None
        Share of the draws of the pairs, with replacement, from which the method learns to give
        the first of `excluded` again, 0 to 1. None for a method that uses one pair.
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
        """Score of the first answer less that of the second; None without a second."""
        return _lead(self.excluded, 0)

    @property
    def usual_step(self) -> float | None:
        """Mean lead of each further answer over the next; None below three answers."""
        if len(self.excluded) < 3:
            return None
        return (self.excluded[1].score - self.excluded[-1].score) / (len(self.excluded) - 2)


@dataclass(frozen=True)
class MethodPanel:
    """What every method answers to "a is to a* as b is to ?".

    Attributes
    ----------
    pair : (str, str)
        a and a*, which the methods that use one pair go by.
    word : str
        b.
    n_pairs : int
        Pairs that ``3cosavg`` and ``lrcos`` learn from: none whose source is b.
    n_draws : int
        Draws that the agreements rest on.
    methods : tuple of MethodAnswers
        In the order of `METHODS`.
    """

    pair: Pair
    word: str
    n_pairs: int
    n_draws: int
    methods: tuple[MethodAnswers, ...]

    def __getitem__(self, method: str) -> MethodAnswers:
        """Return what a method answers."""
        return self.methods[METHODS.index(method)]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on the figures that do not exist."""
        few = self.n_pairs < FEWEST_TO_LEARN
        said = [
            f"{one.method}: {one.unanswered}"
            for one in self.methods
            if one.unanswered and not (few and one.method in LEARNT)
        ]
        if few:
            said.append(
                "One pair can be neither averaged, nor drawn anew, nor asked about without itself: "
                "3cosavg, lrcos, the share of draws, accuracy and offset gain want more pairs."
            )
        return tuple(said)

    def votes(self, word: str) -> int:
        """Count the methods, baselines aside, whose first answer is the word."""
        return sum(
            one.excluded[0].word == word
            for one in self.methods
            if one.excluded and one.method not in methods.BASELINES
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
    """Answer a question by every method, with the asked words left out and left in.

    Parameters
    ----------
    vectors : WordVectors
    pairs : sequence of (source, target)
        The first that does not begin with the word is the question's own: methods that use one
        pair go by it. ``3cosavg`` and ``lrcos`` learn from all that do not begin with the word;
        of fewer than two they learn nothing and say so.
    word : str
        Stands beside the pairs' sources.
    n : int
        Answers of each method, at most.
    only : Filter, optional
        Which words may be answered.
    epsilon : float
        Of 3cosmul.
    n_draws : int
        Draws of the pairs for `MethodAnswers.agreement`, at least 1.
    seed : int
        Of the draws and of LRCos.

    Raises
    ------
    InputError
        If there is no pair that does not begin with the word.
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
    if n_draws < 1:
        raise InputError(f"{n_draws} draws show nothing: ask for at least 1.")
    id_ = vectors.id(word)
    learnt = [pair for pair in dict.fromkeys(pairs) if vectors.ids(pair)[0] != id_]
    if not learnt:
        raise InputError(
            f"{len(pairs)} pairs do not begin with another word than '{word}': give one that does."
        )
    only, own = only or Filter(), learnt[0]
    without = replace(only, exclude=(*only.exclude, *own, word))
    ids = np.array([vectors.ids(pair) for pair in learnt], dtype=np.intp)

    def ask(name: str) -> MethodAnswers:
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
        agreement = None
        if name in LEARNT and excluded:
            first = vectors.id(excluded[0].word)
            drawn = _first_answers(vectors, ids, id_, method, without, n_draws)
            agreement = float((drawn == first).mean())
        return MethodAnswers(name, tuple(excluded), tuple(honest), agreement)

    if n < 1:
        raise InputError(f"{n} answers cannot be listed: ask for at least 1.")
    return MethodPanel(own, word, len(learnt), n_draws, tuple(ask(name) for name in METHODS))


def _lead(answers: Sequence[Answer], place: int) -> float | None:
    if len(answers) < place + 2:
        return None
    return answers[place].score - answers[place + 1].score


def _first_answers(
    vectors: WordVectors, pairs: Pairs, id_: int, method: Method, only: Filter, n_draws: int
) -> NDArray[np.intp]:
    """First answer learnt from each draw of the pairs, shape (n_draws,).

    Of 3cosavg a draw is a direction, all of them one matrix; of lrcos a regression on the pairs
    drawn, one that was drawn twice counting once.
    """
    rng = np.random.default_rng([method.seed, 3])
    drawn = rng.integers(len(pairs), size=(n_draws, len(pairs)))
    allowed = vectors.allowed(only)
    n_words = len(allowed)
    matrix, inverse = vectors.matrix[:n_words], vectors.inverse_norms[:n_words]
    b = vectors.unit_rows([id_])
    if method.name == "3cosavg":
        moves = vectors.unit_rows(pairs[:, 1]) - vectors.unit_rows(pairs[:, 0])
        times = np.zeros((n_draws, len(pairs)), dtype=np.float32)
        np.add.at(times, (np.arange(n_draws)[:, np.newaxis], drawn), 1 / len(pairs))
        found = find_nearest(
            matrix, inverse, methods.unit_length(b + times @ moves), 1, allowed=allowed
        )
        return np.array([best.ids[0] for best in found], dtype=np.intp)
    beside_b = vectors.cosines(b, n_words=n_words)
    first = np.empty(n_draws, dtype=np.intp)
    for place, chosen in enumerate(drawn):
        weights, intercept = methods.regression(vectors, pairs[chosen], method.seed)
        target = vectors.cosines(weights[np.newaxis], n_words=n_words)
        shift = np.array([[intercept]], dtype=np.float32)
        scores = methods.scored(method, target, target, beside_b.copy(), shift)[0]
        scores[~allowed] = -np.inf
        first[place] = scores.argmax()
    return first
