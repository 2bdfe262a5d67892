"""What a model is compared with: itself before training, and the vectors of single words."""

from __future__ import annotations

from embedviz.checkpoints import open_vectors
from embedviz.errors import EmbedvizError
from embedviz.sequences.labels import add_labels, has_labels, labels_of
from embedviz.sequences.model import SequenceModel, open_sequence_model
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

WORD_MEAN = "mean of word vectors"
"""Name of the control, as other names are in `embedviz.sequences.measures`."""


def open_untrained(model: SequenceModel) -> SequenceModel | None:
    """Open the model as it was before training; None if its first vectors are no longer there."""
    try:
        untrained = open_sequence_model(model.name, trained=False)
        return add_labels(untrained, labels_of(model).words if has_labels(model) else ())
    except EmbedvizError:
        return None


def word_vectors(model: SequenceModel) -> WordVectors:
    """Return the word vectors that an encoder began with; its own if they are no longer there."""
    matrix = model.net.state_dict()["encoder.embedding"].numpy()[1:].copy()
    if name := model.training.get("embedding"):
        try:
            first: WordVectors | None = open_vectors(str(name))
        except EmbedvizError:
            first = None
        if first is not None and first.n_dims == matrix.shape[1]:
            return first
    return WordVectors(Vocabulary(model.source.words[1:]), matrix, model.tokenizer)
