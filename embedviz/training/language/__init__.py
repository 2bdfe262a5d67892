"""Training of a recurrent language model, by truncated back-propagation through time."""

from embedviz.training.language.pipeline import train_model
from embedviz.training.language.task import LANGUAGE_TASK, train

__all__ = ["LANGUAGE_TASK", "train", "train_model"]
