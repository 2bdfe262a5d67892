"""Sequence models in use: texts to vectors, vectors and texts to texts, and how well they do it.

This package needs PyTorch.
"""

from embedviz.sequences.back_propagation import (
    MOST_STEPS,
    GradientReach,
    WeightSum,
    cell_weights,
    gradient_reach,
    weight_sum,
)
from embedviz.sequences.candidates import CandidateScores, score_candidates
from embedviz.sequences.captions import (
    CAPTION_SEARCH,
    Caption,
    caption_pictures,
    encode_pictures,
    picture_size,
)
from embedviz.sequences.controls import word_vectors
from embedviz.sequences.decoding import (
    DecodedText,
    Source,
    decode_texts,
    encode_sources,
    unreadable_sources,
)
from embedviz.sequences.description import (
    BEAM,
    Described,
    Description,
    Point,
    describe_points,
    describe_sources,
    points_of,
    weigh_texts,
)
from embedviz.sequences.difficulty import MOST_MEASURED, Right, measure_programs
from embedviz.sequences.encoder_reading import EncoderReading, read_with_encoder
from embedviz.sequences.encoding import can_read, encode_texts, label_texts
from embedviz.sequences.evaluation import EvaluationOptions, evaluate_pairs
from embedviz.sequences.execution import Execution, execute_programs, program_config, program_source
from embedviz.sequences.labels import add_labels, given_vectors, label_vectors
from embedviz.sequences.learnt import (
    READ,
    WRITTEN,
    DigitOrder,
    Learnt,
    Looked,
    learnt_from,
    look_along,
)
from embedviz.sequences.likelihoods import log_probabilities, summaries
from embedviz.sequences.measures import (
    MODEL,
    UNTRAINED,
    Measure,
    Measured,
    unknown_note,
    unranked_note,
)
from embedviz.sequences.model import SequenceModel, open_sequence_model, sequence_model
from embedviz.sequences.pair_set import LEFT_OUT, PairSet, make_pair_set, read_pair_set
from embedviz.sequences.phrase_spaces import phrase_spaces
from embedviz.sequences.ratings import rated_cosines
from embedviz.sequences.reading import MOST_READ, Guess, Reading, read_text
from embedviz.sequences.reverse_dictionary import (
    Found,
    FoundWords,
    WordRank,
    WordScores,
    find_words,
    score_words,
)
from embedviz.sequences.scene_sheet import (
    NEAREST,
    RANDOM,
    CaptionedScene,
    Said,
    SceneSheet,
    caption_scenes,
)
from embedviz.sequences.scoring import PairScores, rank_labels, score_pairs
from embedviz.sequences.search_settings import Sampling, Search
from embedviz.sequences.state_recording import record_states
from embedviz.sequences.word_means import mean_of_words
from embedviz.sequences.writing_tree import Choice, WritingTree, prefix_ids, write_tree

__all__ = [
    "BEAM",
    "CAPTION_SEARCH",
    "LEFT_OUT",
    "MODEL",
    "MOST_MEASURED",
    "MOST_READ",
    "MOST_STEPS",
    "NEAREST",
    "RANDOM",
    "READ",
    "UNTRAINED",
    "WRITTEN",
    "CandidateScores",
    "Caption",
    "CaptionedScene",
    "Choice",
    "DecodedText",
    "Described",
    "Description",
    "DigitOrder",
    "EncoderReading",
    "EvaluationOptions",
    "Execution",
    "Found",
    "FoundWords",
    "GradientReach",
    "Guess",
    "Learnt",
    "Looked",
    "Measure",
    "Measured",
    "PairScores",
    "PairSet",
    "Point",
    "Reading",
    "Right",
    "Said",
    "Sampling",
    "SceneSheet",
    "Search",
    "SequenceModel",
    "Source",
    "WeightSum",
    "WordRank",
    "WordScores",
    "WritingTree",
    "add_labels",
    "can_read",
    "caption_pictures",
    "caption_scenes",
    "cell_weights",
    "decode_texts",
    "describe_points",
    "describe_sources",
    "encode_pictures",
    "encode_sources",
    "encode_texts",
    "evaluate_pairs",
    "execute_programs",
    "find_words",
    "given_vectors",
    "gradient_reach",
    "label_texts",
    "label_vectors",
    "learnt_from",
    "log_probabilities",
    "look_along",
    "make_pair_set",
    "mean_of_words",
    "measure_programs",
    "open_sequence_model",
    "phrase_spaces",
    "picture_size",
    "points_of",
    "prefix_ids",
    "program_config",
    "program_source",
    "rank_labels",
    "rated_cosines",
    "read_pair_set",
    "read_text",
    "read_with_encoder",
    "record_states",
    "score_candidates",
    "score_pairs",
    "score_words",
    "sequence_model",
    "summaries",
    "unknown_note",
    "unranked_note",
    "unreadable_sources",
    "weigh_texts",
    "weight_sum",
    "word_vectors",
    "write_tree",
]
