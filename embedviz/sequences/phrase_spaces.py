"""The same phrases in a trained model and in its controls."""

from __future__ import annotations

from collections.abc import Sequence

from embedviz.errors import InputError
from embedviz.sequences.controls import WORD_MEAN, open_untrained, word_vectors
from embedviz.sequences.encoding import can_read, label_texts
from embedviz.sequences.measures import UNTRAINED
from embedviz.sequences.model import open_sequence_model
from embedviz.sequences.word_means import mean_of_words
from embedviz.support import counted
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


def phrase_spaces(model: str, texts: Sequence[str]) -> dict[str, WordVectors]:
    """Encode phrases with a model, with it before training, and as mean word vectors.

    Vectors of a seq-seq model, trained or not, are centred at the mean of these phrases. Phrases
    of which the model knows no word are left out.

    Parameters
    ----------
    model : str
        A sequence model that encodes texts.
    texts : sequence of str

    Returns
    -------
    dict of str to WordVectors
        ``trained``; ``untrained``, unless the first word vectors of the model are no longer there;
        and ``mean of word vectors``: of the first word vectors of the model if it was given some
        that are still there, otherwise of its own.

    Raises
    ------
    InputError
        If the model can read fewer than two of the phrases.
    """
    trained = open_sequence_model(model, needs=("seq-seq", "seq-vec"))
    read = [text for text in texts if can_read(trained, text)]
    if len(read) < 2:
        raise InputError(
            f"{model} can read {len(read)} of {counted(len(texts), 'phrase')}: give at least 2 "
            "with words that it knows."
        )
    # a model's own mean is that of training texts; the controls have none
    vectors = label_texts(trained, read, at_own_mean=True)
    spaces = {"trained": vectors}
    if (untrained := open_untrained(trained)) is not None:
        spaces[UNTRAINED] = label_texts(untrained, read, at_own_mean=True)
    rows = mean_of_words(vectors.words, word_vectors(trained), trained.tokenizer)
    return spaces | {WORD_MEAN: WordVectors(Vocabulary(vectors.words), rows)}
