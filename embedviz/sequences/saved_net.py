"""The net of a model folder, as it is after or before training."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.checkpoints import LABELS, WORDS, checkpoint, embedding_table, open_vectors
from embedviz.errors import EmbedvizError, InputError
from embedviz.models import SequenceNet, build_net
from embedviz.settings import SequenceConfig, own_settings
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

COMPOSED, FILE = "composed", "model.safetensors"

_ADDED = (
    "self_attention",
    "optimiser",
    "matrix_rate",
    "picture_size",
    "picture_encoder",
    "word_dropout",
)  # settings that the first model folders of version 2 do not have


def first_vectors(saved: checkpoint.Checkpoint, name: str | PathLike[str]) -> WordVectors | None:
    """Open the word vectors that training began with; None if there were none, or are frozen."""
    first = saved.training["embedding"]
    if not first or saved.training.get("frozen"):
        return None
    found: WordVectors | None
    try:
        found = open_vectors(str(first))
    except EmbedvizError:
        found = None
    n_dims = saved.training.get("n_target_dims" if saved.shape == "vec-seq" else "n_dims")
    if found is None or found.n_dims != n_dims:
        what = "cannot be opened" if found is None else f"have {found.n_dims} dimensions now"
        raise InputError(
            f"{name} before training cannot be made again, because the word vectors that it began "
            f"with, {first}, {what}: put them back there, or use the trained model."
        )
    return found


def fits(array: NDArray[np.floating], shape: tuple[int, ...]) -> bool:
    """Whether an array has a shape and finite numbers."""
    return array.shape == shape and bool(np.isfinite(array).all())


def check(
    saved: checkpoint.Checkpoint,
    tensors: Mapping[str, NDArray[np.floating]],
    composed: NDArray[np.bool_],
) -> None:
    """Raise `ValueError` for settings and tensors beside the weights that do not fit."""
    longest = saved.training["longest"]
    if not isinstance(longest, int) or longest < 1:
        raise ValueError(f"longest {longest!r}")
    for name in ("embedding", "labels"):
        if not isinstance(saved.training[name], str | None):
            raise ValueError(f"{name} {saved.training[name]!r:.60}")
    n_labels = len((saved.target if saved.shape == "seq-vec" else saved.vocabulary) or ())
    if composed.size and composed.shape != (n_labels,):
        raise ValueError(f"{FILE}: {COMPOSED} of another shape")
    vectors = tensors.get(LABELS)
    if vectors is not None and (vectors.ndim != 2 or len(vectors) != n_labels):
        raise ValueError(f"{FILE}: {LABELS} {vectors.shape} for {n_labels} labels")


def build(
    saved: checkpoint.Checkpoint,
    tensors: Mapping[str, NDArray[np.floating]],
    trained: bool,
    first: WordVectors | None,
) -> SequenceNet:
    """Build the net with its weights; untrained with those before training.

    Parameters
    ----------
    saved : Checkpoint
    tensors : mapping of str to ndarray
        Of the net, see `embedviz.checkpoints.complete_tensors`.
    trained : bool
    first : WordVectors or None
        See `first_vectors`.

    Raises
    ------
    KeyError, ValueError, TypeError, RuntimeError, InputError
        If settings and tensors do not fit.
    """
    declared = {one.name: one.default for one in own_settings(SequenceConfig)}
    given = {name: default for name, default in declared.items() if name in _ADDED}
    given |= {name: value for name, value in saved.training.items() if name in declared}
    settings: dict[str, Any] = {name: given[name] for name in declared}
    config = SequenceConfig(**settings)
    if config.shape != saved.shape:
        raise ValueError(f"shape {saved.shape} with the settings of {config.shape}")
    weights = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}
    # before the memory is allocated
    least = [config.n_states * (1 if config.cell == "mingru" else config.n_states)]
    least += [config.n_dims] * config.reads_text + [config.n_maxout] * config.writes_text
    if max(least) > sum(one.numel() for one in weights.values()):
        raise ValueError("larger sizes in config.json than the tensors have")
    n_source, n_target = len(saved.vocabulary), len(saved.target or ())
    is_given = saved.shape == "vec-seq" or saved.training["labels"] is not None
    is_given &= not config.picture_size
    net = build_net(config, n_source, n_target, weights[LABELS] if is_given else None)
    own = net.state_dict()
    for name in own.keys() ^ weights.keys():
        raise ValueError(f"{FILE}: {name} is {'missing' if name in own else 'unknown'}")
    for name, weight in weights.items():
        if not fits(weight.numpy(), tuple(own[name].shape)):
            raise ValueError(f"{FILE}: {name} of another shape or not finite")
    if not trained:
        fixed = {name for name, weight in net.named_parameters() if not weight.requires_grad}
        weights = own | {name: weight for name, weight in weights.items() if name in fixed}
        words, side = WORDS, saved.vocabulary
        if saved.shape == "vec-seq":
            words, side = "decoder.embedding", cast(Vocabulary, saved.target)
        if first is not None and words not in fixed:
            table = torch.from_numpy(embedding_table(first, side))
            weights[words] = torch.where(table.isnan(), own[words], table)
    net.load_state_dict(weights)
    return net
