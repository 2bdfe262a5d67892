"""States of a language model or an encoder along many texts."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedviz.models import TrainedModel
from embedviz.sequences.model import SequenceModel
from embedviz.states import AnnotatedText, RecordedStates
from embedviz.text import Tokenizer, Vocabulary

_AT_ONCE = 1 << 14  # words, padding included


def record_states(net: TrainedModel | SequenceModel, text: AnnotatedText) -> RecordedStates:
    """Read texts with a language model or an encoder, each from h[0] = 0.

    A word is looked up as the model's tokenizer writes it; others are read as the unknown word.

    Parameters
    ----------
    net : TrainedModel or SequenceModel
        A sequence model of shape seq-seq or seq-vec, whose forward direction reads.
    text : AnnotatedText

    Returns
    -------
    RecordedStates
        h[t] after each word.
    """
    if isinstance(net, SequenceModel):
        encoder = cast(Any, net.net).encoder
        ids = [_id(net.tokenizer, net.source, word) for word in text.words]
        return _record(encoder.preds[0], encoder.embedding, torch.tensor(ids), text)
    ids = [_id(net.tokenizer, net.vocabulary, word) for word in text.words]
    pred = cast(Any, net.model.readers[0]).pred
    return _record(pred, net.model.embedding, torch.tensor(ids), text)


@torch.no_grad()
def _record(pred: nn.Module, embedding: Tensor, ids: Tensor, text: AnnotatedText) -> RecordedStates:
    # texts of about one length together: little padding
    bounds = sorted(map(text.bounds, range(text.n_texts)), key=_length)
    states: dict[int, NDArray[np.float32]] = {}  # by the text's first word
    begin = 0
    while begin < len(bounds):
        stop = begin + 1  # the last text is the longest
        while stop < len(bounds) and (stop + 1 - begin) * _length(bounds[stop]) <= _AT_ONCE:
            stop += 1
        some, begin = bounds[begin:stop], stop
        columns = nn.utils.rnn.pad_sequence([ids[start:end] for start, end in some])
        found, _ = pred(embedding[columns], None)  # (longest, n_texts, n_states)
        for place, (start, end) in enumerate(some):
            states[start] = found[: end - start, place].numpy()
    return RecordedStates(text, np.concatenate([states[start] for start in text.starts]))


def _length(bounds: tuple[int, int]) -> int:
    return bounds[1] - bounds[0]


def _id(tokenizer: Tokenizer, vocabulary: Vocabulary, word: str) -> int:
    tokens = tokenizer.tokens(word)
    known = tokens[0] if tokens else word  # the end of a sentence may follow
    return vocabulary.id(known) if known in vocabulary else 0
