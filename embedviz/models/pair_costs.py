"""C of pairs: log p(y | x) of sequence models, and the positions at which it is incurred."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import torch
from torch import Tensor, nn

from embedviz.models.encoder import Encoded
from embedviz.models.encoder_decoder import EncoderDecoder
from embedviz.models.pictures import PictureToText
from embedviz.models.vector_shapes import TextToVector, VectorToText
from embedviz.text import PairBatch

SequenceNet: TypeAlias = EncoderDecoder | TextToVector | VectorToText | PictureToText
Drop: TypeAlias = Callable[[Tensor], Tensor]

_SCORES_AT_ONCE = 1 << 21  # 8 MB, about what a cache holds


@dataclass(frozen=True, eq=False)
class Pairs:
    """A batch of pairs as tensors; see `embedviz.text.PairBatch` for shapes."""

    source: Tensor
    source_lengths: Tensor
    target: Tensor
    target_lengths: Tensor

    @classmethod
    def of(cls, batch: PairBatch, device: torch.device) -> Pairs:
        """Copy a batch to a device."""
        arrays = (batch.source, batch.source_lengths, batch.target, batch.target_lengths)
        return cls(*(torch.from_numpy(array).to(device) for array in arrays))


@dataclass(frozen=True, eq=False)
class Positions:
    """Words to predict.

    Attributes
    ----------
    vectors : Tensor, shape (n_positions, n_out)
        Decoded.
    targets : Tensor of int64, shape (n_positions,)
    streams : Tensor of int64, shape (n_positions,)
        The pair of each position.
    """

    vectors: Tensor
    targets: Tensor
    streams: Tensor


def keep_all(units: Tensor) -> Tensor:
    """Drop nothing."""
    return units


def summarise(net: SequenceNet, pairs: Pairs, drop: Drop = keep_all) -> Encoded:
    """Read the sources: texts, labels with a vector, or pictures by their numbers.

    A decoder alone sees no more of its source than one vector, whose units are dropped then.
    """
    if isinstance(net, VectorToText | PictureToText):
        found = net.encode(pairs.source[0])
        if drop is keep_all:
            return found
        summary = drop(found.summary)
        return replace(found, summary=summary, states=summary[None], embedded=summary[None])
    embedded = nn.functional.embedding(pairs.source, net.encoder.embedding)
    of_states = drop if isinstance(net, TextToVector) else keep_all
    return net.encoder.read(drop(embedded), pairs.source_lengths, drop=of_states)


def decode_pairs(
    net: EncoderDecoder | VectorToText | PictureToText,
    pairs: Pairs,
    drop: Drop = keep_all,
    encoded: Encoded | None = None,
    *,
    drop_words: Drop = keep_all,
) -> Positions:
    """Decode the targets by teacher forcing; positions without padding.

    Sources that were read already are given as `encoded`; those of the pairs are then not read.
    `drop` thins the units, and `drop_words` the embedded words before.
    """
    encoded = summarise(net, pairs, drop) if encoded is None else encoded
    embedded = drop_words(nn.functional.embedding(pairs.target[:-1], net.decoder.embedding))
    decoded = net.decoder.read(drop(embedded), encoded, drop=drop)
    steps = torch.arange(len(embedded), device=pairs.target.device)[:, None]
    is_word = steps < pairs.target_lengths
    streams = is_word.nonzero()[:, 1]
    return Positions(decoded.vectors[is_word], pairs.target[1:][is_word], streams)


@torch.no_grad()
def log_likelihood(net: SequenceNet, pairs: Pairs, encoded: Encoded | None = None) -> Tensor:
    """Log p(y | x) in nats of each pair over the full softmax, shape (n_streams,).

    Of a text it is the sum over its words and its end. Sources that were read already may be given
    as `encoded`. Source: Cho et al. (2014), section 2.2.
    """
    if isinstance(net, TextToVector):
        encoded = summarise(net, pairs) if encoded is None else encoded
        return net.log_shares(encoded.summary, pairs.target[0])
    at = decode_pairs(net, pairs, encoded=encoded)
    found = at.vectors.new_empty(len(at.targets))
    n_at_once = max(1, _SCORES_AT_ONCE // len(net.decoder.output))
    for begin in range(0, len(found), n_at_once):
        here = slice(begin, begin + n_at_once)
        scores = net.decoder.scores(at.vectors[here])
        wanted = scores.gather(1, at.targets[here, None])[:, 0]
        found[here] = wanted - scores.logsumexp(1)
    total = found.new_zeros(pairs.target.shape[1])
    return total.index_add_(0, at.streams, found)
