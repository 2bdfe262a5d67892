"""The same phrases in a trained model and in its controls."""

from __future__ import annotations

from collections.abc import Sequence

from embedviz.checkpoints import open_vectors
from embedviz.sequences.encoding import label_texts
from embedviz.sequences.model import open_sequence_model
from embedviz.sequences.word_means import mean_of_words
from embedviz.text import Vocabulary
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
