"""Training: from texts to a model folder (`train_model`), or from a corpus to a model (`train`).

Truncated back-propagation through time; see ``docs/training.md``. This package needs PyTorch.
"""

from embedviz.training.distributed import World, joined
from embedviz.training.language import train, train_model
from embedviz.training.progress import Callbacks, Progress, TrainingResult
from embedviz.training.sequences import GivenVectors, train_pairs, train_sequence_model
from embedviz.training.task import Example

__all__ = [
    "Callbacks",
    "Example",
    "GivenVectors",
    "Progress",
    "TrainingResult",
    "World",
    "joined",
    "train",
    "train_model",
    "train_pairs",
    "train_sequence_model",
]
