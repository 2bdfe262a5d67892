"""What stands beside a text that describes a point of the space of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedviz.sequences.decoding import DecodedText, Source, encode_sources
from embedviz.sequences.labels import label_vectors
from embedviz.sequences.likelihoods import log_probabilities
from embedviz.sequences.model import SequenceModel

_N_NEAREST = 3


@dataclass(frozen=True)
class Described:
    """Evidence on the texts of a point; fluent texts are written even for points far from all.

    Attributes
    ----------
    nearest : tuple of (str, float)
        Labels with the highest cosine, best first; none for a vector of zeros.
    log_ratios : tuple of float
        log p(y | v) - log p(y | 0) in nats of each text: what the vector adds.
    log_ratios_per_token : tuple of float
        The same divided by the number of words and the end, since long texts add up more.
    """

    nearest: tuple[tuple[str, float], ...]
    log_ratios: tuple[float, ...]
    log_ratios_per_token: tuple[float, ...]


def describe_sources(
    model: SequenceModel, sources: Sequence[Source], found: Sequence[Sequence[DecodedText]]
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
    """
    labels = label_vectors(model)
    ids = [one.ids for texts in found for one in texts]
    after_zero = iter(log_probabilities(model, [[0]] * len(ids), ids, zero=True))
    points = encode_sources(model, sources).summary.numpy()
    described = []
    for point, texts in zip(points, found, strict=True):
        nearest = labels.nearest(point, _N_NEAREST) if np.any(point) else []
        ratios = [float(one.log_probability - next(after_zero)) for one in texts]
        n_tokens = [len(one.log_probabilities) for one in texts]
        described.append(
            Described(
                tuple((one.word, float(one.cosine)) for one in nearest),
                tuple(ratios),
                tuple(ratio / n for ratio, n in zip(ratios, n_tokens, strict=True)),
            )
        )
    return described
