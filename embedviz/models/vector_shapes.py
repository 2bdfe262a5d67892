"""Encoder or decoder alone: a text → a vector with a name, or such a vector → a text."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from embedviz.models.decoder import Decoder
from embedviz.models.encoder import Encoded, Encoder

_FIRST_SCALE = 12.0  # of cosines: enough to tell a thousand labels apart
_NEAREST, _LABELS_AT_ONCE = 10, 2_048


class TextToVector(nn.Module):
    """Encoder whose summary points to the vector of a label.

    ::

        p(v | x) = softmax(s cos(c(x), v))

    over the labels' vectors v, with a learned scale s. Source: Hill et al. (2016), "Learning to
    understand phrases by embedding the dictionary", with a softmax as cost.

    Parameters
    ----------
    encoder : Encoder
        Of the vectors' dimensions as summary.
    vectors : Tensor, shape (n_labels, n_dims)
    trained : bool
        Also train the vectors.

    Attributes
    ----------
    answers : Tensor of bool, shape (n_labels,), or None
        Labels that may be answers; None for all. The others have composed vectors.
    """

    def __init__(self, encoder: Encoder, vectors: Tensor, *, trained: bool) -> None:
        super().__init__()
        self.encoder = encoder
        self.vectors = nn.Parameter(vectors, requires_grad=trained)
        self.scale = nn.Parameter(torch.tensor(_FIRST_SCALE))
        self.answers: Tensor | None = None

    def log_shares(self, summary: Tensor, labels: Tensor) -> Tensor:
        """Log p of one label for each summary, shape (n_streams,), among it and all answers."""
        scores = self.scores(summary)
        own = scores.gather(1, labels[:, None])[:, 0]
        if self.answers is not None:
            allowed = self.answers.expand_as(scores).clone()
            allowed[torch.arange(len(labels), device=labels.device), labels] = True
            scores = scores.masked_fill(~allowed, -torch.inf)
        return own - scores.logsumexp(1)

    def scores(self, summary: Tensor, labels: Tensor | None = None) -> Tensor:
        """Score labels, by default all: summaries (n_streams, n_dims) → (n_streams, n_labels)."""
        vectors = self.vectors if labels is None else self.vectors[labels]
        unit = nn.functional.normalize
        return self.scale * (unit(summary, dim=1) @ unit(vectors, dim=1).T)


@torch.no_grad()
def measure_hubness(summaries: Tensor, vectors: Tensor) -> Tensor:
    """Mean cosine of each label with the summaries nearest to it, shape (n_labels,).

    Some vectors are near to many summaries, whatever these mean. Half of this is subtracted when
    labels are ranked. Source: Conneau et al. (2018), "Word translation without parallel data",
    section 2.3 (CSLS).

    Parameters
    ----------
    summaries : Tensor, shape (n_texts, n_dims)
        Of training texts.
    vectors : Tensor, shape (n_labels, n_dims)
    """
    unit = nn.functional.normalize
    texts, n_nearest = unit(summaries, dim=1), min(_NEAREST, len(summaries))
    return torch.cat(
        [
            (unit(some, dim=1) @ texts.T).topk(n_nearest, dim=1).values.mean(1)
            for some in torch.split(vectors, _LABELS_AT_ONCE)
        ]
    )


class VectorToText(nn.Module):
    """Decoder that starts from the vector of a label: x[1] → y.

    Source: Noraset et al. (2017), "Definition modeling: learning to define word embeddings in
    natural language".

    Parameters
    ----------
    vectors : Tensor, shape (n_labels, n_dims)
        Not trained.
    decoder : Decoder
        Of the vectors' dimensions as summary.
    """

    def __init__(self, vectors: Tensor, decoder: Decoder) -> None:
        super().__init__()
        self.vectors = nn.Parameter(vectors, requires_grad=False)
        self.decoder = decoder

    def encode(self, labels: Tensor) -> Encoded:
        """Look up the summaries of labels (n_streams,)."""
        return as_summary(cast(Tensor, self.vectors)[labels])


def as_summary(vectors: Tensor) -> Encoded:
    """Use vectors (n_streams, n_dims) as the summaries of a decoder: scaled to a mean square of 1.

    A vector of zeros stays one.
    """
    scaled = nn.functional.normalize(vectors, dim=1) * vectors.shape[1] ** 0.5
    lengths = torch.ones(len(vectors), dtype=torch.int64, device=vectors.device)
    return Encoded(scaled, scaled[None], lengths, scaled[None])
