"""The mean of a text's word vectors: the control of vectors of texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import center_on_frequent
from embedviz.text import Tokenizer
from embedviz.vectors import WordVectors

N_FREQUENT = 60
"""Most frequent words, which are not content words."""


def mean_of_words(
    texts: Sequence[str], vectors: WordVectors, tokenizer: Tokenizer, *, content: bool = False
) -> NDArray[np.float32]:
    """Return the mean vector of each text's known words, shape (n_texts, n_dims).

    The vectors are centred on the frequent words first. Of a text without known words the mean is
    zero.

    Parameters
    ----------
    texts : sequence of str
    vectors : WordVectors
    tokenizer : Tokenizer
    content : bool
        Leave out the most frequent words, unless a text has no others.
    """
    matrix = center_on_frequent(vectors)
    ids = {word: id_ for id_, word in enumerate(vectors.words)}
    rows = np.zeros((len(texts), matrix.shape[1]), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        known = [ids[word] for word in tokenizer.tokens(text) if word in ids]
        if content:
            known = [id_ for id_ in known if id_ >= N_FREQUENT] or known
        if known:
            row[:] = matrix[known].mean(axis=0)
    return rows
