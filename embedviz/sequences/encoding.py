"""Texts → labelled vectors: the summaries of an encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.models import VectorToText
from embedviz.sequences.likelihoods import summaries
from embedviz.sequences.model import SequenceModel
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


def encode_texts(model: SequenceModel, texts: Sequence[str]) -> NDArray[np.float32]:
    """Encode texts as summaries c, as the model computes them, shape (n_texts, n_summary).

    Raises
    ------
    InputError
        If the model reads no texts, or a text has no known word.
    """
    if isinstance(model.net, VectorToText):
        raise InputError(
            f"{model.name} maps vectors to texts and encodes none: use embedviz decode, or a model "
            "of shape seq-seq or seq-vec."
        )
    if not texts:
        return np.empty((0, model.net.encoder.summary.out_features), dtype=np.float32)
    return summaries(model, [model.source_ids(text) for text in texts])


def label_texts(model: SequenceModel, texts: Sequence[str]) -> WordVectors:
    """Encode texts as vectors labelled by them, for every command and page that takes vectors.

    The mean summary of training texts is subtracted; an untrained model has none, and the mean of
    these texts takes its place. Vectors in a space of labels stay as they are.

    Parameters
    ----------
    model : SequenceModel
    texts : sequence of str
        White space is reduced to single spaces; repeated texts count once.

    Raises
    ------
    InputError
        See `encode_texts`; also if there is no text.
    """
    labels = tuple(dict.fromkeys(" ".join(text.split()) for text in texts))
    if not labels:
        raise InputError("There are 0 texts to encode: give at least one.")
    matrix = encode_texts(model, labels)
    steps = ["texts encoded"]
    # a single text is its own mean
    if model.shape == "seq-seq" and (model.mean is not None or len(labels) > 1):
        matrix = matrix - (matrix.mean(axis=0) if model.mean is None else model.mean)
        steps.append("mean of these texts taken off" if model.mean is None else "mean taken off")
    facts = {"model": model.name, "shape": model.shape, "steps": tuple(steps)}
    return WordVectors(Vocabulary(labels), matrix, None, facts)
