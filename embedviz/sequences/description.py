"""A point of the space of labels → texts that describe it, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.relations import Relation, offsets
from embedviz.sequences.decoding import DecodedText, Source, decode_texts, encode_sources
from embedviz.sequences.labels import label_vectors
from embedviz.sequences.likelihoods import log_probabilities, log_probabilities_after
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.search_settings import Search
from embedviz.vectors import WordVectors, parse_expression, unit_rows

BEAM = Search(beam=6, alpha=0.8, distinct_pairs=True)
"""How a point is described by default."""

_N_NEAREST = 8
_N_RANDOM, _FAR = 200, 0.95  # random directions, and the share of them that a near point surpasses


@dataclass(frozen=True)
class Described:
    """Evidence on the texts of a point; fluent texts are written even for points far from all.

    Attributes
    ----------
    nearest : tuple of (str, float)
        Labels with the highest cosine, best first; none for a vector of zeros.
    far_below : float
        Of random directions 95 % have no label with a cosine above this.
    log_ratios : tuple of float
        log p(y | v) - log p(y | 0) in nats of each text: what the vector adds.
    log_ratios_per_token : tuple of float
        The same divided by the number of words and the end, since long texts add up more.
    """

    nearest: tuple[tuple[str, float], ...]
    far_below: float
    log_ratios: tuple[float, ...]
    log_ratios_per_token: tuple[float, ...]

    @property
    def is_far(self) -> bool:
        """Whether the point is no nearer to a label than random directions are."""
        return not self.nearest or self.nearest[0][1] <= self.far_below


@dataclass(frozen=True, eq=False)
class Point:
    """A point to describe.

    Attributes
    ----------
    name : str
    vector : ndarray of float32, shape (n_dims,)
    words : tuple of str
        Of the formula: they are not counted among the nearest words.
    own_words : tuple of str
        Words that must not be written: the label itself, unless the point is composed.
    """

    name: str
    vector: NDArray[np.float32]
    words: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Description:
    """What a model says of a point.

    Attributes
    ----------
    point : Point
    texts : tuple of DecodedText
        Best first.
    about : Described
    """

    point: Point
    texts: tuple[DecodedText, ...]
    about: Described


def describe_points(
    model: SequenceModel,
    points: Sequence[Point],
    how: Search = BEAM,
    *,
    labels: WordVectors | None = None,
) -> list[Description]:
    """Write texts for points, without their own words.

    Parameters
    ----------
    model : SequenceModel
        Of shape vec-seq.
    points : sequence of Point
        See `points_of`.
    how : Search
    labels : WordVectors, optional
        From `label_vectors`, for a caller who has them: reading them takes longer than all else.
    """
    vectors = [point.vector for point in points]
    found = decode_texts(model, vectors, how, banned=[point.own_words for point in points])
    about = describe_sources(model, vectors, found, labels=labels)
    return [Description(*one) for one in zip(points, found, about, strict=True)]


def points_of(
    model: SequenceModel,
    formulas: Sequence[str],
    along: Relation | None = None,
    *,
    labels: WordVectors | None = None,
) -> list[Point]:
    """Compute the points of formulas.

    Parameters
    ----------
    model : SequenceModel
        Of shape vec-seq.
    formulas : sequence of str
        Labels, or formulas over their vectors.
    along : Relation, optional
        Its mean offset is added to each; pairs with a word of the formula are left out of the mean,
        since they would bring their own answer.
    labels : WordVectors, optional
        From `label_vectors`, for a caller who has them.

    Raises
    ------
    InputError, UnknownWordError
        If a formula is unusable, or no pair of the relation is left.
    """
    labels = labels or label_vectors(model)
    return [_point(labels, formula.strip(), along) for formula in formulas]


def _point(labels: WordVectors, formula: str, along: Relation | None) -> Point:
    if not formula:
        raise InputError("A point is empty: give a word, or a formula such as king - man + woman.")
    weights = {formula: 1.0} if formula in labels else parse_expression(formula, known=labels)
    vector = labels.combine(weights)
    is_word = list(weights.values()) == [1.0]
    if along is None:
        return Point(formula, vector, tuple(weights), tuple(weights) if is_word else ())
    pairs = tuple(
        pair
        for pair in along.pairs
        if not set(pair) & set(weights) and all(word in labels for word in pair)
    )
    if not pairs:
        raise InputError(
            f"No pair of {along.name} has vectors for both words and none of {', '.join(weights)}: "
            "give more pairs, or another relation."
        )
    offset = offsets(labels, Relation(along.name, pairs)).mean(axis=0)
    unit = unit_rows(vector[np.newaxis])[0]
    return Point(f"{formula} + ({along.name})", unit + offset, tuple(weights))


def describe_sources(
    model: SequenceModel,
    sources: Sequence[Source],
    found: Sequence[Sequence[DecodedText]],
    *,
    labels: WordVectors | None = None,
) -> list[Described]:
    """Compute the nearest labels of points, and what their vectors add to the texts.

    Parameters
    ----------
    model : SequenceModel
        Of shape vec-seq.
    sources : sequence of str or ndarray
        See `encode_sources`.
    found : sequence of sequence of DecodedText
        From `decode_texts`.
    labels : WordVectors, optional
        From `label_vectors`, for a caller who has them.
    """
    labels = labels or label_vectors(model)
    ids = [one.ids for texts in found for one in texts]
    after_zero = iter(log_probabilities(model, [[0]] * len(ids), ids, zero=True))
    points = encode_sources(model, sources).summary.numpy()
    far_below = _nearest_of_random(labels)
    described = []
    for point, texts in zip(points, found, strict=True):
        nearest = labels.nearest(point, _N_NEAREST) if np.any(point) else []
        ratios = [float(one.log_probability - next(after_zero)) for one in texts]
        n_tokens = [len(one.log_probabilities) for one in texts]
        described.append(
            Described(
                tuple((one.word, float(one.cosine)) for one in nearest),
                far_below,
                tuple(ratios),
                tuple(ratio / n for ratio, n in zip(ratios, n_tokens, strict=True)),
            )
        )
    return described


def weigh_texts(
    model: SequenceModel, vector: NDArray[np.floating], texts: Sequence[DecodedText]
) -> tuple[float, ...]:
    """Compute log p(y | v) - log p(y | 0) of texts at a point, also of those of other points.

    Parameters
    ----------
    model : SequenceModel
        Of shape vec-seq.
    vector : ndarray, shape (n_dims,)
    texts : sequence of DecodedText
        Written by this model.
    """
    ids = [one.ids for one in texts]
    here = log_probabilities_after(model, encode_sources(model, [vector]), ids)
    after_zero = log_probabilities(model, [[0]] * len(ids), ids, zero=True)
    return tuple((here - after_zero).tolist())


def _nearest_of_random(labels: WordVectors) -> float:
    """Return the cosine with the nearest label that few random directions surpass."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((_N_RANDOM, labels.n_dims))
    nearest = [best.cosine for (best,) in labels.nearest_to_each(rows, 1)]
    return float(np.quantile(nearest, _FAR))
