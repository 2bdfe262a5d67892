"""The mean of a text's word vectors: the control of vectors of texts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import LabelSpace
from embedviz.sequences.model import SequenceModel
from embedviz.vectors import WordVectors

N_FREQUENT = 100
"""Most frequent words, which are not content words."""


def mean_vectors(
    model: SequenceModel, texts: list[str], vectors: WordVectors
) -> NDArray[np.float32]:
    """Return the mean unit vector of each text's content words, shape (n_texts, n_dims).

    Of a text without any it is the mean of all its words, or zeros.
    """
    frequent = set(vectors.words[:N_FREQUENT])
    space = LabelSpace(vectors)
    rows = np.zeros((len(texts), vectors.n_dims), dtype=np.float32)
    known = set(space.names)
    for row, text in enumerate(texts):
        words = [word for word in model.tokenizer.tokens(text) if word in known]
        content = [word for word in words if word not in frequent] or words
        if content:
            rows[row] = space.table(content).mean(0)
    return rows
