"""Trained models as language models: perplexity of texts and text generation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.checkpoints import checkpoint, require_shape
from embedviz.errors import InputError, ModelError
from embedviz.models.language_model import LanguageModel
from embedviz.models.perplexity import perplexity
from embedviz.support import model_folder
from embedviz.text import TextLayout, Tokenizer, Vocabulary, find_texts, read_blocks

_MOST_STRETCHES, _SHORTEST_STRETCH = 32, 1000


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A language model with its vocabulary.

    Attributes
    ----------
    model : LanguageModel
    vocabulary : Vocabulary
        The unknown word is id 0.
    tokenizer : Tokenizer
    skipped : bool
        Whether frequent words were skipped in training.
    settings : mapping
        Of the training, by name.
    """

    model: LanguageModel
    vocabulary: Vocabulary
    tokenizer: Tokenizer
    skipped: bool
    settings: Mapping[str, Any]

    def ids(self, text: str) -> list[int]:
        """Return the ids of the words of a text; unknown ones are 0."""
        words = self.tokenizer.tokens(text)
        return [self.vocabulary.id(word) if word in self.vocabulary else 0 for word in words]

    def untrained(self) -> TrainedModel:
        """Return the model as it was before its training: the control of what it learnt."""
        generator = torch.Generator().manual_seed(self.settings["seed"])
        model = _build(self.settings, len(self.vocabulary), generator)
        return replace(self, model=model)


@dataclass(frozen=True)
class TextCost:
    """Perplexity of a model on a text.

    Attributes
    ----------
    perplexity : float
        Exponential of the mean cost per word in nats, over the full softmax.
    n_words : int
    n_unknown : int
        Words outside the vocabulary, predicted as the unknown word.
    """

    perplexity: float
    n_words: int
    n_unknown: int


def load_model(named: str | PathLike[str]) -> TrainedModel:
    """Load a model folder with all weights of the language model.

    Raises
    ------
    ModelError
        If the folder is no model, is damaged, is from a newer version, or contains only
        word vectors, like the model ``english``.
    InputError
        If it is a sequence model; the message names the commands for it.
    """
    return trained_model(checkpoint.load(model_folder(named)), named)


def trained_model(saved: checkpoint.Checkpoint, named: str | PathLike[str]) -> TrainedModel:
    """Build the language model of a checkpoint; see `load_model`."""
    require_shape(saved, named, (checkpoint.LANGUAGE_MODEL,))
    weights = {name: one for name, one in saved.tensors.items() if name != checkpoint.STABILITY}
    if set(weights) == {"embedding"}:
        raise ModelError(
            f"The model {named} contains only word vectors, without the weights that predict "
            "the next word: give a model that 'embedviz train' wrote."
        )
    settings: dict[str, Any] = dict(saved.training)
    try:
        _check_sizes(settings, weights)
        model = _build(settings, len(saved.vocabulary), torch.Generator())
        model.load_state_dict(
            {name: torch.from_numpy(np.array(array)) for name, array in weights.items()}
        )
        skipped = settings["skip"] is not None
    except (KeyError, TypeError, ValueError, RuntimeError, OverflowError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(
            f"The model {named} is damaged ({reason}): train or copy it again."
        ) from None
    return TrainedModel(model, saved.vocabulary, saved.tokenizer, skipped, settings)


def _build(settings: Mapping[str, Any], n_words: int, generator: torch.Generator) -> LanguageModel:
    return LanguageModel(
        n_words,
        settings["n_dims"],
        settings["n_states"] or settings["n_dims"],
        cell=settings["cell"],
        tied=settings["tied"],
        adaptive=settings["cost"] == "adaptive",
        linear_path=settings["linear_path"],
        bidirectional=settings["bidirectional"],
        generator=generator,
    )


def _check_sizes(settings: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> None:
    """Raise `ValueError` for sizes that the tensors do not have, before memory is allocated."""
    n_dims, n_states = settings["n_dims"], settings["n_states"] or settings["n_dims"]
    if n_dims != tensors["embedding"].shape[1]:
        raise ValueError(f"n_dims {n_dims} for vectors of {tensors['embedding'].shape[1]}")
    if n_states * n_dims > sum(array.size for array in tensors.values()):
        raise ValueError(f"n_states {n_states} is more than the tensors have")


def measure_text(
    trained: TrainedModel, texts: Sequence[Path], layout: TextLayout | None = None
) -> TextCost:
    """Measure a model's perplexity on unseen texts.

    Parameters
    ----------
    trained : TrainedModel
    texts : sequence of Path
        Files, folders, or ``-`` for standard input.
    layout : TextLayout, optional
        By default that of plain text in UTF-8.

    Raises
    ------
    InputError
        If there are fewer than two words.
    """
    layout = layout or TextLayout()
    parts = [
        np.array(trained.ids(block), dtype=np.int32)
        for block in read_blocks(find_texts(texts, layout), layout=layout)
    ]
    ids = np.concatenate([np.empty(0, dtype=np.int32), *parts])
    if len(ids) < 2:
        raise InputError(f"The text contains {len(ids)} words: give at least 2.")
    # read in parallel streams; the missing context at the start of each is negligible
    n_stretches = int(np.clip(len(ids) // _SHORTEST_STRETCH, 1, _MOST_STRETCHES))
    length = len(ids) // n_stretches
    stretches = ids[: n_stretches * length].reshape(n_stretches, length)
    return TextCost(perplexity(trained.model, stretches), len(ids), int((ids == 0).sum()))


@torch.no_grad()
def sample_text(
    trained: TrainedModel,
    prompt: str = "",
    *,
    n_words: int = 50,
    temperature: float = 1.0,
    top_k: int | None = None,
    seed: int = 0,
) -> Iterator[str]:
    """Generate text word by word; the unknown word is never generated.

    Parameters
    ----------
    trained : TrainedModel
        Trained without skipping words.
    prompt : str
        Text to continue; words outside the vocabulary are read as unknown.
    n_words : int
        Number of words to generate, at least 1.
    temperature : float
        Softmax temperature, above 0; below 1 favours likely words.
    top_k : int, optional
        Sample among this many of the most likely words; by default all.
    seed : int

    Raises
    ------
    InputError
        If a value is out of range, or frequent words were skipped in training.
    """
    if trained.skipped:
        raise InputError(
            "This model was trained with subsampling of frequent words, so it cannot generate "
            "sentences: train one with --skip 0."
        )
    if n_words < 1 or temperature <= 0 or (top_k is not None and top_k < 1):
        raise InputError(
            f"n_words={n_words}, temperature={temperature}, top_k={top_k}: words and top-k must be "
            "at least 1 and the temperature above 0."
        )
    generator = torch.Generator().manual_seed(seed)
    model = trained.model
    ids = torch.tensor(trained.ids(prompt) or [0])[:, None]  # (n_steps, 1)
    state = None
    for _ in range(n_words):
        decoded, state = model.decode(model.embedding[ids], state)
        scores = model.scores(decoded[-1, 0]) / temperature  # (n_words,)
        scores[0] = -torch.inf
        if top_k is not None and top_k < len(scores):
            scores[scores < scores.topk(top_k).values[-1]] = -torch.inf
        chosen = torch.multinomial(torch.softmax(scores, 0), 1, generator=generator)
        yield trained.vocabulary.words[int(chosen)]
        ids = chosen[None]
