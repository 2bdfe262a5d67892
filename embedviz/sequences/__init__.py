"""Sequence models in use: texts to vectors, vectors and texts to texts, and how well they do it.

This package needs PyTorch.
"""

from embedviz.sequences.encoding import encode_texts, label_texts
from embedviz.sequences.model import SequenceModel, open_sequence_model
from embedviz.sequences.phrase_spaces import mean_of_words, phrase_spaces
from embedviz.sequences.reverse_dictionary import Found, FoundWords, content_mean, find_words

__all__ = [
    "Found",
    "FoundWords",
    "SequenceModel",
    "content_mean",
    "encode_texts",
    "find_words",
    "label_texts",
    "mean_of_words",
    "open_sequence_model",
    "phrase_spaces",
]
