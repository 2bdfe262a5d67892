"""Training on pairs: texts with texts, or texts with vectors, by back-propagation through time."""

from embedviz.training.sequences.pipeline import GivenVectors, train_sequence_model
from embedviz.training.sequences.task import train_pairs

__all__ = ["GivenVectors", "train_pairs", "train_sequence_model"]
