"""The same phrases in a trained model and in its controls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import open_vectors
from embedviz.sequences.encoding import label_texts
from embedviz.sequences.model import open_sequence_model
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors import WordVectors


def phrase_spaces(model: str, texts: Sequence[str]) -> dict[str, WordVectors]:
    """Encode phrases with a model, with it before training, and as mean word vectors.

    Parameters
    ----------
    model : str
        A sequence model that encodes texts.
    texts : sequence of str

    Returns
    -------
    dict of str to WordVectors
        ``trained``, ``untrained``, and ``mean of word vectors``: the first word vectors of the
        model if it was given some, otherwise its own.
    """
    trained = open_sequence_model(model, needs=("seq-seq", "seq-vec"))
    vectors = label_texts(trained, texts)
    words = open_vectors(str(trained.training["embedding"] or model))
    rows = mean_of_words(vectors.words, words, trained.tokenizer)
    return {
        "trained": vectors,
        "untrained": label_texts(open_sequence_model(model, trained=False), texts),
        "mean of word vectors": WordVectors(Vocabulary(vectors.words), rows),
    }


def mean_of_words(
    texts: Sequence[str], vectors: WordVectors, tokenizer: Tokenizer
) -> NDArray[np.float32]:
    """Return the mean vector of each text's known words, shape (n_texts, n_dims); else zeros."""
    ids = {word: id_ for id_, word in enumerate(vectors.words)}
    rows = np.zeros((len(texts), vectors.matrix.shape[1]), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        known = [ids[word] for word in tokenizer.tokens(text) if word in ids]
        if known:
            row[:] = vectors.matrix[known].mean(axis=0)
    return rows
