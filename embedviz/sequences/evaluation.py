"""Evaluation of a sequence model on a file of pairs, with controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from embedviz.sequences.controls import open_untrained
from embedviz.sequences.labels import given_vectors
from embedviz.sequences.likelihoods import (
    log_probabilities,
    perplexity_of,
    score_matrix,
    summaries,
)
from embedviz.sequences.measures import (
    MODEL,
    SHUFFLED,
    UNTRAINED,
    Measure,
    Measured,
    unknown_note,
    unranked_note,
)
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.pair_set import PairSet
from embedviz.sequences.scoring import check_candidates, divide, rank_in_rows, rank_labels
from embedviz.sequences.search_settings import Search
from embedviz.sequences.word_means import N_FREQUENT, mean_of_words
from embedviz.sequences.written_texts import measure_texts, metrics

ZERO, WORDS, CHANCE = "vector of zeros", "mean of content words", "chance"

_MOST_DECODED, _MOST_RANKED = 2_000, 200
_FIRST = (1, 10, 100)

Ranks = NDArray[np.float64]
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class EvaluationOptions:
    """How to evaluate.

    Parameters
    ----------
    search : Search
    n_candidates : int
        Among which targets are ranked, at least 2.
    seed : int
        Of everything that is drawn.

    Raises
    ------
    InputError
        If there are fewer than 2 candidates.
    """

    search: Search = field(default_factory=Search)
    n_candidates: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the number of candidates."""
        check_candidates(self.n_candidates)


def evaluate_pairs(
    model: SequenceModel,
    pairs: PairSet,
    options: EvaluationOptions | None = None,
    *,
    progress: Progress = lambda share, remark: None,
) -> list[Measured]:
    """Measure a model on pairs, with controls.

    Every model: perplexity over the full softmax, with the model before training and with shuffled
    pairs as controls. A model that writes texts: chrF and BLEU of its texts, and the rank of the
    true target among others by what the source adds to its probability. A model that maps to
    labels: the rank of the true label among all.

    Parameters
    ----------
    model : SequenceModel
    pairs : PairSet
    options : EvaluationOptions, optional
    progress : callable, optional
        Called with the share done and what is next.

    Raises
    ------
    InputError
        If sacrebleu is missing.
    """
    options = options or EvaluationOptions()
    if model.shape != "seq-vec":
        metrics()  # said before anything is measured
    untrained = open_untrained(model)
    progress(0.0, "perplexity")
    found = [_perplexity(model, untrained, pairs, options.seed)]
    if model.shape == "seq-vec":
        progress(0.7, "ranks")
        return [*found, _labels(model, untrained, pairs)]
    progress(0.3, "texts")
    found.append(measure_texts(model, pairs, options.search, most=_MOST_DECODED))
    if len(pairs) > 1:
        progress(0.6, "ranks")
        some = pairs.sample(_MOST_RANKED, options.seed)
        found.append(_retrieval(model, untrained, some, options))
    return found


def _perplexity(
    model: SequenceModel, untrained: SequenceModel | None, pairs: PairSet, seed: int
) -> Measured:
    writes_text = model.shape != "seq-vec"
    lengths = [len(target) + writes_text for target in pairs.targets]
    n_tokens = sum(lengths)
    shift = np.random.default_rng(seed).permutation(len(pairs))
    others = [pairs.targets[i] for i in shift[np.argsort(np.roll(shift, 1))]]

    def of(
        one: SequenceModel, targets: list[tuple[int, ...]], *, zero: bool = False
    ) -> float | None:
        log_p = log_probabilities(one, pairs.sources, targets, zero=zero)
        return perplexity_of(float(log_p.sum()), n_tokens)

    own = list(pairs.targets)
    rows: dict[str, tuple[float | None, ...]] = {MODEL: (of(model, own),)}
    rows[SHUFFLED] = (of(model, others),) if len(pairs) > 1 else (None,)
    if model.shape == "vec-seq":
        rows[ZERO] = (of(model, own, zero=True),)
    if untrained is not None:
        rows[UNTRAINED] = (of(untrained, own),)
    notes = ("Over the full softmax.", *unknown_note(pairs.unknown_share * writes_text))
    return Measured(
        "perplexity",
        "Perplexity",
        (Measure("perplexity", "perplexity per word" if writes_text else "perplexity", ".2f"),),
        rows,
        len(pairs),
        "pairs",
        notes,
    )


def _retrieval(
    model: SequenceModel,
    untrained: SequenceModel | None,
    pairs: PairSet,
    options: EvaluationOptions,
) -> Measured:
    """Rank the true target among those of other pairs."""
    ranks: dict[str, list[Ranks]] = {}
    reference = "zero" if model.shape == "vec-seq" else "sources"
    groups = divide(len(pairs), options.n_candidates, options.seed)
    for group, n_new in groups:
        some = pairs.take(group)
        own = np.arange(n_new)
        other = (own + 1) % len(group)  # groups are in random order
        for name, one in ((MODEL, model), (UNTRAINED, untrained)):
            if one is None or (name == UNTRAINED and ranks.get(name)):
                continue  # one group of the control is enough
            matrix = score_matrix(one, some)
            scores = matrix.information(reference)
            ranks.setdefault(name, []).append(rank_in_rows(scores, own, matrix.is_other))
            if name == MODEL:
                by_log_p = rank_in_rows(matrix.log_probability, own, matrix.is_other)
                ranks.setdefault("model, by log p alone", []).append(by_log_p)
                is_ranked = np.asarray(matrix.is_other.any(1))[:, None]
                ranks.setdefault(SHUFFLED, []).append(
                    rank_in_rows(scores, other, ~np.eye(len(group), dtype=bool) & is_ranked)
                )
    n = len(groups[0][0])
    places = np.arange(1, n + 1)
    rows: dict[str, tuple[float | None, ...]] = {
        name: _rank_measures(np.concatenate(parts)) for name, parts in ranks.items()
    }
    rows[CHANCE] = (1 / n, float((1 / places).mean()), (n + 1) / 2)
    ratio = (
        "log p(y | x) - log p(y | 0), with a vector of zeros"
        if reference == "zero"
        else "log p(y | x) - log p(y), with p(y) the mean over the sources of the group"
    )
    return Measured(
        "retrieval",
        "Rank of the true target",
        (
            Measure("first", "first", ".1%"),
            Measure("mean_reciprocal_rank", "MRR"),
            Measure("median_rank", "median rank", ".1f"),
        ),
        rows,
        len(pairs),
        "pairs",
        (
            f"Among the targets of {n} pairs drawn together, by {ratio}; ties count halfway. "
            "Shuffled pairs: the rank of another pair's target.",
            *unranked_note(int(np.isnan(np.concatenate(ranks[MODEL])).sum())),
        ),
    )


def _rank_measures(ranks: Ranks) -> tuple[float | None, ...]:
    ranks = ranks[~np.isnan(ranks)]
    if not len(ranks):
        return None, None, None
    return float((ranks <= 1).mean()), float((1 / ranks).mean()), float(np.median(ranks))


def _labels(model: SequenceModel, untrained: SequenceModel | None, pairs: PairSet) -> Measured:
    """Rank the true label among all."""
    labels = np.array([target[0] for target in pairs.targets], dtype=np.int64)
    n = len(model.target)
    rows = {MODEL: _label_measures(rank_labels(model, summaries(model, pairs.sources), labels))}
    notes = [
        f"Among {n:,} labels by cosine less half of their hubness, the controls by cosine alone; "
        "the words of the text are not left out. Content words are "
        f"those outside the {N_FREQUENT} most frequent ones of the labels' vectors."
    ]
    if untrained is not None:
        vectors = summaries(untrained, pairs.sources)
        rows[UNTRAINED] = _label_measures(rank_labels(untrained, vectors, labels))
    if (given := given_vectors(model)) is not None:
        given_words, space = given
        texts = [pair.source for pair in pairs.pairs]
        words = mean_of_words(texts, given_words, model.tokenizer, content=True)
        means = space.place(words)
        plain = replace(model, hubness=None)  # which is that of the model's own vectors
        rows[WORDS] = _label_measures(rank_labels(plain, means, labels))
    else:
        notes.append("The labels' vectors were trained or are gone: no mean of words can be shown.")
    rows[CHANCE] = ((n + 1) / 2, *(min(1.0, first / n) for first in _FIRST))
    return Measured(
        "labels",
        "Rank of the true label",
        (
            Measure("median_rank", "median rank", ".1f"),
            *(Measure(f"first_{first}", f"in first {first}", ".1%") for first in _FIRST),
        ),
        dict(rows),
        len(pairs),
        "pairs",
        tuple(notes),
    )


def _label_measures(ranks: Ranks) -> tuple[float, ...]:
    return float(np.median(ranks)), *(float((ranks <= first).mean()) for first in _FIRST)
