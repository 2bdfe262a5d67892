"""Labels of a model, and further ones from the vectors that it was trained with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.checkpoints import LabelSpace, open_label_space
from embedviz.errors import EmbedvizError
from embedviz.models import TextToVector, VectorToText
from embedviz.sequences.model import SequenceModel
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors, unit_rows

_MOST_COMPARED = 100  # labels
_LEAST_COSINE = 0.99  # with a vector that was stored as float16


def has_labels(model: SequenceModel) -> bool:
    """Whether a side of the model is a label."""
    return model.shape != "seq-seq"


def labels_of(model: SequenceModel) -> Vocabulary:
    """Return the labels of a model; see `has_labels`."""
    return model.target if model.shape == "seq-vec" else model.source


def given_vectors(model: SequenceModel) -> tuple[WordVectors, LabelSpace] | None:
    """Open the vectors that the labels' vectors come from, with the space of these.

    None if there are none, or no longer, or others stand there now.
    """
    name = model.training.get("labels")
    if not name:
        return None
    try:
        found, space = open_label_space(str(name), model.shape)
    except EmbedvizError:
        return None
    own = model.net.state_dict()["vectors"].numpy()
    if found.n_dims != own.shape[1]:
        return None
    return (found, space) if _is_of(space, model, own) else None


def _is_of(space: LabelSpace, model: SequenceModel, own: NDArray[np.float32]) -> bool:
    """Whether some labels, evenly spread, have the vectors of this space; if not composed."""
    places = np.arange(len(own)) if not len(model.composed) else np.flatnonzero(~model.composed)
    if not len(places):
        return True
    places = places[:: -(-len(places) // _MOST_COMPARED)]
    names = [labels_of(model).words[place] for place in places]
    if space.composed(names).any():
        return False
    squares = np.square(unit_rows(own[places]) - space.table(names)).sum(1)
    return bool((squares < 2 - 2 * _LEAST_COSINE).all())  # a vector of zeros is itself, too


def label_vectors(model: SequenceModel) -> WordVectors:
    """Return the vectors of the labels, and of further words of the vectors they come from."""
    own = labels_of(model)
    matrix = model.net.state_dict()["vectors"].numpy().copy()
    given = given_vectors(model)
    if given is None:
        return WordVectors(own, matrix, model.tokenizer)
    _, space = given
    further = tuple(word for word in space.names if word not in own)
    if further:
        matrix = np.concatenate([matrix, space.table(further)])
    return WordVectors(Vocabulary(own.words + further), matrix, model.tokenizer)


def add_labels(model: SequenceModel, labels: Iterable[str]) -> SequenceModel:
    """Add labels that the model was not trained with, such as those of held-out pairs.

    Their vectors are those of the vectors that the model's labels come from, or means of their
    words' vectors there. Labels without one are not added.

    Returns
    -------
    SequenceModel
        The model itself, if there is nothing to add.
    """
    net = model.net
    if not isinstance(net, (TextToVector, VectorToText)):
        return model
    own = labels_of(model)
    unknown = [label for label in dict.fromkeys(labels) if label not in own]
    given = given_vectors(model) if unknown else None
    if given is None:
        return model
    _, space = given
    new = tuple(label for label in unknown if label in space)
    if not new:
        return model
    vectors = torch.cat([net.vectors.detach(), torch.from_numpy(space.table(new))])
    side = Vocabulary(own.words + new)
    composed = model.composed if len(model.composed) else np.zeros(len(own), dtype=np.bool_)
    composed = np.concatenate([composed, space.composed(new)])
    if isinstance(net, VectorToText):
        reader = VectorToText(vectors, net.decoder).eval()
        return replace(model, net=reader, source=side, composed=composed)
    finder = TextToVector(net.encoder, vectors, trained=False)
    finder.scale = net.scale
    hubness = model.hubness
    if hubness is not None:  # of the new ones it is not known
        hubness = np.pad(hubness, (0, len(new)), constant_values=hubness.mean())
    return replace(model, net=finder.eval(), target=side, composed=composed, hubness=hubness)


def closeness(model: SequenceModel, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by what labels are ranked: cosines (…, n_labels) minus half of their hubness."""
    if model.hubness is None:
        return cosines
    return np.asarray(cosines - model.hubness / 2, dtype=np.float32)
