"""Cosines of texts that people rated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.sequences.controls import WORD_MEAN, open_untrained, word_vectors
from embedviz.sequences.likelihoods import summaries
from embedviz.sequences.measures import MODEL, UNTRAINED
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.word_means import mean_of_words
from embedviz.support import counted
from embedviz.vectors import unit_rows


def rated_cosines(
    model: SequenceModel, pairs: Sequence[tuple[str, str, float]]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Compute cosines of the vectors of two texts, centred at the mean of all texts.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or seq-vec.
    pairs : sequence of (text, text, rating)

    Returns
    -------
    ratings : ndarray, shape (n_read,)
        Of the pairs whose texts the model can read.
    cosines : mapping of str to ndarray of shape (n_read,)
        Of the model and of controls: the model before training, and the means of word vectors,
        those that the model began with, or its own.

    Raises
    ------
    InputError
        If the model can read fewer than two of the pairs.
    """
    texts: list[str] = []
    ids: list[list[int]] = []
    ratings = []
    for first, second, rating in pairs:
        try:
            both = [model.source_ids(first), model.source_ids(second)]
        except InputError:
            continue
        ids += both
        texts += [first, second]
        ratings.append(rating)
    if len(ratings) < 2:
        raise InputError(
            f"{model.name} can read {len(ratings)} of {counted(len(pairs), 'rated pair')}: give at "
            "least 2 with words that it knows."
        )
    cosines = {MODEL: _cosines(summaries(model, ids))}
    if (untrained := open_untrained(model)) is not None:
        cosines[UNTRAINED] = _cosines(summaries(untrained, ids))
    cosines[WORD_MEAN] = _cosines(mean_of_words(texts, word_vectors(model), model.tokenizer))
    return np.array(ratings), cosines


def _cosines(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    unit = unit_rows(vectors - vectors.mean(0)).astype(np.float64)
    return np.asarray((unit[::2] * unit[1::2]).sum(1))
