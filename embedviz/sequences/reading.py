"""What a language model does while it reads a text: guesses, surprise, gates and states."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.models import TrainedModel, cell_gates

MOST_READ = 400
"""Maximum number of words of a text that is read step by step."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Guess:
    """A word that the model expected.

    Attributes
    ----------
    word : str
    probability : float
        Over the full softmax, between 0 and 1.
    """

    word: str
    probability: float


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as a language model reads it, word by word.

    Attributes
    ----------
    words : tuple of str
        As they were read; unknown words too.
    is_known : tuple of bool
        Whether the vocabulary has the word; others are read as the unknown word.
    guesses : tuple of tuple of Guess
        The likeliest words before each word was read, best first.
    bits : ndarray of float, shape (n_words,)
        Surprise at each word: -log2 p(word | words before); of an unknown word that of any unknown.
    states : ndarray of float32, shape (n_words, n_states)
        h[t] after each word.
    decoded : ndarray of float32, shape (n_words, n_dims)
        Dec(h[t]): the vector that is scored against the output embedding.
    gates : dict of str to ndarray of float32, shape (n_words, n_states)
        See `embedviz.models.cell_gates`; empty for an Elman net.
    """

    words: tuple[str, ...]
    is_known: tuple[bool, ...]
    guesses: tuple[tuple[Guess, ...], ...]
    bits: NDArray[np.float64]
    states: Floats
    decoded: Floats
    gates: dict[str, Floats]

    @property
    def mean_bits(self) -> float:
        """Mean surprise in bits per word; 2 to its power is the perplexity."""
        return float(self.bits.mean())


@torch.no_grad()
def read_text(trained: TrainedModel, text: str, *, n_guesses: int = 5) -> Reading:
    """Read a text with a language model, from h[0] = 0.

    The first word is predicted from h[0] = 0 without an input, like a word after nothing.

    Parameters
    ----------
    trained : TrainedModel
        From `embedviz.models.load_model`; see `TrainedModel.untrained` for the control.
    text : str
        At most 400 words.
    n_guesses : int
        Number of words to list before each word.

    Raises
    ------
    InputError
        If the text has no word or too many.
    """
    words = tuple(trained.tokenizer.tokens(text))
    if not words:
        raise InputError("The text has no words: give some.")
    if len(words) > MOST_READ:
        raise InputError(f"{len(words):,} words are more than {MOST_READ}: give a shorter text.")
    model, ids = trained.model, torch.tensor(trained.ids(text))
    reader = cast(Any, model.readers[0])
    embedded = model.embedding[ids]  # (n_words, n_dims)
    states, _ = reader.pred(embedded[:, None], None)
    decoded = reader.dec(states[:, 0], embedded)
    # what is expected before the first word: Dec(h[0] = 0)
    nothing = reader.dec(torch.zeros_like(states[:1, 0]), torch.zeros_like(embedded[:1]))
    before = torch.cat([nothing, decoded[:-1]])
    logs = torch.log_softmax(model.scores(before), dim=1)  # (n_words, vocabulary)
    bits = -logs[torch.arange(len(ids)), ids] / math.log(2)
    logs[:, 0] = -torch.inf  # the unknown word is no guess
    best = logs.topk(min(n_guesses, logs.shape[1] - 1), dim=1)
    guesses = tuple(
        tuple(
            Guess(trained.vocabulary.words[id_], math.exp(log))
            for id_, log in zip(row.tolist(), values.tolist(), strict=True)
        )
        for row, values in zip(best.indices, best.values, strict=True)
    )
    gates = cell_gates(reader.pred, embedded, states[:, 0])
    return Reading(
        words,
        tuple(id_ > 0 for id_ in ids.tolist()),
        guesses,
        bits.double().numpy(),
        states[:, 0].numpy(),
        decoded.numpy(),
        {name: gate.numpy() for name, gate in gates.items()},
    )
