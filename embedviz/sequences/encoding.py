"""Texts → labelled vectors: the summaries of an encoder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.models import Pairs, VectorToText, summarise
from embedviz.sequences.model import SequenceModel
from embedviz.text import PairBatch, Vocabulary
from embedviz.vectors import WordVectors

_AT_ONCE = 512


@torch.no_grad()
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
    ids = [model.source_ids(text) for text in texts]
    by_length = defaultdict(list)
    for place, one in enumerate(ids):
        by_length[len(one)].append(place)
    n_summary = model.net.encoder.summary.out_features
    found = np.empty((len(texts), n_summary), dtype=np.float32)
    for length, places in by_length.items():
        for begin in range(0, len(places), _AT_ONCE):
            some = places[begin : begin + _AT_ONCE]
            source = np.array([ids[place] for place in some], dtype=np.int64).T
            lengths = np.full(len(some), length, dtype=np.int64)
            batch = PairBatch(source, lengths, source[:1], lengths)  # the target is not read
            found[some] = summarise(model.net, Pairs.of(batch, torch.device("cpu"))).summary.numpy()
    return found


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
