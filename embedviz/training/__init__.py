"""Training: from texts to a model folder."""

from embedviz.training.distributed import (
    joined,
)
from embedviz.training.loop import (
    Progress,
    train,
)
from embedviz.training.pipeline import (
    train_model,
)

__all__ = [
    "Progress",
    "joined",
    "train",
    "train_model",
]
