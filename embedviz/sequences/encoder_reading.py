"""What an encoder makes of a text, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.models import TextToVector, cell_gates
from embedviz.sequences.decoding import decode_texts
from embedviz.sequences.encoding import encode_texts
from embedviz.sequences.labels import closeness
from embedviz.sequences.model import SequenceModel
from embedviz.vectors import unit_rows

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EncoderReading:
    """A text as an encoder reads it.

    Attributes
    ----------
    words : tuple of str
        As they were read; unknown words too.
    is_known : tuple of bool
    states : ndarray of float32, shape (n_words, n_states)
        h[t] after each word, of the forward direction.
    gates : dict of str to ndarray of float32, shape (n_words, n_states)
        See `embedviz.models.cell_gates`.
    summaries : ndarray of float32, shape (n_words, n_summary)
        The summary of the words so far, as if the text ended there; less the training mean.
    meanings : tuple of str
        What the model makes of the words so far: the nearest labels of a seq-vec model, the text
        that a seq-seq model writes.
    """

    words: tuple[str, ...]
    is_known: tuple[bool, ...]
    states: Floats
    gates: dict[str, Floats]
    summaries: Floats
    meanings: tuple[str, ...]


@torch.no_grad()
def read_with_encoder(model: SequenceModel, text: str, *, n_nearest: int = 3) -> EncoderReading:
    """Read a text with the encoder of a sequence model.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or seq-vec.
    text : str
        Its first `SequenceModel.longest` words are read.
    n_nearest : int
        Nearest labels in `EncoderReading.meanings`.

    Raises
    ------
    InputError
        If the text has no word that the model knows.
    """
    words = tuple(model.tokenizer.tokens(text)[: model.longest])
    ids = model.source_ids(text)
    known = next(place for place, id_ in enumerate(ids) if id_)
    encoder = cast(Any, model.net).encoder
    embedded = encoder.embedding[torch.tensor(ids)]  # (n_words, n_dims)
    states, _ = encoder.preds[0](embedded[:, None], None)
    prefixes = [model.tokenizer.join(list(words[: n + 1])) for n in range(len(words))]
    read = prefixes[known:]  # without a known word there is nothing to read
    summaries = encode_texts(model, read)
    if isinstance(model.net, TextToVector):
        meanings = _nearest(model, summaries, n_nearest)
    else:
        meanings = [found[0].text for found in decode_texts(model, read)]
    gates = cell_gates(encoder.preds[0], embedded, states[:, 0])
    zeros = np.zeros((known, summaries.shape[1]), dtype=np.float32)
    return EncoderReading(
        words,
        tuple(id_ > 0 for id_ in ids),
        states[:, 0].numpy(),
        {name: gate.numpy() for name, gate in gates.items()},
        np.concatenate([zeros, summaries]),
        (*[""] * known, *meanings),
    )


def _nearest(model: SequenceModel, summaries: Floats, n: int) -> list[str]:
    assert isinstance(model.net, TextToVector)
    scores = closeness(model, unit_rows(summaries) @ unit_rows(model.net.vectors.numpy()).T)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :n]
    return [", ".join(model.target.words[place] for place in row) for row in best]
