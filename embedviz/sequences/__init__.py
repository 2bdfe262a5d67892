"""Sequence models in use: texts to vectors, vectors and texts to texts, and how well they do it.

This package needs PyTorch.
"""

from embedviz.sequences.model import SequenceModel, open_sequence_model

__all__ = ["SequenceModel", "open_sequence_model"]
