"""Pictures → captions, and pictures → vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedviz.sequences.decoding import DecodedText, decode_texts, encode_sources
from embedviz.sequences.likelihoods import log_probabilities
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.search_settings import Sampling, Search
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

CAPTION_SEARCH = Search(beam=5, alpha=0.7)
"""How captions are searched for by default."""

_AT_ONCE = 128

Picture = NDArray[np.uint8]
"""Shape (size, size, 3), of the model's `picture_size`."""


@dataclass(frozen=True, eq=False)
class Caption:
    """What a model says of a picture.

    Attributes
    ----------
    texts : tuple of DecodedText
        Best first.
    log_ratios : tuple of float
        log p(y | picture) - log p(y | 0) in nats of each text: what the picture adds.
    """

    texts: tuple[DecodedText, ...]
    log_ratios: tuple[float, ...]


def picture_size(model: SequenceModel) -> int:
    """Return the side of the pictures that a model reads, in pixels."""
    return int(cast(int, model.training["picture_size"]))


def caption_pictures(
    model: SequenceModel, pictures: Sequence[Picture], how: Search | Sampling | None = None
) -> list[Caption]:
    """Write captions of pictures.

    Parameters
    ----------
    model : SequenceModel
        Of pictures; see `open_sequence_model`.
    pictures : sequence of ndarray of uint8
    how : Search or Sampling, optional
        By default `CAPTION_SEARCH`.
    """
    found = decode_texts(model, pictures, how or CAPTION_SEARCH)
    ids = [one.ids for texts in found for one in texts]
    after_zero = iter(log_probabilities(model, [[0]] * len(ids), ids, zero=True))
    return [
        Caption(texts, tuple(float(one.log_probability - next(after_zero)) for one in texts))
        for texts in found
    ]


def encode_pictures(
    model: SequenceModel, pictures: Iterable[Picture], names: Sequence[str]
) -> WordVectors:
    """Encode pictures as vectors labelled by their names; some in memory at a time."""
    rest, parts = iter(pictures), []
    while some := list(islice(rest, _AT_ONCE)):
        parts.append(encode_sources(model, some).summary.numpy())
    facts = {"model": model.name, "shape": model.shape, "steps": ("pictures encoded",)}
    return WordVectors(Vocabulary(tuple(names)), np.concatenate(parts), None, facts)
