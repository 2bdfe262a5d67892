"""What a run on pairs needs of the memory and of the disk, before it begins."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from embedviz.models import HEAD_DIMS, picture_encoder
from embedviz.settings import SequenceConfig

# bytes of a weight in float32: of a trained one itself, its gradient, and two moments of Adam, then
# the best weights so far, then copies of these and of the moments in a checkpoint
_TRAINED, _FIXED = 4 + 4 + 8 + 4 + (4 + 8), 4 + 4 + 4
_GIVEN = 4  # the table from elsewhere
_TRAINED_ON_DISK, _FIXED_ON_DISK = 4 + 4 + 8, 4 + 4

_GATES = {"mingru": 2, "elman": 1, "gru": 3, "lstm": 4, "cho": 3}


@dataclass(frozen=True)
class Part:
    """Some weights of a model.

    Attributes
    ----------
    n : int
        Number of weights.
    is_trained, is_given : bool
        Whether they are trained; whether they are a table from elsewhere.
    remedy : str
        What makes them fewer.
    """

    n: int
    is_trained: bool
    is_given: bool
    remedy: str

    @property
    def n_bytes(self) -> int:
        """Memory that they need during training."""
        return self.n * ((_TRAINED if self.is_trained else _FIXED) + self.is_given * _GIVEN)

    @property
    def n_bytes_on_disk(self) -> int:
        """Size of the weights, the best ones and the moments in a checkpoint."""
        return self.n * (_TRAINED_ON_DISK if self.is_trained else _FIXED_ON_DISK)


def parts_of(
    config: SequenceConfig, n_source: int, n_target: int, *, has_first: bool, n_label_dims: int
) -> tuple[Part, ...]:
    """List the parts of a model: words of the source, words of the target, labels, recurrences.

    Biases of recurrences are not counted.

    Parameters
    ----------
    config : SequenceConfig
    n_source, n_target : int
        Words, or labels, of the two sides.
    has_first : bool
        First vectors of the source's words are given.
    n_label_dims : int
        Dimensions of the labels' vectors that are given; 0 without such.

    Examples
    --------
    >>> parts = parts_of(SequenceConfig(), 1000, 1000, has_first=False, n_label_dims=0)
    >>> [part.n for part in parts]
    [100000, 229000, 1220608]
    """
    parts = []
    n_summary = n_label_dims or config.n_summary
    if config.reads_text:
        remedy = "lower --max-words or --dims"
        if config.frozen:  # all their words are in the model
            remedy = "name vectors of fewer words or dimensions with --embedding"
        elif has_first:
            remedy = "lower --max-words, or name vectors of fewer dimensions with --embedding"
        parts.append(Part(n_source * config.n_dims, not config.frozen, has_first, remedy))
    if config.writes_text:
        of_word = config.n_target_dims + (not config.tied) * config.n_out + 1
        remedy = f"lower --max-words{'' if config.tied else ', --rank'} or --target-dims"
        parts.append(Part(n_target * of_word, True, False, remedy))
    if config.shape != "seq-seq" and not config.picture_size:
        n_labels = n_source if config.shape == "vec-seq" else n_target
        is_given = n_label_dims > 0
        fewer = "name vectors of fewer dimensions with --vectors"
        remedy = fewer if is_given else "lower --summary"
        parts.append(Part(n_labels * n_summary, not is_given, is_given, remedy))
    n = _count_encoder(config, n_summary) * (config.reads_text or config.picture_size > 0)
    n += _count_decoder(config, n_summary) * config.writes_text
    return (*parts, Part(n, True, False, "lower --states"))


def _count_cell(config: SequenceConfig, n_inputs: int) -> int:
    n_before = 0 if config.cell == "mingru" else config.n_states
    return _GATES[config.cell] * config.n_states * (n_inputs + n_before)


def _count_encoder(config: SequenceConfig, n_summary: int) -> int:
    if config.picture_size:
        encoder = picture_encoder(config, n_summary, torch.Generator())
        return sum(weight.numel() for weight in encoder.parameters())
    n_directions = 1 + config.bidirectional
    return n_directions * (_count_cell(config, config.n_dims) + config.n_states * n_summary)


def _count_decoder(config: SequenceConfig, n_summary: int) -> int:
    n, attended = config.n_states, config.n_heads * HEAD_DIMS
    n_out = config.n_target_dims if config.tied else config.n_out
    read = n + config.n_target_dims + n_summary + attended
    cell = _count_cell(config, config.n_target_dims + n_summary)
    own, seen = n + 2 * config.n_target_dims, n * (1 + config.bidirectional) + config.n_dims
    attention = attended * (own + 2 * seen + 2 * own * config.self_attention)
    return cell + n * n_summary + config.n_maxout * (2 * read + n_out) + attention
