"""States of a language model along many texts."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import nn

from embedviz.models import TrainedModel
from embedviz.states import AnnotatedText, RecordedStates

_AT_ONCE = 64  # texts


@torch.no_grad()
def record_states(trained: TrainedModel, text: AnnotatedText) -> RecordedStates:
    """Read texts with a language model, each from h[0] = 0, and keep h[t] after each word.

    A word is looked up as the model's tokenizer writes it; others are read as the unknown word.

    Parameters
    ----------
    trained : TrainedModel
    text : AnnotatedText
    """
    reader = cast(Any, trained.model.readers[0])
    ids = torch.tensor([_id(trained, word) for word in text.words])
    states = np.empty((len(ids), reader.dec.linear.in_features), dtype=np.float32)
    # texts of about one length together: little padding
    bounds = sorted(map(text.bounds, range(text.n_texts)), key=lambda one: one[1] - one[0])
    for begin in range(0, len(bounds), _AT_ONCE):
        some = bounds[begin : begin + _AT_ONCE]
        columns = nn.utils.rnn.pad_sequence([ids[start:end] for start, end in some])
        found, _ = reader.pred(trained.model.embedding[columns], None)  # (longest, n_texts, n)
        for place, (start, end) in enumerate(some):
            states[start:end] = found[: end - start, place].numpy()
    return RecordedStates(text, states)


def _id(trained: TrainedModel, word: str) -> int:
    tokens = trained.tokenizer.tokens(word)
    known = tokens[0] if tokens else word  # the end of a sentence may follow
    return trained.vocabulary.id(known) if known in trained.vocabulary else 0
