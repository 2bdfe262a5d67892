"""Sequence models in use: texts to vectors, vectors and texts to texts, and how well they do it.

This package needs PyTorch.
"""

from embedviz.sequences.beams import Sampling, Search
from embedviz.sequences.decoding import DecodedText, decode_texts, encode_sources, label_vectors
from embedviz.sequences.model import SequenceModel, open_sequence_model

__all__ = [
    "DecodedText",
    "Sampling",
    "Search",
    "SequenceModel",
    "decode_texts",
    "encode_sources",
    "label_vectors",
    "open_sequence_model",
]
