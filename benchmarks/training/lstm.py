"""A standard LSTM language model, a peer in `training_efficiency`.

It reimplements PyTorch's word-language-model example with its settings: two LSTM layers with
dropout, full softmax, tied input and output embeddings, plain gradient descent at rate 20 with
clipping.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from embedviz.text import Corpus

State = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Settings:
    """The example's defaults, except the size.

    The example quarters the rate whenever an epoch does not improve the validation loss. The
    budgets here are shorter than an epoch, so the rate is quartered after three quarters and again
    after seven eighths of the budget.
    """

    n_dims: int
    n_layers: int = 2
    dropout: float = 0.2
    tied: bool = True
    rate: float = 20.0
    clip: float = 0.25
    n_streams: int = 20
    n_steps: int = 35


class LSTMLanguageModel(nn.Module):
    """Embedding → LSTM → softmax over all words."""

    def __init__(self, n_words: int, settings: Settings) -> None:
        super().__init__()
        n_dims, n_layers = settings.n_dims, settings.n_layers
        self.embedding = nn.Embedding(n_words, n_dims)
        self.cell = nn.LSTM(n_dims, n_dims, n_layers, dropout=settings.dropout)
        self.output = nn.Linear(n_dims, n_words)
        self.dropout = nn.Dropout(settings.dropout)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        nn.init.uniform_(self.output.weight, -0.1, 0.1)
        nn.init.zeros_(self.output.bias)
        if settings.tied:
            self.output.weight = self.embedding.weight

    def forward(self, ids: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Return the logits (n_steps * n_streams, n_words) after ids (n_steps, n_streams)."""
        states, last = self.cell(self.dropout(self.embedding(ids)), state)
        return self.output(self.dropout(states).flatten(0, 1)), last


def train(
    corpus: Corpus, settings: Settings, *, seconds: float, seed: int
) -> tuple[LSTMLanguageModel, int, float]:
    """Train for a budget of CPU-seconds; return the model, the tokens read and the CPU-seconds."""
    torch.manual_seed(seed)
    model = LSTMLanguageModel(len(corpus.vocabulary), settings)
    length = len(corpus.train) // settings.n_streams
    text = corpus.train[: length * settings.n_streams].reshape(settings.n_streams, length)
    n_tokens, begin, state = 0, 0, None
    began = time.process_time()
    while (spent := time.process_time() - began) < seconds:
        if begin + 1 >= length:  # a new epoch
            begin, state = 0, None
        end = min(begin + settings.n_steps, length - 1)
        ids = torch.from_numpy(text[:, begin : end + 1].T.astype(np.int64))
        if state is not None:
            state = (state[0].detach(), state[1].detach())
        scores, state = model(ids[:-1], state)
        model.zero_grad(set_to_none=True)
        cross_entropy(scores, ids[1:].flatten()).backward()
        nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        rate = settings.rate / 4 ** ((spent > 0.75 * seconds) + (spent > 0.875 * seconds))
        with torch.no_grad():
            for parameter in model.parameters():
                assert parameter.grad is not None
                parameter.sub_(parameter.grad, alpha=rate)
        n_tokens += (end - begin) * settings.n_streams
        begin = end
    return model, n_tokens, time.process_time() - began


@torch.no_grad()
def perplexity(model: LSTMLanguageModel, blocks: NDArray[np.int32], n_steps: int) -> float:
    """Return exp of the mean cost over blocks (n_blocks, n_block), like `models.perplexity`."""
    model.eval()
    ids = torch.from_numpy(blocks.T.astype(np.int64))
    cost, n, state = 0.0, 0, None
    for begin in range(0, len(ids) - 1, n_steps):
        here = ids[begin : begin + n_steps + 1]
        scores, state = model(here[:-1], state)
        cost += float(cross_entropy(scores, here[1:].flatten(), reduction="sum"))
        n += scores.shape[0]
    return math.exp(cost / n)
