"""Loading of a trained sequence model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.checkpoints import checkpoint, complete_tensors, require_shape
from embedviz.errors import InputError, ModelError
from embedviz.models import PictureToText, SequenceNet, TextToVector
from embedviz.sequences.saved_net import COMPOSED, FILE, build, check, first_vectors, fits
from embedviz.settings import SHAPES
from embedviz.support import model_folder
from embedviz.text import END, PairBatch, Tokenizer, Vocabulary, add_ends

_MEAN, _HUBNESS = "mean", "hubness"
_UNKNOWN_ID = 0


@dataclass(frozen=True, eq=False)
class SequenceModel:
    """A trained sequence model with its words.

    Attributes
    ----------
    name : str
        As it was given.
    shape : str
        ``seq-seq``, ``seq-vec`` or ``vec-seq``.
    net : SequenceNet
        In evaluation mode, in float32.
    source, target : Vocabulary
        Words of a side that is a text, with the unknown word as id 0 and in targets the end as id
        1; labels of the other one.
    tokenizer : Tokenizer
    composed : ndarray of bool, shape (n_labels,)
        Labels whose vector is the mean of their words'; empty without labels.
    hubness : ndarray of float32, shape (n_labels,), or None
        Of a trained seq-vec model; see `embedviz.models.measure_hubness`.
    mean : ndarray of float32, shape (n_summary,), or None
        Mean summary of training sources; None for an untrained model and for label vectors.
    training, results : mapping
        Settings and results of the run.
    """

    name: str
    shape: str
    net: SequenceNet
    source: Vocabulary
    target: Vocabulary
    tokenizer: Tokenizer
    composed: NDArray[np.bool_]
    hubness: NDArray[np.float32] | None
    mean: NDArray[np.float32] | None
    training: Mapping[str, object]
    results: Mapping[str, object]

    @property
    def longest(self) -> int:
        """Words of a text that the model reads; longer ones are cut."""
        return int(cast(int, self.training["longest"]))

    def source_ids(self, text: str) -> list[int]:
        """Return the ids of a source text, cut after `longest` words.

        Raises
        ------
        InputError
            If it has no words, or all of them are unknown.
        """
        return self._ids(text, self.source, "source")

    def target_ids(self, text: str) -> list[int]:
        """Return the ids of a target text, without its ends; unknown words are allowed."""
        return self._ids(text, self.target, "target", refuse_unknown=False)

    def unknown_words(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the words of source texts that the model does not know; none of labels."""
        if self.shape == "vec-seq":
            return ()
        read = (word for text in texts for word in self.tokenizer.tokens(text)[: self.longest])
        return tuple(dict.fromkeys(word for word in read if word not in self.source))

    def label_id(self, label: str) -> int:
        """Return the id of a label; `UnknownWordError` if the model has none."""
        return (self.target if self.shape == "seq-vec" else self.source).id(label)

    def batch(
        self, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
    ) -> PairBatch:
        """Put pairs of ids into one batch; the ends of target texts are added."""
        source, source_lengths = pad(sources)
        target, target_lengths = pad(targets)
        if self.shape != "seq-vec":
            target, target_lengths = add_ends(target, target_lengths), target_lengths + 1
        return PairBatch(source, source_lengths, target, target_lengths)

    def words(self, ids: Sequence[int]) -> list[str]:
        """Return the words of a decoded target, up to its end."""
        ids = list(ids)
        ids = ids[: ids.index(END)] if END in ids else ids
        return [self.target.words[id_] for id_ in ids]

    def _ids(
        self, text: str, vocabulary: Vocabulary, side: str, *, refuse_unknown: bool = True
    ) -> list[int]:
        tokens = self.tokenizer.tokens(text)[: self.longest]
        if not tokens:
            raise InputError(f"A {side} text is empty: {text[:60]!r} has no words.")
        ids = [vocabulary.id(word) if word in vocabulary else _UNKNOWN_ID for word in tokens]
        if refuse_unknown and not any(ids):
            raise InputError(
                f"{self.name} knows no word of {text[:60]!r}: "
                f"it has {len(vocabulary) - 1:,} {side} words; use some of them."
            )
        return ids


def pad(sides: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put id lists into columns padded with 0, (longest, n), and return their lengths too."""
    lengths = np.array([len(ids) for ids in sides], dtype=np.int64)
    columns = np.zeros((int(lengths.max(initial=1)), len(sides)), dtype=np.int64)
    for column, ids in enumerate(sides):
        columns[: len(ids), column] = ids
    return columns, lengths


def open_sequence_model(
    name: str | PathLike[str],
    *,
    needs: Collection[str] = (),
    trained: bool = True,
    of_pictures: bool = False,
) -> SequenceModel:
    """Load a sequence model.

    Parameters
    ----------
    name : str or path
        A folder, or the name of a model that ships with the package.
    needs : collection of str
        Shapes that are accepted; by default all three.
    trained : bool
        False gives the same model before training, a control: random weights, and the first word
        vectors if they were given.

    of_pictures : bool
        Whether the model is to read pictures.

    Raises
    ------
    ModelError
        If the folder is no model or is damaged.
    InputError
        If the model has another shape, or reads pictures if it should not, or the other way round;
        the message names the commands for it. Also if the first
        word vectors of an untrained model are no longer there.
    """
    saved = checkpoint.load(model_folder(name))
    return sequence_model(saved, name, needs=needs, trained=trained, of_pictures=of_pictures)


def sequence_model(
    saved: checkpoint.Checkpoint,
    name: str | PathLike[str],
    *,
    needs: Collection[str] = (),
    trained: bool = True,
    of_pictures: bool = False,
) -> SequenceModel:
    """Build the sequence model of a checkpoint; see `open_sequence_model`."""
    require_shape(saved, name, tuple(needs) or SHAPES)
    assert saved.target is not None  # as any sequence model has
    tensors = complete_tensors(saved)
    composed = np.asarray(tensors.pop(COMPOSED, np.empty(0)), dtype=np.bool_)
    mean, hubness = tensors.pop(_MEAN, None), tensors.pop(_HUBNESS, None)
    with _damage_told(name):
        check(saved, tensors, composed)
    first = None if trained else first_vectors(saved, name)
    with _damage_told(name):
        net = build(saved, tensors, trained, first)
        if mean is not None and not fits(mean, (cast(int, saved.training["n_summary"]),)):
            raise ValueError(f"{FILE}: {_MEAN} of another shape or not finite")
        if hubness is not None and not fits(hubness, (len(saved.target),)):
            raise ValueError(f"{FILE}: {_HUBNESS} of another shape or not finite")
    if isinstance(net, PictureToText) != of_pictures:
        raise InputError(
            f"{name} reads no pictures: give a model of train --pictures, or use embedviz decode."
            if of_pictures
            else f"{name} reads pictures: use embedviz caption, or give a model of another kind."
        )
    target = saved.target
    if isinstance(net, TextToVector) and composed.any():  # they are no answers
        places = np.flatnonzero(~composed)
        counts = target.counts
        target = Vocabulary(
            tuple(target.words[place] for place in places),
            None if counts is None else counts[places],
        )
        net.vectors = torch.nn.Parameter(net.vectors.detach()[places], requires_grad=False)
        hubness = None if hubness is None else hubness[places]
        composed = np.empty(0, dtype=np.bool_)
    return SequenceModel(
        str(name),
        saved.shape,
        net.eval(),
        saved.vocabulary,
        target,
        saved.tokenizer,
        composed,
        None if hubness is None or not trained else hubness.astype(np.float32),
        None if mean is None or not trained else mean.astype(np.float32),
        saved.training,
        saved.results,
    )


@contextmanager
def _damage_told(name: str | PathLike[str]) -> Iterator[None]:
    """Turn errors of settings and tensors that do not fit into `ModelError`."""
    try:
        yield
    except (KeyError, ValueError, TypeError, RuntimeError, InputError) as error:
        reason = str(error).splitlines()[0][:160]
        raise ModelError(
            f"The model {name} is damaged ({reason}): train or copy it again."
        ) from None
