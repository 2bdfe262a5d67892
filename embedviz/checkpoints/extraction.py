"""Extraction of word vectors from a model's embedding."""

from __future__ import annotations

from collections.abc import Collection
from os import PathLike
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import checkpoint
from embedviz.errors import ModelError
from embedviz.support import model_folder
from embedviz.text import Vocabulary
from embedviz.vectors import N_FREQUENT, WordVectors, centred, name_mean

_SPECIALS = 1  # the unknown word, id 0


def load_vectors(model: str | PathLike[str]) -> WordVectors:
    """Extract the embedding of a trained model as word vectors; of a sequence model, the source's.

    Excludes the unknown word and subtracts the mean of the 10,000 most frequent words, which does
    not distinguish words; the provenance records both. The mean of all words would also contain
    what rare ones have in common; it is subtracted where words are not in order of frequency.
    16-bit numbers are converted to float32, so that later computations do not lose precision.

    Parameters
    ----------
    model : str or path
        A folder, or ``"english"``; see `model_folder`.

    Raises
    ------
    ModelError
        If the folder is no model, is damaged, or is from a newer version.
    """
    folder = model_folder(model)
    saved = checkpoint.load(folder, only_words=True)
    name, words, n_specials = saved.word_table
    if name in saved.references:  # a frozen embedding: the vectors of that model
        return load_vectors(saved.references[name])
    matrix: NDArray[np.float32] = saved.tensors[name][n_specials:].astype(np.float32)
    if not len(matrix):
        raise ModelError(f"The model {folder} contains no words: train it on more text.")
    if not np.isfinite(matrix).all():
        raise ModelError(f"The model {folder} is damaged (vectors are not finite): train it again.")
    counts = _counts_in_order(words, n_specials)
    n_frequent = None if counts is None else N_FREQUENT
    stability = saved.tensors.get(checkpoint.STABILITY)
    return WordVectors(
        Vocabulary(words.words[n_specials:], counts),
        centred(matrix, n_frequent),
        saved.tokenizer,
        MappingProxyType(
            {
                "model": folder.name,
                "steps": ("embedding extracted", name_mean(len(matrix), n_frequent)),
                "training": dict(saved.training),
                "results": dict(saved.results),
            }
        ),
        None if stability is None else stability[n_specials:],
    )


def _counts_in_order(words: Vocabulary, n_specials: int) -> NDArray[np.int64] | None:
    """Return counts without the specials'; None if unknown, or not those of the words' order."""
    counts = None if words.counts is None else words.counts[n_specials:]
    return None if counts is None or (np.diff(counts) > 0).any() else counts


def extract_vectors(
    vocabulary: Vocabulary,
    embedding: NDArray[np.float32],
    words: Collection[str],
    n_frequent: int = 0,
) -> WordVectors | None:
    """Extract some words of a model that is still being trained, as `load_vectors` would.

    Parameters
    ----------
    vocabulary : Vocabulary
        Vocabulary of the model, the unknown word first.
    embedding : ndarray of float32, shape (n_words, n_dims)
        Not modified; the result is a copy.
    words : collection of str
        Words outside the vocabulary are ignored; the result is in the vocabulary's order.
    n_frequent : int
        Number of most frequent words to add.

    Returns
    -------
    WordVectors or None
        None if the vocabulary has none of the words.
    """
    first = _SPECIALS + n_frequent
    ids = [
        id_
        for id_, word in enumerate(vocabulary)
        if id_ >= _SPECIALS and (id_ < first or word in words)
    ]
    if not ids:
        return None
    has_order = _counts_in_order(vocabulary, _SPECIALS) is not None
    averaged = embedding[_SPECIALS : _SPECIALS + N_FREQUENT if has_order else None]
    mean = averaged.mean(axis=0, dtype=np.float64)
    return WordVectors(
        Vocabulary(tuple(vocabulary.words[id_] for id_ in ids)),
        embedding[ids] - mean.astype(np.float32),
    )
