"""A text word by word: what the decoder could have written at each step, and what follows then."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.models import Encoded
from embedviz.sequences.beams import UNKNOWN_ID, Found, search_ids
from embedviz.sequences.decoding import DecodedText, Source, as_text, decoder_of, encode_sources
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.search_settings import Search
from embedviz.support import clip
from embedviz.text import END

_NAMED = 40  # characters of a word in a message


@dataclass(frozen=True)
class Choice:
    """A word that could be written at a step.

    Attributes
    ----------
    word : str
        Empty for the end of the text.
    probability : float
        Over the full softmax, between 0 and 1.
    """

    word: str
    probability: float


@dataclass(frozen=True, eq=False)
class WritingTree:
    """A text with the choices along it, and the texts of a beam.

    Attributes
    ----------
    path : DecodedText
        The prefix, and after it the likeliest word at each step.
    n_forced : int
        Words of the prefix.
    choices : tuple of tuple of Choice
        At each step of the path, the end included, the likeliest words after the path so far, best
        first. The unknown word is none of them, and neither is the end at the first step.
    greedy : DecodedText
        The text of the likeliest word at each step, without a prefix.
    beam : tuple of DecodedText
        Texts of the beam that begin with the prefix, best first.
    """

    path: DecodedText
    n_forced: int
    choices: tuple[tuple[Choice, ...], ...]
    greedy: DecodedText
    beam: tuple[DecodedText, ...]

    @property
    def cost_of_prefix(self) -> float:
        """How much log p the prefix costs, in nats: log p of the greedy text less of the path."""
        return self.greedy.log_probability - self.path.log_probability


def write_tree(
    model: SequenceModel,
    source: Source,
    how: Search,
    *,
    prefix: str = "",
    n_choices: int = 4,
    longest: int | None = None,
) -> WritingTree:
    """Write a text, and list what could have been written instead at each step.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or vec-seq.
    source : str or ndarray
        See `encode_sources`.
    how : Search
        Of the beam.
    prefix : str
        Words with which the text must begin; see `prefix_ids`.
    n_choices : int
        Words listed at each step.
    longest : int, optional
        Maximum number of words; by default that of the model.

    Raises
    ------
    InputError
        If the model writes no texts, or the source or the prefix is unusable.
    """
    decoder = decoder_of(model)
    longest = model.longest if longest is None else longest
    forced = prefix_ids(model, prefix, longest)
    encoded = encode_sources(model, [source])

    def search(one: Search, begin: list[int]) -> tuple[Found, ...]:
        return search_ids(decoder, encoded, one, longest, prefix=begin)[0]

    (path,) = search(Search(), forced)
    greedy = search(Search(), [])[0] if forced else path
    return WritingTree(
        as_text(model, path, longest),
        len(forced),
        _list_choices(model, encoded, path, n_choices),
        as_text(model, greedy, longest),
        tuple(as_text(model, found, longest) for found in search(how, forced)),
    )


def prefix_ids(model: SequenceModel, prefix: str, longest: int) -> list[int]:
    """Return the ids of words with which a text must begin.

    Raises
    ------
    InputError
        If the model does not write one of the words, or there are more than `longest`.
    """
    words = model.tokenizer.tokens(prefix)
    for word in words:
        if word not in model.target or model.target.id(word) in (UNKNOWN_ID, END):
            raise InputError(
                f"{model.name} does not write “{clip(word, _NAMED)}”: begin with some of its "
                f"{len(model.target) - 2:,} words."
            )
    if len(words) > longest:
        raise InputError(
            f"{len(words):,} words are more than the {longest:,} that a text may have here: begin "
            "with fewer."
        )
    return [model.target.id(word) for word in words]


@torch.no_grad()
def _list_choices(
    model: SequenceModel, encoded: Encoded, path: Found, n: int
) -> tuple[tuple[Choice, ...], ...]:
    """List the likeliest words at each step of a path, by teacher forcing."""
    decoder = decoder_of(model)
    previous = torch.tensor([END, *path.ids[:-1]])[:, None]
    decoded = decoder(previous, encoded)
    log_p: NDArray[np.float32] = torch.log_softmax(
        decoder.scores(decoded.vectors[:, 0]), dim=1
    ).numpy()
    log_p[:, UNKNOWN_ID] = -math.inf
    log_p[0, END] = -math.inf
    best = np.argsort(-log_p, axis=1, kind="stable")[:, :n]
    return tuple(
        tuple(
            Choice("" if id_ == END else model.target.words[id_], float(np.exp(row[id_])))
            for id_ in ids.tolist()
            if row[id_] > -math.inf
        )
        for ids, row in zip(best, log_p, strict=True)
    )
