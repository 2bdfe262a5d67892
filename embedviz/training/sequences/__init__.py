"""Training on pairs: texts with texts, or texts with vectors, by back-propagation through time."""

from embedviz.training.sequences.pipeline import train_sequence_model
from embedviz.training.sequences.task import train_pairs

__all__ = ["train_pairs", "train_sequence_model"]
