"""Texts → labelled vectors: the summaries of an encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora import read_phrases
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


def label_texts(
    model: SequenceModel, texts: Sequence[str], *, at_own_mean: bool = False
) -> WordVectors:
    """Encode texts as vectors labelled by them, for every command and page that takes vectors.

    The mean summary of training texts is subtracted; an untrained model has none, and the mean of
    these texts and of the built-in phrases that it can read takes its place: that of two texts
    alone would put these at opposite points. Vectors in a space of labels stay as they are.

    Parameters
    ----------
    model : SequenceModel
    texts : sequence of str
        White space is reduced to single spaces; repeated texts count once.
    at_own_mean : bool
        Subtract the mean of these texts instead, unless there is a single one.

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
    if model.shape == "seq-seq":
        mean, step = _mean(model, labels, matrix, at_own_mean)
        if mean is not None:
            matrix = matrix - mean
            steps.append(step)
    facts = {"model": model.name, "shape": model.shape, "steps": tuple(steps)}
    return WordVectors(Vocabulary(labels), matrix, None, facts)


def can_read(model: SequenceModel, text: str) -> bool:
    """Whether a model knows a word of a text."""
    try:
        model.source_ids(text)
    except InputError:
        return False
    return True


def _mean(
    model: SequenceModel, texts: tuple[str, ...], vectors: NDArray[np.float32], at_own_mean: bool
) -> tuple[NDArray[np.float32] | None, str]:
    """Return the mean to subtract, if there is one, and what this step is called."""
    if not at_own_mean and model.mean is not None:
        return model.mean, "mean taken off"
    if not at_own_mean:
        new = {phrase.text for phrase in read_phrases()} - set(texts)
        phrases = [text for text in sorted(new) if can_read(model, text)]
        if phrases:
            everything = np.concatenate([vectors, encode_texts(model, phrases)])
            return everything.mean(axis=0), "mean of these texts and built-in phrases taken off"
    # a single text is its own mean
    return (vectors.mean(axis=0) if len(texts) > 1 else None), "mean of these texts taken off"
